/**
 * Copies of a log, taken by reading alone, beside a running writer too: a whole database file that opens by itself, and
 * beside it the last hash of every session in it. A copy is named only when it is complete and on the disk.
 */
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explained } from './inspect.ts';
import { unwritable, writeNew } from './output.ts';
import { readingAccess } from './place.ts';
import { type Position, readEnds, readHash } from './read.ts';
import { type Sqlite, connect } from './sqlite.ts';

export type Backup = Readonly<{
  file: string;
  /** Of the newest session; undefined while the log holds no event. */
  lastHash: string | undefined;
}>;

const backupsKept = 10;

export const backupsFolder = (file: string): string => `${file}.backups`;

/** Copies into `<db>.backups/` under the time `atMs`, and removes all but the ten newest copies. */
export const backupLog = (file: string, atMs: number): Promise<Backup> =>
  reading(file, (source) => backupFrom(source, file, atMs));

/** The same from a connection that is open, whatever lies at the log's path by now. */
export const backupFrom = async (source: Sqlite, file: string, atMs: number): Promise<Backup> => {
  const folder = backupsFolder(file);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
  await removeDrafts(folder);
  const before = await copiesIn(folder);
  /** A clock that was set back puts no copy before one that is there already. */
  const newest = before.reduce((ms, name) => Math.max(ms, madeAt(name)), 0);
  const backup = await copied(source, file, join(folder, nameOf(Math.max(atMs, newest + 1))));
  for (const name of before.slice(0, 1 - backupsKept)) {
    await rm(join(folder, name), { force: true });
    await rm(hashFile(join(folder, name)), { force: true });
  }
  return backup;
};

/** Of copies that a death has interrupted, each as large as the log: nobody but the log's one writer copies into here. */
const removeDrafts = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    if (/^\..*Z\.db\.part/.test(name)) await rm(join(folder, name), { force: true });
  }
};

/** The names of the copies that were made here, the oldest first. */
const copiesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => madeAt(name) > 0).toSorted();

const nameOf = (ms: number): string => `${new Date(ms).toISOString().replaceAll(':', '-')}.db`;

/** Unix ms; 0 for what is named otherwise. */
const madeAt = (name: string): number => {
  const [day, time] = name.split(/T|Z\.db$/);
  const ms = Date.parse(`${day}T${time?.replaceAll('-', ':')}Z`);
  return ms > 0 && nameOf(ms) === name ? ms : 0;
};

/** Copies into a file that must not exist yet. Rejects with a LogError. */
export const backupTo = (file: string, output: string): Promise<Backup> =>
  reading(file, (source) => copied(source, file, output));

const reading = async <T>(file: string, use: (source: Sqlite) => Promise<T>): Promise<T> => {
  let source: Sqlite;
  try {
    source = await connect(file, await readingAccess(file));
  } catch (error) {
    throw explained(error, file);
  }
  try {
    return await use(source);
  } finally {
    await source.close();
  }
};

const copied = async (source: Sqlite, file: string, output: string): Promise<Backup> => {
  try {
    const lines = await writeNew(output, async (draft) => {
      await source.run('VACUUM INTO ?', draft);
      const found = await lastHashes(draft);
      const text = found.map((line) => `${line.text}\n`).join('');
      await writeFile(hashFile(output), text, { flush: true });
      return found;
    });
    return { file: output, lastHash: lines.at(-1)?.hash };
  } catch (error) {
    throw explained(error, file, 'try again with neo backup -o F');
  }
};

/** The newest copy in `<db>.backups/` that holds a session as far as this event, and this very event; null where none does. */
export const copyHolding = async (file: string, position: Position): Promise<string | null> => {
  const { session, seq } = position;
  const folder = backupsFolder(file);
  const hash = await reading(file, (source) => readHash(source, position));
  if (hash === undefined) return null;
  const names = await readdir(folder).catch((): readonly string[] => []);
  for (const name of names
    .filter((one) => one.endsWith('.db'))
    .toSorted()
    .toReversed()) {
    const copy = join(folder, name);
    const lines = await readFile(hashFile(copy), 'utf8').catch(() => '');
    const holds = lines.split('\n').some((line) => {
      const [number, last] = line.split(' ');
      return Number(number) === session && Number(last) >= seq;
    });
    if (holds && (await hashIn(copy, position)) === hash) return copy;
  }
  return null;
};

/** Undefined of a copy that cannot be read. */
const hashIn = async (copy: string, position: Position): Promise<string | undefined> => {
  const connection = await connect(copy, 'frozen').catch(() => undefined);
  try {
    return connection && (await readHash(connection, position));
  } catch {
    return undefined;
  } finally {
    await connection?.close();
  }
};

/** Where the last hashes of a copy stand: a line `session seq hash` for each session. */
export const hashFile = (copy: string): string => `${copy}.hash`;

const lastHashes = async (copy: string): Promise<readonly { text: string; hash: string }[]> => {
  const connection = await connect(copy, 'frozen');
  try {
    const ends = await readEnds(connection);
    return ends.map(({ session, last, lastHash }) => ({
      text: `${session} ${last.seq} ${lastHash}`,
      hash: lastHash,
    }));
  } finally {
    await connection.close();
  }
};
