/** Execution: what it sends to bring the ledger to the quote, and what it never sends. */
import test from 'ava';
import type { Event, Said } from '../events/event.ts';
import type { MarketRead } from '../events/market.ts';
import type { OrderCancel, OrderSubmit } from '../events/order.ts';
import type { Quote, QuoteDecided } from '../events/quote.ts';
import type { ExecutionState } from '../machines/execution-state.ts';
import { execution } from '../machines/execution.ts';
import {
  blind,
  closed,
  observed,
  only,
  opened,
  read,
  resting as orphan,
  settings,
  thing,
  token,
  types,
} from './given.ts';
import { taken, ten, validated } from './given-transaction.ts';

const decided = (
  tick: number,
  bid: Quote | null,
  ask: Quote | null,
  withheld: QuoteDecided['withheld'] = { bid: null, ask: null },
): QuoteDecided => ({
  type: 'quote.decided',
  tick,
  bid,
  ask,
  reference: '1.42',
  referenceIs: 'mid',
  skewBps: 0,
  driftPct: 0,
  withheld,
});

const low: Quote = { price: '1.418', rlusd: '15' };
const high: Quote = { price: '1.422', rlusd: '15' };
const started: Event = { type: 'session.started', plannedEndAt: 0 };
const degraded: Event = { type: 'mode.changed', mode: 'DEGRADED', causes: ['issuer'] };
const ok: Event = { type: 'mode.changed', mode: 'OK', causes: [] };
const halt: Event = {
  type: 'halt',
  reason: 'kill_switch',
  source: 'operator',
  detail: '',
  event: 1,
  standing: [],
};
const at = Date.UTC(2026, 10, 23);

const isSubmit = (said: Said): said is OrderSubmit => said.type === 'order.submit';
const isCancel = (said: Said): said is OrderCancel => said.type === 'order.cancel';

const resting = (order: string, hash: string, ledger = 101): Event => ({
  type: 'order.resting',
  order,
  hash,
  ...ten,
  ledger,
});

/** Read at ledger 100 (its close time 400), the next Sequence 20. */
const driven = (given: Partial<typeof opened.brought> = {}) => {
  const actor = thing(execution(settings));
  const say = (...events: readonly Event[]): readonly Said[] => actor.turn(at, ...events);
  say({ ...opened, brought: { ...opened.brought, ...given } });
  say(read(100), started);
  const tick = (n: number, bid: Quote | null, ask: Quote | null): readonly Said[] =>
    say(observed(n), decided(n, bid, ask));
  /** Signs it, and lets it come to rest. */
  const settle = (order: OrderSubmit, ledger = 101): readonly Said[] => {
    const hash = `H${order.sequence}`;
    const { sequence, lastLedger } = order;
    return [
      ...say({ type: 'transaction.signed', intent: 1, blob: 'B', hash, sequence, lastLedger }),
      ...say(
        validated(hash, ledger, { TransactionType: 'OfferCreate', Sequence: sequence }, []),
        resting(order.order, hash, ledger),
      ),
    ];
  };
  const quoting = () => {
    const [bid, ask] = tick(0, low, high).filter(isSubmit);
    if (!bid || !ask) throw new Error('nothing was sent');
    settle(bid);
    settle(ask);
    return { bid, ask };
  };
  return { say, tick, settle, quoting, state: actor.state };
};

test('before the start nothing is sent', (t) => {
  const actor = thing(execution(settings));
  actor.turn(at, opened, read(100));
  t.deepEqual(actor.turn(at, observed(0), decided(0, low, high)), []);
});

test('a quote is an OfferCreate a side, with Sequence, fee, last ledger and Expiration', (t) => {
  const [bid, ask] = driven().tick(0, low, high).filter(isSubmit);
  t.like(bid, {
    order: '3f2a9c01-bid-1',
    side: 'buy',
    sequence: 20,
    lastLedger: 104,
    expiration: 460,
    replaces: null,
  });
  t.deepEqual(bid?.tx, {
    TransactionType: 'OfferCreate',
    Account: 'rEngine',
    Sequence: 20,
    Fee: '10',
    LastLedgerSequence: 104,
    Flags: 0,
    TakerGets: { ...token, value: '15' },
    TakerPays: '10578280',
    Expiration: 460,
  });
  t.like(ask, { order: '3f2a9c01-ask-2', sequence: 21 });
  t.like(ask?.tx, { Flags: 0x0008_0000, TakerGets: '10548523' });
});

test('while a side has an unsettled transaction it sends no second one', (t) => {
  const { tick, settle } = driven();
  const [bid] = tick(0, low, null).filter(isSubmit);
  t.deepEqual(tick(1, { price: '1.41', rlusd: '15' }, null), []);
  t.deepEqual(types(tick(2, { price: '1.41', rlusd: '15' }, high)), ['order.submit']);
  settle(bid as OrderSubmit);
  t.deepEqual(types(tick(3, { price: '1.41', rlusd: '15' }, null)), ['order.submit']);
});

test('moved by less than 0.5 bps it is left alone, by 0.5 it is replaced in one transaction', (t) => {
  const { tick, quoting } = driven();
  const { bid } = quoting();
  t.deepEqual(tick(1, { price: '1.4180708', rlusd: '15' }, high), []);
  const [replace] = tick(2, { price: '1.4180709', rlusd: '15' }, high).filter(isSubmit);
  t.is(replace?.replaces, bid.order);
  t.is(replace?.tx['OfferSequence'], 20);
  t.is(replace?.sequence, 22);
});

test('another size alone is no reason', (t) => {
  const { tick, quoting } = driven();
  quoting();
  t.deepEqual(tick(1, { ...low, rlusd: '19.5' }, high), []);
});

test('renewed when 40 of its 60 s are over, not before', (t) => {
  const { say, tick, quoting } = driven();
  const { bid, ask } = quoting();
  say(closed(109, 439));
  t.deepEqual(tick(1, low, high), []);
  say(closed(110, 440));
  const renewed = tick(2, low, high).filter(isSubmit);
  t.deepEqual(
    renewed.map(({ replaces }) => replaces),
    [bid.order, ask.order],
  );
  t.is(renewed[0]?.expiration, 500);
});

test('a side that is not quoted is cancelled, with the reason', (t) => {
  const { say, quoting } = driven();
  const { bid } = quoting();
  const said = say(observed(1), decided(1, null, high, { bid: 'momentum', ask: null })).filter(
    isCancel,
  );
  t.is(said.length, 1);
  t.like(said[0], { order: bid.order, offerSequence: 20, sequence: 22, why: 'momentum' });
  t.deepEqual(said[0]?.tx, {
    TransactionType: 'OfferCancel',
    Account: 'rEngine',
    Sequence: 22,
    Fee: '10',
    LastLedgerSequence: 104,
    Flags: 0,
    OfferSequence: 20,
  });
});

for (const [name, stop] of [
  ['DEGRADED', degraded],
  ['the halt', halt],
] as const) {
  test(`${name} cancels everything, once, and sends nothing new`, (t) => {
    const { say, quoting } = driven();
    const { bid, ask } = quoting();
    const said = say(observed(1), stop);
    t.deepEqual(types(said), ['order.cancel', 'order.cancel']);
    t.deepEqual(
      said.filter(isCancel).map(({ order }) => order),
      [bid.order, ask.order],
    );
    t.deepEqual(say(observed(2)), []);
    t.deepEqual(say(observed(3), decided(3, low, high)), []);
  });
}

test('an order that comes to rest after the mode has changed is cancelled as soon as it does', (t) => {
  const { say, tick, settle } = driven();
  const [bid] = tick(0, low, null).filter(isSubmit);
  t.deepEqual(say(observed(1), degraded), []);
  const said = settle(bid as OrderSubmit);
  t.like(said.filter(isCancel)[0], { order: bid?.order, why: 'DEGRADED' });
});

test('a cancel that was missed is sent again', (t) => {
  const { say, quoting } = driven();
  const { bid } = quoting();
  say(observed(1), degraded);
  const missed: Event = {
    type: 'order.cancel_missed',
    order: bid.order,
    hash: 'H22',
    result: 'tecSOMETHING',
  };
  t.deepEqual(types(say(missed)), ['order.cancel']);
});

test('back in OK it quotes anew', (t) => {
  const { say, tick } = driven();
  say(observed(0), degraded);
  say(ok);
  t.deepEqual(types(tick(1, low, high)), ['order.submit', 'order.submit']);
});

test('no mid: for one tick nothing, on the next what rests is cancelled', (t) => {
  const { say, quoting } = driven();
  quoting();
  t.deepEqual(say(observed(1, blind)), []);
  t.deepEqual(types(say(observed(2, blind))), ['order.cancel', 'order.cancel']);
});

test('one tick without mid and all is as before', (t) => {
  const { say, tick, quoting } = driven();
  quoting();
  say(observed(1, blind));
  t.deepEqual(tick(2, low, high), []);
  t.deepEqual(say(observed(3, blind)), []);
});

test('an intent that was withheld gives its Sequence back', (t) => {
  const { say, tick } = driven();
  const [bid, ask] = tick(0, low, high).filter(isSubmit);
  t.deepEqual([bid?.sequence, ask?.sequence], [20, 21]);
  for (const sequence of [20, 21]) {
    const order = sequence === 20 ? bid : ask;
    say(
      { type: 'intent.withheld', intent: 1, sequence, why: 'the log is behind' },
      { type: 'order.rejected', order: order?.order ?? '', result: 'withheld', hash: null },
    );
  }
  t.deepEqual(
    tick(1, low, high)
      .filter(isSubmit)
      .map(({ sequence, order }) => [sequence, order]),
    [
      [20, '3f2a9c01-bid-3'],
      [21, '3f2a9c01-ask-4'],
    ],
  );
});

test('what was never applied leaves a Sequence that is used again', (t) => {
  const { say, tick } = driven();
  const [bid] = tick(0, low, high).filter(isSubmit);
  say({
    type: 'transaction.signed',
    intent: 1,
    blob: 'B',
    hash: 'H20',
    sequence: 20,
    lastLedger: 104,
  });
  say(
    {
      type: 'transaction.settled',
      hash: 'H20',
      outcome: 'never',
      searched: { from: 100, to: 104 },
      detail: '',
    },
    { type: 'order.rejected', order: bid?.order ?? '', result: 'never applied', hash: 'H20' },
  );
  t.is(tick(1, low, high).filter(isSubmit)[0]?.sequence, 20);
});

test('the account’s own Sequence is followed, and never goes back', (t) => {
  const { say, tick } = driven();
  const given = read(101);
  say({ ...given, account: { ...given.account, sequence: 30 } });
  say(read(101));
  say(validated('X', 101, { Sequence: 25 }, []), taken('T', 101, [], { Sequence: 900 }));
  t.is(tick(0, low, null).filter(isSubmit)[0]?.sequence, 30);
});

test('a ledger that was told and was none sets no last ledger once another is told, one behind what was read none at all', (t) => {
  const { say, tick } = driven();
  say(closed(1001, 800));
  say(closed(102, 404));
  say(closed(99, 396));
  say(read(101));
  t.like(tick(0, low, null).filter(isSubmit)[0], { lastLedger: 106, expiration: 464 });
});

const feeOf = (drops: string): MarketRead =>
  read(101, { fee: { baseDrops: '10', openLedgerDrops: drops } });
const fees = (said: readonly Said[]) =>
  said.map((event) => (isSubmit(event) || isCancel(event) ? event.tx['Fee'] : null));

test('the open ledger’s fee is paid up to the cap; above it nothing is quoted', (t) => {
  const at100 = driven();
  at100.say(feeOf('100'));
  t.deepEqual(fees(at100.tick(0, low, null)), ['100']);
  const above = driven();
  above.say(feeOf('101'));
  t.deepEqual(above.tick(0, low, high), []);
});

test('a cancel pays more, up to its own cap, and is never left out', (t) => {
  const dear = driven();
  dear.quoting();
  dear.say(feeOf('5010'));
  t.deepEqual(fees(dear.say(observed(1), degraded)), ['5010', '5010']);
  const dearer = driven();
  dearer.quoting();
  dearer.say(feeOf('50000'));
  const [cancel] = dearer.say(observed(1), degraded).filter(isCancel);
  t.is(cancel?.tx['Fee'], '10000');
  const { sequence = 0, lastLedger = 0 } = cancel ?? {};
  dearer.say({ type: 'transaction.signed', intent: 5, blob: 'B', hash: 'C', sequence, lastLedger });
  const refused = { hash: 'C', result: 'telINSUF_FEE_P', error: null } as const;
  t.deepEqual(dearer.say({ type: 'transaction.answered', ...refused }), [], 'there is no more');
});

test('past its last ledger the ledger is asked, once for each ledger covered', (t) => {
  const { say, tick } = driven();
  tick(0, low, null);
  say({
    type: 'transaction.signed',
    intent: 1,
    blob: 'B',
    hash: 'H20',
    sequence: 20,
    lastLedger: 104,
  });
  t.deepEqual(say(read(104)), [], 'it can still be applied in 104');
  t.deepEqual(say(read(105)), [{ type: 'transaction.lookup', hash: 'H20', from: 100, to: 104 }]);
  t.deepEqual(say(read(105)), []);
  t.deepEqual(types(say(read(106))), ['transaction.lookup']);
});

/** A create of each side that no server has taken. */
const stuck = () => {
  const driving = driven();
  const [bid, ask] = driving.tick(0, low, high).filter(isSubmit);
  if (!bid || !ask) throw new Error('nothing was sent');
  for (const { sequence, lastLedger } of [bid, ask]) {
    const hash = `H${sequence}`;
    driving.say({
      type: 'transaction.signed',
      intent: sequence,
      blob: 'B',
      hash,
      sequence,
      lastLedger,
    });
  }
  const answer = (hash: string, result: string | null): readonly Said[] =>
    driving.say({ type: 'transaction.answered', hash, result, error: result ? null : 'timeout' });
  return { ...driving, bid, ask, answer };
};

test('a create that has not got in never holds up a cancel-all: its Sequence is used again at the cancel fee cap', (t) => {
  const { say, answer } = stuck();
  answer('H20', 'telINSUF_FEE_P');
  answer('H21', 'tesSUCCESS');
  const said = say(observed(1), degraded).filter(isCancel);
  t.is(said.length, 1, 'what is in the open ledger is waited for');
  t.like(said[0], { order: null, sequence: 20, offerSequence: null, excludes: 'H20' });
  t.deepEqual(said[0]?.tx, {
    TransactionType: 'AccountSet',
    Account: 'rEngine',
    Sequence: 20,
    Fee: '10000',
    LastLedgerSequence: 104,
    Flags: 0,
  });
  t.deepEqual(say(observed(2)), [], 'once');
});

test('one that would replace an order removes it by the same transaction', (t) => {
  const { say, tick, quoting } = driven();
  const { bid } = quoting();
  const [replace] = tick(1, { price: '1.41', rlusd: '15' }, high).filter(isSubmit);
  const { sequence = 0, lastLedger = 0 } = replace ?? {};
  say({ type: 'transaction.signed', intent: 3, blob: 'B', hash: 'R', sequence, lastLedger });
  say({ type: 'transaction.answered', hash: 'R', result: 'terPRE_SEQ', error: null });
  const [first] = say(observed(2), degraded).filter(isCancel);
  t.like(first, { order: bid.order, offerSequence: 20, sequence: 22, excludes: 'R' });
  t.like(first?.tx, { TransactionType: 'OfferCancel', OfferSequence: 20, Fee: '10000' });
});

test('neither does the removal of what has expired: its Sequence is used again, too', (t) => {
  const { say, quoting } = driven();
  const { bid, ask } = quoting();
  const gone: Event = { type: 'order.expired', order: ask.order, ledger: 102, hash: null };
  const [removal] = say(gone).filter(isCancel);
  const { sequence = 0, lastLedger = 0 } = removal ?? {};
  say({ type: 'transaction.signed', intent: 5, blob: 'B', hash: 'C', sequence, lastLedger });
  say({ type: 'transaction.answered', hash: 'C', result: 'telINSUF_FEE_P', error: null });
  const said = say(observed(1), degraded).filter(isCancel);
  t.like(said, [
    { order: null, offerSequence: ask.sequence, sequence, excludes: 'C' },
    { order: bid.order, sequence: sequence + 1, excludes: null },
  ]);
  t.is(said[0]?.tx['Fee'], '10000');
  t.deepEqual(say(observed(2)), [], 'once');
});

test('a cancel of what has been filled meanwhile neither; where nothing rests there is nothing to hold up', (t) => {
  for (const rests of [true, false]) {
    const { say, tick, settle } = driven();
    for (const order of tick(0, low, rests ? high : null).filter(isSubmit)) settle(order);
    const [cancel] = tick(1, null, rests ? high : null).filter(isCancel);
    const { sequence = 0, lastLedger = 0, order } = cancel ?? {};
    say({ type: 'transaction.signed', intent: 5, blob: 'B', hash: 'C', sequence, lastLedger });
    say({ type: 'transaction.answered', hash: 'C', result: 'telINSUF_FEE_P', error: null });
    say({ type: 'order.filled', order: order ?? '', hash: 'T' });
    const said = say(observed(2), degraded).filter(isCancel);
    t.deepEqual(
      said.map(({ excludes }) => excludes),
      rests ? ['C', null] : [],
    );
  }
});

test('what no server has taken goes again also where the ledger it was last tried in was none', (t) => {
  const { say, quoting } = driven();
  const { bid } = quoting();
  say(closed(1001, 800));
  const [cancel] = say(observed(1), degraded).filter(isCancel);
  t.is(cancel?.order, bid.order);
  const { sequence = 0, lastLedger = 0 } = cancel ?? {};
  say({ type: 'transaction.signed', intent: 5, blob: 'B', hash: 'C', sequence, lastLedger });
  say({ type: 'transaction.answered', hash: 'C', result: null, error: 'timeout' });
  const resent = (...events: readonly Event[]) =>
    say(...events).filter((event) => event.type === 'transaction.resend' && event.hash === 'C');
  t.is(resent(closed(102, 404)).length, 1);
  t.is(resent(read(102)).length, 0, 'once for each ledger');
  t.is(resent(closed(103, 408)).length, 1);
});

test('one that was taken and is not seen two ledgers later has not got in', (t) => {
  const { say, answer } = stuck();
  answer('H20', 'tesSUCCESS');
  answer('H21', 'tesSUCCESS');
  t.deepEqual(say(observed(1), degraded), []);
  t.deepEqual(say(closed(102, 408)), [], 'the transactions of 102 may still come');
  t.deepEqual(
    say(closed(103, 412))
      .filter(isCancel)
      .map(({ sequence, excludes }) => [sequence, excludes]),
    [
      [20, 'H20'],
      [21, 'H21'],
    ],
  );
});

test('a create whose fate nobody knows loses its Sequence, and no other is spent on it', (t) => {
  const { say, bid } = stuck();
  say({ type: 'order.unknown', order: bid.order, why: 'x', until: 460 });
  say(read(106));
  t.deepEqual(
    say(observed(1), degraded)
      .filter(isCancel)
      .map(({ sequence, excludes }) => [sequence, excludes]),
    [
      [20, 'H20'],
      [21, 'H21'],
    ],
  );
});

test('a Sequence that is used is not used again', (t) => {
  const { say, answer } = stuck();
  answer('H20', 'telINSUF_FEE_P');
  const given = read(101);
  say({ ...given, account: { ...given.account, sequence: 21 } });
  t.deepEqual(say(closed(102, 408)), [], 'nor does what would use it go again');
  t.deepEqual(say(observed(1), degraded), []);
});

test('a cancel that has not got in is sent again with the same Sequence at the cap', (t) => {
  const { say, quoting } = driven();
  const { bid } = quoting();
  const [cancel] = say(observed(1), degraded).filter(isCancel);
  const { sequence = 0, lastLedger = 0 } = cancel ?? {};
  say({ type: 'transaction.signed', intent: 5, blob: 'B', hash: 'C', sequence, lastLedger });
  const said = say({
    type: 'transaction.answered',
    hash: 'C',
    result: 'telINSUF_FEE_P',
    error: null,
  });
  const [again] = said.filter(isCancel);
  t.like(again, { order: bid.order, offerSequence: 20, sequence: 22, excludes: 'C' });
  t.is(again?.tx['Fee'], '10000');
});

test('what no server has taken goes again with the next ledger, until its last', (t) => {
  const { say, answer } = stuck();
  answer('H20', null);
  answer('H21', 'tesSUCCESS');
  t.deepEqual(say(closed(101, 404)), [
    { type: 'transaction.resend', hash: 'H20', why: 'no answer' },
  ]);
  t.deepEqual(say(observed(1)), [], 'once a ledger');
  answer('H20', 'terQUEUED');
  t.deepEqual(say(closed(102, 408)), [], 'now it waits');
  answer('H20', 'telCAN_NOT_QUEUE_FULL');
  t.deepEqual(types(say(closed(103, 412))), ['transaction.resend']);
  t.deepEqual(say(closed(104, 416)), [], 'the last one that it could be in has closed');
});

test('what was looked up or sent again is remembered no longer than it is on its way', (t) => {
  const { say, state, answer } = stuck();
  const remembered = (): readonly string[] => {
    const { asked, resent } = state() as ExecutionState;
    return [...asked.keys(), ...resent.keys()].toSorted();
  };
  answer('H20', null);
  say(closed(101, 404));
  say(read(105));
  t.deepEqual(remembered(), ['H20', 'H20', 'H21']);
  const searched = { from: 100, to: 104 };
  say({ type: 'transaction.settled', hash: 'H20', outcome: 'never', searched, detail: '' });
  answer('H21', null);
  say(read(106));
  t.deepEqual(remembered(), ['H21', 'H21']);
});

test('a create goes again only while quoting, a cancel always', (t) => {
  const { say, quoting } = driven();
  quoting();
  const [cancel] = say(observed(1), degraded).filter(isCancel);
  const { sequence = 0, lastLedger = 0 } = cancel ?? {};
  say({ type: 'transaction.signed', intent: 5, blob: 'B', hash: 'C', sequence, lastLedger });
  say({ type: 'transaction.answered', hash: 'C', result: 'temBAD_SEQUENCE', error: null });
  t.deepEqual(types(say(closed(101, 404))), ['transaction.resend']);
  const other = stuck();
  other.say(observed(1), degraded);
  other.answer('H20', null);
  t.false(types(other.say(closed(101, 404))).includes('transaction.resend'));
  const ending = stuck();
  ending.answer('H20', null);
  ending.say({ ...halt, reason: 'duration_elapsed', source: 'session' });
  t.false(types(ending.say(closed(101, 404))).includes('transaction.resend'), 'at a planned end');
});

test('malformed: nothing is tried again before the next ledger', (t) => {
  const { say, quoting } = driven();
  const { bid } = quoting();
  const [cancel] = say(observed(1), degraded).filter(isCancel);
  const { sequence = 0, lastLedger = 0 } = cancel ?? {};
  say({ type: 'transaction.signed', intent: 5, blob: 'B', hash: 'C', sequence, lastLedger });
  const missed: Event = {
    type: 'order.cancel_missed',
    order: bid.order,
    hash: 'C',
    result: 'temINVALID',
  };
  const answered: Event = {
    type: 'transaction.answered',
    hash: 'C',
    result: 'temINVALID',
    error: null,
  };
  t.deepEqual(say(answered, missed), []);
  t.deepEqual(say(observed(2)), []);
  t.deepEqual(types(say(closed(101, 404))), ['order.cancel']);
});

test('one of unknown fate may rest: cancelled with the rest, once', (t) => {
  const { say, quoting } = driven();
  const { bid, ask } = quoting();
  say({ type: 'order.unknown', order: bid.order, why: 'x', until: 460 });
  const said = say(observed(1), degraded).filter(isCancel);
  t.deepEqual(
    said.map(({ order }) => order),
    [bid.order, ask.order],
  );
  t.deepEqual(say(observed(2)), [], 'its cancel is on the way');
  const [{ sequence, lastLedger }] = said as [OrderCancel];
  say({ type: 'transaction.signed', intent: 5, blob: 'B', hash: 'C', sequence, lastLedger });
  const gone = say(
    validated('C', 102, { TransactionType: 'OfferCancel', Sequence: sequence }, []),
    { type: 'order.cancel_missed', order: bid.order, hash: 'C', result: 'tesSUCCESS' },
  );
  t.deepEqual(gone, [], 'the ledger has no such offer');
});

test('an offer that an earlier session left resting is cancelled as an orphan, and its side waits', (t) => {
  const actor = thing(execution(settings));
  actor.turn(at, { ...opened, brought: { ...opened.brought, orders: [orphan] } });
  const said = actor.turn(at, read(100), started);
  t.like(said.filter(isCancel)[0], {
    order: 'old-1',
    offerSequence: 7,
    why: 'orphan cleanup 2026-11-23',
  });
  t.deepEqual(
    actor
      .turn(at, observed(0), decided(0, low, high))
      .filter(isSubmit)
      .map(({ side }) => side),
    ['sell'],
  );
});

test('one left unsettled is looked up by its hash, and not cancelled before it is known to rest', (t) => {
  const actor = thing(execution(settings));
  const orders = [{ ...orphan, state: 'submitted' }];
  actor.turn(at, { ...opened, brought: { ...opened.brought, orders } });
  const said = actor.turn(at, read(100), started);
  t.deepEqual(types(said), ['transaction.lookup']);
  t.is(only(said, 'transaction.lookup')?.hash, 'H7');
  const rests = actor.turn(at, resting('old-1', 'H7'));
  t.deepEqual(rests.filter(isCancel).length, 1);
});

for (const [reason, cancelled] of [
  ['startup_failure', true],
  ['config_mismatch', false],
] as const) {
  test(`a refused start (${reason}) ${cancelled ? 'cancels orphans and nothing else' : 'sends nothing to that network'}`, (t) => {
    const actor = thing(execution(settings));
    const brought = { ...opened.brought, orders: [orphan] };
    actor.turn(at, { ...opened, cancelForeign: true, brought });
    const said = actor.turn(
      at,
      read(100),
      { type: 'session.foreign_offers_found', sequences: [8] },
      { ...halt, reason, source: 'startup' } as Event,
    );
    t.deepEqual(
      said.filter(isCancel).map(({ order }) => order),
      cancelled ? ['old-1'] : [],
    );
  });
}

test('a foreign offer that is still there when its cancel can no longer be is cancelled again', (t) => {
  const actor = thing(execution(settings));
  actor.turn(at, { ...opened, cancelForeign: true });
  const offers = [{ sequence: 8, side: 'sell', drops: '1', rlusd: '1', expiration: null }] as const;
  const found: Event = { type: 'session.foreign_offers_found', sequences: [8] };
  t.deepEqual(types(actor.turn(at, read(100, { offers }), found, started)), ['order.cancel']);
  t.deepEqual(types(actor.turn(at, read(104, { offers }))), []);
  t.deepEqual(types(actor.turn(at, read(105, { offers }))), ['order.cancel']);
  t.deepEqual(types(actor.turn(at, read(110))), []);
});

test('a cancel that is validated is not sent again before the offers are read', (t) => {
  const actor = thing(execution(settings));
  actor.turn(at, { ...opened, brought: { ...opened.brought, expired: [8] } });
  const offers = [{ sequence: 8, side: 'sell', drops: '1', rlusd: '1', expiration: 400 }] as const;
  const [cancel] = actor.turn(at, read(100, { offers }), started).filter(isCancel);
  const { sequence = 0, lastLedger = 0 } = cancel ?? {};
  actor.turn(at, {
    type: 'transaction.signed',
    intent: 5,
    blob: 'B',
    hash: 'C',
    sequence,
    lastLedger,
  });
  const done = validated('C', 101, { TransactionType: 'OfferCancel', Sequence: sequence }, []);
  t.deepEqual(actor.turn(at, done), []);
});

for (const cancelForeign of [true, false]) {
  test(`foreign offers found at the start, expired ones too, are ${cancelForeign ? 'cancelled where that was asked for' : 'else left alone'}`, (t) => {
    const actor = thing(execution(settings));
    actor.turn(at, { ...opened, cancelForeign });
    const offers = [
      { sequence: 8, side: 'sell', drops: '1', rlusd: '1', expiration: null },
      { sequence: 9, side: 'sell', drops: '1', rlusd: '1', expiration: 400 },
    ] as const;
    const said = actor.turn(
      at,
      read(100, { offers }),
      { type: 'session.foreign_offers_found', sequences: [8, 9] },
      started,
    );
    t.deepEqual(
      said.filter(isCancel).map(({ order, offerSequence }) => [order, offerSequence]),
      cancelForeign
        ? [
            [null, 8],
            [null, 9],
          ]
        : [],
    );
  });
}

test('an offer of ours that has expired is removed from the account, in this session or in the next', (t) => {
  const offers = [{ sequence: 8, side: 'sell', drops: '1', rlusd: '1', expiration: 400 }] as const;
  const gone: Event = { type: 'order.expired', order: 'old-1', ledger: 100, hash: null };
  const mine = { ...orphan, sequence: 8 };
  const removed = (brought: Partial<typeof opened.brought>, ...events: readonly Event[]) => {
    const actor = thing(execution(settings));
    actor.turn(at, { ...opened, brought: { ...opened.brought, ...brought } });
    return actor.turn(at, read(100, { offers }), ...events, started).filter(isCancel);
  };
  t.like(removed({ orders: [mine] }, gone), [{ order: null, offerSequence: 8 }]);
  t.like(removed({ expired: [8, 9] }), [{ order: null, offerSequence: 8 }]);
  const byATaker = { ...gone, hash: 'T1' };
  t.deepEqual(removed({ orders: [mine] }, byATaker), [], 'the ledger has removed it');
});

test('no end waits for what has expired: only what is of others’ making is tried again', (t) => {
  const actor = thing(execution(settings));
  actor.turn(at, {
    ...opened,
    cancelForeign: true,
    brought: { ...opened.brought, expired: [8] },
  });
  const offers = [8, 9].map((sequence) => ({
    sequence,
    side: 'sell' as const,
    drops: '1',
    rlusd: '1',
    expiration: 400,
  }));
  const found: Event = { type: 'session.foreign_offers_found', sequences: [9] };
  const first = actor.turn(at, read(100, { offers }), found, started).filter(isCancel);
  t.deepEqual(
    first.map(({ offerSequence }) => offerSequence),
    [8, 9],
  );
  actor.turn(at, halt);
  const again = actor.turn(at, read(120, { offers })).filter(isCancel);
  t.deepEqual(
    again.map(({ offerSequence }) => offerSequence),
    [9],
  );
});

test('what expires while it ends is left to its Expiration', (t) => {
  const { say, quoting } = driven();
  const { bid, ask } = quoting();
  say(halt);
  const gone = { type: 'order.expired', ledger: 102, hash: null } as const;
  const offers = [{ sequence: 20, side: 'buy', drops: '1', rlusd: '1', expiration: 1 }] as const;
  const said = say({ ...gone, order: bid.order }, { ...gone, order: ask.order });
  t.deepEqual([...said, ...say(read(110, { offers }))].filter(isCancel), []);
});

test('nothing leaves once the session has ended', (t) => {
  const actor = thing(execution(settings));
  actor.turn(at, { ...opened, brought: { ...opened.brought, expired: [8] } });
  const offers = [{ sequence: 8, side: 'sell', drops: '1', rlusd: '1', expiration: 400 }] as const;
  const ended: Event = {
    type: 'session.ended',
    outcome: 'nothing_left',
    proof: { ledger: 100 },
    left: [],
    untilMs: null,
  };
  t.deepEqual(actor.turn(at, read(100, { offers }), started, halt, ended), []);
  const { say, quoting } = driven();
  const { bid } = quoting();
  t.is(say(halt).filter(isCancel).length, 2);
  const missed = { order: bid.order, hash: 'C', result: 'tecEXPIRED' } as const;
  const left = { ...ended, outcome: 'left_to_expire', left: [bid.order] } as const;
  t.deepEqual(say(left, { type: 'order.cancel_missed', ...missed }), []);
});

test('a side with an order of unknown fate is not quoted, the other is', (t) => {
  const { say, tick, quoting } = driven();
  const { bid } = quoting();
  say({ type: 'order.unknown', order: bid.order, why: 'x', until: 460 });
  const moved = (price: string): Quote => ({ price, rlusd: '15' });
  const sides = tick(1, moved('1.41'), moved('1.43')).filter(isSubmit);
  t.deepEqual(
    sides.map(({ side }) => side),
    ['sell'],
  );
});

test('a replace that replaced nothing is sized anew on the next tick', (t) => {
  const { say, tick, quoting } = driven();
  const { bid } = quoting();
  say({ type: 'order.replaced_nothing', order: bid.order, target: 'x', hash: 'H' });
  const [sized] = tick(1, { ...low, rlusd: '10.5' }, high).filter(isSubmit);
  t.like(sized, { replaces: bid.order, rlusd: '10.5' });
});

test('one that replaced nothing and has its size is left alone', (t) => {
  const { say, tick, quoting } = driven();
  const { bid } = quoting();
  say({ type: 'order.replaced_nothing', order: bid.order, target: 'x', hash: 'H' });
  t.deepEqual(tick(1, low, high), []);
});

test('a spike of fees cancels nothing before the third tick in a row', (t) => {
  const { say, quoting } = driven();
  quoting();
  const dear = (tick: number) =>
    say(observed(tick), {
      ...decided(tick, null, null),
      withheld: { bid: 'fees', ask: 'fees' },
    }).filter(isCancel).length;
  t.deepEqual([dear(1), dear(2)], [0, 0]);
  t.deepEqual([dear(3)], [2]);
});

test('a tick at which fees are borne ends the row; of one side alone they count as well', (t) => {
  const spike = { bid: 'momentum', ask: 'fees' } as const;
  const { say, tick, quoting } = driven();
  const { ask } = quoting();
  const dear = (n: number) => say(observed(n), decided(n, null, null, spike)).filter(isCancel);
  dear(1);
  t.deepEqual(dear(2), []);
  tick(3, null, high);
  t.deepEqual([...dear(4), ...dear(5)], []);
  t.like(dear(6), [{ order: ask.order }]);
});

test('two replaces that replaced nothing are both sized anew', (t) => {
  const { say, tick, quoting } = driven();
  const { bid, ask } = quoting();
  say(
    { type: 'order.replaced_nothing', order: bid.order, target: 'x', hash: 'H' },
    { type: 'order.replaced_nothing', order: ask.order, target: 'y', hash: 'I' },
  );
  const sized = tick(1, { ...low, rlusd: '10.5' }, { ...high, rlusd: '19.5' }).filter(isSubmit);
  t.deepEqual(
    sized.map(({ replaces, rlusd }) => [replaces, rlusd]),
    [
      [bid.order, '10.5'],
      [ask.order, '19.5'],
    ],
  );
});

test('a side that came to stand doubled loses the older', (t) => {
  const { say, tick, settle } = driven();
  const [first] = tick(0, low, null).filter(isSubmit);
  settle(first as OrderSubmit);
  const [second] = tick(1, { price: '1.41', rlusd: '15' }, null).filter(isSubmit);
  settle(second as OrderSubmit);
  say({ type: 'order.cancel_missed', order: first?.order ?? '', hash: 'H', result: 'tesSUCCESS' });
  const [cancelled] = tick(2, { price: '1.41', rlusd: '15' }, null).filter(isCancel);
  t.like(cancelled, { order: first?.order, why: 'doubled' });
});
