/** A log opened to be read alone: without the lock, beside a running writer or after its end, changing nothing. */
import { resolve } from 'node:path';
import { distinctUntilChanged, exhaustMap, map, share, timer, type Observable } from 'rxjs';
import type { Recorded, Written } from '../../events/envelope.ts';
import type { Binding } from './binding.ts';
import { findBroken } from './broken.ts';
import {
  type StoredChapter,
  type StoredModes,
  readChapters,
  readModes,
  readMoment,
  readStrips,
} from './chapters.ts';
import { LogError } from './failure.ts';
import { findSeqs, type Wanted } from './find.ts';
import { explained, explaining, inspect } from './inspect.ts';
import { readLineage } from './lineage.ts';
import { shippedMigrations } from './migrate.ts';
import { lookInto, readingAccess, truePath } from './place.ts';
import {
  type Next,
  type Position,
  type Range,
  type SessionEnds,
  openNext,
  openNextOutlines,
  readEnd,
  readEnds,
  readImported,
  readNewestOwn,
  readNumberOf,
  readOutlines,
  readPages,
  readWritten,
} from './read.ts';
import { type Sqlite, connect } from './sqlite.ts';
import { type TailOf, tailOf } from './tail.ts';

export type Reader = Readonly<{
  binding: Binding;
  /** First and last row of each session, in order of their numbers; does not read what lies between. */
  sessions: () => Promise<readonly SessionEnds[]>;
  /** The ends of the newest session that was not brought in from another log, however many there are. */
  newest: () => Promise<SessionEnds | undefined>;
  /** The sessions that were brought in from another log. */
  imported: () => Promise<ReadonlySet<number>>;
  /** The last event of the log; session 0 where there is none. */
  end: () => Promise<Position>;
  /** The local number of the session with this UUID. */
  numberOf: (uuid: string) => Promise<number | undefined>;
  /** Durable rows in pages of at most 1,000, in order of seq. */
  readSession: (session: number, range?: Range) => AsyncIterable<readonly Recorded[]>;
  /** The same rows with the outlines of their events, which are read in two thirds of the time. */
  readOutlines: (session: number, range?: Range) => AsyncIterable<readonly Recorded[]>;
  /** The same rows with their events as text. */
  readWritten: (session: number, range?: Range) => AsyncIterable<readonly Written[]>;
  /** Events by seq, and with each what led to it, up to an input. */
  lineage: (session: number, seqs: Iterable<number>) => Promise<ReadonlyMap<number, Recorded>>;
  /** The next rows of the log, of at most one session; undefined while there are none. */
  next: Next;
  nextOutlines: Next;
  /** What is durable behind a position, and what becomes so, in whichever process that is written. */
  tail: TailOf;
  /** Seqs of the events that have what is wanted, ascending. */
  find: (
    session: number,
    range: Readonly<{ from: number; to: number }>,
    wanted: Wanted,
  ) => Promise<readonly number[]>;
  /** What is kept ready of a session, in order and without a gap. */
  chapters: (session: number) => Promise<readonly StoredChapter[]>;
  /** Of the chapters that end within the range. */
  strips: (session: number, range: Required<Range>) => Promise<readonly string[]>;
  momentAt: (session: number, lastSeq: number) => Promise<string | undefined>;
  /** The first event within the range whose hash does not follow; undefined where all do. */
  brokenAt: (session: number, range: Range) => Promise<number | undefined>;
  /** Changes of mode as far as there are chapters. */
  modes: (session: number) => Promise<StoredModes>;
  close: () => Promise<void>;
}>;

/** How long what another process wrote may stay unseen. */
const pollMs = 50;

/** Rejects with a LogError: exit code 2 if there is no such file, 4 if it is no log that this build can read. */
export const openReader = async (path: string): Promise<Reader> => {
  const file = resolve(truePath(path));
  const { bytes } = await lookInto(file);
  if (bytes === undefined) {
    throw new LogError(
      2,
      `there is no log ${file}: start a session first, or name its file with --db`,
    );
  }
  const access = await readingAccess(file);
  const { binding } = await inspect(file, access, await shippedMigrations(), false);
  const opened = await connect(file, access).catch((error: unknown) => {
    throw explained(error, file);
  });
  const connection = explaining(opened, file);
  const next = await openNext(connection);
  const nextOutlines = await openNextOutlines(connection);
  return {
    binding,
    sessions: () => readEnds(connection),
    newest: () => readNewestOwn(connection),
    imported: () => readImported(connection),
    end: () => readEnd(connection),
    numberOf: (uuid) => readNumberOf(connection, uuid),
    readSession: (session, range) => readPages(connection, session, range),
    readOutlines: (session, range) => readOutlines(connection, session, range),
    readWritten: (session, range) => readWritten(connection, session, range),
    lineage: (session, seqs) => readLineage(connection, session, seqs),
    next,
    nextOutlines,
    tail: tailOf({ next, nextOutlines, news: commits(connection) }),
    find: (session, range, wanted) => findSeqs(connection, session, range, wanted),
    chapters: (session) => readChapters(connection, session),
    strips: (session, range) => readStrips(connection, session, range),
    momentAt: (session, lastSeq) => readMoment(connection, session, lastSeq),
    brokenAt: (session, range) => findBroken(connection, session, range),
    modes: (session) => readModes(connection, session),
    close: connection.close,
  };
};

/** Says that somebody else has committed something, or may have. */
const commits = (connection: Sqlite): Observable<undefined> =>
  timer(0, pollMs).pipe(
    exhaustMap(() => connection.get<{ data_version: number }>('PRAGMA data_version')),
    map((row) => row?.data_version),
    distinctUntilChanged(),
    map(() => undefined),
    share(),
  );
