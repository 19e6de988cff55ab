/** The session as one picture: every lane on one time axis, with an upright line at each trip and recovery that is listed. */
import { guardIds } from '../../events/guard.ts';
import { instant } from '../../projections/wording.ts';
import { axisTime } from '../page/words.ts';
import { timeMarks } from '../page/lanes/scale.ts';
import {
  canvasOf,
  plotColumns,
  plotFrom,
  plotTo,
  width,
  type Canvas,
  type Lane,
} from './canvas.ts';
import { anchorLane, priceLane, shareLane, truthLane } from './charts.ts';
import type { Gathered } from './gather.ts';
import { html, type Markup } from './markup.ts';
import { px } from './path.ts';
import { guardLanes, guardRow, modeLane } from './states.ts';

const axisHeight = 26;

const lanes: readonly Readonly<{
  height: number;
  draw: (canvas: Canvas, lane: Lane) => readonly Markup[];
}>[] = [
  { height: 27, draw: modeLane },
  { height: guardIds.length * guardRow + 12, draw: guardLanes },
  { height: 110, draw: priceLane },
  { height: 80, draw: anchorLane },
  { height: 52, draw: shareLane },
  { height: 46, draw: truthLane },
];

const height = lanes.reduce((sum, lane) => sum + lane.height, axisHeight);

export const picture = (told: Gathered, words: string): Markup => {
  const canvas = canvasOf(told);
  let y = axisHeight;
  const drawn = lanes.flatMap((lane) => {
    const place = { y, height: lane.height };
    y += lane.height;
    return [
      ...lane.draw(canvas, place),
      html`<line x1="0" x2="${width}" y1="${px(y - 0.5)}" y2="${px(y - 0.5)}" class="rule" />`,
    ];
  });
  return html`<svg
    class="picture"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="${words}"
  >
    <defs>
      <pattern
        id="hatch"
        width="4"
        height="4"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <line y2="4" class="hatched" />
      </pattern>
    </defs>
    ${timeAxis(canvas)}${drawn}${turns(canvas)}
  </svg>`;
};

const timeAxis = ({ told: { from, to }, time, zero }: Canvas): readonly Markup[] => [
  html`<text x="10" y="18" class="soft">${instant(zero).slice(11, 16)} UTC + t</text>`,
  ...timeMarks(from, to, zero, plotColumns, 60).flatMap((mark) => [
    html`<line
      x1="${px(time.at(mark))}"
      x2="${px(time.at(mark))}"
      y1="20"
      y2="${height}"
      class="grid"
    />`,
    html`<text
      x="${px(time.at(mark))}"
      y="14"
      text-anchor="${time.at(mark) > plotTo - 16 ? 'end' : 'middle'}"
      class="soft"
      >${axisTime(mark - zero)}</text
    >`,
  ]),
  html`<line x1="${plotFrom}" x2="${plotTo}" y1="22" y2="22" class="tick" />`,
];

const turnsDrawn = 12;

const turns = ({ told, time }: Canvas): readonly Markup[] => {
  const times = told.trips.shown.flatMap(({ at, recoveredAt }) =>
    recoveredAt === null ? [at] : [at, recoveredAt],
  );
  if (told.trips.hidden > 0 || times.length > turnsDrawn) return [];
  return [...new Set(times)].map(
    (at) =>
      html`<line
        x1="${px(time.at(at))}"
        x2="${px(time.at(at))}"
        y1="${axisHeight}"
        y2="${height}"
        class="turn"
      />`,
  );
};
