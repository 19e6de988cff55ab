/** Paints all lanes for a stretch of time: grid, bands, lines, marks; what has not happened yet is hatched. */
import type { Lanes } from '../../routes.ts';
import type { Thresholds } from '../../../projections/thresholds.ts';
import type { Canvas, Label } from './canvas.ts';
import { paintGuards } from './guards.ts';
import { paintMode } from './mode.ts';
import type { Palette } from './palette.ts';
import { hatch, rule, upright, type Pen } from './pen.ts';
import { axisHeight, layLanes, type Lane, type LaneId } from './rows.ts';
import { marksApart, scale, timeMarks } from './scale.ts';
import { paintPrice } from './price.ts';
import { paintAnchor, paintEvents, paintShare, paintTruth } from './series.ts';

export type Picture = Readonly<{
  pen: Pen;
  palette: Palette;
  lanes: Lanes;
  thresholds: Thresholds | null;
  width: number;
  height: number;
  from: number;
  to: number;
  startAt: number;
  /** The damaged or missing rest is hatched as what has not happened. */
  lastAt: number;
}>;

const painters: Readonly<Record<LaneId, (canvas: Canvas, lane: Lane) => void>> = {
  mode: paintMode,
  guards: paintGuards,
  price: paintPrice,
  anchor: paintAnchor,
  share: paintShare,
  truth: paintTruth,
  events: paintEvents,
};

/** Answers with the words that belong beside the axes. */
export const paint = (picture: Picture): readonly Label[] => {
  const { pen, palette, lanes, thresholds, width, height, from, to, startAt, lastAt } = picture;
  const labels: Label[] = [];
  const time = scale(from, to, 0, width);
  const canvas: Canvas = {
    pen,
    palette,
    lanes,
    thresholds,
    width,
    time,
    x: lanes.stretch.last.at.map((at) => (at === null ? null : time.at(at))),
    endX: Math.min(width, time.at(lastAt)),
    startAt,
    tickMs: (thresholds?.engine.tick_interval_seconds ?? 4) * 1000,
    label: (lane, y, text) => void labels.push({ lane, y, text }),
  };
  pen.clearRect(0, 0, width, height);
  pen.lineWidth = 1;
  pen.font = `11px ${palette.sans}`;
  pen.textBaseline = 'alphabetic';
  for (const mark of timeMarks(from, to, startAt, width, marksApart)) {
    const x = time.at(mark);
    pen.strokeStyle = palette.grid;
    upright(pen, x, axisHeight, height - axisHeight);
  }
  const rows = layLanes(height);
  for (const lane of rows) {
    pen.save();
    pen.beginPath();
    pen.rect(0, lane.y, width, lane.height);
    pen.clip();
    painters[lane.id](canvas, lane);
    pen.restore();
    pen.strokeStyle = palette.line;
    rule(pen, 0, lane.y + lane.height - 1, width);
  }
  if (canvas.endX < width) {
    pen.strokeStyle = palette.line;
    pen.fillStyle = palette.bg;
    pen.globalAlpha = 0.5;
    pen.fillRect(canvas.endX, axisHeight, width - canvas.endX, height - axisHeight);
    pen.globalAlpha = 1;
    hatch(
      pen,
      Math.max(0, canvas.endX),
      axisHeight,
      width - Math.max(0, canvas.endX),
      height - axisHeight,
      8,
    );
  }
  return labels;
};
