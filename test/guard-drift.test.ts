/** Directional drift: three conditions in order, two ways back. */
import test from 'ava';
import { driftGuard } from '../machines/guards/drift.ts';
import type { Event } from '../events/event.ts';
import type { GuardFact } from '../events/guard.ts';
import type { FillRecorded } from '../events/inventory.ts';
import { closed, configured, fact, fill, observed, quiet, settings, thing } from './given.ts';

const rules = settings.guards.directional_drift;
const loose = configured('guards.directional_drift.net_notional_rlusd=100000').guards
  .directional_drift;

/** A tick every 4 s, a ledger closing at each; `fills` are heard before the tick. */
const driven = (given = rules) => {
  const guard = thing(driftGuard(given));
  return {
    tick: (n: number, ...fills: readonly FillRecorded[]): GuardFact =>
      fact(guard.turn(n * 4000, ...fills, closed(100 + n, n * 4), observed(n))),
    read: (n: number): GuardFact => fact(guard.turn(n * 4000, observed(n))),
    say: (event: Event) => guard.turn(0, event),
  };
};

const tripped = (found: GuardFact): Event => ({
  type: 'guard.tripped',
  guard: 'directional_drift',
  episode: 1,
  fact: found,
  deadlineAt: null,
});
const recovered: Event = { type: 'guard.recovered', guard: 'directional_drift', afterMs: 0 };

const buy = (closeTime: number, rlusd = '1') => fill(closeTime, { rlusd });
const sell = (closeTime: number, rlusd = '1') => fill(closeTime, { side: 'sell', rlusd });

test('no fill, no drift, and nothing to recover from', (t) => {
  const found = driven().tick(0);
  t.false(found.trip);
  t.is(found.release, 'holds');
});

test('A: the third fill of one side within 30 s trips', (t) => {
  const guard = driven();
  t.false(guard.tick(4, buy(15), buy(16)).trip);
  const found = guard.tick(10, buy(39));
  t.true(found.trip);
  t.is(found.condition, 'A');
  t.is(found.operands['side'], 'buy');
});

test('A: within 30 s includes 30, counted back from the tick’s ledger time', (t) => {
  const at = (last: number) => {
    const guard = driven();
    guard.tick(0, buy(0));
    guard.tick(1, buy(4));
    return guard.tick(last, buy(last * 4));
  };
  t.true(at(7).trip, '28 s');
  t.false(at(8).trip, '32 s');
  const exact = thing(driftGuard(rules));
  exact.turn(0, buy(0), buy(10));
  t.true(fact(exact.turn(0, buy(30), observed(7, { closeTime: 30 }))).trip, '30 s');
  const beyond = thing(driftGuard(rules));
  beyond.turn(0, buy(0), buy(10));
  t.false(fact(beyond.turn(0, buy(30), observed(7, { closeTime: 31 }))).trip, '31 s');
});

test('A: an opposing fill between ends the run', (t) => {
  const guard = driven();
  t.false(guard.tick(5, buy(8), buy(12), sell(16), buy(20)).trip);
  t.false(guard.tick(6, buy(24)).trip);
  t.true(guard.tick(7, buy(28)).trip, 'the last three are of one side again');
});

test('A and B: a fill booked late, of an earlier session, feeds nothing', (t) => {
  const guard = driven();
  const late = (closeTime: number) => fill(closeTime, { late: true, rlusd: '60' });
  const found = guard.tick(2, late(1), late(2), late(3));
  t.false(found.trip);
  t.is(found.operands['ticksWithoutOpposing'], null);
});

test('B: net notional of exactly 50 within 120 s trips, 49.99 does not', (t) => {
  t.is(driven().tick(5, buy(8, '25'), sell(9, '5'), buy(12, '30')).condition, 'B');
  t.false(driven().tick(5, buy(8, '25'), sell(9, '5'), buy(12, '29.99')).trip);
});

test('B: sums are compared after rounding, so that ten times 5.01 less 0.1 is 50', (t) => {
  const guard = thing(
    driftGuard(configured('guards.directional_drift.burst_fill_count=50').guards.directional_drift),
  );
  const parts = [16.7, 16.7, 16.6].map((x) => buy(5, String(x)));
  t.is(fact(guard.turn(0, ...parts, closed(100, 8), observed(2))).condition, 'B');
});

test('B: it counts selling as well as buying, and the side is the net’s', (t) => {
  const found = driven().tick(5, sell(8, '60'), buy(12, '5'));
  t.is(found.condition, 'B');
  t.is(found.operands['netRlusd'], -55);
  t.is(found.operands['side'], 'sell');
});

test('B: within 120 s includes 120, and what is older is out', (t) => {
  const guard = driven();
  guard.tick(0, buy(0, '30'));
  t.is(guard.tick(30, buy(110, '20')).condition, 'B');
  t.is(guard.tick(31).operands['netRlusd'], 20);
});

test('B: every fill within 120 s counts, the last as well as those long before', (t) => {
  const spread = (ticks: number): GuardFact => {
    const guard = driven();
    for (const n of [5, 13, 20, 28]) guard.tick(n, buy(n * 4, '10'));
    return guard.tick(ticks, buy(ticks * 4, '10'));
  };
  t.is(spread(35).condition, 'B', 'the first one is 120 s old');
  t.is(spread(36).operands['netRlusd'], 40, 'the first one is 124 s old');
});

test('C: fills count to those that it needs however long ago they were', (t) => {
  const guard = driven(
    configured('guards.directional_drift.no_opposing_fill_min_fills=5').guards.directional_drift,
  );
  for (const n of [0, 20, 40, 60]) t.false(guard.tick(n, buy(n * 4)).trip);
  for (let n = 61; n < 80; n += 1) t.false(guard.tick(n).trip);
  t.is(guard.tick(80, buy(320)).condition, 'C');
});

test('A and B: their time is that of the ledger that was read, whatever time was told', (t) => {
  const burst = driven();
  burst.tick(0);
  burst.say(closed(101, 600));
  for (const one of [buy(4), buy(8), buy(12)]) burst.say(one);
  t.is(burst.read(3).condition, 'A');
  const heavy = driven();
  const small = [sell(4, '0.1'), buy(4, '0.1'), sell(4, '0.1'), buy(4, '0.1')];
  heavy.tick(1, buy(4, '20'), buy(4, '20'), ...small);
  heavy.say(closed(1001, 600));
  heavy.read(2);
  t.is(heavy.tick(3, buy(12, '11')).condition, 'B');
});

test('A: where no ledger was read their time is that of the one told last', (t) => {
  const unread = (told: number): boolean => {
    const guard = thing(driftGuard(rules));
    guard.turn(0, buy(0), buy(10), closed(1001, 600));
    return fact(guard.turn(0, buy(30), closed(107, told), observed(7, { closeTime: null }))).trip;
  };
  t.true(unread(30));
  t.false(unread(31));
});

test('the conditions are named in the order A, B, C', (t) => {
  const guard = driven();
  t.is(guard.tick(5, buy(8, '20'), buy(12, '20'), buy(16, '20')).condition, 'A');
  t.is(guard.tick(13).condition, 'B');
});

test('C: the fill’s own tick is 0, and the fifteenth after it trips', (t) => {
  const guard = driven(loose);
  t.is(guard.tick(10, buy(38)).operands['ticksWithoutOpposing'], 0);
  for (let tick = 11; tick < 25; tick += 1) t.false(guard.tick(tick).trip, `tick ${tick}`);
  const found = guard.tick(25);
  t.is(found.condition, 'C');
  t.is(found.operands['ticksWithoutOpposing'], 15);
});

test('C: a further fill of the same side does not restart the count, an opposing one does', (t) => {
  const same = driven(loose);
  same.tick(0, buy(0));
  for (let tick = 1; tick < 15; tick += 1) same.tick(tick, ...(tick === 10 ? [buy(40)] : []));
  t.is(same.tick(15).condition, 'C');
  const opposed = driven(loose);
  opposed.tick(0, buy(0));
  for (let tick = 1; tick < 15; tick += 1) opposed.tick(tick, ...(tick === 10 ? [sell(40)] : []));
  t.is(opposed.tick(15).operands['ticksWithoutOpposing'], 5);
});

test('C: off is a supported choice', (t) => {
  const guard = driven(
    configured('guards.directional_drift.condition_c_enabled=false').guards.directional_drift,
  );
  guard.tick(0, buy(0));
  for (let tick = 1; tick < 40; tick += 1) t.false(guard.tick(tick).trip);
});

test('C: it needs as many fills as configured', (t) => {
  const guard = driven(
    configured('guards.directional_drift.no_opposing_fill_min_fills=2').guards.directional_drift,
  );
  guard.tick(0, buy(0));
  for (let tick = 1; tick < 40; tick += 1) t.false(guard.tick(tick).trip);
  t.true(guard.tick(40, buy(158)).trip);
});

test('released at once by an opposing fill', (t) => {
  const guard = driven();
  guard.say(tripped(guard.tick(5, buy(8), buy(12), buy(16))));
  t.is(guard.tick(6).release, 'broken');
  t.is(guard.tick(7, sell(26)).release, 'now');
  t.is(guard.tick(8, buy(30)).release, 'now', 'what came after it takes nothing back');
});

test('two opposing fills between two ticks release as well as one', (t) => {
  const guard = driven();
  guard.say(tripped(guard.tick(5, buy(8), buy(12), buy(16))));
  t.is(guard.tick(6, sell(21), sell(22)).release, 'now');
});

test('opposing is to the drift, not to the last fill before the trip', (t) => {
  const guard = driven();
  guard.say(tripped(guard.tick(5, sell(8, '60'), buy(12, '5'))));
  t.not(guard.tick(6, sell(21)).release, 'now');
  t.is(guard.tick(7, buy(25)).release, 'now');
});

test('an opposing fill while it cools releases when the cooling is over', (t) => {
  const guard = driven();
  guard.say(tripped(guard.tick(5, buy(8), buy(12), buy(16))));
  guard.tick(6, sell(21));
  t.is(guard.tick(7).release, 'now');
});

test('silence releases while A and B are false; C alone does not hold it', (t) => {
  const guard = driven(loose);
  guard.tick(0, buy(0));
  for (let tick = 1; tick < 15; tick += 1) guard.tick(tick);
  const found = guard.tick(15);
  guard.say(tripped(found));
  t.is(guard.tick(16).release, 'holds');
  t.is(guard.tick(17, buy(66)).release, 'broken', 'a new fill of the same side');
  t.is(guard.tick(18).release, 'holds');
});

test('while A or B holds nothing is released', (t) => {
  const guard = driven();
  guard.say(tripped(guard.tick(5, buy(8), buy(12), buy(20))));
  t.is(guard.tick(6).release, 'broken');
  t.is(guard.tick(9).release, 'broken', '36 s: two of three within 30 s, the first at 8');
  const heavy = driven();
  heavy.say(tripped(heavy.tick(5, buy(20, '60'))));
  for (let n = 6; n <= 35; n += 1) t.is(heavy.tick(n).release, 'broken', `tick ${n}`);
  t.is(heavy.tick(36).release, 'holds', 'the last one is 124 s old');
});

test('C and quiet: a tick on which fills could have been missed counts for nothing', (t) => {
  const guard = driven();
  guard.tick(5, buy(18));
  for (let n = 6; n <= 18; n += 1) t.false(guard.tick(n).trip);
  for (const state of ['disconnected', 'syncing'] as const) {
    guard.say({ type: 'gateway.changed', state, why: 'x' });
    for (let n = 19; n <= 40; n += 1) {
      const found = guard.tick(n);
      t.false(found.trip, `tick ${n} is blind`);
      t.is(found.release, 'neither');
    }
  }
  guard.say({ type: 'gateway.changed', state: 'ready', why: 'x' });
  t.false(guard.tick(41).trip, 'the fourteenth tick that could see');
  t.is(guard.tick(42).condition, 'C', 'the fifteenth');
});

test('A and B hold on facts, seen or not', (t) => {
  const guard = driven();
  guard.tick(5, buy(8), buy(12));
  guard.say({ type: 'gateway.changed', state: 'syncing', why: 'x' });
  t.is(guard.tick(6, buy(20)).condition, 'A');
});

test('A: the last three fills themselves must lie within the window', (t) => {
  const guard = driven();
  t.false(guard.tick(10, buy(39), buy(38), buy(5)).trip);
});

test('on recovery its counters restart', (t) => {
  const guard = driven();
  guard.say(tripped(guard.tick(5, buy(8, '20'), buy(12, '20'), buy(16, '20'))));
  guard.say(recovered);
  const found = guard.tick(6, buy(22));
  t.false(found.trip);
  t.is(found.operands['netRlusd'], 1);
  t.is(found.operands['ticksWithoutOpposing'], 0);
});

test('a drift that was released without a view still has none', (t) => {
  const guard = driven(loose);
  guard.say(tripped(guard.tick(5, buy(8), buy(12), buy(16))));
  guard.say({ type: 'gateway.changed', state: 'syncing', why: 'x' });
  t.is(guard.tick(6, sell(22)).release, 'now');
  guard.say(recovered);
  guard.tick(7, sell(26));
  for (let n = 8; n <= 30; n += 1) t.false(guard.tick(n).trip, `tick ${n} is blind`);
});

test('where no ledger’s time is known every fill counts', (t) => {
  const guard = thing(driftGuard(rules));
  const found = fact(guard.turn(0, buy(8), buy(12), buy(16), observed(0, { closeTime: null })));
  t.is(found.condition, 'A');
});

test('another guard’s trip and recovery leave it as it is', (t) => {
  const guard = driven();
  guard.tick(5, buy(8), buy(12));
  guard.say({ type: 'guard.tripped', guard: 'issuer', episode: 1, fact: quiet, deadlineAt: null });
  guard.say({ type: 'guard.recovered', guard: 'issuer', afterMs: 0 });
  t.true(guard.tick(6, buy(20)).trip);
});
