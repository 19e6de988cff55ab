/** What the mode chart remembers of each guard, and what it reads from a tick's facts. */
import { guardIds, type GuardFact, type GuardId } from '../events/guard.ts';
import { counted, type Episode } from '../projections/episode.ts';
import type { HaltBy } from './cause.ts';
import type { Delivered } from './delivered.ts';
import type { Heard } from './reducer.ts';
import type { Policies } from './settings.ts';

export type ModeContext = Readonly<{
  policies: Policies;
  episodes: Readonly<Record<GuardId, Episode>>;
  /** Guards that are not armed, in order of their trips. */
  causes: readonly GuardId[];
  /** What `mode.changed` last said. */
  announced: readonly GuardId[];
}>;

export type Seen = Readonly<{ context: ModeContext; event: Delivered }>;

export const fact = ({ event }: Seen, guard: GuardId): GuardFact | undefined =>
  event.type === 'guards.evaluated' ? event.heard.event.facts[guard] : undefined;

export const tick = ({ event }: Seen): number =>
  event.type === 'guards.evaluated' ? event.heard.event.tick : 0;

/** Regions whose deadline has come, the earliest first; of one instant in the order of the regions. */
export const due = ({ context: { causes, episodes }, event }: Seen): readonly GuardId[] => {
  const { at } = event.heard;
  if (!causes.some((guard) => (episodes[guard].deadlineAt ?? Infinity) <= at)) return none;
  return guardIds
    .filter((guard) => causes.includes(guard) && (episodes[guard].deadlineAt ?? Infinity) <= at)
    .toSorted((a, b) => (episodes[a].deadlineAt ?? 0) - (episodes[b].deadlineAt ?? 0));
};

const none: readonly GuardId[] = [];

/** Regions that have just tripped for the last time that their policy allows. */
export const exhausted = ({ causes, policies, episodes }: ModeContext): readonly GuardId[] => {
  const isLast = (guard: GuardId): boolean => {
    const { phase, trips } = episodes[guard];
    const { max_episodes: most } = policies[guard];
    return phase === 'tripped' && most > 0 && trips >= most;
  };
  return causes.some(isLast) ? guardIds.filter(isLast) : none;
};

/** The exits of other regions at the tick at which this one ended the session: later causes, of the same instant. */
export const othersEnding = (seen: Seen, by: HaltBy | undefined): readonly HaltBy[] =>
  by === undefined
    ? []
    : (by.exit === 'timed out' ? due(seen) : exhausted(seen.context))
        .filter((guard) => guard !== by.guard)
        .map((guard) => ({ guard, exit: by.exit }));

/**
 * Nothing can come of these facts: no armed guard trips, and no region that is not armed has an arrow to take. It spares the
 * chart its many arrows on the ticks of a calm market and on those of a long wait.
 */
export const isStill = (context: ModeContext, { at, event }: Heard): boolean => {
  if (event.type !== 'guards.evaluated') return false;
  const { causes } = context;
  const { facts, tick: now } = event;
  const waits = (guard: GuardId): boolean => stays(context, guard, facts[guard], { at, now });
  return (
    guardIds.every((guard) => facts[guard]?.trip !== true || causes.includes(guard)) &&
    causes.every(waits)
  );
};

/** A region that is not armed stays where it is, its count too. */
const stays = (
  { episodes, policies }: ModeContext,
  guard: GuardId,
  found: GuardFact | undefined,
  { at, now }: Readonly<{ at: number; now: number }>,
): boolean => {
  const { phase, count, deadlineAt, untilTick } = episodes[guard];
  if ((deadlineAt ?? Infinity) <= at) return false;
  if (phase === 'cooling' && now < (untilTick ?? 0)) return true;
  if (!policies[guard].recovery_enabled) return true;
  return phase !== 'cooling' && counted(count, found?.release ?? 'neither') === count;
};

/** The release count is reached, or the guard is released whatever the count. */
export const isReleased = (seen: Seen, guard: GuardId): boolean =>
  fact(seen, guard)?.release === 'now' ||
  seen.context.episodes[guard].count >= seen.context.policies[guard].recovery_ticks;

/** No region has an arrow left to take at this tick: the mode can be told. */
export const isSettled = (seen: Seen): boolean =>
  exhausted(seen.context).length === 0 &&
  !seen.context.causes.some(
    (guard) => seen.context.episodes[guard].phase === 'recovering' && isReleased(seen, guard),
  );

/** The episodes with one of them changed. */
export const changed = (
  { episodes }: ModeContext,
  guard: GuardId,
  to: Partial<Episode>,
): ModeContext['episodes'] => ({ ...episodes, [guard]: { ...episodes[guard], ...to } });

/** A region's release count with this tick in it. */
export const countWith = (seen: Seen, guard: GuardId): number => {
  const { phase, count } = seen.context.episodes[guard];
  const before = phase === 'recovering' ? count : 0;
  return counted(before, fact(seen, guard)?.release ?? 'neither');
};
