/** What others trade, by the metadata alone: on every transaction of a seeded market, and told by the gateway for every ledger. */
import test from 'ava';
import * as d from '../ledger/decimal.ts';
import { drops, xrpOf } from '../ledger/drops.ts';
import { effects } from '../ledger/metadata.ts';
import { rlusdCurrency } from '../ledger/rlusd.ts';
import { tradesIn, type Traded } from '../ledger/trades.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { send } from '../sandbox/traders/desk.ts';
import { castOf } from '../sandbox/traders/founding.ts';
import { tokens } from '../sandbox/traders/pair.ts';
import { edge } from './edge.ts';

/** In 1/100,000: what the population's pool asks for. */
const poolFee = 300;

const immediateOrCancel = 0x0002_0000;
const large = String(3_000n * 1_000_000n);

const world = () => {
  let nowMs = Date.UTC(2026, 4, 11, 6, 30);
  const sandbox = createSandbox({
    seed: 3,
    clock: { now: () => nowMs },
    market: 'on',
    regime: 'field',
    intervalMs: 4000,
    opening: { xrp: '60', rlusd: '100' },
  });
  const token = { currency: rlusdCurrency, issuer: sandbox.issuer };
  const sweeper = castOf(3).trader('sweeper');
  let closed = 0;
  /** Through the whole book and well into the pool. */
  const swept = () => {
    const amounts =
      closed % 2 === 0
        ? [large, tokens(sandbox.issuer, d.integer(3500n))]
        : [tokens(sandbox.issuer, d.integer(4500n)), large];
    send(sandbox.chain, sweeper, {
      TransactionType: 'OfferCreate',
      Flags: immediateOrCancel,
      TakerGets: amounts[0],
      TakerPays: amounts[1],
    });
  };
  return {
    token,
    next: () => {
      nowMs += 4000;
      closed += 1;
      if (closed % 7 === 0) swept();
      return sandbox.closeLedger().transactions;
    },
  };
};

/** What closed in each of 150 ledgers, played once. */
const { token, next } = world();
const ledgers = Array.from({ length: 150 }, next);

const sum = (trades: readonly Traded[]): bigint =>
  trades.reduce((total, one) => total + (one.taker === 'buy' ? one.drops : -one.drops), 0n);

test('every drop that a taker got or gave is in the trades, and nothing else is', (t) => {
  const seen = { book: 0, pool: 0, both: 0, none: 0 };
  for (const closed of ledgers) {
    for (const { tx, meta, result } of closed) {
      const trades = tradesIn(meta, token, poolFee);
      const taker = effects(tx, meta, String(tx['Account']), token);
      if (tx['TransactionType'] !== 'OfferCreate' || result !== 'tesSUCCESS') {
        if (tx['TransactionType'] !== 'Payment') t.deepEqual(trades, []);
        continue;
      }
      t.is(sum(trades), taker.change.drops, String(tx['TransactionType']));
      const kinds = new Set(trades.map(({ through }) => through));
      if (kinds.size === 2) seen.both += 1;
      else seen[[...kinds][0] ?? 'none'] += 1;
    }
  }
  t.true(seen.book > 10 && seen.both > 10 && seen.none > 100, JSON.stringify(seen));
});

test('an offer is taken at its own price, the pool between the prices of its first and its last XRP', (t) => {
  const bps = d.decimal('0.0001');
  for (const closed of ledgers) {
    for (const { meta } of closed) {
      for (const trade of tradesIn(meta, token, poolFee)) {
        const { taker, through, price, lastPrice, drops: xrp, rlusd } = trade;
        const paid = d.divide(rlusd, xrpOf(drops(xrp)));
        const [low, high] = taker === 'buy' ? [price, lastPrice] : [lastPrice, price];
        t.true(d.compare(low, high) <= 0);
        if (through === 'book') t.is(d.compare(price, lastPrice), 0);
        const slack = d.multiply(price, bps);
        t.true(d.compare(d.subtract(low, slack), paid) <= 0, `${d.format(paid)} ${d.format(low)}`);
        t.true(d.compare(d.add(high, slack), paid) >= 0, `${d.format(paid)} ${d.format(high)}`);
      }
    }
  }
});

test('each ledger that is read is told with what others traded in it, what they took from us marked', async (t) => {
  const { sandbox, close, read, said, forget } = await edge();
  forget();
  await close();
  await close();
  await read();
  const index = sandbox.chain.latest().header.ledger_index;
  t.deepEqual(said('market.traded'), [
    { type: 'market.traded', from: index - 1, to: index, trades: [] },
  ]);
  await read();
  t.is(said('market.traded').length, 1, 'no ledger twice');
});

test('a listing that fails is asked for again with the next read, and holds nothing up', async (t) => {
  const { sandbox, servers, close, read, said, forget } = await edge();
  const [server] = servers;
  if (!server) throw new Error('no server');
  forget();
  let refuses = true;
  server.lies.answer = (command, answer) =>
    refuses && command === 'account_tx' && answer['account'] === sandbox.issuer
      ? Promise.reject(new Error('no answer'))
      : answer;
  await close();
  await read();
  t.is(said('market.read').length, 1);
  t.is(said('market.traded').length, 0);
  refuses = false;
  await close();
  await read();
  const index = sandbox.chain.latest().header.ledger_index;
  t.like(said('market.traded'), [{ from: index - 1, to: index }]);
});

test('a gap too long to fill is left open, and named by what is told around it', async (t) => {
  const { sandbox, close, read, said, forget } = await edge();
  await read();
  forget();
  for (let ledger = 0; ledger < 70; ledger += 1) await close();
  await read();
  t.is(said('market.traded').length, 0);
  await close();
  await read();
  const index = sandbox.chain.latest().header.ledger_index;
  t.like(said('market.traded'), [{ from: index, to: index }]);
});
