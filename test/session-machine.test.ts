/** A session's life: what refuses its start, what ends it, what proves the end. */
import test from 'ava';
import type { Event, Said } from '../events/event.ts';
import type { MarketRead } from '../events/market.ts';
import type { OrdersAccounted } from '../events/order.ts';
import type { SessionOpened } from '../events/session.ts';
import { orders } from '../machines/orders.ts';
import { sessionHears, sessionMachine } from '../machines/session.ts';
import { unixMs } from '../ledger/time.ts';
import { carried, noInventory } from '../projections/inventory.ts';
import { chart, halt, only, opened, read, resting, settings, thing, types } from './given.ts';
import { createdOffer, deletedOffer, root, submit, ten, validated } from './given-transaction.ts';

const tick: Event = { type: 'tick', index: 0 };
const end: Event = { type: 'time.due', subject: 'end' };
const due: Event = { type: 'time.due', subject: 'closing' };
const signal = (name: 'SIGINT' | 'SIGTERM' | 'SIGBREAK' | 'SIGHUP'): Event => ({
  type: 'signal',
  name,
});
const signed = (sequence: number): Event => ({
  type: 'transaction.signed',
  intent: 1,
  blob: 'B',
  hash: `H${sequence}`,
  sequence,
  lastLedger: 104,
});
const order = { ...resting, lastLedger: 104 };
const stop: Event = { type: 'operator.stop', note: 'enough' };

/** The session behind the orders, whose account of what is left it hears. */
const driven = (given: Partial<SessionOpened> = {}) => {
  const session = chart(sessionMachine(settings), sessionHears);
  const accountant = thing(orders);
  const say = (ms: number, ...events: readonly Event[]): readonly Said[] => {
    const account = only(accountant.turn(ms, ...events), 'orders.accounted');
    return session.turn(ms, ...events, ...(account ? [account] : []));
  };
  say(0, { ...opened, ...given });
  return { say, state: session.state };
};

/** Read at ledger 100 and started at its first tick. */
const running = (given: Partial<SessionOpened> = {}) => {
  const session = driven(given);
  session.say(1000, read(100));
  session.say(2000, tick);
  return session;
};

const reason = (said: readonly Said[]) => only(said, 'session.ending')?.reason;
const detail = (said: readonly Said[]) => only(said, 'session.ending')?.detail ?? '';

test('the first tick starts it, with its planned end', (t) => {
  const { say, state } = driven();
  say(1000, read(100));
  const said = say(2000, tick);
  t.is(only(said, 'session.started')?.plannedEndAt, 2000 + 3_600_000);
  t.is(state(), 'running');
  t.deepEqual(say(6000, { type: 'tick', index: 1 }), [], 'once');
});

test('a start without any read is refused: balances and offers are not known', (t) => {
  const said = driven().say(2000, tick);
  t.is(reason(said), 'startup_failure');
  t.is(only(said, 'session.ending')?.source, 'startup');
});

const checked = (status: 'ok' | 'warn' | 'trip', source: 'start' | 'periodic'): Event => ({
  type: 'truth.checked',
  source,
  status,
  ledger: 100,
  internal: { drops: '112560000', rlusd: '97.61' },
  chain: { drops: '66820000', rlusd: '97.61' },
  deltaDrops: '45740000',
  deltaRlusd: '0',
  note: '',
});

test('a halt-size delta refuses to start, with both balances and the cure', (t) => {
  const { say } = driven();
  say(1000, read(100), checked('trip', 'start'));
  const said = say(2000, tick);
  t.is(reason(said), 'startup_failure');
  t.regex(detail(said), /112\.56 XRP.*66\.82 XRP.*neo realign --confirm/);
});

test('a warning at the start, or a trip later, refuses nothing', (t) => {
  for (const event of [checked('warn', 'start'), checked('trip', 'periodic')]) {
    const { say } = driven();
    say(1000, read(100), event);
    t.truthy(only(say(2000, tick), 'session.started'));
  }
});

test('a server of another network is a config mismatch', (t) => {
  const up = (networkId: number | null): Event => ({
    type: 'gateway.up',
    endpoint: 'wss://x',
    networkId,
  });
  const { say } = driven();
  say(500, up(1));
  say(1000, read(100));
  t.is(reason(say(2000, tick)), 'config_mismatch');
  for (const fine of [0, null]) {
    const session = driven();
    session.say(500, up(fine));
    session.say(1000, read(100));
    t.truthy(only(session.say(2000, tick), 'session.started'));
  }
});

test('a clock more than 20 s from the ledger’s close times refuses the start, with the cure', (t) => {
  const compared = (skewMs: number): Event => ({ type: 'clock.compared', ledger: 100, skewMs });
  for (const [skewMs, words] of [
    [20_001, /20 s ahead of the close of ledger 100 .*NTP, or name a server/],
    [-45_000, /45 s behind the close of ledger 100 .*NTP/],
  ] as const) {
    const { say } = driven();
    say(1000, read(100), compared(skewMs));
    const said = say(2000, tick);
    t.is(reason(said), 'startup_failure');
    t.regex(detail(said), words);
  }
  for (const skewMs of [20_000, 0, -20_000]) {
    const { say } = driven();
    say(1000, read(100), compared(skewMs));
    t.truthy(only(say(2000, tick), 'session.started'));
  }
});

test('an account without a line for the token cannot start', (t) => {
  const { say } = driven();
  say(1000, read(100, { line: null }));
  t.regex(detail(say(2000, tick)), /no trust line/);
});

const offers: MarketRead['offers'] = [
  { sequence: 7, side: 'buy', drops: '1', rlusd: '1', expiration: 460 },
  { sequence: 8, side: 'sell', drops: '1', rlusd: '1', expiration: null },
  { sequence: 9, side: 'sell', drops: '1', rlusd: '1', expiration: 400 },
  { sequence: 10, side: 'other', drops: '1', rlusd: '1', expiration: null },
];
const known = { ...opened.brought, orders: [order] };

test('offers of the pair that no log knows refuse the start; ours, expired and other pairs do not', (t) => {
  const { say } = driven({ brought: known });
  const said = say(1000, read(100, { offers }));
  t.deepEqual(only(said, 'session.foreign_offers_found')?.sequences, [8, 9]);
  t.regex(detail(say(2000, tick)), /offers 8 on the account.*--cancel-foreign/);
});

test('an offer of this log that has expired is known, and is no foreign one', (t) => {
  const { say } = driven({ brought: { ...known, expired: [9] } });
  t.deepEqual(
    only(say(1000, read(100, { offers })), 'session.foreign_offers_found')?.sequences,
    [8],
  );
});

const still = { sequence: 99, side: 'buy', drops: '1', rlusd: '1', expiration: 460 } as const;

test('one that has expired, which no log knows, refuses no start and is in the way of no end', (t) => {
  const { say } = driven();
  say(1000, read(100, { offers: [{ ...still, expiration: 400 }] }));
  t.truthy(only(say(2000, tick), 'session.started'));
  say(3000, stop);
  say(3000, halt);
  say(3500, read(101, { offers: [{ ...still, expiration: 400 }] }));
  t.like(only(say(4000, due), 'session.ended'), {
    outcome: 'nothing_sent',
    proof: { ledger: 101 },
  });
});

test('told to cancel them, it starts', (t) => {
  const { say } = driven({ brought: known, cancelForeign: true });
  const said = say(1000, read(100, { offers }));
  t.deepEqual(only(said, 'session.foreign_offers_found')?.sequences, [8, 9]);
  t.truthy(only(say(2000, tick), 'session.started'));
});

test('an offer that appears later is no matter of the start', (t) => {
  const { say } = running();
  t.deepEqual(say(9000, read(102, { offers })), []);
});

test('a latched kill switch refuses the start until it is cleared', (t) => {
  const brought = { ...opened.brought, killLatched: { note: 'enough' } };
  const { say } = driven({ brought });
  say(1000, read(100));
  t.regex(detail(say(2000, tick)), /latched \(enough\).*neo kill --clear/);
  const cleared = driven({ brought });
  cleared.say(500, { type: 'operator.clear', by: 'me', note: 'looked' });
  cleared.say(1000, read(100));
  t.truthy(only(cleared.say(2000, tick), 'session.started'));
});

test('an end with books and wallet apart refuses the next start until it is acknowledged by its number', (t) => {
  const driftUnacknowledged = { uuid: 'before', session: 3, seq: 812 };
  const brought = { ...opened.brought, driftUnacknowledged };
  const asks = (given: Partial<SessionOpened>, ...events: readonly Event[]): string => {
    const { say } = driven({ brought, ...given });
    say(500, ...events);
    say(1000, read(100));
    return detail(say(2000, tick));
  };
  const seen = (uuid: string, seq: number): Event => ({
    type: 'operator.acknowledge',
    session: 3,
    uuid,
    seq,
    note: 'looked',
  });
  t.regex(asks({}), /session 3 ended .* apart .*neo acknowledge 3 812 --note TEXT/);
  t.regex(asks({}, seen('before', 811)), /apart/, 'another event');
  t.regex(asks({}, seen('other', 812)), /apart/, 'another session');
  t.is(asks({}, seen('before', 812)), '');
  t.is(asks({}, { type: 'operator.realign', note: 'x' }), '', 'the wallet is adopted');
  const inventory = carried({ ...noInventory, known: true, realign: true });
  t.is(asks({ brought: { ...brought, inventory } }), '', 'so it was asked of a session before');
  t.is(asks({ override: 'I know' }), '');
});

test('a gate that says no refuses the start with what is against it; a note lifts that', (t) => {
  const asks = (go: boolean, override: string | null) => {
    const { say } = driven({ override });
    const lines = [
      { check: 'truth', pass: go, evidence: 'never compared' },
      { check: 'backup', pass: true, evidence: 'made today' },
    ];
    say(1000, read(100), { type: 'gate.answered', go, lines });
    return detail(say(2000, tick));
  };
  t.is(asks(true, null), '');
  t.regex(asks(false, null), /^the gate says no: never compared; see neo gate/);
  t.is(asks(false, 'I know'), '');
});

test('an account whose master key is disabled cannot be traded from', (t) => {
  const { say } = driven();
  const { account } = read(100);
  say(1000, read(100, { account: { ...account, flags: 0x00100000 } }));
  const said = say(2000, tick);
  t.is(reason(said), 'startup_failure');
  t.regex(detail(said), /master key is disabled/);
});

test('the first reason found refuses', (t) => {
  const { say } = driven();
  say(500, { type: 'gateway.up', endpoint: 'wss://x', networkId: 1 });
  say(1000, read(100, { line: null }));
  t.is(reason(say(2000, tick)), 'config_mismatch');
});

test('the planned end, a signal and a requested stop each ask for their own token', (t) => {
  const asked = (event: Event) => only(running().say(9000, event), 'session.ending');
  t.like(asked(end), { reason: 'duration_elapsed', source: 'session' });
  t.like(asked(stop), {
    reason: 'engine_requested_halt',
    source: 'operator',
    detail: 'enough',
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] as const) {
    t.like(asked(signal(name)), {
      reason: `interrupted_${name.toLowerCase()}`,
      source: 'session',
    });
  }
});

test('a tick, or the pulse of closing, ends nothing while it runs', (t) => {
  const { say } = running();
  t.deepEqual(say(9000, { type: 'tick', index: 3 }), []);
  t.deepEqual(say(9000, due), []);
});

test('a session that never ended is closed by the next start, with how long it was silent', (t) => {
  const said = running().say(9000, {
    type: 'session.closed_by_next',
    uuid: opened.uuid,
    silentMs: 61_400,
  });
  t.like(only(said, 'session.ending'), {
    reason: 'unexpected_halt',
    source: 'recovery',
    detail: 'the log was silent for 61 s',
  });
});

const fee = root('60000010', '60000000');
const placed = validated('H20', 101, { TransactionType: 'OfferCreate', Sequence: 20 }, [
  createdOffer({ sequence: 20, side: 'buy', left: ten }),
  fee,
]);
const rests: Event = {
  type: 'order.resting',
  order: 'bid-20',
  hash: 'H20',
  ...ten,
  ledger: 101,
};
const cancel: Event = {
  type: 'order.cancel',
  order: 'bid-20',
  offerSequence: 20,
  sequence: 21,
  lastLedger: 106,
  why: 'session ends',
  excludes: null,
  tx: {},
};
const cancelled = [
  validated('H21', 103, { TransactionType: 'OfferCancel', Sequence: 21, OfferSequence: 20 }, [
    deletedOffer({ sequence: 20, side: 'buy', left: ten }),
    fee,
  ]),
  { type: 'order.cancelled', order: 'bid-20', hash: 'H21', why: 'cancelled' },
] as const;

/** An order rests and its cancel is on its way when the halt has come. */
const closing = () => {
  const session = running();
  session.say(3000, submit(20, { expiration: 460 }), signed(20));
  session.say(4000, placed, rests);
  session.say(9000, end);
  session.say(9000, halt, cancel, signed(21));
  return session;
};

test('it waits for the cancel’s own validated word, and for a read of that ledger', (t) => {
  const { say } = closing();
  t.deepEqual(say(10_000, due), []);
  say(11_000, ...cancelled);
  say(11_000, read(102));
  t.deepEqual(say(12_000, due), [], 'a read of the ledger before proves nothing');
  say(13_000, read(103));
  t.deepEqual(say(14_000, due), [
    {
      type: 'session.ended',
      outcome: 'nothing_left',
      proof: { ledger: 103 },
      left: [],
      untilMs: null,
    },
  ]);
});

test('an offer that still stands on the account is no end, whatever became of every order', (t) => {
  const { say } = closing();
  say(11_000, ...cancelled);
  say(13_000, read(103, { offers: [still] }));
  t.deepEqual(say(14_000, due), []);
  say(15_000, read(104, { offers: [{ ...still, expiration: 416 }] }));
  t.like(only(say(16_000, due), 'session.ended'), { outcome: 'nothing_left' });
});

test('when its patience is over it says what is left, and until when', (t) => {
  const { say } = closing();
  t.deepEqual(say(9000 + 89_999, due), []);
  const ended = only(say(9000 + 90_000, due), 'session.ended');
  t.like(ended, { outcome: 'left_to_expire', proof: null });
  t.deepEqual(ended?.left, ['bid-20']);
  t.is(ended?.untilMs, unixMs(460) + 20_000);
});

test('the first signal of a session that closes by itself is one more cause and cuts nothing short; the second leaves at once', (t) => {
  const { say, state } = closing();
  t.deepEqual(types(say(9500, signal('SIGTERM'))), ['session.ending']);
  const said = say(10_000, signal('SIGINT'));
  t.deepEqual(types(said), ['session.ending', 'session.ended']);
  t.is(only(said, 'session.ended')?.outcome, 'left_to_expire');
  t.is(state(), 'closed');
  t.deepEqual(say(11_000, signal('SIGINT')), []);
});

test('a signal in the turn after the halt leaves with what is open, and when that expires', (t) => {
  const { say, state } = running();
  say(3000, submit(20, { expiration: 460 }), signed(20));
  say(9000, signal('SIGTERM'));
  const said = say(9100, halt, signal('SIGINT'));
  t.deepEqual(types(said), ['session.ending', 'session.ended']);
  t.like(only(said, 'session.ended'), { outcome: 'left_to_expire', untilMs: unixMs(460) + 20_000 });
  t.deepEqual(only(said, 'session.ended')?.left, ['bid-20']);
  t.is(state(), 'closed');
});

test('a stop asked for while it closes is recorded, and changes nothing', (t) => {
  const { say, state } = closing();
  t.deepEqual(types(say(10_000, stop)), ['session.ending']);
  t.is(state(), 'closing');
});

test('a session that sent nothing says so at once', (t) => {
  const { say } = running();
  say(9000, end);
  say(9000, halt);
  t.like(only(say(9500, due), 'session.ended'), { outcome: 'nothing_sent', left: [] });
});

test('an end without an order of ours waits for the cancels of others’ offers, and names no Expiration', (t) => {
  const { say } = driven({ cancelForeign: true });
  const at = unixMs(300);
  say(at, read(100, { offers }));
  say(at, tick);
  say(at, { ...cancel, order: null, offerSequence: 8, sequence: 20 }, signed(20));
  say(at + 1000, stop);
  say(at + 1000, halt);
  t.deepEqual(say(at + 2000, due), []);
  t.deepEqual(say(at + 90_999, due), []);
  t.like(only(say(at + 91_000, due), 'session.ended'), {
    outcome: 'left_to_expire',
    left: [],
    untilMs: null,
  });
});

test('where the last order has expired for sure there is nothing more to wait for', (t) => {
  const { say } = driven({ brought: known });
  const at = unixMs(470);
  say(at, read(100));
  say(at, tick);
  say(at, halt);
  t.deepEqual(say(unixMs(480) - 1, due), []);
  t.like(only(say(unixMs(480), due), 'session.ended'), { outcome: 'left_to_expire' });
});

test('nothing is left: every order is final, every transaction, and the account shows none but those that are not ours to cancel', (t) => {
  const all: OrdersAccounted = {
    type: 'orders.accounted',
    open: [],
    pending: 0,
    readLedger: 103,
    standing: [],
    touchedLedger: 103,
    sent: true,
    lastExpiration: 460,
  };
  const ends = (accounted: Partial<OrdersAccounted>, cancelForeign = false) => {
    const { say } = driven({ cancelForeign, override: 'x' });
    say(1000, read(100, { offers }));
    say(2000, signal('SIGINT'));
    say(2000, halt);
    return types(say(3000, { ...all, ...accounted }, due)).includes('session.ended');
  };
  t.true(ends({}));
  t.false(ends({ open: ['bid-1'] }));
  t.false(ends({ pending: 1 }));
  t.false(ends({ readLedger: 102 }));
  t.true(ends({ standing: [8] }), 'it was there at the start');
  t.false(ends({ standing: [99] }), 'it was not');
  t.false(ends({ standing: [8] }, true), 'it was to be cancelled');
});

test('orders of a dead session are waited for like its own', (t) => {
  const { say } = driven({ brought: known });
  const at = unixMs(300);
  say(at, { type: 'gateway.up', endpoint: 'wss://x', networkId: 1 });
  say(at, read(100, { offers: offers.slice(0, 1) }));
  say(at, tick);
  say(at, halt);
  t.deepEqual(say(at + 89_000, due), []);
  const ended = only(say(at + 90_000, due), 'session.ended');
  t.deepEqual(ended?.left, ['old-1']);
  t.is(ended?.untilMs, unixMs(460) + 20_000);
});
