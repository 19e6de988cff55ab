/** Random worlds of 10,000 ticks through the whole core: what was said live is said again in replay, and every count is true. */
import test from 'ava';
import type { AnyMachineSnapshot } from 'xstate';
import { replay } from '../actors/replay.ts';
import { turnsOf } from '../actors/turns.ts';
import { loadConfig } from '../config.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { guardIds, type GuardId } from '../events/guard.ts';
import type { ModeContext } from '../machines/mode-context.ts';
import { apply, empty, type ModeHistory } from '../projections/mode.ts';
import { sparingNobody } from './given.ts';
import { weather } from './mode/weather.ts';
import { written } from './narrative.ts';

type Row = Recorded<Event>;

/** A world that does not end before its time: nothing times out, no episode is the last, no holding too large. */
const lasting = [
  ...guardIds.flatMap((id) => [
    `guards.${id}.timeout_seconds=0`,
    `guards.${id}.max_episodes=0`,
    `guards.${id}.cooldown_ticks=12`,
  ]),
  'guards.inventory_corridor.min_rlusd_floor=0',
  'risk.max_xrp_exposure=1000000',
  'risk.max_rlusd_exposure=1000000',
  'risk.max_rpc_failures=1000',
  'engine.duration_seconds=604800',
];
const configuration = loadConfig({ env: {}, set: lasting });

/** What of an episode the chart and the fold must agree on. */
const told = ({
  phase,
  trips,
  recoveries,
  trippedAt,
  deadlineAt,
  untilTick,
  count,
}: ModeContext['episodes'][GuardId]) =>
  JSON.stringify([phase, trips, recoveries, trippedAt, deadlineAt, untilTick, count]);

for (const seed of [1, 2]) {
  test.serial(
    `world ${seed} of 10,000 ticks: the chart and the fold of what it said agree at every tick`,
    async (t) => {
      let history: ModeHistory = empty;
      let folded = 0;
      let all: readonly Row[] = [];
      const wrong: string[] = [];
      const rows: Row[] = [];
      all = weather(configuration, seed, 10_000, (core, turn) => {
        rows.push(...turn);
        for (const row of turn) history = apply(history, row);
        folded += 1;
        const { value, context } = core.snapshot('mode') as AnyMachineSnapshot;
        const { episodes, causes } = context as ModeContext;
        const at = (value as { live: Record<string, string> }).live;
        const standing = guardIds.filter(
          (id) => episodes[id].trips - episodes[id].recoveries === 1,
        );
        const isTrue =
          at['join'] === history.mode &&
          (history.mode === 'OK') === (causes.length === 0) &&
          causes.join() === history.causes.join() &&
          standing.join() === guardIds.filter((id) => causes.includes(id)).join() &&
          guardIds.every((id) => at[id] === episodes[id].phase) &&
          guardIds.every((id) => told(episodes[id]) === told(history.guards[id].episode));
        if (!isTrue) wrong.push(`tick ${folded}: ${JSON.stringify(value)}`);
      });
      t.deepEqual(wrong.slice(0, 3), []);
      t.is(folded, 10_000);
      for (const id of guardIds) {
        const { trips, recoveries } = history.guards[id].episode;
        const count = (type: string): number =>
          rows.filter(({ event }) => event.type === type && 'guard' in event && event.guard === id)
            .length;
        t.is(trips, count('guard.tripped'));
        t.is(recoveries, count('guard.recovered'));
        if (id !== 'order_integrity') t.true(trips > 2 && recoveries > 2, `${id}: ${trips} trips`);
      }

      const evaluated = new Map(all.map(({ seq, event }) => [seq, event.type]));
      const uncaused = all.filter(
        ({ actor, cause }) => actor === 'mode' && evaluated.get(cause) !== 'guards.evaluated',
      );
      t.deepEqual(uncaused, []);

      async function* pages() {
        yield all.map(written);
      }
      t.is((await replay(turnsOf(pages()), configuration.effective)).divergence, null);
    },
  );
}

test('what a machine is spared it would have answered with nothing', (t) => {
  const random = loadConfig({
    env: {},
    set: [...lasting, 'guards.anchor_saturation.timeout_seconds=2400'],
  });
  for (const seed of [3, 5]) {
    const spared = weather(random, seed, 800);
    t.true(spared.filter(({ event }) => event.type === 'guard.recovered').length > 20);
    const texts = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row));
    const others = texts(weather(random, seed, 800, undefined, sparingNobody));
    t.is(others.length, spared.length);
    t.deepEqual(
      texts(spared).filter((text, at) => text !== others[at]),
      [],
    );
  }
});
