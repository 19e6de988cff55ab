/**
 * Schema versions: the numbered files of migrations/, each applied once, in order, remembered with its SHA-256. A file
 * that changed after it was applied, or a database from a newer build, is refused.
 */
import { hash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { LogError } from './failure.ts';
import type { Sqlite } from './sqlite.ts';

export type Migration = Readonly<{ number: number; sql: string; sha256: string }>;

/** Beside the compiled code: dist/actors/log/ is three folders below the package. */
const folder = new URL('../../../migrations/', import.meta.url);

/** The migrations of this build, from 001 on without a gap. */
export const shippedMigrations = async (): Promise<readonly Migration[]> => {
  const names = (await readdir(folder)).filter((name) => /^\d{3}\.sql$/.test(name)).toSorted();
  return Promise.all(
    names.map(async (name, index) => {
      if (Number.parseInt(name, 10) !== index + 1)
        throw new Error(`migrations/${name} leaves a gap`);
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { number: index + 1, sql, sha256: hash('sha256', sql) };
    }),
  );
};

/** The migrations that this database lacks. Rejects with a LogError if it is not one that this build can carry on. */
export const pendingMigrations = async (
  connection: Sqlite,
  shipped: readonly Migration[],
  file: string,
): Promise<readonly Migration[]> => {
  const table = await connection.get(`SELECT 1 FROM sqlite_schema WHERE name = 'migration'`);
  if (!table) {
    throw new LogError(
      4,
      `${file} is an SQLite database but no log of neo: choose another file with --db`,
    );
  }
  const applied = await connection.all<{ number: number; sha256: string }>(
    'SELECT number, sha256 FROM migration ORDER BY number',
  );
  for (const { number, sha256 } of applied) {
    const known = shipped[number - 1];
    if (!known) {
      throw new LogError(
        4,
        `${file} was written by a newer neo (schema ${number}, this one knows ${shipped.length}): install that version again`,
      );
    }
    if (known.sha256 !== sha256) {
      throw new LogError(
        4,
        `migrations/${String(number).padStart(3, '0')}.sql is not the file that ${file} was made with: restore it, and put the change into a new migration`,
      );
    }
  }
  return shipped.slice(applied.length);
};

/** All or nothing. */
export const migrate = async (
  connection: Sqlite,
  migrations: readonly Migration[],
  atMs: number,
): Promise<void> => {
  await connection.exec('BEGIN IMMEDIATE');
  try {
    for (const { number, sql, sha256 } of migrations) {
      await connection.exec(sql);
      await connection.run('INSERT INTO migration VALUES (?, ?, ?)', number, sha256, atMs);
    }
    await connection.exec('COMMIT');
  } catch (error) {
    await connection.exec('ROLLBACK').catch(() => undefined);
    throw error;
  }
};
