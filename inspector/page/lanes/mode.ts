/**
 * The band of modes. Each pixel has the worst mode that it holds, so that of many changes in little space none is lost and none is
 * smeared; causes and words stand where there is room for them.
 */
import type { GuardId } from '../../../events/guard.ts';
import type { Mark } from '../../../projections/strip.ts';
import { barOf } from '../../bar.ts';
import { glyphs } from '../glyphs.ts';
import type { Canvas } from './canvas.ts';
import type { Lane } from './rows.ts';

type Change = Extract<Mark, { kind: 'mode' }>;

/** A change of mode begins with its own hue in full, so far. */
const edge = 3;
/** A change of causes alone is drawn where nothing else is within so many pixels. */
const apart = 6;

export const paintMode = (canvas: Canvas, lane: Lane): void => {
  const { pen, palette, time, width, lanes, endX } = canvas;
  const [top, height] = [lane.y + 2, lane.height - 5];
  const changes = lanes.marks.filter((mark): mark is Change => mark.kind === 'mode');
  const from = Math.max(0, Math.floor(time.at(canvas.startAt)));
  const to = Math.min(width, Math.ceil(endX));
  if (to <= from) return;
  const seen = changes.filter(({ at }) => at <= time.of(to));
  let x = from;
  for (const { mode, cells } of barOf(seen, time.of(from), time.of(to), to - from)) {
    const begins = x > from ? Math.min(edge, cells) : 0;
    /** A HALT, which comes at the very end, is never narrower than can be seen. */
    const early = mode === 'HALT' ? Math.min(x - from, Math.max(0, edge - cells)) : 0;
    pen.fillStyle = palette.mode(mode);
    pen.fillRect(x - early, top, begins + early, height);
    pen.globalAlpha = mode === 'OK' ? 0.14 : mode === 'HALT' ? 0.85 : 0.26;
    pen.fillRect(x + begins, top, cells - begins, height);
    pen.globalAlpha = 1;
    tell(canvas, { x, right: x + cells, top, height, mode }, seen);
    x += cells;
  }
};

type Run = Readonly<{ x: number; right: number; top: number; height: number; mode: string }>;

/** The word once, where it first has room, and the causes of each stretch. */
const tell = (canvas: Canvas, run: Run, changes: readonly Change[]): void => {
  const { pen, palette, time } = canvas;
  const begun = changes.findLastIndex(({ at }) => time.at(at) <= run.x + 1);
  const later = changes.slice(begun + 1).filter(({ at }) => time.at(at) < run.right);
  const stretches = [
    { x: run.x, causes: changes[begun]?.causes ?? [] },
    ...later.map(({ at, causes }) => ({ x: time.at(at), causes })),
  ];
  let said = false;
  stretches.forEach(({ x, causes }, index) => {
    const right = stretches[index + 1]?.x ?? run.right;
    const before = stretches[index - 1]?.x;
    if (right - x < apart || (before !== undefined && x - before < apart)) return;
    if (index > 0) {
      pen.fillStyle = palette.mode(run.mode);
      pen.fillRect(x, run.top, 1, run.height);
    }
    said = label(canvas, run, { x: x + 9, right, causes, word: said ? '' : run.mode }) || said;
  });
};

type Told = Readonly<{ x: number; right: number; causes: readonly GuardId[]; word: string }>;

/** Whether the word stands there now. */
const label = ({ pen, palette }: Canvas, run: Run, { x, right, causes, word }: Told): boolean => {
  const y = run.top + run.height / 2;
  pen.font = `600 11px ${palette.sans}`;
  pen.textBaseline = 'middle';
  const wide = pen.measureText(word).width;
  const fits = word !== '' && x + wide < right - 4;
  if (fits) {
    pen.fillStyle = run.mode === 'HALT' ? palette.bg : palette.mode(run.mode);
    pen.fillText(word, x, y + 0.5);
  }
  let at = fits ? x + wide + 7 : x;
  for (const id of causes) {
    if (at + 11 > right - 2) break;
    pen.save();
    pen.translate(at, y - 5.5);
    pen.scale(0.9, 0.9);
    pen.fillStyle = palette.guard(id);
    pen.fill(new Path2D(glyphs[id]));
    pen.restore();
    at += 14;
  }
  return fits;
};
