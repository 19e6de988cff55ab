/** The modes of a session along its length in so many cells at most, each as bad as the worst that it holds. */
import type { Mode } from '../events/mode.ts';

/** One after the other; `cells` counts how many it is long. */
export type Bar = readonly Readonly<{ mode: Mode; cells: number }>[];

/** Two for each pixel of the list. */
export const barCells = 176;

const badness: Readonly<Record<Mode, number>> = { OK: 0, DEGRADED: 1, HALT: 2 };

/** `changes` in order of time; OK before the first of them. */
export const barOf = (
  changes: readonly Readonly<{ at: number; mode: Mode }>[],
  from: number,
  to: number,
): Bar => {
  const cellOf = (at: number): number =>
    Math.min(
      barCells - 1,
      Math.max(0, Math.floor(((at - from) / Math.max(1, to - from)) * barCells)),
    );
  const cells: Mode[] = [];
  let mode: Mode = 'OK';
  let next = 0;
  for (let cell = 0; cell < barCells; cell += 1) {
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
