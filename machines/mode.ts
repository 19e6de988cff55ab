/**
 * Whether the engine trades. One region a guard: armed → tripped (→ cooling) → recovering → armed, with the exits timed out
 * and exhausted; the join above them: DEGRADED exactly while a region is not armed. The first cause of an end is its cause;
 * what comes later is recorded as ignored. Deadlines are data, looked at first on every tick.
 */
import { assign, enqueueActions, setup } from 'xstate';
import {
  guardIds,
  type GuardCooled,
  type GuardId,
  type GuardRecovered,
  type GuardRecovering,
  type GuardTripped,
} from '../events/guard.ts';
import { isProtective, type HaltEvent } from '../events/halt.ts';
import type { ModeChanged } from '../events/mode.ts';
import { armed, type Episode } from '../projections/episode.ts';
import { causeOf, type HaltBy } from './cause.ts';
import type { Delivered } from './delivered.ts';
import { endOf, fact, progress, tick, type ModeContext } from './mode-context.ts';
import type { Policies } from './settings.ts';

type Saying =
  | GuardTripped
  | GuardCooled
  | GuardRecovering
  | GuardRecovered
  | ModeChanged
  | HaltEvent;
type Which = Readonly<{ guard: GuardId }>;

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

const chart = setup({
  types: {
    context: {} as ModeContext,
    events: {} as Delivered,
    emitted: {} as Saying,
  },
  guards: {
    trips: (seen, { guard }: Which) => fact(seen, guard)?.trip === true,
    /** This region ends the session at this tick. */
    ends: (seen, { guard, exit }: HaltBy) => {
      const end = endOf(seen);
      return end?.guard === guard && end.exit === exit;
    },
    /** Another one does: no arrow of this region may compete with it. */
    anotherEnds: (seen, { guard }: Which) => (endOf(seen)?.guard ?? guard) !== guard,
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
      const cause = causeOf(context.policies, event, params);
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
      const cause = causeOf(context.policies, event, undefined);
      if (cause) enqueue.emit({ type: 'halt.ignored', ...cause });
    }),
  },
});

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
    guard: { type: 'ends', params: { guard, exit: 'timed out' } },
    target: '#mode.HALT',
    actions: { type: 'halt', params: { guard, exit: 'timed out' } },
  } as const;
  const yielding = { guard: when('anotherEnds') } as const;
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
              guard: { type: 'ends', params: { guard, exit: 'exhausted' } },
              target: '#mode.HALT',
              actions: [when('trip'), { type: 'halt', params: { guard, exit: 'exhausted' } }],
            },
            yielding,
            { guard: when('trips'), target: 'tripped', actions: when('trip') },
          ],
        },
      },
      tripped: {
        always: { guard: when('cools'), target: 'cooling', actions: when('cool') },
        on: {
          'guards.evaluated': [
            timedOut,
            yielding,
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
            yielding,
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
            yielding,
            released,
            { guard: when('breaks'), actions: when('beginRecovery') },
            { actions: when('countTick') },
          ],
        },
      },
    },
  } as const;
}
