/** Every state of a mode chart that two guards can reach, and every step between them: counters as they are, times and ticks from now on. No test itself. */
import { createActor, initialTransition, type AnyActorScope, type SnapshotFrom } from 'xstate';
import type { Recorded } from '../../events/envelope.ts';
import type { Event, Said } from '../../events/event.ts';
import { guardIds, type GuardFact, type GuardId } from '../../events/guard.ts';
import type { modeMachine } from '../../machines/mode.ts';
import type { Policies, Policy } from '../../machines/settings.ts';
import { evaluated } from '../given.ts';

export type Machine = ReturnType<typeof modeMachine>;
export type Snapshot = SnapshotFrom<Machine>;
export type Facts = Readonly<Partial<Record<GuardId, Partial<GuardFact>>>>;
export type Pair = readonly [GuardId, GuardId];

/** A chart, the policies that it was made with, and the two guards that speak. */
export type World = Readonly<{ machine: Machine; policies: Policies; pair: Pair }>;

/** A state as it was first reached, and the tick at which. */
export type Place = Readonly<{ key: string; snapshot: Snapshot; tick: number }>;

export type Step = Readonly<{
  from: Place;
  to: Place;
  /** What was heard: at the tick after `from`'s. */
  heard: Recorded<Event>;
  said: readonly Said[];
}>;

export type Explored = Readonly<{ places: readonly Place[]; steps: readonly Step[] }>;

export const tickMs = 1000;

const plain: Policy = {
  enabled: true,
  timeout_seconds: 0,
  max_episodes: 0,
  cooldown_ticks: 0,
  recovery_ticks: 2,
  recovery_enabled: true,
};

export const policies = (changed: Readonly<Partial<Record<GuardId, Partial<Policy>>>>): Policies =>
  Object.fromEntries(guardIds.map((id) => [id, { ...plain, ...changed[id] }])) as Policies;

/** Everything that a guard can find at a tick. */
export const findings: readonly Partial<GuardFact>[] = [
  { trip: true, release: 'broken' },
  { release: 'broken' },
  { release: 'neither' },
  { release: 'holds' },
  { release: 'now' },
];

/** Everything else that the chart hears. */
export const asked: readonly Event[] = [
  { type: 'operator.kill', note: 'x' },
  { type: 'operator.kill', note: 'x', cleared: true },
  { type: 'limit.breached', reason: 'risk_rlusd_exposure', detail: 'x' },
  { type: 'session.ending', reason: 'duration_elapsed', source: 'session', detail: 'x' },
];

const alphabet = ([one, other]: Pair, tick: number): readonly Event[] => [
  ...findings.flatMap((a) => findings.map((b) => evaluated(tick, { [one]: a, [other]: b }))),
  ...asked,
];

export const isLive = ({ value }: Snapshot): boolean => typeof value !== 'string';

/** Step by step, breadth first, each once. */
export function* walk(world: World): Generator<Step> {
  const { machine, policies: rules, pair } = world;
  const [first] = initialTransition(machine);
  const key = abstracted(first, 0, rules, pair);
  const places = new Map<string, Place>([[key, { key, snapshot: first, tick: 0 }]]);
  for (const from of places.values()) {
    for (const event of alphabet(pair, from.tick + 1)) {
      const step = stepped(world, from, event);
      if (!places.has(step.to.key)) places.set(step.to.key, step.to);
      yield step;
    }
  }
}

/** All of it. */
export const explore = (world: World): Explored => {
  const steps = [...walk(world)];
  const places = new Map(steps.flatMap(({ from, to }) => [from, to].map((one) => [one.key, one])));
  return { places: [...places.values()], steps };
};

const stepped = ({ machine, policies: rules, pair }: World, from: Place, event: Event): Step => {
  const tick = from.tick + 1;
  const heard = row(tick, event);
  const sent = { type: event.type, heard } as never;
  const said: Said[] = [];
  const snapshot = machine.transition(from.snapshot, sent, listening(machine, said));
  return {
    from,
    to: { key: abstracted(snapshot, tick, rules, pair), snapshot, tick },
    heard,
    said,
  };
};

/** What XState's `transition` gives a chart, without a whole new actor for each of a hundred thousand steps; only what is said is kept. */
const listening = (machine: Machine, said: Said[]): AnyActorScope => {
  const self = actors.get(machine) ?? createActor(machine);
  actors.set(machine, self);
  return {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: ({ type, params }) => {
      if (type === 'xstate.emit') said.push((params as { readonly event: Said }).event);
    },
  };
};
const actors = new WeakMap<Machine, ReturnType<typeof createActor<Machine>>>();
const nothing = (): void => undefined;

const row = (tick: number, event: Event): Recorded<Event> => ({
  seq: 1000 + tick,
  turn: tick,
  at: tick * tickMs,
  kind: 'decision',
  actor: 'world',
  v: 1,
  cause: 0,
  event,
});

/** What of a state decides its future. Trips are counted as far as a policy asks: the first, the second, the last. */
const abstracted = (
  { value, context }: Snapshot,
  tick: number,
  rules: Policies,
  pair: Pair,
): string => {
  const of = (id: GuardId) => {
    const { phase, trips, deadlineAt, untilTick, count } = context.episodes[id];
    const enough = Math.max(2, rules[id].max_episodes);
    return [
      phase,
      Math.min(trips, enough),
      deadlineAt === null ? null : Math.max(0, deadlineAt - tick * tickMs),
      untilTick === null ? null : Math.max(0, untilTick - tick),
      count,
    ];
  };
  return JSON.stringify([value, pair.map(of), context.causes, context.announced]);
};
