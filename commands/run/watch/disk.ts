/**
 * Looks now and then how much room is left where the log is and where its copies are: a log that cannot be written ends the
 * session, and one without a copy of the last session that traded starts no live one.
 */
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { backupsFolder } from '../../../actors/log/backup.ts';

const intervalMs = 60_000;
const againMs = 3_600_000;
const lowBytes = 512 * 1024 * 1024;

/** Undefined while there is enough; `leastBytes` are to be left beside a copy of the log, too. */
export const lowDisk = async (
  file: string,
  leastBytes: number = lowBytes,
): Promise<string | undefined> => {
  const folder = dirname(file);
  const free = await freeBytes(folder);
  if (free < leastBytes) {
    return `Only ${mebibytes(free)} MiB are free where the log is (${folder}): free some, for a log that cannot be written ends the session.`;
  }
  const [log, copies] = [await sizeOf(file), backupsFolder(file)];
  const room = await freeBytes(copies).catch(() => free);
  if (room >= leastBytes + log) return undefined;
  return `Only ${mebibytes(room)} MiB are free where the copies of the log are (${copies}), and the next one takes ${mebibytes(log)}: free some, for a session without a copy lets no live one start.`;
};

const freeBytes = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** Before a start there may be none. */
const sizeOf = async (file: string): Promise<number> =>
  (await stat(file).catch(() => null))?.size ?? 0;

const mebibytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024);

/** Says it at once, and every hour for as long as it lasts. Returns what stops it. */
export const watchDisk = (file: string, onLow: (sentence: string) => void): (() => void) => {
  let toldAt = -Infinity;
  const told = (sentence: string | undefined): void => {
    const now = performance.now();
    if (sentence === undefined) toldAt = -Infinity;
    else if (now - toldAt >= againMs) {
      toldAt = now;
      onLow(sentence);
    }
  };
  const look = (): void => void lowDisk(file).then(told, () => undefined);
  const timer = setInterval(look, intervalMs);
  timer.unref();
  look();
  return () => clearInterval(timer);
};
