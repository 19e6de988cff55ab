/** The mode chart under every short world and many long random ones. */
import test from 'ava';
import fc from 'fast-check';
import { initialTransition, transition, type SnapshotFrom } from 'xstate';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { guardIds, type GuardFact, type GuardId } from '../events/guard.ts';
import { modeHears, modeMachine } from '../machines/mode.ts';
import type { Policies, Policy } from '../machines/settings.ts';
import { chart, evaluated, types } from './given.ts';

type Facts = Readonly<Partial<Record<GuardId, Partial<GuardFact>>>>;

const two = ['wallet_truth', 'issuer'] as const satisfies readonly GuardId[];
const answers: readonly Partial<GuardFact>[] = [
  { trip: true, release: 'broken' },
  { release: 'holds' },
  { release: 'neither' },
  { release: 'now' },
];

const policy: Policy = {
  enabled: true,
  timeout_seconds: 0,
  max_episodes: 0,
  cooldown_ticks: 0,
  recovery_ticks: 2,
  recovery_enabled: true,
};
const policies = (changed: Partial<Record<GuardId, Partial<Policy>>>): Policies =>
  Object.fromEntries(guardIds.map((id) => [id, { ...policy, ...changed[id] }])) as Policies;

/** Every answer of two guards at one tick. */
const alphabet: readonly Facts[] = answers.flatMap((one) =>
  answers.map((other) => ({ [two[0]]: one, [two[1]]: other })),
);

type Machine = ReturnType<typeof modeMachine>;
type Snapshot = SnapshotFrom<Machine>;

const row = (at: number, event: Event): Recorded<Event> => ({
  seq: 1,
  turn: 1,
  at,
  kind: 'decision',
  actor: 'world',
  v: 1,
  cause: 0,
  event,
});

const tickMs = 1000;

/** One step from a state: a tick with these facts at that tick number. */
const stepped = (machine: Machine, from: Snapshot, tick: number, facts: Facts): Snapshot => {
  const event = evaluated(tick, facts);
  const heard = row(tick * tickMs, event);
  return transition(machine, from, { type: 'guards.evaluated', heard } as never)[0];
};

/** What of a state decides its future, times counted from this tick; trips beyond the second are alike. */
const abstracted = (snapshot: Snapshot, tick: number): string => {
  const { value, context } = snapshot;
  const { episodes, causes } = context;
  const of = (id: GuardId) => {
    const { phase, trips, deadlineAt, untilTick, count } = episodes[id];
    const left = deadlineAt === null ? null : deadlineAt - tick * tickMs;
    return [
      phase,
      id === 'issuer' ? 0 : Math.min(trips, 2),
      left,
      untilTick === null ? null : untilTick - tick,
      count,
    ];
  };
  return typeof value === 'string' ? value : JSON.stringify([two.map(of), causes]);
};

type Seen = Readonly<{ snapshot: Snapshot; tick: number }>;

/** All states that can be reached, and from each the states one tick away. */
const explored = (machine: Machine) => {
  const [first] = initialTransition(machine);
  const states = new Map<string, Seen>([[abstracted(first, 0), { snapshot: first, tick: 0 }]]);
  const arrows = new Map<string, ReadonlySet<string>>();
  const open = [...states.keys()];
  for (let key = open.shift(); key !== undefined; key = open.shift()) {
    const { snapshot, tick } = states.get(key) as Seen;
    const next = new Set<string>();
    for (const facts of typeof snapshot.value === 'string' ? [] : alphabet) {
      const after = stepped(machine, snapshot, tick + 1, facts);
      const name = abstracted(after, tick + 1);
      next.add(name);
      if (states.has(name)) continue;
      states.set(name, { snapshot: after, tick: tick + 1 });
      open.push(name);
    }
    arrows.set(key, next);
  }
  return { states, arrows };
};

const machine = modeMachine(
  policies({
    wallet_truth: { timeout_seconds: 4, cooldown_ticks: 2 },
  }),
);
const world = explored(machine);
const live = [...world.states].filter(([, { snapshot }]) => typeof snapshot.value !== 'string');
const armed = ([, { snapshot }]: (typeof live)[number]): boolean =>
  guardIds.every((id) => snapshot.context.episodes[id].phase === 'armed');

test('there is something to explore: every phase, and the halt', (t) => {
  t.true(world.states.size > 100, `${world.states.size} states`);
  const phases = new Set(
    live.flatMap(([, { snapshot }]) => two.map((id) => snapshot.context.episodes[id].phase)),
  );
  t.deepEqual([...phases].toSorted(), ['armed', 'cooling', 'recovering', 'tripped']);
  t.true([...world.states.values()].some(({ snapshot }) => snapshot.value === 'HALT'));
});

test('in every state: OK exactly when all are armed, and the causes are those that are not', (t) => {
  for (const one of live) {
    const { value, context } = one[1].snapshot;
    const join = (value as { live: Record<string, string> }).live['join'];
    if ((join === 'OK') !== armed(one)) t.fail(one[0]);
    const standing = guardIds.filter((id) => context.episodes[id].phase !== 'armed');
    if (standing.join() !== [...context.causes].toSorted(byId).join()) t.fail(one[0]);
  }
  t.pass();
});
const byId = (a: GuardId, b: GuardId): number => guardIds.indexOf(a) - guardIds.indexOf(b);

test('in every state the region of each guard is where its episode says', (t) => {
  for (const [key, { snapshot }] of live) {
    const regions = (snapshot.value as { live: Record<string, string> }).live;
    if (guardIds.some((id) => regions[id] !== snapshot.context.episodes[id].phase)) t.fail(key);
  }
  t.pass();
});

test('from every live state OK can be reached by the guards’ own recoveries', (t) => {
  const back = new Map<string, string[]>();
  for (const [from, tos] of world.arrows) {
    for (const to of tos) back.set(to, [...(back.get(to) ?? []), from]);
  }
  const good = new Set(live.filter(armed).map(([key]) => key));
  const open = [...good];
  for (let key = open.shift(); key !== undefined; key = open.shift()) {
    for (const from of back.get(key) ?? []) {
      if (good.has(from)) continue;
      good.add(from);
      open.push(from);
    }
  }
  /** Where the deadline is reached before the release can be, the end is the only way. */
  const lost = live.filter(([key]) => !good.has(key));
  const doomed = lost.filter(([, { snapshot, tick }]) => {
    const { phase, deadlineAt, untilTick, count } = snapshot.context.episodes.wallet_truth;
    if (phase === 'armed' || deadlineAt === null) return false;
    const asked = Math.max(tick + 1, phase === 'cooling' ? (untilTick ?? 0) : 0);
    return count < 2 && asked * tickMs >= deadlineAt;
  });
  t.deepEqual(
    lost.map(([key]) => key),
    doomed.map(([key]) => key),
  );
});

const ends: readonly Event[] = [
  { type: 'operator.kill', note: 'x' },
  { type: 'limit.breached', reason: 'risk_rlusd_exposure', detail: 'x' },
  { type: 'session.ending', reason: 'duration_elapsed', source: 'session', detail: 'x' },
];
const happening = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...alphabet) },
  { weight: 1, arbitrary: fc.constantFrom(...ends) },
);
const given = fc.record({
  timeout: fc.constantFrom(0, 3, 8),
  most: fc.constantFrom(0, 1, 3),
  cooldown: fc.constantFrom(0, 2),
  needed: fc.integer({ min: 1, max: 3 }),
  enabled: fc.boolean(),
  happenings: fc.array(happening, { minLength: 1, maxLength: 40 }),
});

test('in random worlds: one halt at most, nothing but ignored after it, and the same again', (t) => {
  fc.assert(
    fc.property(given, ({ timeout, most, cooldown, needed, enabled, happenings }) => {
      const rules = {
        timeout_seconds: timeout,
        max_episodes: most,
        cooldown_ticks: cooldown,
        recovery_ticks: needed,
        recovery_enabled: enabled,
      };
      const play = () => {
        const mode = chart(modeMachine(policies({ [two[0]]: rules, [two[1]]: rules })), modeHears);
        return happenings.map((one, tick) =>
          mode.turn(tick * tickMs, 'type' in one ? one : evaluated(tick, one)),
        );
      };
      const said = play();
      const turn = said.findIndex((words) => types(words).includes('halt'));
      const after = turn < 0 ? [] : said.slice(turn + 1).flat();
      const halts = said.flat().filter(({ type }) => type === 'halt').length;
      return (
        halts <= 1 &&
        after.every(({ type }) => type === 'halt.ignored') &&
        JSON.stringify(said) === JSON.stringify(play())
      );
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('in random worlds every change of phase is said, and the mode says what it stands on', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...alphabet), { maxLength: 40 }), (worlds) => {
      const mode = chart(modeMachine(policies({ [two[0]]: { cooldown_ticks: 2 } })), modeHears);
      let before = mode.state() as { live: Record<string, string> };
      let announced: readonly string[] = [];
      return worlds.every((facts, tick) => {
        const said = mode.turn(tick * tickMs, evaluated(tick, facts));
        const now = mode.state() as { live: Record<string, string> };
        const changed = two.filter((id) => before.live[id] !== now.live[id]);
        before = now;
        for (const event of said) if (event.type === 'mode.changed') announced = event.causes;
        const standing = two.filter((id) => now.live[id] !== 'armed');
        return (
          changed.every((id) => said.some((event) => 'guard' in event && event.guard === id)) &&
          [...announced].toSorted(byName).join() === [...standing].toSorted(byName).join()
        );
      });
    }),
    { numRuns: 60 },
  );
  t.pass();
});
const byName = (a: string, b: string): number => (a < b ? -1 : 1);
