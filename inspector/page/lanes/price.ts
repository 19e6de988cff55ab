/** The lane of prices: touch and mid, the pool, our quotes with where they end, and our fills. */
import type { Column, Mark } from '../../../projections/strip.ts';
import { fixed } from '../words.ts';
import type { Canvas } from './canvas.ts';
import { placesIn, type Course, type Places } from './labels.ts';
import { band, cross, steps, triangle } from './pen.ts';
import type { Lane } from './rows.ts';
import { isKnown, reach, type Scale } from './scale.ts';
import { column, gridFor, inView, valueScale, visible } from './values.ts';

export const paintPrice = (canvas: Canvas, lane: Lane): void => {
  const { pen, palette, x, endX, lanes, width } = canvas;
  const seen = (['bid', 'ask', 'amm', 'ourBid', 'ourAsk'] as const).map((name) =>
    inView(canvas, name),
  );
  const fills = lanes.marks.flatMap((mark) =>
    mark.kind === 'fill' && visible(canvas, mark.at) ? [mark] : [],
  );
  const [low, high] = reach([...seen, fills.map(({ price }) => price)], [0, 1], 0.06);
  const isNamed = fills.length > 0 && fills.length <= fillsNamedMax;
  const to = valueScale(lane, low, high, isNamed ? 18 : 6);
  gridFor(canvas, lane, to, low, high);
  pen.fillStyle = palette.t3;
  pen.globalAlpha = 0.2;
  band(pen, x, column(canvas, 'bid'), column(canvas, 'ask'), to, endX);
  pen.globalAlpha = 1;
  const { low: least, high: most } = lanes.stretch;
  if (least && most) {
    pen.fillStyle = palette.t1;
    pen.globalAlpha = 0.25;
    band(pen, x, least.mid, most.mid, to, endX);
    pen.globalAlpha = 1;
  }
  pen.strokeStyle = palette.t2;
  pen.lineWidth = 1.25;
  for (const name of ['ourBid', 'ourAsk'] as const) {
    steps(pen, x, column(canvas, name), to, endX);
    endsOf(canvas, column(canvas, name), to);
  }
  pen.strokeStyle = palette.guard('anchor_saturation');
  pen.lineWidth = 1.5;
  steps(pen, x, column(canvas, 'amm'), to, endX);
  pen.strokeStyle = palette.t1;
  steps(pen, x, column(canvas, 'mid'), to, endX);
  pen.lineWidth = 1;
  const course = (name: Column): Course => ({
    x,
    y: column(canvas, name).map((value) => (value === null ? null : to.at(value))),
    end: endX,
  });
  const box = { left: 2, right: width - 2, top: lane.y + 1, bottom: lane.y + lane.height - 2 };
  const lines = (['ourBid', 'ourAsk', 'amm', 'mid'] as const).map(course);
  const places = placesIn(box, lines);
  paintFills(canvas, fills, to, places);
  const name = (word: string, series: Column, hue: string): void =>
    nameOf(canvas, { word, hue, course: course(series), places });
  name('AMM', 'amm', palette.guard('anchor_saturation'));
  name('our ask', 'ourAsk', palette.t2);
  name('our bid', 'ourBid', palette.t2);
};

type Fill = Extract<Mark, { kind: 'fill' }>;

/** More than these are not named each. */
const fillsNamedMax = 24;
/** Closer together than so many pixels in the mean, a triangle could not be told from the next: each is a stroke. */
const trianglesApart = 8;

/** All of them first, so that no word lies over one. */
const paintFills = (canvas: Canvas, fills: readonly Fill[], to: Scale, places: Places): void => {
  const { pen, palette, time, width } = canvas;
  pen.fillStyle = palette.guard('directional_drift');
  const few = fills.length <= fillsNamedMax;
  const isDense = fills.length * trianglesApart > width;
  const size = few ? 5 : 3.5;
  for (const { at, price, side } of fills) {
    const [x, y] = [time.at(at), to.at(price)];
    if (isDense) pen.fillRect(Math.round(x), Math.round(y) - 2, 1, 5);
    else triangle(pen, x, y, size, side === 'buy');
    places.fill({ left: x - size, right: x + size, top: y - size, bottom: y + size });
  }
  if (!few) return;
  for (const { at, price, side, xrp } of fills) {
    const [x, y] = [time.at(at), to.at(price)];
    const outwards = side === 'buy' ? 1 : -1;
    write(canvas, `${side} ${fixed(xrp, 2)}`, places, (wide) =>
      [outwards, -outwards].flatMap((way) =>
        [x + 8, x - 8 - wide].map((left) => ({ left, middle: y + way * 10 })),
      ),
    );
  }
};

type Spot = Readonly<{ left: number; middle: number }>;

const wordHeight = 12;

/** At the first of these spots that is free, in the present hue; nowhere else. */
const write = (
  { pen, palette }: Canvas,
  word: string,
  places: Places,
  spots: (wide: number) => readonly Spot[],
): void => {
  pen.font = `11px ${palette.sans}`;
  const wide = pen.measureText(word).width;
  const half = wordHeight / 2;
  const found = places.take(
    spots(wide).map(({ left, middle }) => ({
      left: left - 2,
      right: left + wide + 2,
      top: middle - half,
      bottom: middle + half,
    })),
  );
  if (!found) return;
  pen.textBaseline = 'middle';
  pen.fillText(word, found.left + 2, (found.top + found.bottom) / 2);
};

/** Closer together than so many pixels in the mean, they would say nothing: the gaps behind them stay. */
const crossesApart = 16;

/** Where a quote stops resting: it was cancelled, filled or withheld. */
const endsOf = (
  { pen, x, palette, width }: Canvas,
  series: readonly (number | null)[],
  to: Scale,
): void => {
  const ends = series.flatMap((value, i) => {
    const [next, at] = [series[i + 1], x[i + 1]];
    const isThere = isKnown(at) && at >= 0 && at <= width;
    return value !== null && next === null && isThere ? [{ at, y: to.at(value) }] : [];
  });
  if (ends.length * crossesApart > width) return;
  pen.strokeStyle = palette.t2;
  for (const { at, y } of ends) cross(pen, at, y, 3);
};

/** So many of the longest level stretches of a line are tried. */
const stretchesTried = 6;

type Named = Readonly<{ word: string; hue: string; course: Course; places: Places }>;

/** A word just above or beneath a level stretch of its line, the longest first. */
const nameOf = (canvas: Canvas, { word, hue, course: { x, y, end }, places }: Named): void => {
  const stretches: { from: number; to: number; at: number }[] = [];
  y.forEach((value, i) => {
    const at = x[i];
    if (value === null || !isKnown(at)) return;
    const [from, to] = [Math.max(0, at), Math.min(canvas.width, x[i + 1] ?? end)];
    const last = stretches.at(-1);
    if (last && y[i - 1] === value && last.at === value) last.to = to;
    else stretches.push({ from, to, at: value });
  });
  const longest = stretches.toSorted((a, b) => b.to - b.from - (a.to - a.from));
  canvas.pen.fillStyle = hue;
  write(canvas, word, places, (wide) =>
    longest
      .slice(0, stretchesTried)
      .flatMap(({ from, to, at }) =>
        [at - 9, at + 9].map((middle) => ({ left: (from + to - wide) / 2, middle })),
      ),
  );
};
