/** Where recorded sessions lie: in a log, in a file that neo export has written, or in a folder of both. */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LogError } from '../../actors/log/failure.ts';
import { openReader } from '../../actors/log/reader.ts';
import { UsageError } from '../command.ts';

/** `session` is its number in a log; null where the place is a file of one session. */
export type Source = Readonly<{ place: string; session: number | null }>;

/** A place that cannot be looked into. */
export type Closed = Readonly<{ place: string; session: null; failure: string }>;

/** In the order in which they are named; in a folder by name. Throws a UsageError for a place that is not there. */
export const sourcesIn = async (
  places: readonly string[],
): Promise<readonly (Source | Closed)[]> => {
  const found: (Source | Closed)[] = [];
  for (const place of places) {
    for (const file of await filesIn(place)) found.push(...(await sessionsIn(file)));
  }
  return found;
};

const filesIn = async (place: string): Promise<readonly string[]> => {
  const is = await stat(place).catch(() => undefined);
  if (!is) {
    throw new UsageError(
      `There is no ${place}: name a log, a file of neo export --format neo, or a folder of them.`,
    );
  }
  if (!is.isDirectory()) return [place];
  const names = (await readdir(place)).filter((name) => /\.(?:neo|db)$/.test(name)).toSorted();
  if (names.length === 0) throw new UsageError(`${place} holds no .neo file and no .db file.`);
  return names.map((name) => join(place, name));
};

const sessionsIn = async (place: string): Promise<readonly (Source | Closed)[]> => {
  if (await isExported(place)) return [{ place, session: null }];
  try {
    const reader = await openReader(place);
    try {
      return (await reader.sessions()).map(({ session }) => ({ place, session }));
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    return [{ place, session: null, failure: error.message }];
  }
};

/** By its first two bytes: gzip. */
const isExported = async (file: string): Promise<boolean> => {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
};
