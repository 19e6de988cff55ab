/** The whole session in one strip: its modes, its share of XRP, and the stretch that the lanes show, to be moved and widened. */
import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { extent, moment, overview, startAt, view } from '../store.ts';
import { themed } from '../theme.ts';
import { showStretch } from '../travel.ts';
import { barOf } from '../../bar.ts';
import { axisTime, span } from '../words.ts';
import { readPalette } from './palette.ts';
import { steps } from './pen.ts';
import { reach, scale } from './scale.ts';

const height = 30;

export const Overview = () => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);

  useEffect(() => {
    const element = canvas.current?.parentElement;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (!element || !pen || width === 0) return undefined;
    return effect(() => {
      const data = overview.value;
      const { from, to, last } = extent.value;
      void themed.value;
      const palette = readPalette();
      const ratio = devicePixelRatio;
      [element.width, element.height] = [Math.round(width * ratio), height * ratio];
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (!data) return;
      const time = scale(from, to, 0, width);
      const modes = data.marks.filter((mark) => mark.kind === 'mode');
      let left = 0;
      for (const { mode, cells } of barOf(modes, from, last, Math.ceil(time.at(last)))) {
        pen.fillStyle = palette.mode(mode);
        pen.fillRect(left, 0, cells, 4);
        left += cells;
      }
      const x = data.stretch.last.at.map((at) => (at === null ? null : time.at(at)));
      const share = data.stretch.last.mid;
      const [low, high] = reach([share], [0, 1], 0.1);
      pen.strokeStyle = palette.t2;
      pen.lineWidth = 1;
      steps(pen, x, share, scale(low, high, height - 2, 8), time.at(last));
      pen.fillStyle = palette.guard('directional_drift');
      for (const mark of data.marks) {
        if (mark.kind === 'fill') pen.fillRect(time.at(mark.at), 5, 1, 3);
      }
    });
  }, [width]);

  const { from, to } = extent.value;
  const time = scale(from, to, 0, Math.max(1, width));
  const shown = view.value;
  const left = Math.max(0, time.at(shown.from));
  const right = Math.min(width, time.at(shown.to));
  const at = moment.value?.livedUntil ?? null;
  return (
    <>
      <div class="overview-name">
        <b>whole session</b>
        <small>{span(to - from)}</small>
      </div>
      <div class="overview">
        <canvas ref={canvas} aria-hidden="true" />
        <Brush left={left} right={right} of={time.of} />
        {at === null ? null : <i class="cursor" style={{ left: `${Math.round(time.at(at))}px` }} />}
      </div>
      <div class="overview-value">
        <b>
          {axisTime(shown.from - startAt.value)}–{axisTime(shown.to - startAt.value)}
        </b>
        <small>drag to zoom</small>
      </div>
    </>
  );
};

/** Dragging the window moves it, dragging beside it draws a new one. */
const Brush = (props: {
  readonly left: number;
  readonly right: number;
  readonly of: (pixels: number) => number;
}) => {
  const { left, right, of } = props;
  const held = useRef<{ x: number; from: number; to: number; isNew: boolean } | null>(null);
  const pixels = (event: PointerEvent): number =>
    event.clientX - (event.currentTarget as HTMLElement).getBoundingClientRect().left;
  return (
    <div
      class="brush-area"
      onPointerDown={(event) => {
        (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
        const x = pixels(event);
        const isNew = x < left || x > right;
        held.current = { x, from: of(left), to: of(right), isNew };
      }}
      onPointerMove={(event) => {
        const start = held.current;
        if (!start) return;
        const x = pixels(event);
        if (start.isNew) {
          if (Math.abs(x - start.x) > 3)
            showStretch(of(Math.min(x, start.x)), of(Math.max(x, start.x)));
        } else {
          const by = of(x) - of(start.x);
          showStretch(start.from + by, start.to + by);
        }
      }}
      onPointerUp={() => (held.current = null)}
      onPointerCancel={() => (held.current = null)}
    >
      <i class="dim" style={{ left: '0px', width: `${left}px` }} />
      <i class="stretch" style={{ left: `${left}px`, width: `${Math.max(4, right - left)}px` }} />
      <i class="dim" style={{ left: `${right}px`, right: '0px' }} />
    </div>
  );
};
