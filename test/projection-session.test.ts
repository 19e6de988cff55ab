/** The document that every command prints, its contract and its sums, and the summary made of it. */
import test from 'ava';
import type { Event } from '../events/event.ts';
import { exact, exactText, sum } from '../ledger/exact.ts';
import { document } from '../projections/document.ts';
import { summary } from '../projections/report.ts';
import { apply, empty } from '../projections/session.ts';
import { recorded } from './recorded.ts';
import { play, type Script } from './narrative.ts';
import { signed, submit } from './story.ts';

const about = { session: 42, lastHash: 'ab'.repeat(32) };
const fills = [
  { t: 24, side: 'buy' },
  { t: 48, side: 'sell' },
] as const;
const s42: Script = { seconds: 602, amm: () => 1.418949, fills };

const documentOf = (script: Script) => document(play(script).reduce(apply, empty), about);
const of42 = documentOf(s42);

test('the document has the keys of the contract and no other', (t) => {
  const told = of42;
  t.deepEqual(Object.keys(told), [
    'session',
    'network',
    'imported',
    'started_at',
    'checks_passed_at',
    'ended_at',
    'died_at',
    'ticks',
    'halt',
    'mode',
    'guards',
    'fills',
    'inventory',
    'touch',
    'orders',
    'log',
  ]);
  t.deepEqual(Object.keys(told.halt ?? {}), ['reason', 'source', 'detail', 'at', 'seq']);
  t.deepEqual(Object.keys(told.fills), ['buy', 'sell', 'rlusd_notional', 'vw_spread_bps']);
  t.deepEqual(Object.keys(told.inventory), [
    'xrp',
    'rlusd',
    'fills_only',
    'capital_overlay',
    'engine_total',
    'summary_total',
    'chain_total',
    'drift_event',
  ]);
  t.deepEqual(Object.keys(told.touch.bid), ['within_2bps', 'mean', 'median', 'buckets']);
  t.deepEqual(Object.keys(told.orders), [
    'submitted',
    'filled',
    'cancelled',
    'unknown',
    'left_on_ledger',
    'with_proof',
    'expired',
    'rejected',
    'withheld',
    'resting',
    'unsettled',
    'brought_in',
    'proof_ledger',
    'foreign_offers',
    'remains',
  ]);
});

test('S42: ticks, modes, guards and fills of the session', (t) => {
  const told = of42;
  t.is(told.ticks, 151);
  t.is(told.started_at, '2026-04-20T18:57:59.000Z');
  t.deepEqual(told.mode, [
    { at: '2026-04-20T18:59:36.000Z', mode: 'DEGRADED', causes: ['anchor_saturation'] },
    {
      at: '2026-04-20T18:59:48.000Z',
      mode: 'DEGRADED',
      causes: ['anchor_saturation', 'directional_drift'],
    },
    { at: '2026-04-20T19:01:48.000Z', mode: 'DEGRADED', causes: ['anchor_saturation'] },
  ]);
  t.deepEqual(told.guards.directional_drift, {
    trips: 1,
    recoveries: 1,
    tripped_at: ['2026-04-20T18:59:48.000Z'],
  });
  t.deepEqual(told.guards.wallet_truth, { trips: 0, recoveries: 0, tripped_at: [] });
  t.deepEqual([told.fills.buy, told.fills.sell, told.fills.rlusd_notional], [1, 1, '28.4057']);
  t.is(told.halt?.reason, 'duration_elapsed');
});

test('halt.seq is the event that caused the halt', (t) => {
  const rows = play(s42);
  const told = document(rows.reduce(apply, empty), about);
  const cause = rows.find(({ seq }) => seq === told.halt?.seq);
  t.is(cause?.event.type, 'session.ending');
});

test('fills-only and overlay add up to what the engine holds, in each asset and in total', (t) => {
  const deposit: Event = { type: 'operator.capital', drops: '35210000', rlusd: '0', note: 'C1' };
  const moved: Event = {
    type: 'movement.seen',
    hash: 'M',
    kind: 'payment',
    drops: '35210000',
    rlusd: '0',
    ledger: 103,
  };
  const { inventory } = documentOf({
    ...s42,
    set: ['risk.max_xrp_exposure=500'],
    inputs: [
      { t: 12, input: deposit as never },
      { t: 16, input: moved as never },
    ],
  });
  t.is(inventory.capital_overlay.xrp, '35.21');
  for (const asset of ['xrp', 'rlusd'] as const) {
    const { [asset]: base } = inventory.fills_only;
    const { [asset]: overlay } = inventory.capital_overlay;
    t.is(exactText(sum(exact(base ?? ''), exact(overlay ?? ''))), inventory[asset] ?? '');
  }
  t.is(inventory.engine_total, inventory.summary_total);
});

test('a running session has no end, and what is not known is null', (t) => {
  const first = play(s42).slice(0, 1).reduce(apply, empty);
  const told = document(first, about);
  t.is(told.ended_at, null);
  t.is(told.halt, null);
  t.is(told.inventory.xrp, null);
  t.is(told.inventory.engine_total, null);
  t.is(told.fills.vw_spread_bps, null);
  t.regex(summary(told), /unknown: the wallet was never read/);
});

test('a session that ended before its checks had passed is said never to have started', (t) => {
  const rows = play(s42);
  const first = rows.slice(0, 1);
  t.regex(summary(document(first.reduce(apply, empty), about)), /mode +opening: the checks/);
  const end = recorded([
    [1, { type: 'session.ended', outcome: 'nothing_sent', proof: null, left: [], untilMs: null }],
  ]);
  const refused = summary(document([...first, ...end].reduce(apply, empty), about));
  t.regex(refused, /mode +it never started: it ended before the checks of the start had passed\n/);
  t.is(of42.checks_passed_at, '2026-04-20T18:58:00.000Z');
  const calm = summary(document(play({ ...s42, seconds: 40 }).reduce(apply, empty), about));
  t.regex(calm, /mode +OK throughout\n/);
});

test('a session ended when it said so, whatever was still on its way to it', (t) => {
  const rows = play({ ...s42, seconds: 40 });
  const said = rows.find(({ event }) => event.type === 'session.ended');
  const late = recorded([
    [(said?.at ?? 0) / 1000 + 2, { type: 'market.traded', from: 1, to: 2, trades: [] }],
  ]);
  const told = document([...rows, ...late].reduce(apply, empty), about);
  t.is(told.ended_at, said ? new Date(said.at).toISOString() : null);
  t.truthy(said);
});

test('a session that died has an end, and no proof', (t) => {
  const told = documentOf({ ...s42, crash: { t: 60, silentSeconds: 41 } });
  t.is(told.halt?.reason, 'unexpected_halt');
  t.is(told.ended_at, '2026-04-20T18:58:56.000Z', 'its last event before the silence');
  t.is(told.died_at, told.ended_at);
  t.false(told.orders.with_proof);
});

test('an order of unknown fate and one that may still rest are counted', (t) => {
  const events = [
    submit('a-bid-1', 5, { expiration: 100 }),
    signed(5),
    submit('a-ask-2', 6, { side: 'sell', expiration: 100 }),
    signed(6),
    { type: 'order.unknown', order: 'a-ask-2', why: 'gone', until: 460 } as const,
  ];
  const at = (seconds: number) =>
    document(recorded(events.map((one) => [seconds, one] as const)).reduce(apply, empty), about);
  t.deepEqual([at(1).orders.unknown, at(1).orders.left_on_ledger], [1, 2]);
  t.is(at(946_684_800 + 120).orders.left_on_ledger, 0);
});

test('a session without an end has died where nobody writes its log, and runs where that is not known', (t) => {
  const state = play(s42).slice(0, 40).reduce(apply, empty);
  const runs = document(state, about);
  t.deepEqual([runs.ended_at, runs.died_at], [null, null]);
  t.regex(summary(runs), /end +none yet: it runs\n/);
  const dead = document(state, { ...about, isWritten: false });
  t.is(dead.ended_at, null);
  t.is(Date.parse(dead.died_at ?? ''), state.lastAt);
  t.regex(
    summary(dead),
    /end +it died: nobody writes this log since 2026-04-20 18:58:\d\dZ; the next start/,
  );
});

test('the summary names the reconciliation, the last hash and the commands to look closer', (t) => {
  const text = summary(of42, null, '/data/it is.db');
  t.regex(text, /XRP +fills-only = 69\.4, capital overlay = 0, engine total = 69\.4\n/);
  t.regex(text, new RegExp(`last hash ${about.lastHash}`));
  t.true(text.includes("node dist/main.js replay 42 --db '/data/it is.db'\n"));
  t.true(summary(of42).includes('node dist/main.js explain 42\n'));
});

test('the summary fits a screen, however often the mode changed', (t) => {
  const told = of42;
  const entry = told.mode[0] as (typeof told.mode)[number];
  const busy = { trips: 9, recoveries: 9, tripped_at: [entry.at] };
  const guards = Object.fromEntries(Object.keys(told.guards).map((id) => [id, busy])) as never;
  const long = summary({ ...told, guards, mode: Array.from({ length: 300 }, () => entry) });
  t.true(long.split('\n').length <= 36, String(long.split('\n').length));
  t.regex(long, /… 290 more/);
});

test('the fold is the same wherever it is split', (t) => {
  const rows = play({ ...s42, seconds: 200 });
  const whole = document(rows.reduce(apply, empty), about);
  for (const at of [1, 10, 100, rows.length - 1]) {
    const half = rows.slice(0, at).reduce(apply, empty);
    t.deepEqual(document(rows.slice(at).reduce(apply, half), about), whole);
  }
});
