/** Notices that a file of an open log was deleted, moved or replaced: what is written from then on nobody would find, and what is read is of the past. */
import { stat } from 'node:fs/promises';
import { codeOf } from './failure.ts';

/** The database, what SQLite keeps beside it, and the lock, without which a second writer could begin. */
const suffixes = ['', '-wal', '-shm', '.lock'] as const;

const usualMs = 1_000;

/** `onGone` hears once which file it is. Resolves, when it knows the files that are there, with what ends it. */
export const watchPresence = async (
  file: string,
  onGone: (path: string) => void,
  intervalMs: number = usualMs,
): Promise<() => void> => {
  const known = new Map<string, string>();
  for (const suffix of suffixes) {
    const path = `${file}${suffix}`;
    const identity = await identityOf(path);
    if (identity !== gone && identity !== unknown) known.set(path, identity);
  }
  const look = async (): Promise<void> => {
    for (const [path, identity] of known) {
      const found = await identityOf(path);
      if (found === identity || found === unknown || ended) continue;
      end();
      onGone(path);
    }
  };
  let ended = false;
  const timer = setInterval(() => void look(), intervalMs);
  timer.unref();
  const end = (): void => {
    ended = true;
    clearInterval(timer);
  };
  return end;
};

/** Asks whether the file of this name is still the one that it is now. */
export const remembered = async (path: string): Promise<() => Promise<boolean>> => {
  const identity = await identityOf(path);
  return async () => {
    const found = await identityOf(path);
    return found === identity || found === unknown || identity === unknown;
  };
};

const gone = 'gone';
/** A system that does not say proves nothing. */
const unknown = 'unknown';

const identityOf = async (path: string): Promise<string> => {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? gone : unknown;
  }
};
