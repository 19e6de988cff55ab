/** A crowded ledger: the fee grows, who pays less waits his turn, ten an account. The figures are those of a real server. */
import test from 'ava';
import { marketAfter, quietMarket, requiredLevel } from '../sandbox/chain/fee-market.ts';
import { maker, submit, taker, usd, world } from './sandbox-chain-world.ts';

const crowd = 1001;
const nothing = { TransactionType: 'AccountSet' };

test('the level grows with the square of the size', (t) => {
  t.is(requiredLevel(quietMarket, 1000), 256);
  t.is(requiredLevel(quietMarket, 1001), 128_256);
  t.is(requiredLevel(quietMarket, 1002), 128_512);
});

test('after a crowded ledger a fifth more is usual, after a quiet one nothing changes', (t) => {
  const levels = Array.from({ length: 1002 }, () => 256);
  const grown = marketAfter(quietMarket, levels);
  t.is(grown.expectedSize, 1202);
  t.is(marketAfter(grown, levels.slice(0, 15)).expectedSize, 1202);
  t.is(marketAfter(quietMarket, [256]).medianLevel, 128_000);
});

test('who pays too little for a crowded ledger waits for the next, ten an account at most', (t) => {
  const chain = world();
  for (let n = 0; n < crowd; n += 1) submit(chain, maker, nothing);
  t.like(chain.fees(), { ledgerSize: crowd, openLevel: 128_256, queueSize: 0 });
  const next = chain.open().account(taker.address)?.['Sequence'] as number;
  const offer = (more: object) =>
    submit(chain, taker, {
      TransactionType: 'OfferCreate',
      TakerGets: '1000000',
      TakerPays: usd(2),
      ...more,
    });
  t.like(offer({}), {
    engine_result: 'terQUEUED',
    applied: false,
    queued: true,
    kept: true,
    broadcast: true,
    open_ledger_cost: '5010',
    account_sequence_next: next,
    account_sequence_available: next + 1,
  });
  t.like(offer({ Sequence: next + 5 }), { engine_result: 'telCAN_NOT_QUEUE' });
  t.like(offer({ Fee: '12' }), { engine_result: 'telCAN_NOT_QUEUE_FEE' });
  for (let n = 1; n < 10; n += 1) offer({ Sequence: next + n });
  t.like(offer({ Sequence: next + 10 }), {
    engine_result: 'telCAN_NOT_QUEUE_FULL',
    broadcast: false,
    kept: true,
  });
  t.is(chain.queue().length, 10);
  t.like(submit(chain, maker, { ...nothing, Fee: '20000' }), { engine_result: 'tesSUCCESS' });
  t.is(chain.close(2000).transactions.length, crowd + 1);
  t.like(chain.fees(), { ledgerSize: 11, expectedSize: 1202, queueSize: 0, openLevel: 256 });
  const ledger = chain.close(2004);
  t.deepEqual(
    ledger.transactions.map(({ tx }) => tx['Sequence']),
    Array.from({ length: 11 }, (_, n) => next + n),
  );
});
