/** Lines and areas as SVG paths to a tenth of a pixel; what is unknown leaves a gap, and what does not move costs nothing. */
import { isKnown, type Scale } from '../page/lanes/scale.ts';

type Numbers = readonly (number | null)[];

export const px = (value: number): string => String(Math.round(value * 10) / 10);

/** A value holds until the next one, the last until `end`. */
export const steps = (x: readonly number[], y: Numbers, to: Scale, end: number): string => {
  let path = '';
  let level: string | null = null;
  y.forEach((value, i) => {
    const at = px(x[i] ?? end);
    if (value === null) {
      if (level !== null) path += `H${at}`;
      level = null;
      return;
    }
    const next = px(to.at(value));
    if (level === null) path += `M${at} ${next}`;
    else if (next !== level) path += `H${at}V${next}`;
    level = next;
  });
  return level === null ? path : `${path}H${px(end)}`;
};

/** Straight from value to value. */
export const curve = (x: readonly number[], y: Numbers, to: Scale): string => {
  let path = '';
  let open = false;
  y.forEach((value, i) => {
    if (value !== null) path += `${open ? 'L' : 'M'}${px(x[i] ?? 0)} ${px(to.at(value))}`;
    open = value !== null;
  });
  return path;
};

/** Between two series, in steps; a stretch at which either is unknown is left out. */
export const band = (
  x: readonly number[],
  low: Numbers,
  high: Numbers,
  to: Scale,
  end: number,
): string => {
  let path = '';
  let from: number | null = null;
  low.forEach((bottom, i) => {
    const top = high[i] ?? null;
    if (!isKnown(bottom) || top === null) {
      from = null;
      return;
    }
    from ??= i;
    const changes = low[i + 1] !== bottom || high[i + 1] !== top;
    if (!changes && i < low.length - 1) return;
    const [left, right] = [x[from] ?? 0, x[i + 1] ?? end];
    path += `M${px(left)} ${px(to.at(top))}H${px(right)}V${px(to.at(bottom))}H${px(left)}Z`;
    from = null;
  });
  return path;
};
