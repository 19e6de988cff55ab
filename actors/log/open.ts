/**
 * Opens the log for its one writer: looks first, then locks, then looks again, and only then changes anything. Whatever
 * cannot be opened is refused with one sentence that names the cure, and stays as it was.
 */
import { realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Backup, backupFrom, backupLog } from './backup.ts';
import { type Binding, refuseOther } from './binding.ts';
import { type CheckpointReport, startCheckpoints } from './checkpoint.ts';
import { LogError, codeOf } from './failure.ts';
import { type Findings, explained, inspect, quickCheck } from './inspect.ts';
import { inTurn } from './in-turn.ts';
import { type Lock, lockExists, takeLock } from './lock.ts';
import { type Migration, migrate, shippedMigrations } from './migrate.ts';
import { openedBy } from './owner.ts';
import { type Place, lookAt, refuseMissingWal, truePath } from './place.ts';
import { watchPresence } from './presence.ts';
import { readProjected } from './project.ts';
import type { Position } from './read.ts';
import { type Reader, openReader } from './reader.ts';
import { type Sqlite, connect } from './sqlite.ts';
import { tailOf } from './tail.ts';
import { type Writer, openWriter } from './writer.ts';

export type LogOptions = Binding &
  Readonly<{
    file: string;
    /**
     * NORMAL for who appends nothing: a power cut may take away the read models written last, and no event. OFF for
     * databases of virtual time, which nobody needs after it.
     */
    synchronous: 'FULL' | 'NORMAL' | 'OFF';
    /** 0 is never. */
    checkpointSeconds: number;
    onCheckpoint: (report: CheckpointReport) => void;
    /** Hears the first failure to write, once: nothing is appended after it. */
    onFailure: (failure: LogError) => void;
  }>;

export type Log = Omit<
  Reader,
  | 'close'
  | 'imported'
  | 'lineage'
  | 'next'
  | 'find'
  | 'chapters'
  | 'strips'
  | 'momentAt'
  | 'modes'
  | 'brokenAt'
> &
  Omit<Writer, 'fail' | 'finish'> &
  Readonly<{
    /** The absolute path, without symbolic links. */
    file: string;
    /** The writer before this one died, or the machine did. */
    uncleanEnd: boolean;
    /** The last event that is in the read models. */
    projected: () => Promise<Position>;
    /** Copies what is durable into `<db>.backups/`, from a log too whose file has gone. Rejects with a LogError. */
    backup: (atMs: number) => Promise<Backup>;
    /** Writes what was appended. `clean` says that nothing is left undone, else the next opening finds an unclean end. */
    close: (how: { clean: boolean }) => Promise<void>;
  }>;

/**
 * Creates the database if there is none. One without a lock file comes from elsewhere: it is read whole before anything
 * is put beside it. Rejects with a LogError.
 */
export const openLog = async (options: LogOptions): Promise<Log> => {
  const file = await locate(options.file);
  try {
    const shipped = await shippedMigrations();
    const place = await lookAt(file);
    if (place.bytes !== undefined && !(await lockExists(file))) {
      refuseOther(file, (await inspectClosed(file, place, shipped, true)).binding, options);
      refuseMissingWal(file, place, await openedBy(file));
    }
    const lock = await takeLock(file);
    try {
      return await openLocked(file, options, shipped, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw explained(error, file);
  }
};

const openLocked = async (
  file: string,
  options: LogOptions,
  shipped: readonly Migration[],
  lock: Lock,
): Promise<Log> => {
  const place = await lookAt(file);
  const uncleanEnd = place.bytes !== undefined && (lock.ownerDied || place.walBytes > 0);
  await prepare(file, place, uncleanEnd, options, shipped);
  const connection = await connect(file, 'write');
  await connection.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.synchronous};
     PRAGMA wal_autocheckpoint = ${options.synchronous === 'OFF' ? walPagesMost : 0};
     PRAGMA recursive_triggers = ON`,
  );
  let failed = false;
  const writer = await openWriter(
    connection,
    (error) => explained(error, file),
    (failure) => {
      failed = true;
      options.onFailure(failure);
    },
  );
  const beside = await connect(file, 'write');
  // Opens what it reads by, which it can do only while that is there.
  await beside.get('SELECT 1 FROM binding');
  const queued = inTurn();
  const checkpoints = startCheckpoints(
    beside,
    queued,
    options.checkpointSeconds,
    options.onCheckpoint,
  );
  const reader = await openReader(file);
  const check =
    place.bytes === undefined || uncleanEnd ? undefined : checkBehind(file, writer.fail);

  const leavePresence = await watchPresence(file, (path) => writer.fail(missing(path)));

  const close = async (clean: boolean): Promise<void> => {
    leavePresence();
    await writer.finish();
    await check?.();
    await reader.close();
    await checkpoints.stop();
    if (clean && !failed) await checkpoints.truncate();
    // Before the write-ahead log goes, which a death in between would have taken for lost.
    if (clean && !failed) await lock.disown();
    else await lock.leave().catch(() => undefined);
    await beside.close();
    await connection.close();
    await lock.release();
  };
  await lock.own();
  let closing: Promise<void> | undefined;
  return {
    file,
    uncleanEnd,
    binding: reader.binding,
    sessions: reader.sessions,
    end: reader.end,
    newest: reader.newest,
    numberOf: reader.numberOf,
    readSession: reader.readSession,
    readOutlines: reader.readOutlines,
    readWritten: reader.readWritten,
    nextOutlines: reader.nextOutlines,
    tail: tailOf({
      next: reader.next,
      nextOutlines: reader.nextOutlines,
      news: writer.durable,
    }),
    append: writer.append,
    project: writer.project,
    durable: writer.durable,
    nextSession: writer.nextSession,
    projected: () => readProjected(connection),
    backup: (atMs) => queued(() => backupFrom(beside, file, atMs)),
    close: ({ clean }) => (closing ??= close(clean)),
  };
};

const missing = (path: string): LogError =>
  new LogError(
    4,
    `${path} was deleted, moved or replaced while the log was open: put it back where it was, or restore the copy that is made now, as docs/how-to/restore.md says`,
  );

const inspectClosed = (
  file: string,
  place: Place,
  shipped: readonly Migration[],
  thorough: boolean,
): Promise<Findings> => inspect(file, place.walBytes > 0 ? 'read' : 'frozen', shipped, thorough);

/** Makes the database what this build works on: new, or checked, backed up and upgraded. */
const prepare = async (
  file: string,
  place: Place,
  uncleanEnd: boolean,
  options: LogOptions,
  shipped: readonly Migration[],
): Promise<void> => {
  if (place.bytes === undefined) return create(file, options, shipped);
  const { binding, pending } = await inspectClosed(file, place, shipped, uncleanEnd);
  refuseOther(file, binding, options);
  refuseMissingWal(file, place, await openedBy(file));
  if (pending.length === 0) return;
  await backupLog(file, Date.now());
  const connection = await connect(file, 'write');
  try {
    await migrate(connection, pending, Date.now());
  } finally {
    await connection.close();
  }
};

/**
 * Where nothing waits for the disk the writer itself moves the write-ahead log into the database once it has so many pages: in virtual
 * time no moment comes in which another could, and it has eight times what the log has.
 */
const walPagesMost = 4_000;

/**
 * Of a new log. What SQLite cannot keep in a page of its table (a quarter of one) gets pages of its own, rounded up: with 4,096 that
 * was so of two events a tick, and half of a log was air.
 */
export const pageBytes = 8_192;

/** Under another name until it is whole: a death in between leaves no half-made log. */
const create = async (
  file: string,
  { network, account, synchronous }: LogOptions,
  shipped: readonly Migration[],
): Promise<void> => {
  const draft = `${file}.new`;
  for (const leftover of [draft, `${draft}-journal`]) await rm(leftover, { force: true });
  const connection = await connect(draft, 'create');
  try {
    await connection.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA synchronous = ${synchronous}`);
    await migrate(connection, shipped, Date.now());
    await connection.run('INSERT INTO binding VALUES (1, ?, ?)', network, account);
  } finally {
    await connection.close();
  }
  await rename(draft, file);
};

/** Reads every page while the log is at work, once the start is over. Returns what ends that early. */
const checkBehind = (file: string, fail: (failure: LogError) => void): (() => Promise<void>) => {
  let connection: Sqlite | undefined;
  let ended = false;
  let checked = Promise.resolve();
  const check = async (): Promise<void> => {
    try {
      connection = await connect(file, 'read');
      if (!ended) await quickCheck(connection, file);
    } catch (error) {
      if (!ended) fail(explained(error, file));
    } finally {
      const done = connection;
      // One that is being closed can no longer be interrupted.
      connection = undefined;
      await done?.close();
    }
  };
  const timer = setTimeout(() => void (checked = check()), startMs);
  timer.unref();
  return () => {
    ended = true;
    clearTimeout(timer);
    connection?.interrupt();
    return checked;
  };
};

/** Longer than a start takes, which it would slow down with the size of the log. */
const startMs = 1_000;

/** One name for one file, so that two writers cannot meet in it under different ones. */
const locate = async (file: string): Promise<string> => {
  const wanted = resolve(truePath(file));
  try {
    return await realpath(wanted);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return wanted;
    const folder = await realpath(dirname(wanted)).catch(() => dirname(wanted));
    return join(folder, basename(wanted));
  }
};
