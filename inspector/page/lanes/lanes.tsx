/**
 * The lanes on one time axis, their names on the left and what holds at the cursor on the right. A click or a drag moves the
 * cursor, with shift it marks a stretch to zoom to; the wheel zooms at the pointer.
 */
import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { guardIds } from '../../../events/guard.ts';
import type { Row } from '../../view.ts';
import { Named } from '../glyph.tsx';
import { extent, following, hover, lanes, moment, shown, startAt, view, zoom } from '../store.ts';
import { themed } from '../theme.ts';
import { goToTime, showStretch, zoomBy } from '../travel.ts';
import { Axis } from './axis.tsx';
import type { Label } from './canvas.ts';
import { placesIn } from './labels.ts';
import { Overview } from './overview.tsx';
import { paint } from './paint.ts';
import { readPalette } from './palette.ts';
import { guardRow, lanesMin, layLanes, type Lane, type LaneId } from './rows.ts';
import { scale } from './scale.ts';

const titles: Readonly<Record<LaneId, readonly [string, string, string]>> = {
  mode: ['mode', '', ''],
  guards: ['', '', ''],
  price: ['price', 'RLUSD per XRP', ''],
  anchor: ['anchor error', 'bps, AMM − mid', 'anchor_saturation'],
  share: ['XRP share', '% of value', 'inventory_corridor'],
  truth: ['wallet truth', 'ΔXRP', 'wallet_truth'],
  events: ['events', '', ''],
};

export const LanesView = () => {
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const names = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: lanesMin, gutter: 0 });
  const [labels, setLabels] = useState<readonly Label[]>([]);

  useEffect(() => {
    const element = area.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      const gutter = names.current?.clientWidth ?? 0;
      setSize((old) =>
        old.width === width && old.height === height ? old : { width, height, gutter },
      );
      plotWidth = width;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    let asked = 0;
    const draw = (): void => {
      asked = 0;
      const data = lanes.peek();
      const element = canvas.current;
      const pen = element?.getContext('2d');
      if (!data || !element || !pen || size.width === 0) return;
      const ratio = devicePixelRatio;
      const [w, h] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
      if (element.width !== w || element.height !== h) [element.width, element.height] = [w, h];
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      const found = paint({
        pen,
        palette: readPalette(),
        lanes: data,
        thresholds: shown.peek()?.thresholds ?? null,
        width: size.width,
        height: size.height,
        ...view.peek(),
        startAt: startAt.peek(),
        lastAt: Math.max(data.lastAt, extent.peek().last),
      });
      setLabels((old) => (JSON.stringify(old) === JSON.stringify(found) ? old : found));
    };
    const stop = effect(() => {
      void lanes.value;
      void view.value;
      void themed.value;
      if (asked === 0) asked = requestAnimationFrame(draw);
    });
    return () => {
      stop();
      cancelAnimationFrame(asked);
    };
  }, [size]);

  const rows = layLanes(size.height);
  return (
    <section class="lanes" aria-label="Lanes">
      <Overview />
      <div class="names" ref={names}>
        {rows.map(({ id, y, height }) => {
          const [title, unit, guard] = titles[id];
          return (
            <div
              key={id}
              class={`lane-name ${guard}`}
              style={{ top: `${y}px`, height: `${height}px` }}
            >
              {id === 'guards' ? (
                <ul class="guards">
                  {guardIds.map((one) => (
                    <li key={one} style={{ height: `${guardRow}px` }}>
                      <Named guard={one} />
                    </li>
                  ))}
                </ul>
              ) : (
                <>
                  <b>{title}</b>
                  <small>{unit}</small>
                </>
              )}
            </div>
          );
        })}
        {beside(labels, rows, size.gutter).map(({ lane, y, text }) => (
          <span key={`${lane} ${text}`} class="axis" style={{ top: `${y - 8}px` }}>
            {text}
          </span>
        ))}
      </div>
      <div class="plot" ref={area}>
        <canvas ref={canvas} aria-hidden="true" />
        <Pointer width={size.width} />
      </div>
      <div class="values">
        {rows.map(({ id, y, height }) => (
          <div
            key={id}
            class={`lane-value ${titles[id][2]}`}
            style={{ top: `${y}px`, height: `${height}px` }}
          >
            {id === 'guards' ? <Phases /> : <Values rows={moment.value?.values[id] ?? []} />}
          </div>
        ))}
      </div>
    </section>
  );
};

/** Pixels of a character of these in the mean. */
const characterPx = 5.85;

/** The words beside the axes, each within its lane; one that would touch another or a lane's name is left out. */
const beside = (
  labels: readonly Label[],
  rows: readonly Lane[],
  gutter: number,
): readonly Label[] => {
  const bottom = rows.reduce((most, { y, height }) => Math.max(most, y + height), 0);
  const places = placesIn({ left: 0, right: gutter, top: 0, bottom }, []);
  for (const { id, y } of rows) {
    const [title, unit] = titles[id];
    places.fill({ left: 0, right: 12 + title.length * 7, top: y + 5, bottom: y + 20 });
    places.fill({ left: 0, right: 16 + unit.length * characterPx, top: y + 21, bottom: y + 34 });
  }
  return labels.flatMap((label) => {
    const lane = rows.find(({ id }) => id === label.lane);
    if (!lane) return [];
    const y = Math.min(lane.y + lane.height - 8, Math.max(lane.y + 7, label.y));
    const right = gutter - 6;
    const left = right - label.text.length * characterPx;
    return places.take([{ left, right, top: y - 5, bottom: y + 5 }]) ? [{ ...label, y }] : [];
  });
};

/** Of the plot, for whoever asks for lanes. */
let plotWidth = 0;
export const widthOfPlot = (): number => plotWidth;

const Values = ({ rows }: { readonly rows: readonly Row[] }) => (
  <dl>
    {rows.map(({ name, value, strong }, index) => (
      <div key={index} class={strong ? 'strong' : ''}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

const Phases = () => (
  <ul class="guards">
    {(moment.value?.guards ?? []).map(({ guard, phase, release }) => (
      <li
        key={guard}
        class={phase === 'armed' ? 'armed' : guard}
        style={{ height: `${guardRow}px` }}
      >
        {phase}
        {phase === 'recovering' ? ` ${release.count}/${release.needed}` : ''}
      </li>
    ))}
  </ul>
);

/** A finger moves the cursor once it has moved so far sideways; before that it may be about to pan the page. */
const fingerPx = 8;

/** The cursor, the pointer's own thin line, and what the pointer does. */
const Pointer = ({ width }: { readonly width: number }) => {
  const [brush, setBrush] = useState<readonly [number, number] | null>(null);
  const held = useRef<'cursor' | 'brush' | 'finger' | null>(null);
  const begun = useRef(0);
  const { from, to } = view.value;
  const time = scale(from, to, 0, Math.max(1, width));
  const at = moment.value?.livedUntil ?? null;
  const pixels = (event: PointerEvent | WheelEvent): number =>
    event.clientX - (event.currentTarget as HTMLElement).getBoundingClientRect().left;
  const down = (event: PointerEvent): void => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    const x = pixels(event);
    begun.current = x;
    held.current = event.pointerType === 'touch' ? 'finger' : event.shiftKey ? 'brush' : 'cursor';
    if (held.current === 'brush') setBrush([x, x]);
    if (held.current === 'cursor') goToTime(time.of(x));
  };
  const move = (event: PointerEvent): void => {
    const x = pixels(event);
    hover.value = time.of(x);
    if (held.current === 'finger' && Math.abs(x - begun.current) > fingerPx)
      held.current = 'cursor';
    if (held.current === 'cursor') goToTime(time.of(x));
    if (held.current === 'brush' && brush) setBrush([brush[0], x]);
  };
  const up = (event: PointerEvent): void => {
    if (held.current === 'finger') goToTime(time.of(pixels(event)));
    if (held.current === 'brush' && brush && Math.abs(brush[1] - brush[0]) > 4) {
      const [a, b] = brush.map(time.of).toSorted((p, q) => p - q);
      if (a !== undefined && b !== undefined) showStretch(a, b);
    }
    drop();
  };
  const drop = (): void => {
    held.current = null;
    setBrush(null);
  };
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const by = ((to - from) * (event.deltaX || event.deltaY)) / Math.max(1, width);
      showStretch(from + by, to + by);
    } else zoomBy(event.deltaY > 0 ? 1.2 : 1 / 1.2, time.of(pixels(event)));
  };
  const x = at === null ? null : Math.round(time.at(at));
  const over = hover.value === null ? null : time.at(hover.value);
  return (
    <div
      class="pointer"
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={drop}
      onPointerLeave={() => (hover.value = null)}
      onDblClick={() => (zoom.value = null)}
      onWheel={wheel}
    >
      {x !== null && !following.value && x < width ? (
        <i class="veil" style={{ left: `${Math.max(0, x)}px` }} />
      ) : null}
      {x !== null && at !== null && x >= 0 && x <= width ? (
        <i class="cursor" style={{ left: `${x}px` }} />
      ) : null}
      {over !== null && over >= 0 && over <= width ? (
        <i class="hover" style={{ left: `${Math.round(over)}px` }} />
      ) : null}
      <Axis from={from} to={to} width={width} at={at} over={hover.value} />
      {brush ? (
        <i
          class="brush"
          style={{
            left: `${Math.min(...brush)}px`,
            width: `${Math.abs(brush[1] - brush[0])}px`,
          }}
        />
      ) : null}
    </div>
  );
};
