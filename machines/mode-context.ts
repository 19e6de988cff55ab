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

/**
 * The region that ends the session at this tick: deadlines first, the earliest of them; then an Nth trip. It is asked before
 * any arrow is taken, for of two arrows at one tick XState takes the one of the region written first.
 */
export const endOf = (seen: Seen): HaltBy | undefined => {
  const { context, event } = seen;
  const [due] = guardIds
    .flatMap((guard) => {
      const { phase, deadlineAt } = context.episodes[guard];
      const isDue = phase !== 'armed' && deadlineAt !== null && event.heard.at >= deadlineAt;
      return isDue ? [{ guard, deadlineAt }] : [];
    })
    .toSorted((a, b) => a.deadlineAt - b.deadlineAt);
  if (due) return { guard: due.guard, exit: 'timed out' };
  const exhausted = guardIds.find((guard) => {
    const { phase, trips } = context.episodes[guard];
    const { max_episodes: most } = context.policies[guard];
    return phase === 'armed' && most > 0 && trips + 1 >= most && fact(seen, guard)?.trip === true;
  });
  return exhausted && { guard: exhausted, exit: 'exhausted' };
};

/**
 * Nothing can come of these facts: every region is armed and no guard trips. True in HALT too, where ticks are not heard. It
 * spares the chart its many arrows on the ticks of a calm market.
 */
export const isStill = (context: ModeContext, { event }: Heard): boolean =>
  event.type === 'guards.evaluated' &&
  context.causes.length === 0 &&
  guardIds.every((guard) => event.facts[guard]?.trip !== true);

/** The release count as of this tick, and whether it is enough. */
export const progress = (
  seen: Seen,
  guard: GuardId,
): Readonly<{ count: number; enough: boolean }> => {
  const found = fact(seen, guard);
  const policy = seen.context.policies[guard];
  const { phase, count } = seen.context.episodes[guard];
  if (!found || !policy.recovery_enabled) return { count: 0, enough: false };
  const next = counted(phase === 'recovering' ? count : 0, found.release);
  return { count: next, enough: found.release === 'now' || next >= policy.recovery_ticks };
};
