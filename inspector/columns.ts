/**
 * The ticks of a session as columns of doubles, and any stretch of them in no more points than a screen has: each point the last
 * value of its ticks with the lowest and the highest beside it, so that no spike is lost.
 */
import { columns, type Column, type Tick } from '../projections/strip.ts';

export type Columns = Readonly<{
  push: (tick: Tick) => void;
  /** A tick's values in the order of the columns. */
  pushValues: (values: Series) => void;
  count: () => number;
  /** How many ticks were at or before this time. */
  until: (at: number) => number;
  value: (column: Column, index: number) => number | null;
  /** The last values of a column up to and including tick `index`. */
  history: (column: Column, index: number, count: number) => readonly (number | null)[];
  stretch: (from: number, to: number, points: number) => Stretch;
}>;

export type Series = readonly (number | null)[];

export type Stretch = Readonly<{
  last: Readonly<Record<Column, Series>>;
  /** Absent where every point is one tick. */
  low: Readonly<Record<Ranged, Series>> | null;
  high: Readonly<Record<Ranged, Series>> | null;
}>;

/** Columns whose extremes are drawn. */
const ranged = ['mid', 'amm', 'error', 'mean', 'xrp'] as const;
type Ranged = (typeof ranged)[number];

export const createColumns = (): Columns => {
  let size = 1024;
  let count = 0;
  const data = Object.fromEntries(columns.map((name) => [name, new Float64Array(size)])) as Record<
    Column,
    Float64Array
  >;

  const value = (column: Column, index: number): number | null => {
    const found = index < 0 || index >= count ? undefined : data[column][index];
    return found === undefined || Number.isNaN(found) ? null : found;
  };
  const until = (at: number): number => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((data.at[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const pushValues = (values: Series): void => {
    if (count === size) {
      size *= 2;
      for (const name of columns) {
        const wider = new Float64Array(size);
        wider.set(data[name]);
        data[name] = wider;
      }
    }
    columns.forEach((name, index) => (data[name][count] = values[index] ?? Number.NaN));
    count += 1;
  };

  return {
    push: (tick) => pushValues(columns.map((name) => tick[name])),
    pushValues,
    count: () => count,
    until,
    value,
    history: (column, index, wanted) => {
      const first = Math.max(0, index - wanted + 1);
      return Array.from({ length: Math.max(0, index - first + 1) }, (_, i) =>
        value(column, first + i),
      );
    },
    stretch: (from, to, points) => {
      const first = Math.max(0, until(from) - 1);
      const end = Math.min(count, until(to) + 1);
      const step = Math.max(1, Math.ceil((end - first) / Math.max(1, points)));
      const starts = Array.from(
        { length: Math.ceil((end - first) / step) },
        (_, i) => first + i * step,
      );
      const lastOf = (start: number): number => Math.min(end, start + step) - 1;
      const last = Object.fromEntries(
        columns.map((name) => [name, starts.map((start) => value(name, lastOf(start)))]),
      ) as unknown as Record<Column, Series>;
      if (step === 1) return { last, low: null, high: null };
      const extreme = (name: Ranged, better: (a: number, b: number) => boolean): Series =>
        starts.map((start) => {
          let best: number | null = null;
          for (let i = start; i <= lastOf(start); i += 1) {
            const one = data[name][i] ?? Number.NaN;
            if (!Number.isNaN(one) && (best === null || better(one, best))) best = one;
          }
          return best;
        });
      const each = (better: (a: number, b: number) => boolean) =>
        Object.fromEntries(ranged.map((name) => [name, extreme(name, better)])) as Record<
          Ranged,
          Series
        >;
      return { last, low: each((a, b) => a < b), high: each((a, b) => a > b) };
    },
  };
};
