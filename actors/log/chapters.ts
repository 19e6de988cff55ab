/** Reads the chapters of a session, a read model that an older log or one that is behind has none or few of. */
import type { Sqlite } from './sqlite.ts';

export type StoredChapter = Readonly<{ firstSeq: number; lastSeq: number; strip: string }>;

/** In order, without a gap from the first event on. */
export const readChapters = async (
  connection: Sqlite,
  session: number,
): Promise<readonly StoredChapter[]> => {
  if (!(await exists(connection))) return [];
  const all = await connection.all<StoredChapter>(
    `SELECT first_seq AS firstSeq, last_seq AS lastSeq, strip FROM chapters
     WHERE session_id = ? ORDER BY last_seq`,
    session,
  );
  const gap = all.findIndex(({ firstSeq }, i) => firstSeq !== (all[i - 1]?.lastSeq ?? 0) + 1);
  return gap < 0 ? all : all.slice(0, gap);
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

const exists = async (connection: Sqlite): Promise<boolean> =>
  (await connection.get(
    `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'chapters'`,
  )) !== undefined;
