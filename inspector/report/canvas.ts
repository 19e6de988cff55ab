/** Where things stand in the picture of a session: one time axis over all lanes, words to its left, values to its right. */
import type { Thresholds } from '../../projections/thresholds.ts';
import { scale, type Scale } from '../page/lanes/scale.ts';
import { html, type Markup } from './markup.ts';
import type { Gathered } from './gather.ts';
import { px } from './path.ts';

export const width = 706;
export const plotFrom = 166;
export const plotTo = 592;
/** As many columns as the plot has pixels. */
export const plotColumns = plotTo - plotFrom;

export type Lane = Readonly<{ y: number; height: number }>;

export type Canvas = Readonly<{
  told: Gathered;
  thresholds: Thresholds | null;
  time: Scale;
  /** Of each bin. */
  x: readonly number[];
  endX: number;
  /** The session's zero, in Unix milliseconds. */
  zero: number;
}>;

export const canvasOf = (told: Gathered): Canvas => {
  const time = scale(told.from, told.to, plotFrom, plotTo);
  const { session } = told.moment;
  return {
    told,
    thresholds: session.thresholds,
    time,
    x: told.bins.map(({ last }) => time.at(last.at ?? told.from)),
    endX: time.at(told.moment.at),
    zero: session.startedAt ?? session.openedAt,
  };
};

export const valueScale = ({ y, height }: Lane, low: number, high: number, pad = 8): Scale =>
  scale(low, high, y + height - pad, y + pad);

export const across = (y: number, name: string): Markup =>
  html`<line x1="${plotFrom}" x2="${plotTo}" y1="${px(y)}" y2="${px(y)}" class="${name}" />`;

/** What a lane is, in the left margin. */
export const title = ({ y }: Lane, name: string, unit: string, guard = ''): Markup =>
  html`<text x="10" y="${px(y + 17)}" class="title ${guard}">${name}</text
    ><text x="10" y="${px(y + 31)}" class="soft">${unit}</text>`;

/** A word beside the axis. */
export const axis = (y: number, word: string, name = 'soft'): Markup =>
  html`<text x="${plotFrom - 6}" y="${px(y + 4)}" text-anchor="end" class="${name}">${word}</text>`;

/** Lines of values in the right margin. */
export const values = (
  { y }: Lane,
  lines: readonly Readonly<{ text: string; name?: string }>[],
): readonly Markup[] =>
  lines.map(
    ({ text, name = '' }, index) =>
      html`<text x="${plotTo + 10}" y="${px(y + 16 + index * 15)}" class="value ${name}"
        >${text}</text
      >`,
  );
