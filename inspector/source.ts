/** What the page needs of a log and its engine. The commands hand it over; nothing here knows where it comes from. */
import type { Observable } from 'rxjs';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Outline } from '../events/outline.ts';
import type { Lineage } from '../projections/lineage.ts';

/** The two ends of a session. */
export type Ends = Readonly<{ session: number; first: Recorded<Event>; last: Recorded<Event> }>;

/** An event that waits for an acknowledgement, with what it says. */
export type Awaited = Readonly<{ session: number; seq: number; type: string; what: string }>;

/** What is left for an operator to answer. */
export type Left = Readonly<{ killLatched: boolean; awaiting: readonly Awaited[] }>;

/** What an event must have to be found. Text is looked for in its data. */
export type Wanted = Readonly<{ actor: string; type: string; text: string }>;

type Pages<E extends Outline> = (
  session: number,
  range: Readonly<{ from: number; to: number }>,
) => AsyncIterable<readonly Recorded<E>[]>;

export type LogSource = Readonly<{
  /** The database's name, for people. */
  name: string;
  /** In order of their numbers. */
  sessions: () => Promise<readonly Ends[]>;
  newest: () => Promise<Ends | undefined>;
  /** The sessions that were brought in from another log. */
  imported: () => Promise<ReadonlySet<number>>;
  /** As the next start would find it: by the log, and by what waits in the inbox. */
  left: () => Promise<Left>;
  /** Durable rows in pages, in order of seq, both ends included. Rejects at damage. */
  read: Pages<Event>;
  /** The same with the outlines of their events, for who folds them. */
  outlines: Pages<Outline>;
  /** Events by seq, and with each what led to it. */
  lineage: (session: number, seqs: Iterable<number>) => Promise<Lineage>;
  /** The seqs within the range, ascending, that have what is wanted. */
  find: (
    session: number,
    range: Readonly<{ from: number; to: number }>,
    wanted: Wanted,
  ) => Promise<readonly number[]>;
  /** What the log keeps ready of a session from its first event on, in order; none where it keeps nothing. */
  chapters: (
    session: number,
  ) => Promise<readonly Readonly<{ firstSeq: number; lastSeq: number }>[]>;
  /** What the lanes show of the chapters that end within the range, in order. */
  strips: (
    session: number,
    range: Readonly<{ from: number; to: number }>,
  ) => Promise<readonly string[]>;
  /** The moment at the end of the chapter that ends with this event. */
  momentAt: (session: number, lastSeq: number) => Promise<string | undefined>;
  /** Changes of mode up to the event `lastSeq`, which is 0 where nothing is kept ready. */
  modes: (session: number) => Promise<
    Readonly<{
      lastSeq: number;
      changes: readonly Readonly<{ at: number; mode: string }>[];
    }>
  >;
  /** The first event within the range that is not what was written, by the chain of hashes, and what to do about it. */
  broken: (
    session: number,
    range: Readonly<{ from: number; to: number }>,
  ) => Promise<Readonly<{ seq: number; why: string }> | undefined>;
  /** False where the session's last event is this one and nobody writes the log: one without an end has died then. */
  isWritten: (session: number, lastSeq: number) => Promise<boolean>;
  /** False where its file was deleted, moved or replaced: what is read from then on is what it was. */
  isThere: () => Promise<boolean>;
  /** The report of a session as it was last made, a whole page; undefined where none was. */
  report: (session: number) => Promise<string | undefined>;
  /** There may be more to read. */
  news: Observable<unknown>;
}>;

export const rowsBetween = async <E extends Outline>(
  pages: Pages<E>,
  session: number,
  from: number,
  to: number,
): Promise<readonly Recorded<E>[]> => {
  const rows: Recorded<E>[] = [];
  if (to < from) return rows;
  for await (const page of pages(session, { from: Math.max(1, from), to })) rows.push(...page);
  return rows;
};
