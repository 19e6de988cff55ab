/**
 * One writer for each database: an exclusive transaction on the empty sidecar `<db>.lock`, which the kernel ends with
 * the process. `<db>.owner` says who holds it (`owner.ts`).
 */
import { access } from 'node:fs/promises';
import { LogError, codeOf, messageOf } from './failure.ts';
import { forgetOwner, readOwner, writeOwner } from './owner.ts';
import { type Access, type Sqlite, connect } from './sqlite.ts';

export type Lock = Readonly<{
  /** The owner before this one died, or closed the log with something left undone. */
  ownerDied: boolean;
  /** Writes this process down as the owner. */
  own: () => Promise<void>;
  /** Writes down that this process closed the log, with something left undone. */
  leave: () => Promise<void>;
  /** Forgets the owner, so that the next one knows that this one ended well. */
  disown: () => Promise<void>;
  release: () => Promise<void>;
}>;

/** Long enough for somebody who only asks who writes, and for a writer that is about to end. */
const patienceMs = 300;

const lockFile = (file: string): string => `${file}.lock`;

/** Rejects with a LogError that names the owner if another process, or another part of this one, writes this log. */
export const takeLock = async (file: string): Promise<Lock> => {
  const connection = await connectTo(file, 'create');
  try {
    await connection.exec(
      `PRAGMA busy_timeout = ${patienceMs}; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE`,
    );
  } catch (error) {
    await connection.close();
    if (codeOf(error) !== 'SQLITE_BUSY') throw unusable(file, error);
    const owner = await readOwner(file);
    throw new LogError(
      4,
      `${file} is being written by ${owner ?? 'another process'}: end that one (a session with neo stop), or choose another database with --db`,
    );
  }
  return {
    ownerDied: (await readOwner(file)) !== undefined,
    own: () => writeOwner(file, 'open'),
    leave: () => writeOwner(file, 'closed'),
    disown: () => forgetOwner(file),
    release: async () => {
      await connection.exec('ROLLBACK');
      await connection.close();
    },
  };
};

/** Who writes this log now, such as "process 4711 on this-host"; undefined if nobody does. Asks without holding it up. */
export const findWriter = async (file: string): Promise<string | undefined> => {
  if (!(await lockExists(file))) return undefined;
  const connection = await connectTo(file, 'read');
  try {
    await connection.exec('PRAGMA busy_timeout = 0; SELECT 1 FROM sqlite_schema');
    return undefined;
  } catch (error) {
    if (codeOf(error) !== 'SQLITE_BUSY') throw unusable(file, error);
    return (await readOwner(file)) ?? 'another process';
  } finally {
    await connection.close();
  }
};

const connectTo = async (file: string, access: Access): Promise<Sqlite> => {
  try {
    return await connect(lockFile(file), access);
  } catch (error) {
    throw unusable(file, error);
  }
};

const unusable = (file: string, error: unknown): LogError =>
  new LogError(
    4,
    `${lockFile(file)} cannot be used (${messageOf(error)}): it holds nothing of the log; give this user the right to it, or remove it while nothing runs on ${file}`,
    error,
  );

/** Somebody has written this log before. */
export const lockExists = (file: string): Promise<boolean> =>
  access(lockFile(file)).then(
    () => true,
    () => false,
  );
