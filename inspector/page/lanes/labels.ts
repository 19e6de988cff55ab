/**
 * Where a word may stand in a lane: within it, and over no other word and no line. A word that finds no such place is left out. Pure.
 */
import { isKnown } from './scale.ts';

export type Box = Readonly<{ left: number; right: number; top: number; bottom: number }>;

/** A line in pixels, level from each point to the next; unknown values leave a gap. */
export type Course = Readonly<{
  x: readonly (number | null)[];
  y: readonly (number | null)[];
  end: number;
}>;

export const meets = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const holds = (outer: Box, inner: Box): boolean =>
  inner.left >= outer.left &&
  inner.right <= outer.right &&
  inner.top >= outer.top &&
  inner.bottom <= outer.bottom;

/** Whether the line runs through the box, level or from one value to the next. */
const crosses = (box: Box, { x, y, end }: Course): boolean => {
  for (let i = 0; i < y.length; i += 1) {
    const [at, value, before] = [x[i], y[i], y[i - 1]];
    if (!isKnown(at) || at > box.right) continue;
    const until = x[i + 1] ?? end;
    if (until < box.left) continue;
    if (isKnown(value) && value > box.top - 1 && value < box.bottom + 1) return true;
    if (!isKnown(value) || !isKnown(before) || at < box.left) continue;
    if (Math.min(value, before) < box.bottom && Math.max(value, before) > box.top) return true;
  }
  return false;
};

export type Places = Readonly<{
  /** The first of these that is free, which is taken from then on; undefined where none is. */
  take: (wanted: readonly Box[]) => Box | undefined;
  /** Something else stands here. */
  fill: (box: Box) => void;
}>;

export const placesIn = (lane: Box, courses: readonly Course[]): Places => {
  const taken: Box[] = [];
  return {
    fill: (box) => void taken.push(box),
    take: (wanted) => {
      const found = wanted.find(
        (box) =>
          holds(lane, box) &&
          !taken.some((other) => meets(box, other)) &&
          !courses.some((course) => crosses(box, course)),
      );
      if (found) taken.push(found);
      return found;
    },
  };
};
