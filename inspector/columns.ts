/**
 * The ticks of a session as columns of doubles, and any stretch of them in no more points than a screen has: each point the last
 * value of its ticks with the lowest and the highest beside it, so that no spike is lost.
 */
import { columns, type Column, type Tick } from '../projections/strip.ts';

export type Columns = Readonly<{
  push: (tick: Tick) => void;
  /** Ticks before all others, each as its values in the order of the columns. */
  unshift: (ticks: readonly Series[]) => void;
  /** Without the ticks from this event on. */
  cut: (seq: number) => void;
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
  /** Where the first tick stands: there is room on both sides. */
  let first = 0;
  let count = 0;
  const data = Object.fromEntries(columns.map((name) => [name, new Float64Array(size)])) as Record<
    Column,
    Float64Array
  >;

  const value = (column: Column, index: number): number | null => {
    const found = index < 0 || index >= count ? undefined : data[column][first + index];
    return found === undefined || Number.isNaN(found) ? null : found;
  };
  const until = (at: number): number => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((data.at[first + middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const makeRoom = (before: number, after: number): void => {
    if (first >= before && first + count + after <= size) return;
    size = 2 * (count + before + after);
    const start = before === 0 ? 0 : size - count - Math.max(after, count >> 2);
    for (const name of columns) {
      const wider = new Float64Array(size);
      wider.set(data[name].subarray(first, first + count), start);
      data[name] = wider;
    }
    first = start;
  };

  const put = (place: number, values: Series): void =>
    columns.forEach((name, index) => (data[name][place] = values[index] ?? Number.NaN));

  return {
    push: (tick) => {
      makeRoom(0, 1);
      put(
        first + count,
        columns.map((name) => tick[name]),
      );
      count += 1;
    },
    unshift: (ticks) => {
      makeRoom(ticks.length, 0);
      first -= ticks.length;
      count += ticks.length;
      ticks.forEach((values, index) => put(first + index, values));
    },
    cut: (seq) => {
      while ((value('seq', count - 1) ?? 0) >= seq) count -= 1;
    },
    count: () => count,
    until,
    value,
    history: (column, index, wanted) => {
      const from = Math.max(0, index - wanted + 1);
      return Array.from({ length: Math.max(0, index - from + 1) }, (_, i) =>
        value(column, from + i),
      );
    },
    stretch: (from, to, points) => {
      const begin = Math.max(0, until(from) - 1);
      const end = Math.min(count, until(to) + 1);
      const step = Math.max(1, Math.ceil((end - begin) / Math.max(1, points)));
      const starts = Array.from(
        { length: Math.ceil((end - begin) / step) },
        (_, i) => begin + i * step,
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
            const one = data[name][first + i] ?? Number.NaN;
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
