/** The lane of prices: touch and mid, the pool, our quotes with where they end, and our fills. */
import type { Column } from '../../../projections/strip.ts';
import { fixed } from '../words.ts';
import type { Canvas } from './canvas.ts';
import { band, cross, steps, triangle } from './pen.ts';
import type { Lane } from './rows.ts';
import { isKnown, reach, type Scale } from './scale.ts';
import { column, gridFor, inView, valueScale, visible } from './values.ts';

/** A lower lane has no room for words beside those of the fills. */
const quotesNamedMin = 120;

export const paintPrice = (canvas: Canvas, lane: Lane): void => {
  const { pen, palette, x, endX, lanes, width } = canvas;
  const seen = (['bid', 'ask', 'amm', 'ourBid', 'ourAsk'] as const).map((name) =>
    inView(canvas, name),
  );
  const fills = lanes.marks.filter((mark) => mark.kind === 'fill');
  const [low, high] = reach(
    [...seen, fills.filter(({ at }) => visible(canvas, at)).map(({ price }) => price)],
    [0, 1],
    0.06,
  );
  const to = valueScale(lane, low, high, 6);
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
  pen.fillStyle = palette.guard('directional_drift');
  const few = fills.filter(({ at }) => visible(canvas, at)).length <= 24;
  const free = { buy: -Infinity, sell: -Infinity };
  for (const fill of fills) {
    if (!visible(canvas, fill.at)) continue;
    const at = canvas.time.at(fill.at);
    const up = fill.side === 'buy';
    triangle(pen, at, to.at(fill.price), few ? 5 : 3.5, up);
    if (!few || at < free[fill.side]) continue;
    const text = `${fill.side} ${fixed(fill.xrp, 2)}`;
    const left = Math.min(at + 8, width - pen.measureText(text).width - 4);
    pen.textBaseline = 'middle';
    pen.font = `11px ${palette.sans}`;
    pen.fillText(text, left, to.at(fill.price) + (up ? 10 : -10));
    free[fill.side] = at + 60;
  }
  const named: Place[] = [];
  const name = (word: string, series: Column, hue: string): void => {
    const place = nameOf(canvas, { word, hue, series: column(canvas, series), to, named });
    if (place) named.push(place);
  };
  name('AMM', 'amm', palette.guard('anchor_saturation'));
  if (lane.height < quotesNamedMin) return;
  name('our ask', 'ourAsk', palette.t2);
  name('our bid', 'ourBid', palette.t2);
};

/** Where a quote stops resting: it was cancelled, filled or withheld. */
const endsOf = (
  { pen, x, palette }: Canvas,
  series: readonly (number | null)[],
  to: Scale,
): void => {
  if (series.length > 700) return;
  pen.strokeStyle = palette.t2;
  series.forEach((value, i) => {
    const [next, at] = [series[i + 1], x[i + 1]];
    if (value !== null && next === null && isKnown(at)) cross(pen, at, to.at(value), 3);
  });
};

type Place = Readonly<{ left: number; right: number; top: number }>;

const nameHeight = 12;

/** A word above the longest level stretch of a line, or beneath it, where no other word stands; undefined where there is no room. */
const nameOf = (
  canvas: Canvas,
  {
    word,
    hue,
    series,
    to,
    named,
  }: Readonly<{
    word: string;
    hue: string;
    series: readonly (number | null)[];
    to: Scale;
    named: readonly Place[];
  }>,
): Place | undefined => {
  const { pen, x, palette, width, endX } = canvas;
  pen.font = `11px ${palette.sans}`;
  const wide = pen.measureText(word).width;
  let best = { from: 0, to: 0, value: 0 };
  let from: number | null = null;
  series.forEach((value, i) => {
    const at = x[i];
    if (value === null || !isKnown(at)) return;
    if (from === null || series[i - 1] !== value) from = Math.max(20, at);
    const end = Math.min(x[i + 1] ?? endX, width - 80);
    if (end - from > best.to - best.from) best = { from, to: end, value };
  });
  if (best.to - best.from < 12) return undefined;
  const left = Math.min((best.from + best.to - wide) / 2, width - 80);
  const y = to.at(best.value);
  const place = [y - nameHeight - 2, y + 2]
    .map((top): Place => ({ left: left - 2, right: left + wide + 2, top }))
    .find((one) => named.every((other) => !isOn(one, other)));
  if (!place) return undefined;
  pen.textBaseline = 'bottom';
  pen.fillStyle = palette.bg;
  pen.globalAlpha = 0.7;
  pen.fillRect(place.left, place.top, wide + 4, nameHeight);
  pen.globalAlpha = 1;
  pen.fillStyle = hue;
  pen.fillText(word, left, place.top + nameHeight);
  return place;
};

const isOn = (a: Place, b: Place): boolean =>
  a.left < b.right && b.left < a.right && Math.abs(a.top - b.top) < nameHeight;
