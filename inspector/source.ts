/** What the page needs of a log and its engine. The commands hand it over; nothing here knows where it comes from. */
import type { Observable } from 'rxjs';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';

/** The two ends of a session. */
export type Ends = Readonly<{ session: number; first: Recorded<Event>; last: Recorded<Event> }>;

/** What an event must have to be found. Text is looked for in its data. */
export type Wanted = Readonly<{ actor: string; type: string; text: string }>;

export type LogSource = Readonly<{
  /** The database's name, for people. */
  name: string;
  /** In order of their numbers. */
  sessions: () => Promise<readonly Ends[]>;
  newest: () => Promise<Ends | undefined>;
  /** Durable rows in pages, in order of seq, both ends included. Rejects at damage. */
  read: (
    session: number,
    range: Readonly<{ from: number; to: number }>,
  ) => AsyncIterable<readonly Recorded<Event>[]>;
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
  /** The report of a session as it was last made, a whole page; undefined where none was. */
  report: (session: number) => Promise<string | undefined>;
  /** There may be more to read. */
  news: Observable<unknown>;
}>;

export const rowsBetween = async (
  { read }: Pick<LogSource, 'read'>,
  session: number,
  from: number,
  to: number,
): Promise<readonly Recorded<Event>[]> => {
  const rows: Recorded<Event>[] = [];
  if (to < from) return rows;
  for await (const page of read(session, { from: Math.max(1, from), to })) rows.push(...page);
  return rows;
};
