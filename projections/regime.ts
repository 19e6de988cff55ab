/** The operator's classes of a moment: how far the inventory has drifted, and how far the pool stands from the book. */

/** A: |drift| above 5 %, where the skew works; B: at most 5 %. Drift is XRP's share of the value less its target, in points. */
export const segments = ['A', 'B', 'unknown'] as const;
export type Segment = (typeof segments)[number];

/** By |anchor error|: aligned up to 3 bps, divergent up to 8, stress above. */
export const regimes = ['aligned', 'divergent', 'stress', 'unknown'] as const;
export type Regime = (typeof regimes)[number];

export const driftPctMost = 5;
export const alignedBpsMost = 3;
export const divergentBpsMost = 8;

/** Unknown before the first mid or the first balance. */
export const segmentOf = (driftPct: number | null): Segment =>
  driftPct === null ? 'unknown' : Math.abs(driftPct) > driftPctMost ? 'A' : 'B';

/** Unknown where book or pool is. */
export const regimeOf = (anchorErrorBps: number | null): Regime => {
  if (anchorErrorBps === null) return 'unknown';
  const size = Math.abs(anchorErrorBps);
  return size <= alignedBpsMost ? 'aligned' : size <= divergentBpsMost ? 'divergent' : 'stress';
};
