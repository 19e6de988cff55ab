/** What the mode chart remembers of each guard, and what it reads from a tick's facts. */
import type { GuardFact, GuardId } from '../events/guard.ts';
import { counted, type Episode } from '../projections/episode.ts';
import type { Delivered } from './delivered.ts';
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

export const isDue = (context: ModeContext, guard: GuardId, at: number): boolean => {
  const { phase, deadlineAt } = context.episodes[guard];
  return phase !== 'armed' && deadlineAt !== null && at >= deadlineAt;
};

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
