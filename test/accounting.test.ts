/** The account of a session: markouts by the recorded mid, what is toxic, by drift and by basis, and what nobody can know. */
import test from 'ava';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { FillRecorded } from '../events/inventory.ts';
import type { MarketObserved } from '../events/market.ts';
import { accountingDocument, accountingText } from '../projections/accounting-document.ts';
import { apply, empty, type Accounting } from '../projections/accounting.ts';
import { regimeOf, segmentOf } from '../projections/regime.ts';

const row = (seconds: number, event: object): Recorded<Event> => ({
  seq: 1,
  turn: 1,
  at: seconds * 1000,
  kind: 'decision',
  actor: 'test',
  v: 1,
  cause: 1,
  event: event as Event,
});

const opened = row(0, {
  type: 'session.opened',
  config: { effective: { engine: { tick_interval_seconds: 1 }, strategy: { target_xrp_pct: 50 } } },
});
const holds = (t: number, xrp: number, rlusd: string) =>
  row(t, {
    type: 'inventory.changed',
    balances: { drops: String(xrp * 1_000_000), rlusd },
  });
const tick = (t: number, mid: string | null, anchorErrorBps: number | null = 0) =>
  row(t, { type: 'market.observed', mid, anchorErrorBps } satisfies Partial<MarketObserved>);
const fill = (t: number, side: 'buy' | 'sell', price: string, more: Partial<FillRecorded> = {}) =>
  row(t, {
    type: 'fill.recorded',
    side,
    price,
    rlusd: '10',
    drops: '10000000',
    spreadBps: 10,
    spreadPnl: '0.01',
    late: false,
    ...more,
  });

const folded = (...rows: readonly Recorded<Event>[]): Accounting =>
  [opened, holds(0, 100, '100'), ...rows].reduce(apply, empty);
const told = (...rows: readonly Recorded<Event>[]) => accountingDocument(folded(...rows));
const ticks = (from: number, to: number, mid: string | null): readonly Recorded<Event>[] =>
  Array.from({ length: to - from + 1 }, (_, index) => tick(from + index, mid));

test('a markout is the mid of the first tick at or after its horizon against the price, in the fill’s favour', (t) => {
  const rows = [
    tick(0, '1'),
    fill(0.4, 'buy', '0.999'),
    tick(1, '5', null),
    tick(2, '1.001'),
    ...ticks(3, 5, '1'),
    tick(6, '0.998'),
    ...ticks(7, 30, '1'),
    tick(31, '0.9985'),
  ];
  const [one, five, thirty] = told(...rows).markout_bps.map(({ mean, n }) => [mean?.toFixed(3), n]);
  t.deepEqual(one, [((0.002 / 1.001) * 1e4).toFixed(3), 1], 'at 1.4 s the tick of 2 s');
  t.deepEqual(five, [((-0.001 / 0.998) * 1e4).toFixed(3), 1]);
  t.deepEqual(thirty, [((-0.0005 / 0.9985) * 1e4).toFixed(3), 1]);
  const sold = told(tick(0, '1'), fill(0, 'sell', '1.001'), ...ticks(1, 31, '1'));
  t.is(sold.markout_bps[0]?.mean?.toFixed(3), '10.000');
});

test('a mid that is not there in time is unknown: no mid, no tick, or the session’s end', (t) => {
  const n = (...rows: readonly Recorded<Event>[]) => told(...rows).markout_bps.map((one) => one.n);
  t.deepEqual(n(tick(0, '1'), fill(0, 'buy', '1'), tick(1, null), ...ticks(2, 31, '1')), [0, 1, 1]);
  t.deepEqual(n(tick(0, '1'), fill(0, 'buy', '1'), tick(1, '1'), tick(9, '1')), [1, 0, 0]);
  const ended = [tick(0, '1'), fill(0, 'buy', '1'), ...ticks(1, 6, '1'), row(7, { type: 'halt' })];
  t.deepEqual(n(...ended), [1, 1, 0]);
  t.deepEqual(n(fill(0, 'buy', '1', { late: true }), ...ticks(1, 31, '1')), [0, 0, 0], 'of before');
  t.is(told(fill(0, 'buy', '1', { late: true })).fills, 1, 'and is counted');
  const reached = (seconds: number) => n(fill(0, 'buy', '1'), tick(seconds, '1'))[0];
  t.deepEqual([reached(2.5), reached(2.6)], [1, 0], 'a tick and a half late at most');
});

test('toxic is what is worth less than nothing after 30 s, beyond the spread earned; unknown without either', (t) => {
  const toxic = (mid: string, more: Partial<FillRecorded> = {}) =>
    told(tick(0, '1'), fill(0, 'buy', '0.999', more), ...ticks(1, 29, '1'), tick(30, mid)).toxic;
  t.deepEqual(toxic('0.998'), { fills: 1, n: 1 });
  t.deepEqual(toxic('0.9995'), { fills: 0, n: 1 }, 'it cost a part of the spread');
  t.deepEqual(toxic('0.999'), { fills: 0, n: 1 });
  t.deepEqual(toxic('0.998', { spreadBps: -30 }), { fills: 0, n: 1 }, 'it was bad from the start');
  t.deepEqual(toxic('0.998', { spreadBps: null, spreadPnl: null }), { fills: 0, n: 0 });
});

test('A is a drift above 5 %, B up to it; the basis is aligned up to 3 bps, divergent up to 8, in stress above', (t) => {
  t.deepEqual([-5.1, -5, 0, 5, 5.1, null].map(segmentOf), ['A', 'B', 'B', 'B', 'A', 'unknown']);
  t.deepEqual([-8.1, -8, -3, 0, 3, 3.1, 8, 9, null].map(regimeOf), [
    'stress',
    'divergent',
    'aligned',
    'aligned',
    'aligned',
    'divergent',
    'divergent',
    'stress',
    'unknown',
  ]);
});

test('a fill belongs to the tick before it, time to the tick that it follows; what nobody saw is unknown', (t) => {
  const { drift, basis, seconds, fills } = told(
    tick(0, '1', 0),
    fill(0.5, 'buy', '0.999'),
    holds(0.5, 150, '50'),
    tick(1, '1', -5),
    fill(1.5, 'sell', '1.001'),
    tick(2, '1', 9),
    tick(3, '1', null),
    tick(13, '1', 0),
    row(14, { type: 'halt' }),
  );
  t.is(seconds, 14);
  t.is(fills, 2);
  t.deepEqual([drift.B.seconds, drift.A.seconds, drift.unknown.seconds], [1, 5, 8]);
  t.deepEqual([drift.B.fills, drift.A.fills], [1, 1]);
  t.deepEqual([basis.aligned.seconds, basis.divergent.seconds, basis.stress.seconds], [2, 1, 1]);
  t.is(basis.unknown.seconds, 10);
  t.deepEqual([basis.aligned.fills, basis.divergent.fills, basis.stress.fills], [1, 1, 0]);
});

test('spread dominance is the spread’s part of what spread and price came to', (t) => {
  const { spread_pnl_rlusd, revaluation_rlusd, spread_dominance } = told(
    tick(0, '1'),
    fill(0.5, 'buy', '0.999', { spreadPnl: '0.03' }),
    tick(1, '0.9999'),
  );
  t.is(spread_pnl_rlusd, '0.03');
  t.is(revaluation_rlusd, '-0.01', 'a hundred XRP');
  t.is(spread_dominance, 0.75);
  t.is(told(tick(0, '1'), tick(1, '1')).spread_dominance, null);
});

test('the price’s course goes on over ticks without a mid', (t) => {
  t.is(told(tick(0, '1'), tick(1, null), tick(2, '1.02')).revaluation_rlusd, '2');
});

test('the spread is weighted by what could be measured', (t) => {
  const blind = fill(0, 'buy', '0.999', { rlusd: '90', spreadBps: null, spreadPnl: null });
  t.is(told(tick(0, '1'), fill(0, 'buy', '0.999'), blind).vw_spread_bps, 10);
});

test('in words nothing is said of a part in which nothing was', (t) => {
  const text = accountingText(told(tick(0, '1', 0), tick(1, '1', 0), row(2, { type: 'halt' })));
  t.regex(text, /markout +nothing was traded/);
  t.regex(text, /drift +B \(up to 5 %\) 100 %, 0 fills\n/);
  t.regex(text, /basis +aligned 100 %, 0 fills\n/);
  t.regex(text, /spread dominance \?/);
});

test('the silence after a death is no time of the session', (t) => {
  const rows = [...ticks(0, 6, '1'), row(7, { type: 'tick' })];
  const closed = row(82, { type: 'session.closed_by_next', uuid: 'u', silentMs: 75_000 });
  const { total, regimes } = folded(...rows, closed, row(82, { type: 'halt' }));
  t.is(total.ms, 7_000);
  t.is(regimes.unknown.ms, 0);
});
