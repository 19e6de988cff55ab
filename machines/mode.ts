/**
 * Whether the engine trades. One region a guard: armed → tripped (→ cooling) → recovering → armed, with the exits timed out
 * and exhausted; the join beside them: DEGRADED exactly while a region is not armed. The first cause of an end is its cause;
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
import { armed } from '../projections/episode.ts';
import { causeOf, type HaltBy } from './cause.ts';
import type { Delivered } from './delivered.ts';
import {
  changed,
  countWith,
  due,
  exhausted,
  fact,
  isReleased,
  isSettled,
  othersEnding,
  tick,
  type ModeContext,
} from './mode-context.ts';
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
          'operator.kill': [{ guard: 'wasCleared' }, { target: 'HALT', actions: 'halt' }],
          'session.ending': { target: 'ended', actions: 'halt' },
        },
        states: {
          wallet_truth: region('wallet_truth'),
          anchor_saturation: region('anchor_saturation'),
          directional_drift: region('directional_drift'),
          inventory_corridor: region('inventory_corridor'),
          order_integrity: region('order_integrity'),
          ledger_connection: region('ledger_connection'),
          issuer: region('issuer'),
          /** A tick that ends the session announces no other mode than that. */
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
    wasCleared: ({ event }) => event.type === 'operator.kill' && event.heard.event.cleared === true,
    trips: (seen, { guard }: Which) => fact(seen, guard)?.trip === true,
    /** The deadline that ends the session at this tick is this region's. */
    timesOut: (seen, { guard }: Which) => due(seen)[0] === guard,
    /** It is another's: no arrow of this region may compete with that one. */
    anotherTimesOut: (seen, { guard }: Which) => (due(seen)[0] ?? guard) !== guard,
    exhausts: ({ context }, { guard }: Which) => exhausted(context)[0] === guard,
    cools: ({ context }, { guard }: Which) =>
      exhausted(context).length === 0 &&
      context.policies[guard].cooldown_ticks > 0 &&
      context.episodes[guard].trips > 1,
    isStillCooling: (seen, { guard }: Which) =>
      tick(seen) < (seen.context.episodes[guard].untilTick ?? 0),
    beginsToRecover: (seen, { guard }: Which) =>
      seen.context.policies[guard].recovery_enabled && countWith(seen, guard) > 0,
    breaks: (seen, { guard }: Which) =>
      fact(seen, guard)?.release === 'broken' && seen.context.episodes[guard].count > 0,
    isReleased: (seen, { guard }: Which) => isReleased(seen, guard),
    someCause: (seen) => isSettled(seen) && seen.context.causes.length > 0,
    someDue: (seen) => due(seen).length > 0,
    noCause: ({ context }) => context.causes.length === 0,
    causesChanged: (seen) =>
      isSettled(seen) && seen.context.causes.join() !== seen.context.announced.join(),
  },
  actions: {
    trip: enqueueActions(({ context, event, enqueue }, { guard }: Which) => {
      const found = fact({ context, event }, guard);
      if (!found) return;
      const { timeout_seconds: timeout } = context.policies[guard];
      const { at } = event.heard;
      const trips = context.episodes[guard].trips + 1;
      const deadlineAt = timeout > 0 ? at + timeout * 1000 : null;
      const trippedTick = tick({ context, event });
      enqueue.assign({
        episodes: changed(context, guard, {
          phase: 'tripped',
          trips,
          trippedAt: at,
          trippedTick,
          deadlineAt,
          untilTick: null,
          count: 0,
        }),
        causes: [...context.causes, guard],
      });
      enqueue.emit({ type: 'guard.tripped', guard, episode: trips, fact: found, deadlineAt });
    }),
    cool: enqueueActions(({ context, enqueue }, { guard }: Which) => {
      const { trippedTick } = context.episodes[guard];
      const untilTick = (trippedTick ?? 0) + context.policies[guard].cooldown_ticks;
      enqueue.assign({ episodes: changed(context, guard, { phase: 'cooling', untilTick }) });
      enqueue.emit({ type: 'guard.cooled', guard, untilTick });
    }),
    beginRecovery: enqueueActions(({ context, event, enqueue }, { guard }: Which) => {
      const count = countWith({ context, event }, guard);
      const { recovery_ticks: needed } = context.policies[guard];
      enqueue.assign({ episodes: changed(context, guard, { phase: 'recovering', count }) });
      enqueue.emit({ type: 'guard.recovering', guard, count, needed });
    }),
    countTick: assign(({ context, event }, { guard }: Which) => ({
      episodes: changed(context, guard, { count: countWith({ context, event }, guard) }),
    })),
    recover: enqueueActions(({ context, event, enqueue }, { guard }: Which) => {
      const { recoveries, trippedAt } = context.episodes[guard];
      enqueue.assign({
        episodes: changed(context, guard, {
          phase: 'armed',
          recoveries: recoveries + 1,
          deadlineAt: null,
          untilTick: null,
          count: 0,
        }),
        causes: context.causes.filter((cause) => cause !== guard),
      });
      const afterMs = event.heard.at - (trippedAt ?? event.heard.at);
      enqueue.emit({ type: 'guard.recovered', guard, afterMs });
    }),
    announce: enqueueActions(({ context, enqueue }) => {
      enqueue.assign({ announced: context.causes });
      const mode = context.causes.length > 0 ? 'DEGRADED' : 'OK';
      enqueue.emit({ type: 'mode.changed', mode, causes: context.causes });
    }),
    halt: enqueueActions(({ context, event, enqueue }, by?: HaltBy) => {
      const cause = causeOf(context.policies, event, by);
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
      for (const other of othersEnding({ context, event }, by)) {
        const ignored = causeOf(context.policies, event, other);
        if (ignored) enqueue.emit({ type: 'halt.ignored', ...ignored });
      }
    }),
    ignore: enqueueActions(({ context, event, enqueue }) => {
      const cause = causeOf(context.policies, event, undefined);
      if (cause) enqueue.emit({ type: 'halt.ignored', ...cause });
    }),
    /** A deadline that comes in the turn of the end or after it. */
    ignoreDue: enqueueActions(({ context, event, enqueue }) => {
      for (const guard of due({ context, event })) {
        const cause = causeOf(context.policies, event, { guard, exit: 'timed out' });
        if (cause) enqueue.emit({ type: 'halt.ignored', ...cause });
      }
    }),
    /** What was told of a deadline is told once. */
    closeDue: assign(({ context, event }) => ({
      episodes: due({ context, event }).reduce(
        (episodes, guard) => ({ ...episodes, [guard]: { ...episodes[guard], deadlineAt: null } }),
        context.episodes,
      ),
    })),
  },
});

/** After the end: every later cause is recorded as ignored. */
function later() {
  return {
    'limit.breached': { actions: 'ignore' },
    'operator.kill': { actions: 'ignore' },
    'session.ending': { actions: 'ignore' },
    'guards.evaluated': { guard: 'someDue', actions: ['ignoreDue', 'closeDue'] },
  } as const;
}

/** A guard's region. Read it as the specification's sentence, an arrow a clause, the first that holds is taken. */
function region<const G extends GuardId>(guard: G) {
  const params = { guard } as const;
  const when = <const T extends string>(type: T) => ({ type, params }) as const;
  const timedOut = {
    guard: when('timesOut'),
    target: '#mode.HALT',
    actions: [{ type: 'halt', params: { guard, exit: 'timed out' } }, 'closeDue'],
  } as const;
  const yielding = { guard: when('anotherTimesOut') } as const;
  const recovering = { target: 'recovering', actions: when('beginRecovery') } as const;
  return {
    initial: 'armed',
    states: {
      armed: {
        on: {
          'guards.evaluated': [
            yielding,
            { guard: when('trips'), target: 'tripped', actions: when('trip') },
          ],
        },
      },
      tripped: {
        always: [
          {
            guard: when('exhausts'),
            target: '#mode.HALT',
            actions: { type: 'halt', params: { guard, exit: 'exhausted' } },
          },
          { guard: when('cools'), target: 'cooling', actions: when('cool') },
        ],
        on: {
          'guards.evaluated': [
            timedOut,
            yielding,
            { guard: when('beginsToRecover'), ...recovering },
          ],
        },
      },
      cooling: {
        on: {
          'guards.evaluated': [timedOut, yielding, { guard: when('isStillCooling') }, recovering],
        },
      },
      recovering: {
        always: { guard: when('isReleased'), target: 'armed', actions: when('recover') },
        on: {
          'guards.evaluated': [
            timedOut,
            yielding,
            { guard: when('breaks'), actions: when('beginRecovery') },
            { actions: when('countTick') },
          ],
        },
      },
    },
  } as const;
}
