/**
 * Whether the engine trades. One region a guard: armed → tripped (→ cooling) → recovering → armed, with the exits timed out
 * and exhausted; the join above them: DEGRADED exactly while a region is not armed. The first cause of an end is its cause;
 * what comes later is recorded as ignored. Deadlines are data, looked at first on every tick.
 */
import { assign, enqueueActions, setup } from 'xstate';
import {
  guardIds,
  type GuardCooled,
  type GuardFact,
  type GuardId,
  type GuardRecovered,
  type GuardRecovering,
  type GuardTripped,
} from '../events/guard.ts';
import { isProtective, type HaltEvent, type HaltReason, type HaltSource } from '../events/halt.ts';
import type { ModeChanged } from '../events/mode.ts';
import { armed, counted, type Episode } from '../projections/episode.ts';
import type { Delivered } from './delivered.ts';
import type { Policies } from './settings.ts';

type Cause = Readonly<{ reason: HaltReason; source: HaltSource | GuardId; detail: string }>;

export type ModeContext = Readonly<{
  policies: Policies;
  episodes: Readonly<Record<GuardId, Episode>>;
  /** Guards that are not armed, in order of their trips. */
  causes: readonly GuardId[];
  /** What `mode.changed` last said. */
  announced: readonly GuardId[];
}>;

type Saying =
  | GuardTripped
  | GuardCooled
  | GuardRecovering
  | GuardRecovered
  | ModeChanged
  | HaltEvent;
type Which = Readonly<{ guard: GuardId }>;
type Seen = Readonly<{ context: ModeContext; event: Delivered }>;

export const modeHears = [
  'guards.evaluated',
  'limit.breached',
  'operator.kill',
  'session.ending',
] as const;

export const modeMachine = (policies: Policies) =>
  chart.createMachine({
    id: 'mode',
    options: { maxIterations: 100 },
    context: {
      policies,
      episodes: Object.fromEntries(guardIds.map((id) => [id, armed])) as ModeContext['episodes'],
      causes: [],
      announced: [],
    },
    initial: 'live',
    states: {
      live: {
        type: 'parallel',
        on: {
          'limit.breached': { target: 'HALT', actions: 'halt' },
          'operator.kill': { target: 'HALT', actions: 'halt' },
          'session.ending': [
            { guard: 'isProtective', target: 'HALT', actions: 'halt' },
            { target: 'ended', actions: 'halt' },
          ],
        },
        states: {
          join: {
            initial: 'OK',
            states: {
              OK: { always: { guard: 'someCause', target: 'DEGRADED', actions: 'announce' } },
              DEGRADED: {
                always: [
                  { guard: 'noCause', target: 'OK', actions: 'announce' },
                  { guard: 'causesChanged', actions: 'announce' },
                ],
              },
            },
          },
          wallet_truth: region('wallet_truth'),
          anchor_saturation: region('anchor_saturation'),
          directional_drift: region('directional_drift'),
          inventory_corridor: region('inventory_corridor'),
          order_integrity: region('order_integrity'),
          ledger_connection: region('ledger_connection'),
          issuer: region('issuer'),
        },
      },
      /** A protective end: no way out, and every later cause is answered in words. */
      HALT: { on: later() },
      /** A planned end, a signal, a requested stop: the mode in force stays what it was. */
      ended: { on: later() },
    },
  });

const fact = ({ event }: Seen, guard: GuardId): GuardFact | undefined =>
  event.type === 'guards.evaluated' ? event.heard.event.facts[guard] : undefined;

const tick = ({ event }: Seen): number =>
  event.type === 'guards.evaluated' ? event.heard.event.tick : 0;

const isDue = (context: ModeContext, guard: GuardId, at: number): boolean => {
  const { phase, deadlineAt } = context.episodes[guard];
  return phase !== 'armed' && deadlineAt !== null && at >= deadlineAt;
};

/** The release count as of this tick, and whether it is enough. */
const progress = (seen: Seen, guard: GuardId): Readonly<{ count: number; enough: boolean }> => {
  const found = fact(seen, guard);
  const policy = seen.context.policies[guard];
  const { phase, count } = seen.context.episodes[guard];
  if (!found || !policy.recovery_enabled) return { count: 0, enough: false };
  const next = counted(phase === 'recovering' ? count : 0, found.release);
  return { count: next, enough: found.release === 'now' || next >= policy.recovery_ticks };
};

const chart = setup({
  types: {
    context: {} as ModeContext,
    events: {} as Delivered,
    emitted: {} as Saying,
  },
  guards: {
    trips: (seen, { guard }: Which) => fact(seen, guard)?.trip === true,
    tripsForTheLastTime: (seen, { guard }: Which) => {
      const limit = seen.context.policies[guard].max_episodes;
      const nth = seen.context.episodes[guard].trips + 1;
      return fact(seen, guard)?.trip === true && limit > 0 && nth >= limit;
    },
    /** Reached, and no other guard's deadline came earlier: the first cause wins even where ticks were missing. */
    timesOutFirst: ({ context, event }, { guard }: Which) => {
      const { at } = event.heard;
      const mine = context.episodes[guard].deadlineAt ?? Infinity;
      const earliest = Math.min(
        ...guardIds
          .filter((id) => isDue(context, id, at))
          .map((id) => context.episodes[id].deadlineAt ?? Infinity),
      );
      return isDue(context, guard, at) && mine === earliest;
    },
    cools: ({ context }, { guard }: Which) =>
      context.policies[guard].cooldown_ticks > 0 && context.episodes[guard].trips > 1,
    isStillCooling: (seen, { guard }: Which) =>
      tick(seen) < (seen.context.episodes[guard].untilTick ?? 0),
    isReleased: (seen, { guard }: Which) => progress(seen, guard).enough,
    beginsToRecover: (seen, { guard }: Which) => progress(seen, guard).count > 0,
    breaks: (seen, { guard }: Which) =>
      fact(seen, guard)?.release === 'broken' && seen.context.episodes[guard].count > 0,
    mayRecover: ({ context }, { guard }: Which) => context.policies[guard].recovery_enabled,
    someCause: ({ context }) => context.causes.length > 0,
    noCause: ({ context }) => context.causes.length === 0,
    causesChanged: ({ context }) => context.causes.join() !== context.announced.join(),
    isProtective: ({ event }) =>
      event.type === 'session.ending' && isProtective(event.heard.event.reason),
  },
  actions: {
    trip: enqueueActions(({ context, event, enqueue }, { guard }: Which) => {
      const found = fact({ context, event }, guard);
      if (!found) return;
      const { timeout_seconds: timeout } = context.policies[guard];
      const { at } = event.heard;
      const episode: Episode = {
        ...context.episodes[guard],
        phase: 'tripped',
        trips: context.episodes[guard].trips + 1,
        trippedAt: at,
        trippedTick: tick({ context, event }),
        deadlineAt: timeout > 0 ? at + timeout * 1000 : null,
        untilTick: null,
        count: 0,
      };
      enqueue.assign({
        episodes: { ...context.episodes, [guard]: episode },
        causes: [...context.causes, guard],
      });
      enqueue.emit({
        type: 'guard.tripped',
        guard,
        episode: episode.trips,
        fact: found,
        deadlineAt: episode.deadlineAt,
      });
    }),
    cool: enqueueActions(({ context, enqueue }, { guard }: Which) => {
      const episode = context.episodes[guard];
      const untilTick = (episode.trippedTick ?? 0) + context.policies[guard].cooldown_ticks;
      enqueue.assign({
        episodes: { ...context.episodes, [guard]: { ...episode, phase: 'cooling', untilTick } },
      });
      enqueue.emit({ type: 'guard.cooled', guard, untilTick });
    }),
    beginRecovery: enqueueActions(({ context, event, enqueue }, { guard }: Which) => {
      const { count } = progress({ context, event }, guard);
      enqueue.assign({
        episodes: {
          ...context.episodes,
          [guard]: { ...context.episodes[guard], phase: 'recovering', count },
        },
      });
      const needed = context.policies[guard].recovery_ticks;
      enqueue.emit({ type: 'guard.recovering', guard, count, needed });
    }),
    countTick: assign(({ context, event }, { guard }: Which) => ({
      episodes: {
        ...context.episodes,
        [guard]: { ...context.episodes[guard], count: progress({ context, event }, guard).count },
      },
    })),
    recover: enqueueActions(({ context, event, enqueue }, { guard }: Which) => {
      const episode = context.episodes[guard];
      enqueue.assign({
        episodes: {
          ...context.episodes,
          [guard]: {
            ...episode,
            phase: 'armed',
            recoveries: episode.recoveries + 1,
            deadlineAt: null,
            untilTick: null,
            count: 0,
          },
        },
        causes: context.causes.filter((cause) => cause !== guard),
      });
      const afterMs = event.heard.at - (episode.trippedAt ?? event.heard.at);
      enqueue.emit({ type: 'guard.recovered', guard, afterMs });
    }),
    announce: enqueueActions(({ context, enqueue }) => {
      enqueue.assign({ announced: context.causes });
      const mode = context.causes.length > 0 ? 'DEGRADED' : 'OK';
      enqueue.emit({ type: 'mode.changed', mode, causes: context.causes });
    }),
    halt: enqueueActions(({ context, event, enqueue }, params?: HaltBy) => {
      const cause = causeOf(context, event, params);
      if (!cause) return;
      enqueue.emit({
        type: 'halt',
        ...cause,
        event: event.heard.seq,
        standing: context.causes.filter((id) => id !== cause.source),
      });
      if (isProtective(cause.reason)) {
        enqueue.emit({ type: 'mode.changed', mode: 'HALT', causes: context.causes });
      }
    }),
    ignore: enqueueActions(({ context, event, enqueue }) => {
      const cause = causeOf(context, event, undefined);
      if (cause) enqueue.emit({ type: 'halt.ignored', ...cause });
    }),
  },
});

/** A guard's own exit to HALT. */
type HaltBy = Readonly<{ guard: GuardId; exit: 'timed out' | 'exhausted' }>;

/** Who asks for the end, in the specification's tokens. */
const causeOf = (
  context: ModeContext,
  event: Delivered,
  by: HaltBy | undefined,
): Cause | undefined => {
  if (by?.exit === 'exhausted') {
    const detail = `episode ${context.policies[by.guard].max_episodes} of ${context.policies[by.guard].max_episodes}`;
    return { reason: 'degraded_episode_limit_halt', source: by.guard, detail };
  }
  if (by) {
    const detail = `degraded_timeout_exceeded_${context.policies[by.guard].timeout_seconds}s`;
    return { reason: timeoutReason(by.guard), source: by.guard, detail };
  }
  switch (event.type) {
    case 'limit.breached': {
      const { reason, detail } = event.heard.event;
      return { reason, source: 'limits', detail };
    }
    case 'operator.kill':
      return { reason: 'kill_switch', source: 'operator', detail: event.heard.event.note };
    case 'session.ending': {
      const { reason, source, detail } = event.heard.event;
      return { reason, source, detail };
    }
    default:
      return undefined;
  }
};

const timeoutReason = (guard: GuardId): HaltReason =>
  guard === 'wallet_truth'
    ? 'inventory_truth_halt'
    : guard === 'order_integrity'
      ? 'reconciler_halt'
      : 'degraded_timeout';

/** After the end: every later cause is recorded as ignored. */
function later() {
  return {
    'limit.breached': { actions: 'ignore' },
    'operator.kill': { actions: 'ignore' },
    'session.ending': { actions: 'ignore' },
  } as const;
}

/** A guard's region. Read it as the specification's sentence, an arrow a clause, the first that holds is taken. */
function region<const G extends GuardId>(guard: G) {
  const params = { guard } as const;
  const when = <const T extends string>(type: T) => ({ type, params }) as const;
  const timedOut = {
    guard: when('timesOutFirst'),
    target: '#mode.HALT',
    actions: { type: 'halt', params: { guard, exit: 'timed out' } },
  } as const;
  const released = {
    guard: when('isReleased'),
    target: 'armed',
    actions: when('recover'),
  } as const;
  return {
    initial: 'armed',
    states: {
      armed: {
        on: {
          'guards.evaluated': [
            {
              guard: when('tripsForTheLastTime'),
              target: '#mode.HALT',
              actions: [when('trip'), { type: 'halt', params: { guard, exit: 'exhausted' } }],
            },
            { guard: when('trips'), target: 'tripped', actions: when('trip') },
          ],
        },
      },
      tripped: {
        always: { guard: when('cools'), target: 'cooling', actions: when('cool') },
        on: {
          'guards.evaluated': [
            timedOut,
            released,
            {
              guard: when('beginsToRecover'),
              target: 'recovering',
              actions: when('beginRecovery'),
            },
          ],
        },
      },
      cooling: {
        on: {
          'guards.evaluated': [
            timedOut,
            { guard: when('isStillCooling') },
            released,
            { guard: when('mayRecover'), target: 'recovering', actions: when('beginRecovery') },
          ],
        },
      },
      recovering: {
        on: {
          'guards.evaluated': [
            timedOut,
            released,
            { guard: when('breaks'), actions: when('beginRecovery') },
            { actions: when('countTick') },
          ],
        },
      },
    },
  } as const;
}
