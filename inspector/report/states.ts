/**
 * The lanes of mode and guards. State is told by shape: armed a hairline, tripped a block, cooling a hatch, recovering a wedge
 * that tapers as its ticks count up.
 */
import { guardIds, type GuardId } from '../../events/guard.ts';
import { counted, span as lasting } from '../../projections/wording.ts';
import { glyphs } from '../page/glyphs.ts';
import { plotFrom, plotTo, values, type Canvas, type Lane } from './canvas.ts';
import type { ModeSpan, Phase } from './gather.ts';
import { html, type Markup } from './markup.ts';
import { px } from './path.ts';
import type { Span } from './spans.ts';

export const guardRow = 17;

/** About as wide as a letter of the labels is. */
const letter = 6.6;

export const modeLane = (canvas: Canvas, lane: Lane): readonly Markup[] => {
  const { told, time } = canvas;
  const { mode, since } = told.moment.session.mode;
  const [top, tall] = [lane.y + 3, lane.height - 7];
  let unsaid = true;
  return [
    html`<text x="10" y="${px(lane.y + 17)}" class="title">mode</text>`,
    ...told.modes.flatMap((span, index) => {
      const before = told.modes[index - 1]?.kind;
      const [left, right] = [time.at(span.from), time.at(span.to)];
      const wide = Math.max(right - left, span.kind.mode === 'OK' ? 0 : 1);
      if (wide === 0) return [];
      const isNew = before !== undefined && before.mode !== span.kind.mode;
      if (before?.mode !== span.kind.mode) unsaid = true;
      const saysMode = unsaid && left + 9 + wordWidth(span.kind.mode) < right - 4;
      if (saysMode) unsaid = false;
      return [
        html`<rect
          x="${px(left)}"
          y="${top}"
          width="${px(wide)}"
          height="${tall}"
          class="band ${span.kind.mode}"
        />`,
        ...(before
          ? [
              html`<rect
                x="${px(left)}"
                y="${top}"
                width="${isNew && wide > 6 ? 3 : 1}"
                height="${tall}"
                class="edge ${span.kind.mode}"
              />`,
            ]
          : []),
        ...label(span, left + 9, top + tall / 2, right, saysMode),
      ];
    }),
    ...values(lane, [{ text: `${mode} ${lasting(told.moment.at - since)}`, name: mode }]),
  ];
};

const wordWidth = (mode: string): number => mode.length * 7.6;

/** Each run of a mode is named once, where there is room for the word. */
const label = (
  { kind: { mode, causes } }: Span<ModeSpan>,
  x: number,
  y: number,
  right: number,
  named: boolean,
): readonly Markup[] => {
  const said: Markup[] = [];
  let at = x;
  if (named) {
    said.push(html`<text x="${px(at)}" y="${px(y + 4)}" class="word ${mode}">${mode}</text>`);
    at += wordWidth(mode) + 6;
  }
  for (const id of causes) {
    if (at + 12 > right - 2) return said;
    said.push(glyphAt(id, at, y - 6, 1));
    at += 16;
  }
  const [only] = causes;
  const alone = causes.length === 1 && only ? only : '';
  if (alone !== '' && at + alone.length * letter < right - 4) {
    said.push(html`<text x="${px(at)}" y="${px(y + 4)}" class="soft">${alone}</text>`);
  }
  return said;
};

const glyphAt = (id: GuardId, x: number, y: number, size: number): Markup =>
  html`<path
    transform="translate(${px(x)} ${px(y)}) scale(${size})"
    d="${glyphs[id]}"
    class="glyph ${id}"
  />`;

export const guardLanes = (canvas: Canvas, lane: Lane): readonly Markup[] =>
  guardIds.flatMap((id, index) => {
    const y = lane.y + 6 + index * guardRow + guardRow / 2;
    const { trips } = canvas.told.moment.session.mode.guards[id].episode;
    return [
      glyphAt(id, 10, y - 6, 1),
      html`<text x="27" y="${px(y + 4)}" class="name">${id}</text>`,
      html`<line
        x1="${plotFrom}"
        x2="${px(canvas.endX)}"
        y1="${px(y)}"
        y2="${px(y)}"
        class="armed ${id}"
      />`,
      ...canvas.told.phases[id].flatMap((span) => phase(canvas, id, y, span)),
      html`<text x="${plotTo + 10}" y="${px(y + 4)}" class="value${trips === 0 ? ' none' : ''}"
        >${counted(trips, 'trip')}</text
      >`,
    ];
  });

const half = 5.5;

const phase = (
  { time, thresholds }: Canvas,
  id: GuardId,
  y: number,
  { from, to, kind }: Span<Phase>,
): readonly Markup[] => {
  const left = time.at(from);
  const wide = Math.max(1.5, time.at(to) - left);
  const block = (name: string): readonly Markup[] => [
    html`<rect
      x="${px(left)}"
      y="${px(y - half)}"
      width="${px(wide)}"
      height="${2 * half}"
      class="${name} ${id}"
    />`,
  ];
  if (kind.phase === 'tripped') return block('tripped');
  if (kind.phase === 'cooling') return block('cooling');
  if (kind.phase !== 'recovering') return [];
  const tickMs = (thresholds?.engine.tick_interval_seconds ?? 4) * 1000;
  const whole = Math.max(wide, time.at(from + (kind.needed - kind.count) * tickMs) - left);
  const end = half * (1 - wide / whole);
  return [
    html`<path
      d="M${px(left)} ${px(y - half)}L${px(left + wide)} ${px(y - end)}V${px(y + end)}L${px(left)} ${px(y + half)}Z"
      class="recovering ${id}"
    />`,
  ];
};
