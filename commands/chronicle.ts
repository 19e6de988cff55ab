/** Reads sessions of a log for the commands that tell about them. Whatever is not there is a LogError with exit code 2. */
import { LogError } from '../actors/log/failure.ts';
import type { SessionEnds } from '../actors/log/read.ts';
import { openReader, type Reader } from '../actors/log/reader.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';

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
export async function* rowsOf(
  reader: Reader,
  session: number,
  from: number,
  to: number,
): AsyncGenerator<Recorded<Event>> {
  for await (const page of reader.readSession(session, { from, to })) {
    yield* page as readonly Recorded<Event>[];
  }
}
