/** The embedded ledger as its users meet it: submitting, closing, looking back, resuming, being set by scripts. */
import test from 'ava';
import type { Entry } from '../sandbox/chain.ts';
import { resumeChain } from '../sandbox/chain/create.ts';
import {
  dollars,
  genesis,
  issuer,
  maker,
  signed,
  start,
  submit,
  taker,
  usd,
  withPool,
  world,
  xrp,
} from './sandbox-chain-world.ts';

const ask = (drops: string, value: number | string, more: object = {}) => ({
  TransactionType: 'OfferCreate',
  TakerGets: drops,
  TakerPays: usd(value),
  ...more,
});
const bid = (drops: string, value: number | string, more: object = {}) => ({
  TransactionType: 'OfferCreate',
  TakerGets: usd(value),
  TakerPays: drops,
  ...more,
});
const immediateOrCancel = 0x0002_0000;

test('a taker trades at the maker’s price, and what is left of him rests at his own', (t) => {
  const chain = world();
  submit(chain, maker, ask('10000000', 15));
  chain.close(1020);
  submit(chain, taker, bid('20000000', 32));
  const ledger = chain.close(1024);
  const [rest] = [...ledger.state.book(xrp, dollars)];
  t.is(rest?.['Account'], taker.address);
  t.is(rest?.['TakerPays'], '10000000');
  t.deepEqual(rest?.['TakerGets'], usd(16));
  t.is(ledger.state.account(taker.address)?.['Balance'], '1009999980');
  t.deepEqual([...ledger.state.book(dollars, xrp)], []);
});

test('an offer that may not rest and finds nothing is killed, and its fee is gone', (t) => {
  const chain = world();
  const answer = submit(chain, taker, bid('1000000', 1, { Flags: immediateOrCancel }));
  t.is(answer.engine_result, 'tecKILLED');
  t.is(answer.engine_result_code, 150);
  const ledger = chain.close(1020);
  t.is(ledger.transactions[0]?.result, 'tecKILLED');
  t.is(ledger.state.account(taker.address)?.['Balance'], '999999980');
});

test('crossing one’s own offer takes it away', (t) => {
  const chain = world();
  submit(chain, maker, ask('1000000', 2));
  chain.close(1020);
  submit(chain, maker, bid('1000000', 3));
  const ledger = chain.close(1024);
  t.deepEqual([...ledger.state.book(dollars, xrp)], []);
  t.is([...ledger.state.book(xrp, dollars)].length, 1);
});

test('a taker takes the better of book and pool', (t) => {
  const chain = world();
  submit(chain, maker, ask('1000000', '1.9'));
  chain.close(1020);
  withPool(chain, '100000000', 200);
  submit(chain, taker, bid('2000000', 5, { Flags: immediateOrCancel }));
  const ledger = chain.close(1028);
  t.deepEqual([...ledger.state.book(dollars, xrp)], []);
  const pool = ledger.state.amm(xrp, dollars)?.['Account'] as string;
  t.is(ledger.state.account(pool)?.['Balance'], '99000000');
});

test('closing names the order: transactions that are named first go ahead', (t) => {
  const chain = world();
  submit(chain, maker, ask('1000000', 2));
  chain.close(1020);
  const offers = [taker, maker].map((by) =>
    submit(chain, by, bid('1000000', 2, { Flags: immediateOrCancel })),
  );
  const hashes = offers.map(({ tx_json }) => String(tx_json['hash']));
  const ledger = chain.close(1024, { first: hashes.toReversed() });
  t.deepEqual(
    ledger.transactions.map(({ hash }) => hash),
    hashes.toReversed(),
  );
  t.deepEqual(
    ledger.transactions.map(({ meta }) => meta['TransactionIndex']),
    [0, 1],
  );
});

test('what is set behind those named first is there for the rest, and not for them', (t) => {
  const chain = world();
  const offers = [taker, maker].map((by) =>
    submit(chain, by, bid('1000000', 2, { Flags: immediateOrCancel })),
  );
  const [before, after] = offers.map(({ tx_json }) => String(tx_json['hash']));
  const set = 'offer';
  const quote = { taker_gets: '1000000', taker_pays: { ...dollars, value: '2' } } as const;
  const account = maker.address;
  const ledger = chain.close(1024, {
    first: [after ?? ''],
    amendments: [{ set, account, sequence: 900, ...quote }],
  });
  t.deepEqual(
    ledger.transactions.map(({ hash, result }) => ({ hash, result })),
    [
      { hash: after, result: 'tecKILLED' },
      { hash: before, result: 'tesSUCCESS' },
    ],
  );
});

test('a ledger may be given a later index: those between are empty, and what was before is kept', (t) => {
  const chain = world();
  submit(chain, maker, ask('1000000', 2));
  const last = chain.close(1020).header;
  const ledger = chain.close(9_000, { index: last.ledger_index + 1_000_000 });
  t.is(ledger.header.parent_hash, last.ledger_hash);
  t.is(chain.latest().header.ledger_index, last.ledger_index + 1_000_000);
  t.is(chain.at(last.ledger_index + 1), undefined);
  t.is(chain.at(last.ledger_index)?.transactions.length, 1);
  t.is(chain.close(9_004).header.ledger_index, last.ledger_index + 1_000_001);
});

test('a transaction that comes too early is held and enters when its turn has come', (t) => {
  const chain = world();
  const next = chain.open().account(taker.address)?.['Sequence'] as number;
  const early = submit(chain, taker, bid('1000000', 1, { Sequence: next + 1 }));
  t.is(early.engine_result, 'terPRE_SEQ');
  t.false(early.applied);
  t.true(early.kept);
  submit(chain, taker, bid('1000000', 1, { Sequence: next }));
  t.is(chain.close(1020).transactions.length, 2);
});

test('a changed signature, a used number and a passed last ledger are refused', (t) => {
  const chain = world();
  const blob = signed(chain, taker, bid('1000000', 1));
  const forged = blob.replace(
    /7440(..)/,
    (_, byte: string) => `7440${byte === '00' ? '01' : '00'}`,
  );
  t.like(chain.submit(forged), {
    error: 'invalidTransaction',
    error_exception: 'fails local checks: Invalid signature.',
  });
  t.like(chain.submit(blob), { engine_result: 'tesSUCCESS' });
  t.like(chain.submit(blob), { engine_result: 'tefPAST_SEQ', applied: false });
  const late = signed(chain, taker, bid('1000000', 1, { LastLedgerSequence: 101 }));
  t.like(chain.submit(late), { engine_result: 'tefMAX_LEDGER', engine_result_code: -187 });
});

test('closed ledgers stay as they were', (t) => {
  const chain = world();
  const before = chain.latest();
  submit(chain, maker, ask('1000000', 2));
  chain.close(1020);
  t.is([...before.state.book(dollars, xrp)].length, 0);
  const seen = chain.at(before.header.ledger_index);
  t.is([...(seen?.state.book(dollars, xrp) ?? [])].length, 0);
  t.is([...chain.latest().state.book(dollars, xrp)].length, 1);
});

test('512 ledgers are kept, and no more', (t) => {
  const chain = world();
  for (let n = 0; n < 560; n += 1) chain.close(2000 + n);
  const { ledger_index: newest } = chain.latest().header;
  t.is(chain.oldest(), newest - 511);
  t.truthy(chain.at(newest - 511));
  t.is(chain.at(newest - 512), undefined);
});

test('the changes of a ledger make it from the one before, and unmake it', (t) => {
  const chain = world();
  submit(chain, maker, ask('1000000', 2));
  const before = chain.close(1020);
  submit(chain, taker, bid('1000000', 2));
  const ledger = chain.close(1024);
  t.true(ledger.changes.length > 3);
  for (const [index, now, then] of ledger.changes) {
    t.deepEqual(ledger.state.read(index) ?? null, now);
    t.deepEqual(before.state.read(index) ?? null, then);
  }
});

test('a chain that was put down and resumed goes on as if nothing had been', (t) => {
  const chain = world();
  const entries = new Map<string, Entry>();
  const history = [];
  for (let index = chain.oldest(); index <= chain.latest().header.ledger_index; index += 1) {
    const ledger = chain.at(index);
    if (!ledger) continue;
    const { header, transactions, changes } = ledger;
    history.push({ header, transactions, changes });
    for (const [at, now] of changes) {
      if (now) entries.set(at, now);
      else entries.delete(at);
    }
  }
  const first = chain.at(chain.oldest())?.state.account(genesis.address);
  if (first && !entries.has(first.index)) entries.set(first.index, first);
  const copy = resumeChain({ header: chain.latest().header, entries: entries.values(), history });
  t.is(copy.oldest(), chain.oldest());
  const old = chain.oldest() + 1;
  t.deepEqual(
    copy.at(old)?.state.account(genesis.address),
    chain.at(old)?.state.account(genesis.address),
  );
  const blob = signed(chain, maker, ask('1000000', 2));
  chain.submit(blob);
  copy.submit(blob);
  t.deepEqual(copy.close(1020).header, chain.close(1020).header);
  t.deepEqual(copy.latest().changes, chain.latest().changes);
});

test('scripts set a pool, a balance and an offer; they stand in the next closed ledger', (t) => {
  const chain = world();
  withPool(chain, '100000000', 200);
  submit(chain, taker, { TransactionType: 'AccountSet' });
  chain.amend([
    { set: 'pool', amounts: ['50000000', usd(75)] },
    { set: 'balance', account: taker.address, amount: usd(5) },
    { set: 'offer', account: maker.address, sequence: 9999, taker_gets: '7', taker_pays: usd(1) },
  ]);
  t.is(chain.pending().length, 1);
  const ledger = chain.close(1024);
  const pool = ledger.state.amm(xrp, dollars)?.['Account'] as string;
  t.is(ledger.state.account(pool)?.['Balance'], '50000000');
  const line = ledger.state.line(taker.address, dollars.issuer, 'USD');
  t.true(JSON.stringify(line?.['Balance']).match(/"value":"-?5"/) !== null);
  t.is([...ledger.state.book(dollars, xrp)][0]?.['Sequence'], 9999);
  chain.amend([{ set: 'no offer', account: maker.address, sequence: 9999 }]);
  t.deepEqual([...chain.close(1028).state.book(dollars, xrp)], []);
});

test('scripts are told what does not exist', (t) => {
  const chain = world();
  t.throws(() => chain.amend([{ set: 'pool', amounts: ['1', usd(1)] }]), {
    instanceOf: RangeError,
    message: /no pool/,
  });
  t.throws(() => chain.amend([{ set: 'no offer', account: maker.address, sequence: 1 }]), {
    message: /has no offer 1/,
  });
});

test('a transaction without what it needs is refused in words, not by a crash', (t) => {
  const chain = world();
  const { TakerGets: _gone, ...half } = ask('1000000', 2);
  t.like(chain.submit(signed(chain, maker, half)), {
    error: 'invalidTransaction',
    error_exception: "Field 'TakerGets' is required but missing.",
  });
  const odd = { ...ask('1000000', 2), Destination: taker.address };
  t.like(chain.submit(signed(chain, maker, odd)), {
    error_exception: "Field 'Destination' found in disallowed location.",
  });
  const escrow = { TransactionType: 'EscrowFinish', Owner: taker.address, OfferSequence: 1 };
  t.like(chain.submit(signed(chain, maker, escrow)), { engine_result: 'temDISABLED' });
});

test('an amount beyond what can be counted ends the transaction, not the ledger', (t) => {
  const chain = world();
  const most = '9999999999999999e80';
  submit(chain, taker, { TransactionType: 'TrustSet', LimitAmount: usd(most) });
  chain.close(1020);
  const pay = { TransactionType: 'Payment', Destination: taker.address, Amount: usd(most) };
  for (let n = 0; n < 3; n += 1) t.notThrows(() => submit(chain, issuer, pay));
  t.notThrows(() => chain.close(1024));
});

test('simulating says what would be, and nothing is', (t) => {
  const chain = world();
  const next = chain.open().account(taker.address)?.['Sequence'];
  const outcome = chain.simulate({
    Account: taker.address,
    Fee: '10',
    Sequence: next,
    SigningPubKey: '',
    ...bid('1000000', 1),
  });
  t.is(outcome.engine_result, 'tesSUCCESS');
  t.truthy(outcome.meta);
  t.is(chain.pending().length, 0);
  t.is(chain.open().account(taker.address)?.['Sequence'], next);
});

test('only fees destroy XRP', (t) => {
  const chain = world();
  withPool(chain, '100000000', 200, 500);
  for (let n = 0; n < 30; n += 1) {
    const by = n % 2 === 0 ? maker : taker;
    const price = 2 + ((n * 7) % 11) / 50;
    submit(
      chain,
      by,
      n % 3 === 0 ? bid('3000000', (3 * price).toFixed(4)) : ask('2000000', (2 * price).toFixed(4)),
    );
    if (n % 4 === 3) chain.close(2000 + n);
  }
  const { header, state } = chain.close(3000);
  const pool = state.amm(xrp, dollars)?.['Account'] as string;
  const holders = [genesis.address, maker.address, taker.address, dollars.issuer, pool];
  const total = holders.reduce(
    (all, address) => all + BigInt(String(state.account(address)?.['Balance'] ?? '0')),
    0n,
  );
  t.is(String(total), header.total_coins);
  t.true(total < BigInt(start.total_coins));
});
