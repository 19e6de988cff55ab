/** The causes that a report tells, and what the numbers of each rest on: of more trips than those the newest. */
import type { Recorded } from '../../events/envelope.ts';
import type { GuardId } from '../../events/guard.ts';
import type { Outline } from '../../events/outline.ts';
import { createMemory, type Source } from '../../projections/sources.ts';

/** A trip or a breached limit, by its seq. */
export type Rested = Readonly<{ seq: number; sources: readonly Source[] }>;

/** Of trips that recovered at least one is told, and as many as fill this with those that did not. */
const toldMax = 6;

export const createRested = (): Readonly<{
  take: (row: Recorded<Outline>) => void;
  /** In order: trips that stand, the newest of those that recovered, and the first breach of a limit. */
  told: () => readonly Rested[];
}> => {
  const memory = createMemory();
  const standing = new Map<GuardId, Rested>();
  let recovered: readonly Rested[] = [];
  let breach: Rested | null = null;
  return {
    take: (row) => {
      memory.take(row);
      const { seq, event } = row;
      if (event.type === 'guard.tripped') {
        standing.set(event.guard, { seq, sources: memory.behind(event) });
      } else if (event.type === 'limit.breached') {
        breach ??= { seq, sources: memory.behind(event) };
      } else if (event.type === 'guard.recovered') {
        const cause = standing.get(event.guard);
        standing.delete(event.guard);
        if (cause) recovered = [...recovered, cause].slice(-toldMax);
      }
    },
    told: () =>
      [
        ...recovered.slice(-Math.max(1, toldMax - standing.size)),
        ...standing.values(),
        ...(breach ? [breach] : []),
      ].toSorted((a, b) => a.seq - b.seq),
  };
};
