/** What lanes of numbers share: a column and what of it is in view, a scale for values with its grid. */
import type { Column } from '../../../projections/strip.ts';
import { fixed } from '../words.ts';
import type { Canvas } from './canvas.ts';
import { rule } from './pen.ts';
import type { Lane } from './rows.ts';
import { placesOf, scale, valueMarks, type Scale } from './scale.ts';

export const column = ({ lanes }: Canvas, name: Column): readonly (number | null)[] =>
  lanes.stretch.last[name];

/** The drawing area of a lane, and its scale for values. */
export const valueScale = (lane: Lane, low: number, high: number, pad = 8): Scale =>
  scale(low, high, lane.y + lane.height - pad, lane.y + pad);

export const gridFor = (canvas: Canvas, lane: Lane, to: Scale, low: number, high: number): void => {
  const marks = valueMarks(low, high, Math.max(2, Math.floor(lane.height / 28)));
  const places = placesOf(marks);
  for (const mark of marks) {
    canvas.pen.strokeStyle = canvas.palette.grid;
    rule(canvas.pen, 0, to.at(mark), canvas.width);
    canvas.label(lane.id, to.at(mark), fixed(mark, places));
  }
};

export const inView = (canvas: Canvas, name: Column): readonly (number | null)[] =>
  column(canvas, name).filter((_, i) => {
    const x = canvas.x[i];
    const next = canvas.x[i + 1] ?? canvas.endX;
    return x !== null && x !== undefined && next >= 0 && x <= canvas.width;
  });

export const visible = ({ time, width }: Canvas, at: number): boolean =>
  time.at(at) >= -6 && time.at(at) <= width + 6;
