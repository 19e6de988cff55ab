/** Finds events of a session by actor, type and text without reading them into memory: their seqs alone come back. */
import type { Sqlite } from './sqlite.ts';

/** Empty words ask for nothing. A type that ends in "*" stands for all that begin so; text is looked for in type and data. */
export type Wanted = Readonly<{ actor: string; type: string; text: string }>;

/** Ascending, both ends of the range included. */
export const findSeqs = async (
  connection: Sqlite,
  session: number,
  range: Readonly<{ from: number; to: number }>,
  { actor, type, text }: Wanted,
): Promise<readonly number[]> => {
  const row = await connection.get<{ seqs: string }>(
    findSql,
    session,
    range.from,
    range.to,
    actor,
    actor,
    type,
    glob(type),
    text,
    text,
    text,
  );
  return JSON.parse(row?.seqs ?? '[]') as readonly number[];
};

const glob = (type: string): string => type.replace(/[[?]/g, '[$&]');

const findSql = `
  SELECT json_group_array(seq) AS seqs FROM (
    SELECT seq FROM event
    WHERE session = ? AND seq BETWEEN ? AND ?
      AND (? = '' OR actor = ?) AND (? = '' OR type GLOB ?)
      AND (? = '' OR instr(lower(type), lower(?)) OR instr(lower(data), lower(?)))
    ORDER BY seq
  )`;
