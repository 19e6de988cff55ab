/** The lanes of numbers: prices with quotes and fills, the anchor error between its lines, the share in its corridor, checks, events. */
import type { Column } from '../../../projections/strip.ts';
import { fixed } from '../words.ts';
import type { Canvas } from './canvas.ts';
import { band, cross, curve, rule, steps, triangle } from './pen.ts';
import type { Lane } from './rows.ts';
import { isKnown, placesOf, reach, scale, valueMarks, type Scale } from './scale.ts';

const column = ({ lanes }: Canvas, name: Column): readonly (number | null)[] =>
  lanes.stretch.last[name];

/** The drawing area of a lane, and its scale for values. */
const valueScale = (lane: Lane, low: number, high: number, pad = 8): Scale =>
  scale(low, high, lane.y + lane.height - pad, lane.y + pad);

const gridFor = (canvas: Canvas, lane: Lane, to: Scale, low: number, high: number): void => {
  const marks = valueMarks(low, high, Math.max(2, Math.floor(lane.height / 28)));
  const places = placesOf(marks);
  for (const mark of marks) {
    canvas.pen.strokeStyle = canvas.palette.grid;
    rule(canvas.pen, 0, to.at(mark), canvas.width);
    canvas.label(lane.id, to.at(mark), fixed(mark, places));
  }
};

const inView = (canvas: Canvas, name: Column): readonly (number | null)[] =>
  column(canvas, name).filter((_, i) => {
    const x = canvas.x[i];
    const next = canvas.x[i + 1] ?? canvas.endX;
    return x !== null && x !== undefined && next >= 0 && x <= canvas.width;
  });

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
  nameOf(canvas, 'AMM', column(canvas, 'amm'), to, palette.guard('anchor_saturation'));
  if (lane.height < quotesNamedMin) return;
  nameOf(canvas, 'our ask', column(canvas, 'ourAsk'), to, palette.t2);
  nameOf(canvas, 'our bid', column(canvas, 'ourBid'), to, palette.t2);
};

/** A lower lane has no room for words beside those of the fills. */
const quotesNamedMin = 120;

/** A setting as it stands in the configuration: never rounded. */
const limit = (value: number): string => String(value).replace('-', '−');

const visible = ({ time, width }: Canvas, at: number): boolean =>
  time.at(at) >= -6 && time.at(at) <= width + 6;

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

/** A word above the longest level stretch of a line, where there is room for it. */
const nameOf = (
  canvas: Canvas,
  word: string,
  series: readonly (number | null)[],
  to: Scale,
  hue: string,
): void => {
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
  if (best.to - best.from < 12) return;
  const left = Math.min((best.from + best.to - wide) / 2, width - 80);
  const y = to.at(best.value);
  pen.textBaseline = 'bottom';
  pen.fillStyle = palette.bg;
  pen.globalAlpha = 0.7;
  pen.fillRect(left - 2, y - 14, wide + 4, 12);
  pen.globalAlpha = 1;
  pen.fillStyle = hue;
  pen.fillText(word, left, y - 2);
};

export const paintAnchor = (canvas: Canvas, lane: Lane): void => {
  const { pen, palette, x, lanes, thresholds, width, endX } = canvas;
  const limits = thresholds?.guards.anchor_saturation;
  const trip = limits?.bias_threshold_bps ?? 6;
  const exit = limits?.exit_bias_threshold_bps ?? 4;
  const errors = inView(canvas, 'error');
  const [least, most] = reach([errors, inView(canvas, 'mean')], [-trip, trip], 0.05);
  const low = Math.min(least, most > 0 ? -trip * 1.1 : -trip * 1.5, 0);
  const high = Math.max(most, least < -exit && most < 0 ? 0.6 : trip * 1.1);
  const to = valueScale(lane, low, high, 5);
  const hue = palette.guard('anchor_saturation');
  pen.strokeStyle = palette.grid;
  rule(pen, 0, to.at(0), width);
  canvas.label('anchor', to.at(0), '0');
  pen.fillStyle = hue;
  for (const sign of limits ? [-1, 1] : []) {
    const edge = to.at(sign * trip);
    const border = sign < 0 ? lane.y + lane.height : lane.y;
    if (sign * trip < low || sign * trip > high) continue;
    pen.globalAlpha = 0.09;
    pen.fillRect(0, Math.min(edge, border), width, Math.abs(border - edge));
    pen.globalAlpha = 1;
    pen.strokeStyle = hue;
    rule(pen, 0, edge, width);
    rule(pen, 0, to.at(sign * exit), width, [4, 3]);
    canvas.label('anchor', edge, `trip ${limit(sign * trip)}`);
    canvas.label('anchor', to.at(sign * exit), `release ${limit(sign * exit)}`);
  }
  pen.globalAlpha = 0.7;
  if (lanes.stretch.low && lanes.stretch.high) {
    pen.globalAlpha = 0.3;
    band(pen, x, lanes.stretch.low.error, lanes.stretch.high.error, to, endX);
  } else {
    const dot = x.length > 300 ? 1 : 2;
    column(canvas, 'error').forEach((value, i) => {
      const at = x[i];
      if (value !== null && isKnown(at)) pen.fillRect(at, to.at(value) - dot / 2, dot, dot);
    });
  }
  pen.globalAlpha = 1;
  pen.strokeStyle = hue;
  pen.lineWidth = 2;
  curve(pen, x, column(canvas, 'mean'), to);
  pen.lineWidth = 1;
};

export const paintShare = (canvas: Canvas, lane: Lane): void => {
  const { pen, palette, x, thresholds, width, endX } = canvas;
  const limits = thresholds?.guards.inventory_corridor;
  const [least, most] = [limits?.min_xrp_pct ?? 25, limits?.max_xrp_pct ?? 75];
  const [low, high] = reach([inView(canvas, 'xrp'), [least, most]], [0, 100], 0.08);
  const to = valueScale(lane, low, high, 4);
  pen.fillStyle = palette.guard('inventory_corridor');
  pen.globalAlpha = limits ? 0.07 : 0;
  pen.fillRect(0, to.at(most), width, to.at(least) - to.at(most));
  pen.globalAlpha = 1;
  pen.strokeStyle = palette.guard('inventory_corridor');
  for (const edge of limits ? [least, most] : []) {
    rule(pen, 0, to.at(edge), width);
    canvas.label('share', to.at(edge), limit(edge));
  }
  pen.lineWidth = 1.6;
  steps(pen, x, column(canvas, 'xrp'), to, endX);
  pen.lineWidth = 1;
};

export const paintTruth = (canvas: Canvas, lane: Lane): void => {
  const { pen, palette, lanes, thresholds, width } = canvas;
  const trip = thresholds?.guards.wallet_truth.trip_delta_xrp ?? 5;
  const to = valueScale(lane, -trip, trip, 6);
  const hue = palette.guard('wallet_truth');
  pen.strokeStyle = palette.grid;
  rule(pen, 0, to.at(0), width);
  pen.strokeStyle = hue;
  pen.globalAlpha = 0.7;
  for (const edge of thresholds ? [-trip, trip] : []) {
    rule(pen, 0, to.at(edge), width, [4, 3]);
    canvas.label('truth', to.at(edge), `${edge > 0 ? '+' : ''}${limit(edge)}`);
  }
  pen.globalAlpha = 1;
  let free = -Infinity;
  pen.textBaseline = 'middle';
  pen.font = `11px ${palette.sans}`;
  const checks = lanes.marks.filter((mark) => mark.kind === 'truth' && visible(canvas, mark.at));
  for (const [index, mark] of checks.entries()) {
    if (mark.kind !== 'truth') continue;
    const at = canvas.time.at(mark.at);
    const next = checks[index + 1];
    const y = to.at(Math.max(-trip, Math.min(trip, mark.delta ?? 0)));
    pen.fillStyle = mark.status === 'trip' ? hue : palette.bg;
    pen.lineWidth = 1.6;
    pen.beginPath();
    if (mark.status === 'unverified') cross(pen, at, y, 3);
    else {
      pen.arc(at, y, 3.5, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
    }
    pen.lineWidth = 1;
    const end = at + 14 + pen.measureText(mark.status).width;
    const isTight = next !== undefined && canvas.time.at(next.at) < end;
    if (at < free || (mark.status === 'ok' && isTight)) continue;
    pen.fillStyle = hue;
    pen.fillText(mark.status, at + 7, y);
    free = end;
  }
};

/** How many events each stretch of ticks brought. */
export const paintEvents = (canvas: Canvas, lane: Lane): void => {
  const { pen, palette, x, endX, width } = canvas;
  const seqs = column(canvas, 'seq');
  const apart = Math.max(3, Math.round(width / 160));
  const heights: number[] = [];
  for (let i = 1; i < seqs.length; i += 1) {
    const [at, now, before] = [x[i], seqs[i], seqs[i - 1]];
    if (!isKnown(at) || !isKnown(now) || !isKnown(before)) continue;
    if (at < 0 || at > Math.min(endX, width)) continue;
    const bin = Math.floor(at / apart);
    heights[bin] = (heights[bin] ?? 0) + now - before;
  }
  const most = Math.max(1, ...heights.filter(Boolean));
  pen.fillStyle = palette.t3;
  pen.globalAlpha = 0.75;
  heights.forEach((count, bin) => {
    const size = Math.max(1, (count / most) * (lane.height - 8));
    pen.fillRect(bin * apart, lane.y + lane.height - 3 - size, apart - 1, size);
  });
  pen.globalAlpha = 1;
};
