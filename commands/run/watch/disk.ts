/** Looks now and then how much room is left where the log is: a log that cannot be written ends the session. */
import { statfs } from 'node:fs/promises';

const intervalMs = 60_000;
const lowBytes = 512 * 1024 * 1024;

/** Undefined while there is enough. */
export const lowDisk = async (
  folder: string,
  leastBytes: number = lowBytes,
): Promise<string | undefined> => {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= leastBytes) return undefined;
  const mebibytes = Math.floor(free / 1024 / 1024);
  return `Only ${mebibytes} MiB are free where the log is (${folder}): free some, for a log that cannot be written ends the session.`;
};

/** Returns what stops it. */
export const watchDisk = (folder: string, onLow: (sentence: string) => void): (() => void) => {
  const look = (): void => {
    void lowDisk(folder).then(
      (sentence) => sentence && onLow(sentence),
      () => undefined,
    );
  };
  const timer = setInterval(look, intervalMs);
  timer.unref();
  look();
  return () => clearInterval(timer);
};
