/** What a variant's rows say of its modes and its trips, whichever way they were made. */
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { JudgedFill } from '../../projections/markout.ts';
import { diedAt as died } from '../../projections/session.ts';
import type { Figures } from './figures.ts';

type End = Readonly<{ reason: Figures['halt']['reason']; source: string; at: number }>;

export type Observer = Readonly<{
  hear: (rows: readonly Recorded<Event>[]) => void;
  until: (end: End, openedAt: number) => Pick<Figures, 'halt' | 'degraded_seconds' | 'trips'>;
  /** How many of these came while nothing was quoted. */
  unquoted: (fills: readonly JudgedFill[]) => number;
}>;

export const observe = (): Observer => {
  const degraded: { from: number; to: number }[] = [];
  let trips = 0;
  let diedAt = Infinity;
  return {
    hear: (rows) => {
      for (const { at, event } of rows) {
        if (event.type === 'guard.tripped') trips += 1;
        if (event.type === 'session.closed_by_next') diedAt = died(at, event);
        if (event.type !== 'mode.changed') continue;
        const last = degraded.at(-1);
        if (last?.to === Infinity) last.to = at;
        if (event.mode === 'DEGRADED') degraded.push({ from: at, to: Infinity });
      }
    },
    /** The silence after a death is no time of the session's. */
    until: ({ reason, source, at }, openedAt) => {
      const end = Math.min(at, diedAt);
      const ms = degraded.reduce(
        (sum, { from, to }) => sum + Math.max(0, Math.min(to, end) - from),
        0,
      );
      return {
        halt: { reason, source, after_seconds: (end - openedAt) / 1000 },
        degraded_seconds: ms / 1000,
        trips,
      };
    },
    unquoted: (fills) =>
      fills.filter(({ at }) => degraded.some(({ from, to }) => from < at && at <= to)).length,
  };
};
