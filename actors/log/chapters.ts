/**
 * Reads the chapters of a session, a read model that an older log or one that is behind has none or few of. One whose shape is
 * not this build's is none: what it tells is read from the log.
 */
import { momentHead } from '../../projections/chapter.ts';
import type { Range } from './read.ts';
import type { Sqlite } from './sqlite.ts';

export type StoredChapter = Readonly<{ firstSeq: number; lastSeq: number }>;

/** Changes of mode up to an event. */
export type StoredModes = Readonly<{
  lastSeq: number;
  changes: readonly Readonly<{ at: number; mode: string }>[];
}>;

/** In order, without a gap from the first event on. */
export const readChapters = async (
  connection: Sqlite,
  session: number,
): Promise<readonly StoredChapter[]> => {
  if (!(await exists(connection))) return [];
  const all = await connection.all<StoredChapter>(
    `SELECT first_seq AS firstSeq, last_seq AS lastSeq FROM chapters
     WHERE session_id = ?1 AND substr(moment, 1, length(?2)) = ?2 ORDER BY last_seq`,
    session,
    momentHead,
  );
  const gap = all.findIndex(({ firstSeq }, i) => firstSeq !== (all[i - 1]?.lastSeq ?? 0) + 1);
  return gap < 0 ? all : all.slice(0, gap);
};

/** What the lanes show of the chapters that end within the range, in order. */
export const readStrips = async (
  connection: Sqlite,
  session: number,
  { from, to }: Required<Range>,
): Promise<readonly string[]> => {
  const rows = await connection.all<{ strip: string }>(
    `SELECT strip FROM chapters WHERE session_id = ? AND last_seq BETWEEN ? AND ? ORDER BY last_seq`,
    session,
    from,
    to,
  );
  return rows.map(({ strip }) => strip);
};

/** The moment at the end of the chapter that ends with this event; undefined where none does. */
export const readMoment = async (
  connection: Sqlite,
  session: number,
  lastSeq: number,
): Promise<string | undefined> => {
  const row = await connection.get<{ moment: string }>(
    'SELECT moment FROM chapters WHERE session_id = ? AND last_seq = ?',
    session,
    lastSeq,
  );
  return row?.moment;
};

/** As far as there are chapters, without a row of the log being read. */
export const readModes = async (connection: Sqlite, session: number): Promise<StoredModes> => {
  const chapters = await readChapters(connection, session);
  const lastSeq = chapters.at(-1)?.lastSeq ?? 0;
  if (lastSeq === 0) return { lastSeq, changes: [] };
  const changes = await connection.all<{ at: number; mode: string }>(
    `SELECT mark.value ->> 'at' AS at, mark.value ->> 'mode' AS mode
     FROM chapters, json_each(chapters.strip, '$.marks') AS mark
     WHERE session_id = ? AND last_seq <= ? AND mark.value ->> 'kind' = 'mode'
     ORDER BY last_seq, mark.key`,
    session,
    lastSeq,
  );
  return { lastSeq, changes };
};

const exists = async (connection: Sqlite): Promise<boolean> =>
  (await connection.get(
    `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'chapters'`,
  )) !== undefined;
