/**
 * The lanes of mode and guards. State is told by shape: armed a hairline, tripped a block, cooling a hatch, recovering a wedge
 * that tapers as its ticks count up.
 */
import { guardIds, type GuardId } from '../../../events/guard.ts';
import type { Mark } from '../../../projections/strip.ts';
import { glyphs } from '../glyphs.ts';
import type { Canvas } from './canvas.ts';
import { hatch, rule } from './pen.ts';
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
    for (const { phase, from, to, needed, count } of intervalsOf(lanes.marks, guard)) {
      const left = time.at(from);
      const right = to === null ? endX : time.at(to);
      if (right < 0 || left > width) continue;
      const size = Math.max(1.5, right - left);
      if (phase === 'tripped') pen.fillRect(left, y - 4, size, 9);
      if (phase === 'cooling') {
        hatch(pen, left, y - 4, size, 9, 5);
        pen.strokeRect(left + 0.5, y - 3.5, Math.max(0, size - 1), 8);
      }
      if (phase === 'recovering') {
        const whole = time.at(from + (needed - count) * tickMs) - left;
        wedge(canvas, left, y, size, Math.max(whole, size));
      }
    }
  });
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

/** The band of modes; each change of causes is a hairline with the glyphs of those that stand. */
export const paintMode = (canvas: Canvas, lane: Lane): void => {
  const { pen, palette, time, width, lanes, endX } = canvas;
  const [top, height] = [lane.y + 2, lane.height - 5];
  const modes = lanes.marks.filter((mark) => mark.kind === 'mode');
  const spans = [{ at: lanes.from - 1, mode: 'OK', causes: [] as readonly GuardId[] }, ...modes];
  spans.forEach(({ at, mode, causes }, index) => {
    const left = index === 0 ? time.at(canvas.startAt) : time.at(at);
    const next = spans[index + 1];
    const right = next ? time.at(next.at) : endX;
    if (right < 0 || left > width || right <= left) return;
    const from = Math.max(0, left);
    const hue = palette.mode(mode);
    pen.fillStyle = hue;
    pen.globalAlpha = mode === 'OK' ? 0.14 : mode === 'HALT' ? 0.85 : 0.26;
    pen.fillRect(from, top, right - from, height);
    pen.globalAlpha = 1;
    const before = spans[index - 1];
    if (before && left >= 0) {
      pen.fillRect(left, top, before.mode === mode ? 1 : 3, height);
    }
    label(canvas, from + 9, top + height / 2, right, mode, causes, before?.mode === mode);
  });
};

const label = (
  { pen, palette }: Canvas,
  x: number,
  y: number,
  right: number,
  mode: string,
  causes: readonly GuardId[],
  onlyCauses: boolean,
): void => {
  pen.font = `600 11px ${palette.sans}`;
  pen.textBaseline = 'middle';
  let at = x;
  const word = onlyCauses ? '' : mode;
  const wide = pen.measureText(word).width;
  if (word !== '' && at + wide < right - 4) {
    pen.fillStyle = mode === 'HALT' ? palette.bg : palette.mode(mode);
    pen.fillText(word, at, y + 0.5);
    at += wide + 7;
  }
  for (const id of causes) {
    if (at + 11 > right - 2) return;
    pen.save();
    pen.translate(at, y - 5.5);
    pen.scale(0.9, 0.9);
    pen.fillStyle = palette.guard(id);
    pen.fill(new Path2D(glyphs[id]));
    pen.restore();
    at += 14;
  }
};
