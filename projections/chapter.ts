/**
 * A session cut into chapters at the ends of turns: what the lanes show of each, and the moment as of its end. Whoever looks at
 * a long session begins at the chapter before what he wants to see.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import { freeze, thaw } from './frozen.ts';
import { apply as applyMoment, empty as noMoment, type Moment } from './moment.ts';
import { columns, markOf, tickOf, type Mark, type Tick } from './strip.ts';
import { empty as noTouch } from './touch.ts';

export type Strip = Readonly<{ ticks: readonly Tick[]; marks: readonly Mark[] }>;

/** The chapter that is being written. */
export type Chapter = Strip &
  Readonly<{
    firstSeq: number;
    moment: Moment;
    /** The turn at hand is a tick's: its row is written when it is over. */
    ticking: boolean;
  }>;

/** Rows after which a chapter ends with its turn. */
const chapterRows = 2_000;

export const blank: Chapter = {
  firstSeq: 1,
  moment: noMoment,
  ticking: false,
  ticks: [],
  marks: [],
};

/** With the chapter that this row ends by beginning another turn, where it does. */
export const apply = (
  before: Chapter,
  row: Recorded<Outline>,
): Readonly<{ chapter: Chapter; ended: Chapter | null }> => {
  const { moment } = before;
  const turns = row.turn !== moment.turn;
  const told: Chapter =
    turns && before.ticking
      ? { ...before, ticking: false, ticks: [...before.ticks, tickOf(moment)] }
      : before;
  const ends = turns && moment.seq - told.firstSeq + 1 >= chapterRows;
  const from: Chapter = ends ? { ...told, firstSeq: row.seq, ticks: [], marks: [] } : told;
  const mark = markOf(row);
  return {
    chapter: {
      firstSeq: from.firstSeq,
      moment: applyMoment(moment, row),
      ticking: from.ticking || row.event.type === 'tick',
      ticks: from.ticks,
      marks: mark ? [...from.marks, mark] : from.marks,
    },
    ended: ends ? told : null,
  };
};

/** The ticks as lists of their columns' values: a third of the text. */
export const stripText = ({ ticks, marks }: Strip): string =>
  JSON.stringify({ ticks: ticks.map((tick) => columns.map((name) => tick[name])), marks });

/** A tick's values stay in the order of the columns: there may be a hundred thousand of them. */
export const stripOf = (
  text: string,
): Readonly<{ ticks: readonly (readonly (number | null)[])[]; marks: readonly Mark[] }> =>
  JSON.parse(text);

/** Of what a chapter keeps: another number with every other shape of folds or lanes, so that none is taken for what it is not. */
export const shape = 1;

/** How the moment of a chapter of this shape begins; those that other builds kept in another shape do not. */
export const momentHead = `{"shape":${shape},`;

/** Without what grows with the session and no moment shows: the samples of touch, the times of all trips and changes of mode. */
export const momentText = ({ session, ...moment }: Moment): string => {
  const { mode } = session;
  const guards = Object.fromEntries(
    Object.entries(mode.guards).map(([id, history]) => [id, { ...history, trippedAt: null }]),
  );
  const short = { ...mode, guards, timeline: null };
  return freeze({ shape, ...moment, session: { ...session, touch: noTouch, mode: short } });
};

/** Of a text that begins with `momentHead`. */
export const momentOf = (text: string): Moment => {
  const { shape: _, ...moment } = thaw<Moment & { shape: number }>(text);
  return moment;
};
