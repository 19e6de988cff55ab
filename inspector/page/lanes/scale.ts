/** Axes: where a time or a value stands, which marks an axis gets, how far the values of a stretch reach. Pure. */
import { axisTime } from '../words.ts';

export const isKnown = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined;

export type Scale = Readonly<{
  /** Pixels of a value. */
  at: (value: number) => number;
  /** The value of pixels. */
  of: (pixels: number) => number;
}>;

export const scale = (from: number, to: number, start: number, end: number): Scale => {
  const factor = (end - start) / (to - from || 1);
  return {
    at: (value) => start + (value - from) * factor,
    of: (pixels) => from + (pixels - start) / factor,
  };
};

const timeSteps = [
  1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200,
  86_400, 172_800, 432_000, 864_000, 1_728_000,
];

/** Round times after `zero` between two instants, at least so many pixels apart. */
export const timeMarks = (
  from: number,
  to: number,
  zero: number,
  width: number,
  apart: number,
): readonly number[] => {
  const wanted = ((to - from) / 1000) * (apart / Math.max(1, width));
  const step = (timeSteps.find((one) => one >= wanted) ?? wanted) * 1000;
  const marks: number[] = [];
  for (let n = Math.ceil((from - zero) / step); zero + n * step <= to; n += 1) {
    if (n >= 0) marks.push(zero + n * step);
  }
  return marks;
};

/** Pixels of a character, a little more than its font has. */
const [sansPx, monoPx] = [6.5, 6.35];
/** Around a flag's words, and between a flag and a mark. */
const [paddingPx, gapPx] = [14, 6];
/** Marks of the axis of time, at least. */
export const marksApart = 72;

type Span = Readonly<{ left: number; right: number }>;

/** Where a flag lies: its words stay in sight wherever its line stands. */
export const flagAt = (x: number, width: number, characters: number): Span => {
  const wide = characters * monoPx + paddingPx;
  const left = x - (wide * x) / width;
  return { left, right: left + wide };
};

type Marked = Span & Readonly<{ text: string }>;

/** The marks that no flag touches. */
export const marksBeside = (
  view: Readonly<{ from: number; to: number; zero: number; width: number }>,
  flags: readonly Span[],
): readonly Marked[] => {
  const { from, to, zero, width } = view;
  const time = scale(from, to, 0, width);
  return timeMarks(from, to, zero, width, marksApart)
    .map((mark) => {
      const text = axisTime(mark - zero);
      const wide = text.length * sansPx;
      const left = Math.min(width - wide, Math.max(0, time.at(mark) - wide / 2));
      return { text, left, right: left + wide };
    })
    .filter(({ left, right }) =>
      flags.every((flag) => right < flag.left - gapPx || left > flag.right + gapPx),
    );
};

/** Round values between two, about so many. */
export const valueMarks = (low: number, high: number, count: number): readonly number[] => {
  const raw = (high - low) / Math.max(1, count);
  if (!(raw > 0) || !Number.isFinite(raw)) return [];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((one) => one >= raw) ?? raw;
  const marks: number[] = [];
  for (let n = Math.ceil(low / step); n * step <= high + step * 1e-9; n += 1) marks.push(n * step);
  return marks;
};

const placesMost = 6;

/** Digits behind the point that tell marks apart; those of one that stands alone. */
export const placesOf = (marks: readonly number[]): number => {
  const [first = 0, second] = marks;
  if (second === undefined)
    return Number(first.toFixed(placesMost)).toString().split('.')[1]?.length ?? 0;
  const step = Math.abs(second - first);
  return step > 0 ? Math.min(placesMost, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))) : 0;
};

type Numbers = readonly (number | null | undefined)[];

/** The least and the greatest of what is known, with some room; the fallback where nothing is. */
export const reach = (
  series: readonly Numbers[],
  fallback: readonly [number, number],
  room: number,
): readonly [number, number] => {
  let low = Infinity;
  let high = -Infinity;
  for (const one of series) {
    for (const value of one) {
      if (value === null || value === undefined) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return fallback;
  const pad = Math.max((high - low) * room, Math.abs(high) * 1e-5, 1e-9);
  return [low - pad, high + pad];
};
