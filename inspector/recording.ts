/**
 * One session as far as it has been read: the ticks and marks of its lanes, and the moment as of any event, folded from the
 * nearest one kept. It begins with the newest chapter that the log keeps, gets what is older in pieces when the newest moment is
 * there, follows the log while that grows, checks beside it that all is what was written, and ends where it is not and says so.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Outline } from '../events/outline.ts';
import type { SessionOpened } from '../events/session.ts';
import { apply, blank, momentOf, stripOf } from '../projections/chapter.ts';
import { apply as applyMoment, empty, type Moment } from '../projections/moment.ts';
import type { Mark } from '../projections/strip.ts';
import { createColumns, type Columns } from './columns.ts';
import { rowsBetween, type LogSource } from './source.ts';

export type Recording = Readonly<{
  session: number;
  opened: SessionOpened | null;
  firstAt: number;
  columns: Columns;
  marks: () => readonly Mark[];
  /** As of the last row read. */
  newest: () => Moment;
  /** The first event from which ticks and marks are there. */
  since: () => number;
  /** Resolves when they are there from the beginning. */
  whole: () => Promise<void>;
  /** Of the newest durable row that is known of. */
  durable: () => number;
  /** Of the last row that can be read, as far as is known. */
  readable: () => number;
  /** What is wrong with the first row that cannot be read or told; null while all is well. */
  damage: () => string | null;
  /** Reads what is there beyond, up to `seq`; resolves when it is read, or cannot be. */
  follow: (seq: number) => Promise<void>;
  /** As of this event, or of the newest one read where that is earlier. */
  momentAt: (seq: number) => Promise<Moment>;
  /** The last event at or before this time. */
  seqAt: (at: number) => Promise<number>;
}>;

export type Read = Pick<LogSource, 'outlines' | 'chapters' | 'strips' | 'momentAt' | 'broken'>;

/** Rows read at a time, and between two moments kept of those read. */
const rowsAtATime = 500;
/** Chapters read at a time: about ten milliseconds. */
const chaptersAtATime = 24;
/** Rows checked at a time: about forty milliseconds, in which others are served. */
const rowsProvenAtATime = 5_000;
/** Moments kept that were unfolded for somebody. */
const recentMax = 24;

/** `onProgress` is called now and then while rows are read. */
export const createRecording = (
  source: Read,
  session: number,
  first: Recorded<Event>,
  onProgress: () => void,
): Recording => {
  const columns = createColumns();
  let marks: Mark[] = [];
  /** Ends of stored chapters: where a fold can begin. */
  let stored: readonly number[] = [];
  let begun = false;
  let since = 1;
  let older: Promise<void> | undefined;
  let kept: readonly Moment[] = [empty];
  let recent: readonly Moment[] = [];
  let chapter = blank;
  let durable = first.seq;
  let damage: string | null = null;
  let reading: Promise<void> | undefined;
  /** Every event up to this one is what was written. */
  let proven = 0;
  let isBroken = false;
  let proving: Promise<void> | undefined;

  const take = (row: Recorded<Outline>): void => {
    const next = apply(chapter, row);
    const { ticks } = next.ended ?? next.chapter;
    const tick = ticks.at(-1);
    if (tick && ticks.length > chapter.ticks.length) columns.push(tick);
    const mark = next.chapter.marks.at(-1);
    if (mark?.seq === row.seq) marks.push(mark);
    ({ chapter } = next);
  };

  /** What the log keeps ready of its beginning. */
  const begin = async (): Promise<void> => {
    begun = true;
    const chapters = (await source.chapters(session)).filter(({ lastSeq }) => lastSeq <= durable);
    const end = chapters.at(-1)?.lastSeq;
    const text = end === undefined ? undefined : await source.momentAt(session, end);
    if (end === undefined || text === undefined) return;
    const moment = momentOf(text);
    stored = chapters.map(({ lastSeq }) => lastSeq);
    since = end + 1;
    chapter = { ...blank, firstSeq: since, moment };
    kept = [empty, moment];
  };

  /** The strips of the chapters, the newest first, with others served in between. */
  const readOlder = async (): Promise<void> => {
    for (let end = stored.length; end > 0; end -= chaptersAtATime) {
      const start = Math.max(0, end - chaptersAtATime);
      const range = { from: stored[start] ?? 0, to: stored[end - 1] ?? 0 };
      const strips = (await source.strips(session, range)).map(stripOf);
      columns.unshift(strips.flatMap(({ ticks }) => ticks));
      marks = [...strips.flatMap((strip) => strip.marks), ...marks];
      since = (stored[start - 1] ?? 0) + 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  /** Some more rows; where one of them cannot be read or told, all that come before it. */
  const readSome = async (count: number, why?: unknown): Promise<void> => {
    const from = chapter.moment.seq + 1;
    const to = Math.min(durable, from + count - 1);
    try {
      for await (const page of source.outlines(session, { from, to })) page.forEach(take);
      if (chapter.moment.seq < from) throw why ?? new Error(`event ${from} cannot be read`);
    } catch (error) {
      if (count === 1) throw error;
      if (chapter.moment.seq < from) await readSome(Math.ceil(count / 2), why ?? error);
    }
  };

  const read = async (): Promise<void> => {
    try {
      if (!begun) await begin();
      while (chapter.moment.seq < durable && damage === null && !isBroken) {
        await readSome(rowsAtATime);
        if (chapter.moment.seq - (kept.at(-1)?.seq ?? 0) >= rowsAtATime)
          kept = [...kept, chapter.moment];
        onProgress();
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      failed(error);
    }
    older ??= readOlder().catch(failed);
    proving ??= prove()
      .catch(failed)
      .finally(() => (proving = undefined));
  };

  /** What cannot be read is found by reading. */
  const prove = async (): Promise<void> => {
    await older;
    while (proven < chapter.moment.seq && damage === null) {
      const to = Math.min(chapter.moment.seq, proven + rowsProvenAtATime);
      const found = await source.broken(session, { from: proven + 1, to });
      if (found) return endBefore(found.seq, found.why);
      proven = to;
    }
  };

  /** Nothing from this event on is shown, also where it was. */
  const endBefore = async (seq: number, why: string): Promise<void> => {
    isBroken = true;
    await reading;
    const moment = await momentAt(seq - 1);
    columns.cut(seq);
    marks = marks.filter((mark) => mark.seq < seq);
    stored = stored.filter((end) => end < seq);
    kept = kept.filter((one) => one.seq < seq);
    recent = recent.filter((one) => one.seq < seq);
    chapter = { ...chapter, moment };
    failed(new Error(why));
  };

  const failed = (error: unknown): void => {
    damage = error instanceof Error ? error.message : String(error);
    onProgress();
  };

  const whole = async (): Promise<void> => {
    await reading;
    await older;
  };

  /** The nearest moment at or before this event from which a fold can begin. */
  const nearest = async (seq: number): Promise<Moment> => {
    const near = [...kept, ...recent].reduce(
      (best, one) => (one.seq <= seq && one.seq > best.seq ? one : best),
      empty,
    );
    const end = stored.findLast((one) => one <= seq) ?? 0;
    if (end <= near.seq) return near;
    const text = await source.momentAt(session, end);
    return text === undefined ? near : momentOf(text);
  };

  const momentAt = async (seq: number): Promise<Moment> => {
    const newest = chapter.moment;
    if (seq >= newest.seq) return newest;
    const start = await nearest(seq);
    if (start.seq === seq) return start;
    const rows = await rowsBetween(source.outlines, session, start.seq + 1, seq);
    const moment = rows.reduce(applyMoment, start);
    recent = [...recent, moment].slice(-recentMax);
    return moment;
  };

  return {
    session,
    opened: first.event.type === 'session.opened' ? first.event : null,
    firstAt: first.at,
    columns,
    marks: () => marks,
    since: () => since,
    whole,
    newest: () => chapter.moment,
    durable: () => durable,
    readable: () => (damage === null ? durable : chapter.moment.seq),
    damage: () => damage,
    follow: async (seq) => {
      durable = Math.max(durable, seq);
      reading ??= read().finally(() => (reading = undefined));
      await reading;
    },
    momentAt,
    seqAt: async (at) => {
      if (columns.until(at) === 0) await whole();
      const tick = columns.until(at);
      const from = columns.value('seq', tick - 1) ?? 1;
      const to = columns.value('seq', tick) ?? chapter.moment.seq;
      const rows = await rowsBetween(source.outlines, session, from, to);
      return rows.findLast((row) => row.at <= at)?.seq ?? from;
    },
  };
};
