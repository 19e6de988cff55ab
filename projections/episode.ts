/** One guard's episode: its phase, its counts, its deadline. The mode chart and every report count with these same functions. */
import type { GuardFact, Release } from '../events/guard.ts';

export type Phase = 'armed' | 'tripped' | 'cooling' | 'recovering';

export type Episode = Readonly<{
  phase: Phase;
  /** Trips in this session. */
  trips: number;
  recoveries: number;
  /** Of the present episode, else of the last; null before the first. */
  trippedAt: number | null;
  trippedTick: number | null;
  /** When the episode times out; null waits for ever. */
  deadlineAt: number | null;
  /** Tick from which recovery is asked about, where the episode cools. */
  untilTick: number | null;
  /** Consecutive ticks on which the release condition held, while recovering. */
  count: number;
  /** The latest fact. */
  fact: GuardFact | null;
}>;

export const armed: Episode = {
  phase: 'armed',
  trips: 0,
  recoveries: 0,
  trippedAt: null,
  trippedTick: null,
  deadlineAt: null,
  untilTick: null,
  count: 0,
  fact: null,
};

/** A tick's effect on a release count: it grows, starts again, or stays. */
export const counted = (count: number, release: Release): number =>
  release === 'broken' ? 0 : release === 'neither' ? count : count + 1;
