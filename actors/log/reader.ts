/** A log opened to be read alone: without the lock, beside a running writer or after its end, changing nothing. */
import { resolve } from 'node:path';
import type { Recorded } from '../../events/envelope.ts';
import { LogError } from './failure.ts';
import { type Binding, explained, inspect } from './inspect.ts';
import { shippedMigrations } from './migrate.ts';
import { lookInto, readingAccess } from './place.ts';
import { type Range, type SessionEnds, readEnds, readNewest, readPages } from './read.ts';
import { connect } from './sqlite.ts';

export type Reader = Readonly<{
  binding: Binding;
  /** First and last row of each session, in order of their numbers; does not read what lies between. */
  sessions: () => Promise<readonly SessionEnds[]>;
  /** The last of them, in a time that does not grow with their number. */
  newest: () => Promise<SessionEnds | undefined>;
  /** Durable rows in pages of at most 5,000, in order of seq. */
  readSession: (session: number, range?: Range) => AsyncIterable<readonly Recorded[]>;
  close: () => Promise<void>;
}>;

/** Rejects with a LogError: exit code 2 if there is no such file, 4 if it is no log that this build can read. */
export const openReader = async (path: string): Promise<Reader> => {
  const file = resolve(path);
  const { bytes } = await lookInto(file);
  if (bytes === undefined) {
    throw new LogError(
      2,
      `there is no log ${file}: start a session first, or name its file with --db`,
    );
  }
  const access = await readingAccess(file);
  const { binding } = await inspect(file, access, await shippedMigrations(), false);
  const connection = await connect(file, access).catch((error: unknown) => {
    throw explained(error, file);
  });
  return {
    binding,
    sessions: () => readEnds(connection),
    newest: () => readNewest(connection),
    readSession: (session, range) => readPages(connection, session, range),
    close: connection.close,
  };
};
