/** A series as a line of text: eight heights between its least and its greatest value, a space where it is unknown. */
import { fixed } from './wording.ts';

const heights = '▁▂▃▄▅▆▇█';

const sparkline = (values: readonly (number | null)[], low: number, high: number): string =>
  values
    .map((value) => {
      if (value === null) return ' ';
      const part = high > low ? (value - low) / (high - low) : 0.5;
      return heights[Math.min(heights.length - 1, Math.floor(part * heights.length))] ?? ' ';
    })
    .join('');

/** "anchor    ▁▂▃▂▁  −7.07 to −6.10 bps"; undefined where nothing is known. */
export const sparkRow = (
  label: string,
  values: readonly (number | null)[],
  places: number,
  unit: string,
): string | undefined => {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return undefined;
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  return `${label.padEnd(10)}${sparkline(values, low, high)}  ${fixed(low, places)} to ${fixed(high, places)} ${unit}`;
};
