/**
 * Whether a file is a log that this build may carry on, found out by reading alone: SQLite, whole, of a known schema,
 * bound to this network and account. Each no is one sentence with its cure.
 */
import type { Binding } from './binding.ts';
import { LogError, codeOf, messageOf } from './failure.ts';
import { refuseForeignWal } from './foreign.ts';
import { type Migration, pendingMigrations } from './migrate.ts';
import { type Access, type Sqlite, connect } from './sqlite.ts';

export type Findings = Readonly<{ binding: Binding; pending: readonly Migration[] }>;

/** `thorough` reads every page (SQLite's quick_check). Rejects with a LogError. */
export const inspect = async (
  file: string,
  access: Access,
  shipped: readonly Migration[],
  thorough: boolean,
): Promise<Findings> => {
  let connection: Sqlite | undefined;
  try {
    connection = await connect(file, access);
    if (thorough) await quickCheck(connection, file);
    const pending = await pendingMigrations(connection, shipped, file);
    const binding = await connection.get<Binding>('SELECT network, account FROM binding');
    if (!binding) throw new LogError(4, restore(file, 'it names no network and account'));
    if (thorough && access === 'read') await refuseForeignWal(file, binding, connection);
    return { binding, pending };
  } catch (error) {
    throw explained(error, file);
  } finally {
    await connection?.close();
  }
};

/** Rejects with a LogError if a page of the database is damaged. */
export const quickCheck = (connection: Sqlite, file: string): Promise<void> =>
  checked(connection, file, 'PRAGMA quick_check(1)');

/** The same of every table but the events, one after the other: beside a writer no read may last long. */
export const quickCheckTables = async (connection: Sqlite, file: string): Promise<void> => {
  const tables = await connection.all<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'event' ORDER BY name`,
  );
  for (const { name } of tables) await checked(connection, file, `PRAGMA quick_check('${name}')`);
};

const checked = async (connection: Sqlite, file: string, pragma: string): Promise<void> => {
  const result = await connection.get<{ quick_check: string }>(pragma).catch((error: unknown) => {
    throw explained(error, file);
  });
  if (result?.quick_check !== 'ok') {
    const found = result?.quick_check ?? 'no answer';
    throw new LogError(4, restore(file, found.replace('*** in database main ***\n', '')));
  }
};

/** The sentence for whatever a read or a write of the database was refused with; `cureOfOthers` is for what has no cure of its own. */
export const explained = (
  error: unknown,
  file: string,
  cureOfOthers = 'run neo verify',
): LogError => {
  if (error instanceof LogError) return error;
  const message = messageOf(error);
  switch (codeOf(error)) {
    case 'SQLITE_NOTADB':
      return new LogError(
        4,
        `${file} is no SQLite database: choose another file with --db, or restore it from ${file}.backups/`,
        error,
      );
    case 'SQLITE_CORRUPT':
      return new LogError(4, restore(file, message), error);
    case 'SQLITE_FULL':
      return new LogError(4, `the disk of ${file} is full: free some space and start again`, error);
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'SQLITE_CANTOPEN':
      return new LogError(
        4,
        `${file} or a file beside it cannot be opened (${message}): give this user the right to the folder and its files`,
        error,
      );
    case 'SQLITE_IOERR':
      return new LogError(
        4,
        `the disk of ${file} fails (${message}): check it and the space on it, then start again`,
        error,
      );
    default:
      return new LogError(4, `${file} cannot be used (${message}): ${cureOfOthers}`, error);
  }
};

/** The same connection, with that sentence for whatever a statement of it is refused with. */
export const explaining = (connection: Sqlite, file: string): Sqlite => {
  const explain = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw explained(error, file);
    });
  return {
    ...connection,
    exec: (sql) => explain(connection.exec(sql)),
    run: (...statement) => explain(connection.run(...statement)),
    get: (...statement) => explain(connection.get(...statement)),
    all: (...statement) => explain(connection.all(...statement)),
    prepare: async (sql) => {
      const prepared = await explain(connection.prepare(sql));
      return {
        ...prepared,
        run: (...parameters) => explain(prepared.run(...parameters)),
        all: (...parameters) => explain(prepared.all(...parameters)),
      };
    },
  };
};

const restore = (file: string, what: string): string =>
  `${file} is damaged (${what}): restore it from ${file}.backups/, then run neo verify`;
