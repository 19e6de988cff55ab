/** Reads sessions of a log for the commands that tell about them. Whatever is not there is a LogError with exit code 2. */
import { brokenHash } from '../actors/log/chain.ts';
import { damageText, LogError } from '../actors/log/failure.ts';
import { findWriter } from '../actors/log/lock.ts';
import type { SessionEnds } from '../actors/log/read.ts';
import { openReader, type Reader } from '../actors/log/reader.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Outline } from '../events/outline.ts';
import type { Lineage } from '../projections/lineage.ts';
import { diedAt } from '../projections/session.ts';

/** Opens the database, lets `use` read, and closes it again. */
export const reading = async <T>(
  database: string,
  use: (reader: Reader) => Promise<T>,
): Promise<T> => {
  const reader = await openReader(database);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
};

/**
 * Somebody writes this session, or may: of one without an end that nobody writes, it is known that it died. To be asked after
 * it was read up to `last`. One that was imported may run where it came from.
 */
export const isWritten = async (
  reader: Reader,
  database: string,
  session: number,
  last: number,
): Promise<boolean> => {
  if ((await reader.imported()).has(session)) return true;
  if ((await findWriter(database)) !== undefined) {
    return (await reader.newest())?.session === session;
  }
  const later = await reader.lineage(session, [last + 1]);
  return later.size > 0;
};

/** The first and last row of a session that must be there. */
export const endsOf = async (
  reader: Reader,
  database: string,
  session: number,
): Promise<SessionEnds> => {
  const all = await reader.sessions();
  const found = all.find((one) => one.session === session);
  if (found) return found;
  const newest = all.at(-1);
  throw new LogError(
    2,
    newest
      ? `there is no session ${session} in ${database}, its newest is ${newest.session}: neo sessions lists them`
      : `${database} has no sessions yet: start one with neo run`,
  );
};

/** Rows of a session in order of seq, from `from` to `to` inclusive. */
export const rowsOf = (
  reader: Reader,
  session: number,
  from: number,
  to: number,
): AsyncGenerator<Recorded<Event>> => rowsIn(reader.readSession(session, { from, to }));

/** The same rows with the outlines of their events, for who folds them. */
export const outlinesOf = (
  reader: Reader,
  session: number,
  from: number,
  to: number,
): AsyncGenerator<Recorded<Outline>> => rowsIn(reader.readOutlines(session, { from, to }));

/**
 * The same from the first event to `to`, for who tells them as what was written: rejects with a LogError (exit code 1) at the first that
 * is not, by the chain of hashes.
 */
export async function* provenOutlines(
  reader: Reader,
  database: string,
  session: number,
  to: number,
): AsyncGenerator<Recorded<Outline>> {
  const broken = await reader.brokenAt(session, { to });
  yield* outlinesOf(reader, session, 1, broken === undefined ? to : broken - 1);
  if (broken !== undefined)
    throw new LogError(1, damageText(database, session, broken, brokenHash));
}

/** These events whole, and with each what led to it. */
export const lineageOf = async (
  reader: Reader,
  session: number,
  seqs: Iterable<number>,
): Promise<Lineage> => (await reader.lineage(session, seqs)) as Lineage;

async function* rowsIn<E extends Outline>(
  pages: AsyncIterable<readonly Recorded[]>,
): AsyncGenerator<Recorded<E>> {
  for await (const page of pages) yield* page as readonly Recorded<E>[];
}

/** More rows than closing a session can take. */
const closingRowsMax = 50_000;

/** How the session ended, as far as it has: its halt and what closed it, looked for from its last event back to its halt. */
export const closingOf = async (
  reader: Reader,
  session: number,
  lastSeq: number,
): Promise<readonly Recorded<Outline>[]> => {
  let closing: readonly Recorded<Outline>[] = [];
  let to = lastSeq;
  let size = 250;
  while (to > 0 && lastSeq - to < closingRowsMax && !closing.some(isHalt)) {
    const from = Math.max(1, to - size + 1);
    const earlier: Recorded<Outline>[] = [];
    for await (const row of outlinesOf(reader, session, from, to)) {
      if (closes.has(row.event.type)) earlier.push(row);
    }
    closing = [...earlier, ...closing];
    to = from - 1;
    size *= 4;
  }
  return closing;
};

const isHalt = ({ event }: Recorded<Outline>): boolean => event.type === 'halt';
const closes: ReadonlySet<string> = new Set(['halt', 'session.ended', 'session.closed_by_next']);

/** When it died, where the next start closed it. */
export const diedIn = (closing: readonly Recorded<Outline>[]): number | null => {
  for (const { at, event } of closing) {
    if (event.type === 'session.closed_by_next') return diedAt(at, event);
  }
  return null;
};
