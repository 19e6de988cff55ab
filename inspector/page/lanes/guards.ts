/**
 * The lanes of the guards. State is told by shape: armed a hairline, tripped a block, cooling a hatch, recovering a wedge that tapers as
 * its ticks count up. What is too narrow for its shape is a bar of whole pixels, and over what is better lies what is worse.
 */
import { guardIds, type GuardId } from '../../../events/guard.ts';
import type { Mark } from '../../../projections/strip.ts';
import type { Canvas } from './canvas.ts';
import { hatch, rule, type Pen } from './pen.ts';
import { guardRow, type Lane } from './rows.ts';

type Interval = Readonly<{
  phase: string;
  from: number;
  to: number | null;
  needed: number;
  count: number;
}>;

const intervalsOf = (marks: readonly Mark[], guard: GuardId): readonly Interval[] => {
  const found: Interval[] = [];
  for (const mark of marks) {
    if (mark.kind !== 'guard' || mark.guard !== guard) continue;
    const open = found.at(-1);
    if (open?.to === null) found[found.length - 1] = { ...open, to: mark.at };
    const { phase, at, needed, count } = mark;
    if (phase !== 'armed') found.push({ phase, from: at, to: null, needed, count });
  }
  return found;
};

export const paintGuards = (canvas: Canvas, lane: Lane): void => {
  const { pen, palette, time, width, lanes, endX, tickMs } = canvas;
  guardIds.forEach((guard, index) => {
    const y = lane.y + 4 + index * guardRow + Math.floor(guardRow / 2);
    const hue = palette.guard(guard);
    pen.strokeStyle = hue;
    pen.fillStyle = hue;
    pen.globalAlpha = 0.45;
    rule(pen, 0, y, Math.min(endX, width));
    pen.globalAlpha = 1;
    const intervals = intervalsOf(lanes.marks, guard);
    for (const worse of ['recovering', 'cooling', 'tripped']) {
      for (const { phase, from, to, needed, count } of intervals) {
        const left = time.at(from);
        const right = to === null ? endX : time.at(to);
        if (phase !== worse || right < 0 || left > width) continue;
        const size = right - left;
        if (phase === 'tripped' || size < shapeMin) bar(pen, left, y, size, heights[phase] ?? 9);
        else if (phase === 'cooling') {
          hatch(pen, left, y - 4, size, 9, 5);
          pen.strokeRect(left + 0.5, y - 3.5, Math.max(0, size - 1), 8);
        } else {
          const whole = time.at(from + (needed - count) * tickMs) - left;
          wedge(canvas, left, y, size, Math.max(whole, size));
        }
      }
    }
  });
};

/** In pixels: a narrower hatch or wedge could not be told from a smear. */
const shapeMin = 4;
const heights: Readonly<Record<string, number>> = { tripped: 9, cooling: 5, recovering: 3 };

const bar = (pen: Pen, left: number, y: number, size: number, height: number): void => {
  const x = Math.floor(left);
  pen.fillRect(x, y - (height - 1) / 2, Math.max(1, Math.round(left + size) - x), height);
};

const wedge = ({ pen }: Canvas, left: number, y: number, size: number, whole: number): void => {
  const half = 4.5;
  const end = half * (1 - size / Math.max(1, whole));
  pen.beginPath();
  pen.moveTo(left, y - half);
  pen.lineTo(left + size, y - end);
  pen.lineTo(left + size, y + end + 1);
  pen.lineTo(left, y + half + 1);
  pen.closePath();
  pen.globalAlpha = 0.55;
  pen.fill();
  pen.globalAlpha = 1;
  pen.stroke();
};
