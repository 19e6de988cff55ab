/**
 * What the page asks for, by path: each answer is one JSON document made from the log. A question that makes no sense is
 * answered with what is wrong with it.
 */
import type { Placement } from './placement.ts';
import { chartsOf } from './charts.ts';
import { settingsOf } from '../machines/settings.ts';
import type { Mark } from '../projections/strip.ts';
import type { Thresholds } from '../projections/thresholds.ts';
import type { Stretch } from './columns.ts';
import { createCards, profileOf, type Card } from './cards.ts';
import type { Library } from './library.ts';
import type { Recording } from './recording.ts';
import { isOver, livedUntil } from '../projections/session.ts';
import { find, type Found } from './find.ts';
import { Question, whole } from './question.ts';
import { rowsBetween, type LogSource } from './source.ts';
import { lineOf, trace, type Line, type Traced } from './trace.ts';
import { viewOf, type MomentView } from './view.ts';

/** Which session a page shows. */
export type SessionView = Readonly<{
  session: number;
  network: Card['network'];
  profile: string;
  build: string;
  openedAt: number;
  imported: boolean;
  /** Null for a session whose configuration this build cannot read. */
  thresholds: Thresholds | null;
}>;

export type Lanes = Readonly<{
  from: number;
  to: number;
  /** Up to where there is something to draw. */
  lastAt: number;
  /** False while older ticks that belong here are still being read. */
  whole: boolean;
  stretch: Stretch;
  marks: readonly Mark[];
  /** Fills left out of `marks`, where there were more than can be told apart. */
  fills: number;
}>;

export type Rows = Readonly<{ total: number; rows: readonly Line[] }>;

type Answer = (query: URLSearchParams) => Promise<unknown>;

const rowsMax = 300;
const pointsMax = 2_000;
const fillsMax = 1_500;

export const routes = (source: LogSource, library: Library): Readonly<Record<string, Answer>> => {
  const cards = createCards(source);
  /** 0 asks for the newest session. */
  const recordingOf = async (query: URLSearchParams): Promise<Recording> => {
    const session = whole(query, 'session') || (await library.newest());
    const found = await library.recording(session);
    if (!found) throw new Question('There is no such session.');
    return found;
  };
  return {
    '/api/sessions': async () => ({ name: source.name, sessions: await cards() }),
    /** Null for a log without a session. */
    '/api/session': async (query): Promise<SessionView | null> =>
      (await library.newest()) === 0
        ? null
        : sessionView(await recordingOf(query), await source.imported()),
    '/api/charts': async (query): Promise<Placement | null> => {
      const { opened } = await recordingOf(query);
      return opened ? chartsOf(settingsOf(opened)) : null;
    },
    '/api/moment': async (query): Promise<MomentView> => {
      const recording = await recordingOf(query);
      const seq = query.has('at') ? await recording.seqAt(whole(query, 'at')) : whole(query, 'seq');
      if (seq > recording.newest().seq) await recording.follow(Math.min(seq, recording.durable()));
      const moment = await recording.momentAt(seq);
      const { session } = recording;
      return viewOf(session, moment, recording.columns, {
        isWritten: isOver(moment.session) || (await source.isWritten(session, moment.seq)),
        imported: (await source.imported()).has(session),
        damaged: recording.damage() !== null && moment.seq === recording.readable(),
      });
    },
    '/api/lanes': async (query): Promise<Lanes> => {
      const recording = await recordingOf(query);
      return lanesOf(recording, whole(query, 'from'), whole(query, 'to'), whole(query, 'points'));
    },
    '/api/rows': async (query): Promise<Rows> => {
      const recording = await recordingOf(query);
      const from = whole(query, 'from');
      const to = Math.min(whole(query, 'to'), from + rowsMax - 1, recording.readable());
      const rows = await rowsBetween(source.read, recording.session, from, to);
      const thresholds = thresholdsOf(recording);
      return { total: recording.readable(), rows: rows.map((row) => lineOf(row, thresholds)) };
    },
    '/api/some-rows': async (query): Promise<Rows> => {
      const recording = await recordingOf(query);
      const thresholds = thresholdsOf(recording);
      const seqs = (query.get('seqs') ?? '').split(',').map(Number);
      const known = seqs.filter((seq) => Number.isSafeInteger(seq) && seq <= recording.readable());
      const rows: Line[] = [];
      for (const seq of known.slice(0, rowsMax)) {
        const [row] = await rowsBetween(source.read, recording.session, seq, seq);
        if (row) rows.push(lineOf(row, thresholds));
      }
      return { total: recording.readable(), rows };
    },
    '/api/find': async (query): Promise<Found> => {
      const recording = await recordingOf(query);
      const { session } = recording;
      return find(source, session, query, {
        total: recording.readable(),
        thresholds: thresholdsOf(recording),
      });
    },
    '/api/step': async (query) => {
      const recording = await recordingOf(query);
      return { seq: await step(source, recording, query) };
    },
    '/api/event': async (query): Promise<Traced> => {
      const recording = await recordingOf(query);
      const { session } = recording;
      const seq = whole(query, 'seq');
      if (seq > recording.readable())
        throw new Question(recording.damage() ?? 'There is no such event.');
      const read = { last: recording.readable(), thresholds: thresholdsOf(recording) };
      const found = await trace(source, session, seq, read);
      if (!found) throw new Question('There is no such event.');
      return found;
    },
  };
};

const thresholdsOf = ({ opened }: Recording): Thresholds | null =>
  opened ? (opened.config.effective as unknown as Thresholds) : null;

const sessionView = (recording: Recording, imported: ReadonlySet<number>): SessionView => {
  const { session, opened, firstAt } = recording;
  return {
    session,
    network: opened?.network ?? null,
    profile: profileOf(opened?.config.effective),
    build: opened?.build ?? '?',
    openedAt: firstAt,
    imported: imported.has(session),
    thresholds: thresholdsOf(recording),
  };
};

/** What the next start said of a session that died is drawn where that died: nothing was between. */
const lanesOf = (
  { columns, marks: all, newest, since }: Recording,
  from: number,
  to: number,
  points: number,
): Lanes => {
  if (to <= from) throw new Question('"to" must be later than "from".');
  const lastAt = livedUntil(newest().session);
  const marks = all().map((mark) => (mark.at > lastAt ? { ...mark, at: lastAt } : mark));
  const fills = marks.filter(
    (mark) => mark.kind === 'fill' && mark.at >= from && mark.at <= to,
  ) as readonly Fill[];
  const drawn = new Set(thinned(fills, fillsMax));
  return {
    from,
    to,
    lastAt,
    whole: since() === 1 || (columns.value('at', 0) ?? Infinity) <= from,
    stretch: columns.stretch(from, to, Math.min(points, pointsMax)),
    marks: marks.filter((mark) => {
      if (mark.kind === 'fill') return drawn.has(mark);
      if (mark.kind === 'truth') return mark.at >= from && mark.at <= to;
      return mark.at <= to;
    }),
    fills: fills.length - drawn.size,
  };
};

type Fill = Extract<Mark, { kind: 'fill' }>;

/** Each side by itself: a market maker's fills alternate, and every second of all would be one side alone. */
const thinned = (fills: readonly Fill[], most: number): readonly Fill[] => {
  const step = Math.ceil(fills.length / most);
  return (['buy', 'sell'] as const).flatMap((wanted) =>
    fills.filter(({ side }) => side === wanted).filter((_, index) => index % step === 0),
  );
};

/** The event to stand at after a step: the next one, the end of the next turn, the next change of mode or causes. */
const step = async (
  source: LogSource,
  recording: Recording,
  query: URLSearchParams,
): Promise<number> => {
  const seq = whole(query, 'seq');
  const isBack = query.get('back') === '1';
  const last = recording.readable();
  switch (query.get('by')) {
    case 'event':
      return Math.min(last, Math.max(1, seq + (isBack ? -1 : 1)));
    case 'mode': {
      await recording.whole();
      const changes = recording.marks().filter(({ kind }) => kind === 'mode' || kind === 'end');
      const found = isBack
        ? changes.findLast((mark) => mark.seq < seq)
        : changes.find((mark) => mark.seq > seq);
      return found?.seq ?? (isBack ? 1 : last);
    }
    case 'turn':
      return turnEnd(source, recording.session, seq, isBack, last);
    default:
      throw new Question('"by" is event, turn or mode.');
  }
};

/** Longer than any turn but a very large one, which is walked through in pieces. */
const turnRows = 400;

const turnEnd = async (
  source: LogSource,
  session: number,
  seq: number,
  isBack: boolean,
  last: number,
): Promise<number> => {
  if (isBack) {
    const rows = await rowsBetween(source.outlines, session, seq - turnRows, seq);
    const turn = rows.at(-1)?.turn;
    return rows.findLast((row) => row.turn !== turn)?.seq ?? rows[0]?.seq ?? 1;
  }
  const rows = await rowsBetween(source.outlines, session, seq, Math.min(last, seq + turnRows));
  const next = rows.find((row) => row.seq === seq + 1)?.turn;
  return rows.findLast((row) => row.turn === next)?.seq ?? last;
};
