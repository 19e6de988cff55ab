/** Strokes and areas on a canvas in whole pixels: steps, bands, hatches, marks. */
import { isKnown, type Scale } from './scale.ts';

export type Pen = CanvasRenderingContext2D;
type Numbers = readonly (number | null)[];

/** A value holds until the next one; what is unknown leaves a gap. The last holds until `end`. */
export const steps = (pen: Pen, x: Numbers, y: Numbers, to: Scale, end: number): void => {
  pen.beginPath();
  let open = false;
  for (let i = 0; i < y.length; i += 1) {
    const value = y[i];
    const at = x[i];
    if (at === null || at === undefined) continue;
    if (value === null || value === undefined) {
      if (open) pen.lineTo(at, lastY(y, i, to));
      open = false;
      continue;
    }
    const py = to.at(value);
    if (open) pen.lineTo(at, lastY(y, i, to));
    if (open) pen.lineTo(at, py);
    else pen.moveTo(at, py);
    open = true;
  }
  if (open) pen.lineTo(end, lastY(y, y.length, to));
  pen.stroke();
};

const lastY = (y: Numbers, before: number, to: Scale): number => to.at(y[before - 1] ?? 0);

/** Straight from value to value. */
export const curve = (pen: Pen, x: Numbers, y: Numbers, to: Scale): void => {
  pen.beginPath();
  let open = false;
  y.forEach((value, i) => {
    const at = x[i];
    if (value === null || at === null || at === undefined) {
      open = false;
      return;
    }
    if (open) pen.lineTo(at, to.at(value));
    else pen.moveTo(at, to.at(value));
    open = true;
  });
  pen.stroke();
};

/** Between two values that hold until the next ones. */
export const band = (
  pen: Pen,
  x: Numbers,
  low: Numbers,
  high: Numbers,
  to: Scale,
  end: number,
): void => {
  for (let i = 0; i < low.length; i += 1) {
    const [a, b, at] = [low[i], high[i], x[i]];
    if (!isKnown(a) || !isKnown(b) || !isKnown(at)) continue;
    const right = x[i + 1] ?? end;
    const [top, bottom] = [to.at(b), to.at(a)];
    pen.fillRect(
      at,
      Math.min(top, bottom),
      Math.max(0.5, right - at),
      Math.max(1, Math.abs(bottom - top)),
    );
  }
};

export const rule = (
  pen: Pen,
  x: number,
  y: number,
  width: number,
  dash: readonly number[] = [],
): void => {
  pen.setLineDash([...dash]);
  pen.beginPath();
  pen.moveTo(x, Math.round(y) + 0.5);
  pen.lineTo(x + width, Math.round(y) + 0.5);
  pen.stroke();
  pen.setLineDash([]);
};

export const upright = (
  pen: Pen,
  x: number,
  y: number,
  height: number,
  dash: readonly number[] = [],
): void => {
  pen.setLineDash([...dash]);
  pen.beginPath();
  pen.moveTo(Math.round(x) + 0.5, y);
  pen.lineTo(Math.round(x) + 0.5, y + height);
  pen.stroke();
  pen.setLineDash([]);
};

/** Diagonals within a box. */
export const hatch = (
  pen: Pen,
  x: number,
  y: number,
  width: number,
  height: number,
  apart: number,
): void => {
  if (width <= 0 || height <= 0) return;
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  pen.beginPath();
  const first = Math.floor((x - height) / apart) * apart;
  for (let at = first; at < x + width; at += apart) {
    pen.moveTo(at, y + height);
    pen.lineTo(at + height, y);
  }
  pen.stroke();
  pen.restore();
};

export const cross = (pen: Pen, x: number, y: number, size: number): void => {
  pen.beginPath();
  pen.moveTo(x - size, y - size);
  pen.lineTo(x + size, y + size);
  pen.moveTo(x + size, y - size);
  pen.lineTo(x - size, y + size);
  pen.stroke();
};

/** A buy points up, a sell down. */
export const triangle = (pen: Pen, x: number, y: number, size: number, up: boolean): void => {
  const tip = up ? -size : size;
  pen.beginPath();
  pen.moveTo(x, y + tip);
  pen.lineTo(x + size, y - tip * 0.75);
  pen.lineTo(x - size, y - tip * 0.75);
  pen.closePath();
  pen.fill();
};
