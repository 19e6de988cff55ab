/** The ticks of a session in as many bins as a picture has columns: of each the last tick, and the extremes of what is drawn. */
import type { Column, Tick } from '../../projections/strip.ts';

const ranged = ['mid', 'amm', 'error', 'mean', 'xrp'] as const;
type Ranged = (typeof ranged)[number];
type Extremes = Readonly<Record<Ranged, number | null>>;

export type Bin = Readonly<{ last: Tick; low: Extremes; high: Extremes; ticks: number }>;

export type Bins = Readonly<{
  push: (tick: Tick) => void;
  /** Those that have ticks, in order. */
  all: () => readonly Bin[];
}>;

export const createBins = (from: number, to: number, count: number): Bins => {
  const bins: (Bin | undefined)[] = Array.from({ length: count });
  return {
    push: (tick) => {
      const part = ((tick.at ?? from) - from) / Math.max(1, to - from);
      const index = Math.max(0, Math.min(count - 1, Math.floor(part * count)));
      const bin = bins[index];
      bins[index] = {
        last: tick,
        low: extreme(bin?.low, tick, Math.min),
        high: extreme(bin?.high, tick, Math.max),
        ticks: (bin?.ticks ?? 0) + 1,
      };
    },
    all: () => bins.filter((bin) => bin !== undefined),
  };
};

const extreme = (
  before: Extremes | undefined,
  tick: Tick,
  better: (a: number, b: number) => number,
): Extremes => {
  const of = (name: Ranged): number | null => {
    const [old, found] = [before?.[name] ?? null, tick[name]];
    if (old === null || found === null) return old ?? found;
    return better(old, found);
  };
  return {
    mid: of('mid'),
    amm: of('amm'),
    error: of('error'),
    mean: of('mean'),
    xrp: of('xrp'),
  };
};

export const valuesOf = (bins: readonly Bin[], name: Column): readonly (number | null)[] =>
  bins.map(({ last }) => last[name]);
