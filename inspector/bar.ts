/** Modes along a stretch of time in so many cells, each as bad as the worst that it holds: in the list, above the lanes and in their band. */
import type { Mode } from '../events/mode.ts';

/** One after the other; `cells` counts how many it is long. */
export type Bar = readonly Readonly<{ mode: Mode; cells: number }>[];

/** Two for each pixel of the list. */
export const barCells = 176;

const badness: Readonly<Record<Mode, number>> = { OK: 0, DEGRADED: 1, HALT: 2 };

/** `changes` in order of time; OK before the first of them, and what came before `from` says how it begins. */
export const barOf = (
  changes: readonly Readonly<{ at: number; mode: Mode }>[],
  from: number,
  to: number,
  count = barCells,
): Bar => {
  const cellOf = (at: number): number =>
    Math.min(count - 1, Math.floor(((at - from) / Math.max(1, to - from)) * count));
  const cells: Mode[] = [];
  let next = changes.findIndex(({ at }) => at >= from);
  if (next < 0) next = changes.length;
  let mode: Mode = changes[next - 1]?.mode ?? 'OK';
  for (let cell = 0; cell < count; cell += 1) {
    let worst = mode;
    for (let one = changes[next]; one && cellOf(one.at) === cell; one = changes[next]) {
      ({ mode } = one);
      if (badness[mode] > badness[worst]) worst = mode;
      next += 1;
    }
    cells.push(worst);
  }
  return cells.reduce<{ mode: Mode; cells: number }[]>((bar, one) => {
    const last = bar.at(-1);
    if (last?.mode === one) last.cells += 1;
    else bar.push({ mode: one, cells: 1 });
    return bar;
  }, []);
};
