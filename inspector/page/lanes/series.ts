/** The lanes of numbers beside the prices: the anchor error between its lines, the share in its corridor, checks, events. */
import type { Canvas } from './canvas.ts';
import { placesIn } from './labels.ts';
import { band, cross, curve, rule, steps } from './pen.ts';
import type { Lane } from './rows.ts';
import { isKnown, reach } from './scale.ts';
import { column, inView, valueScale, visible } from './values.ts';

/** A setting as it stands in the configuration: never rounded. */
const limit = (value: number): string => String(value).replace('-', '−');

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
  canvas.label('anchor', to.at(0), '0');
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
  pen.textBaseline = 'middle';
  pen.font = `11px ${palette.sans}`;
  const checks = lanes.marks.flatMap((mark) =>
    mark.kind === 'truth' && visible(canvas, mark.at) ? [mark] : [],
  );
  const places = placesIn({ left: 0, right: width, top: lane.y, bottom: lane.y + lane.height }, []);
  const placed = checks.map((mark) => ({
    mark,
    x: canvas.time.at(mark.at),
    y: to.at(Math.max(-trip, Math.min(trip, mark.delta ?? 0))),
  }));
  /** Closer together than a ring is wide, those that are well are dots; over them lies what is not. */
  const isDense = placed.length * ringApart > width;
  const size = (status: string): number => (isDense && status === 'ok' ? 1.5 : 3.5);
  for (const isWell of [true, false]) {
    for (const { mark, x, y } of placed) {
      if ((mark.status === 'ok') !== isWell) continue;
      const radius = size(mark.status);
      pen.fillStyle = mark.status === 'trip' || radius < 3 ? hue : palette.bg;
      pen.lineWidth = 1.6;
      pen.beginPath();
      if (mark.status === 'unverified') cross(pen, x, y, 3);
      else {
        pen.arc(x, y, radius, 0, 2 * Math.PI);
        pen.fill();
        if (radius > 3) pen.stroke();
      }
      pen.lineWidth = 1;
      places.fill({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
    }
  }
  for (const { mark, x, y } of placed.toSorted(
    (a, b) => rank(a.mark.status) - rank(b.mark.status),
  )) {
    const wide = pen.measureText(mark.status).width;
    const found = places.take(
      [x + 7, x - 7 - wide].map((left) => ({
        left,
        right: left + wide,
        top: y - 6,
        bottom: y + 6,
      })),
    );
    if (!found) continue;
    pen.fillStyle = palette.bg;
    pen.fillRect(found.left - 1, y - 1, wide + 2, 2);
    pen.fillStyle = hue;
    pen.fillText(mark.status, found.left, y);
  }
};

/** In pixels. */
const ringApart = 9;
/** What is not well is named first. */
const rank = (status: string): number => (status === 'ok' ? 1 : 0);

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
