/** Each guard's episode, the causes and the timeline, as the log tells them and as the chart has them. */
import test from 'ava';
import fc from 'fast-check';
import type { Event } from '../events/event.ts';
import { guardIds } from '../events/guard.ts';
import { apply, empty } from '../projections/mode.ts';
import { entriesOf, lengthOf } from '../projections/trail.ts';
import { halt } from './given.ts';
import { evaluated, fact, recorded } from './recorded.ts';
import { play } from './narrative.ts';

const fold = (...events: (readonly [number, Event])[]) => recorded(events).reduce(apply, empty);

const trips = (seconds: number, episode = 1): readonly [number, Event] => [
  seconds,
  {
    type: 'guard.tripped',
    guard: 'anchor_saturation',
    episode,
    fact: fact({ trip: true }),
    deadlineAt: seconds * 1000 + 300_000,
  },
];
const recovering = (seconds: number, count: number): readonly [number, Event] => [
  seconds,
  { type: 'guard.recovering', guard: 'anchor_saturation', count, needed: 30 },
];
const recovered = (seconds: number): readonly [number, Event] => [
  seconds,
  { type: 'guard.recovered', guard: 'anchor_saturation', afterMs: 1 },
];

test('a trip is an episode with its time, its evidence and its deadline', (t) => {
  const { episode, trippedAt, evidence } = fold(trips(96)).guards.anchor_saturation;
  t.is(episode.phase, 'tripped');
  t.is(episode.trips, 1);
  t.is(episode.deadlineAt, 396_000);
  t.deepEqual(entriesOf(trippedAt), [96_000]);
  t.true(evidence?.trip);
});

test('a recovery arms the guard again, forgets the deadline, and keeps the counts', (t) => {
  const { episode } = fold(trips(96), recovering(100, 1), recovered(104)).guards.anchor_saturation;
  t.is(episode.phase, 'armed');
  t.is(episode.deadlineAt, null);
  t.deepEqual([episode.trips, episode.recoveries], [1, 1]);
});

test('while a guard recovers each tick counts, one that says nothing does not, a broken one starts again', (t) => {
  const counts = (...releases: ('holds' | 'neither' | 'broken')[]) =>
    fold(
      trips(96),
      recovering(100, 1),
      ...releases.map(
        (release, i) => [104 + i, evaluated(i, 'anchor_saturation', { release })] as const,
      ),
    ).guards.anchor_saturation.episode.count;
  t.is(counts('holds', 'holds'), 3);
  t.is(counts('holds', 'neither'), 2);
  t.is(counts('holds', 'broken', 'holds'), 1);
});

test('a tripped or cooling guard counts nothing', (t) => {
  const holds = [100, evaluated(1, 'anchor_saturation', { release: 'holds' })] as const;
  t.is(fold(trips(96), holds).guards.anchor_saturation.episode.count, 0);
  const cooled = [
    96,
    { type: 'guard.cooled', guard: 'anchor_saturation', untilTick: 140 },
  ] as const;
  const { episode } = fold(trips(96, 2), cooled, holds).guards.anchor_saturation;
  t.deepEqual([episode.phase, episode.untilTick, episode.count], ['cooling', 140, 0]);
});

test('the timeline has an entry for each change of mode or causes, and another cause does not begin the mode anew', (t) => {
  const changed = (causes: readonly ('anchor_saturation' | 'directional_drift')[]): Event => ({
    type: 'mode.changed',
    mode: causes.length > 0 ? 'DEGRADED' : 'OK',
    causes,
  });
  const both = fold(
    [96, changed(['anchor_saturation'])],
    [108, changed(['anchor_saturation', 'directional_drift'])],
  );
  t.is(both.since, 96_000);
  t.deepEqual(
    entriesOf(both.timeline).map(({ at }) => at),
    [96_000, 108_000],
  );
  t.is(recorded([[228, changed([])]]).reduce(apply, both).since, 228_000);
});

test('after 50,000 changes of mode another one copies none of them', (t) => {
  const [row, trip] = recorded([[1, { type: 'mode.changed', mode: 'OK', causes: [] }], trips(2)]);
  if (!row || !trip) return t.fail();
  let state = empty;
  let copies = 0;
  for (let i = 0; i < 50_000; i += 1) {
    const next = [row, trip].reduce(apply, state);
    if (next.timeline?.before !== state.timeline) copies += 1;
    const [was, is] = [state, next].map(({ guards }) => guards.anchor_saturation.trippedAt);
    if (is?.before !== was) copies += 1;
    state = next;
  }
  t.is(copies, 0);
  t.is(entriesOf(state.timeline).length, 50_000);
  t.is(lengthOf(state.guards.anchor_saturation.trippedAt), 50_000);
});

test('after the halt facts and counts stand still', (t) => {
  const holds = [105, evaluated(9, 'anchor_saturation', { release: 'holds' })] as const;
  const { guards, tick } = fold(trips(96), recovering(100, 1), [104, halt], holds);
  t.is(guards.anchor_saturation.episode.count, 1);
  t.is(tick, 0);
});

test('the causes are the guards that are not armed, after every turn of any market', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -15, max: 15 }), { minLength: 1, maxLength: 8 }),
      (errors) => {
        const rows = play({
          seconds: 300,
          set: ['guards.anchor_saturation.recovery_ticks=3'],
          amm: (at) => 1.42 * (1 + (errors[Math.floor(at / 60) % errors.length] ?? 0) / 10_000),
          fills: [{ t: 60, side: 'buy' }],
        });
        let state = empty;
        for (const [index, row] of rows.entries()) {
          state = apply(state, row);
          if (rows[index + 1]?.turn === row.turn || state.halted) continue;
          const unarmed = guardIds.filter((id) => state.guards[id].episode.phase !== 'armed');
          t.deepEqual([...state.causes].toSorted(), [...unarmed].toSorted());
        }
      },
    ),
    { numRuns: 8 },
  );
});
