/** The mode chart with the faults of the engine before it put in, one at a time. No test itself. */
import { assign, enqueueActions } from 'xstate';
import { guardIds } from '../../events/guard.ts';
import { causeOf } from '../../machines/cause.ts';
import { due, fact, type Seen } from '../../machines/mode-context.ts';
import { modeMachine } from '../../machines/mode.ts';
import type { Policies } from '../../machines/settings.ts';
import type { Machine } from './explore.ts';

type Plant = (policies: Policies) => Machine;

const holds = (seen: Seen): boolean =>
  guardIds.some((id) => ['holds', 'now'].includes(fact(seen, id)?.release ?? ''));

/** One timer for all: whoever trips runs against the deadline of the first. */
const sharedTimer: Plant = (policies) =>
  modeMachine(policies).provide({
    actions: {
      announce: enqueueActions(({ context, enqueue }) => {
        const [first] = context.causes;
        const deadlineAt = first ? context.episodes[first].deadlineAt : null;
        const episodes = { ...context.episodes };
        for (const id of context.causes) episodes[id] = { ...episodes[id], deadlineAt };
        enqueue.assign({ announced: context.causes, episodes });
        const mode = context.causes.length > 0 ? 'DEGRADED' : 'OK';
        enqueue.emit({ type: 'mode.changed', mode, causes: context.causes });
      }),
    },
  });

/** One flag for all: any guard's good tick releases every guard. */
const sharedFlag: Plant = (policies) =>
  modeMachine(policies).provide({
    guards: { beginsToRecover: holds, isReleased: holds },
  });

/** One label for all: the newest cause is told as the only one. */
const lastLabelWins: Plant = (policies) =>
  modeMachine(policies).provide({
    actions: {
      announce: enqueueActions(({ context, enqueue }) => {
        enqueue.assign({ announced: context.causes });
        const mode = context.causes.length > 0 ? 'DEGRADED' : 'OK';
        enqueue.emit({ type: 'mode.changed', mode, causes: context.causes.slice(-1) });
      }),
    },
  });

/** The newest cause takes the place of the others. */
const lastCauseWins: Plant = (policies) =>
  modeMachine(policies).provide({
    actions: {
      countTick: assign(({ context }) => ({ causes: context.causes.slice(-1) })),
    },
  });

/** The newest cause stands before the first. */
const newestFirst: Plant = (policies) =>
  modeMachine(policies).provide({
    actions: { countTick: assign(({ context }) => ({ causes: context.causes.toReversed() })) },
  });

/** Of two deadlines of one tick the later one is the halt's. */
const lastDeadlineWins: Plant = (policies) =>
  modeMachine(policies).provide({
    guards: {
      timesOut: (seen, { guard }) => due(seen).at(-1) === guard,
      anotherTimesOut: (seen, { guard }) => (due(seen).at(-1) ?? guard) !== guard,
    },
    actions: {
      halt: enqueueActions(({ context, event, enqueue }, by) => {
        const cause = causeOf(policies, event, by);
        const standing = context.causes.filter((id) => id !== cause?.source);
        if (cause) enqueue.emit({ type: 'halt', ...cause, event: event.heard.seq, standing });
        enqueue.emit({ type: 'mode.changed', mode: 'HALT', causes: context.causes });
      }),
    },
  });

/** A later reason is written over the first. */
const lastReasonWins: Plant = (policies) =>
  modeMachine(policies).provide({
    actions: {
      ignore: enqueueActions(({ context, event, enqueue }) => {
        const cause = causeOf(policies, event, undefined);
        const standing = context.causes;
        if (cause) enqueue.emit({ type: 'halt', ...cause, event: event.heard.seq, standing });
      }),
    },
  });

/** A region with a way in and none out but its deadline. */
const oneWay: Plant = (policies) =>
  modeMachine(policies).provide({
    guards: {
      beginsToRecover: (seen, { guard }) =>
        guard !== 'anchor_saturation' && fact(seen, guard)?.release === 'holds',
    },
  });

/** A deadline that is only looked at where nothing else happens. */
const deadlineLast: Plant = (policies) =>
  modeMachine(policies).provide({
    guards: {
      timesOut: (seen, { guard }) => due(seen)[0] === guard && !holds(seen),
      anotherTimesOut: (seen, { guard }) => (due(seen)[0] ?? guard) !== guard && !holds(seen),
    },
  });

/** A region that comes back without a word. */
const silentReturn: Plant = (policies) =>
  modeMachine(policies).provide({
    actions: {
      recover: assign(({ context }, { guard }) => ({
        episodes: {
          ...context.episodes,
          [guard]: { ...context.episodes[guard], phase: 'armed', deadlineAt: null, count: 0 },
        },
        causes: context.causes.filter((id) => id !== guard),
      })),
    },
  });

export const plants = {
  sharedTimer,
  sharedFlag,
  lastLabelWins,
  lastCauseWins,
  newestFirst,
  lastDeadlineWins,
  lastReasonWins,
  oneWay,
  deadlineLast,
  silentReturn,
} as const;
