/**
 * Rows as they are stored, every column, the data as its text: what verification, export and import go by. Each row must
 * follow from the one before it.
 */
import type { Recorded } from '../../events/envelope.ts';
import { type Tail, brokenHash, emptyTail, hashRow, misplaced } from './chain.ts';
import { messageOf } from './failure.ts';
import type { Sqlite } from './sqlite.ts';

export type Stored = readonly [
  seq: number,
  turn: number,
  at: number,
  kind: Recorded['kind'],
  actor: string,
  type: string,
  v: number,
  cause: number,
  data: string,
  hash: string,
];

export type Fault = Readonly<{ seq: number; fault: string }>;

/** Where the session stands after this row, or what is wrong with it there. */
export const follow = (tail: Tail, stored: Stored): Tail | Fault => {
  const [seq, turn, at, kind, actor, type, v, cause, data, hash] = stored;
  const row: Recorded = { seq, turn, at, kind, actor, v, cause, event: { type } };
  const fault = misplaced(tail, row) ?? badData(data);
  if (fault !== undefined) return { seq: tail.seq + 1, fault };
  if (hashRow(tail.hash, row, data) !== hash) {
    return { seq, fault: brokenHash };
  }
  return { seq, turn, at, hash };
};

const badData = (data: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
    return 'its data is no JSON object';
  } catch (error) {
    return `its data is no JSON (${messageOf(error)})`;
  }
};

/** Every row of a session in short reads, each found to follow; the first that does not is the last thing told. */
export async function* storedPages(
  connection: Sqlite,
  session: number,
): AsyncGenerator<Readonly<{ rows: readonly Stored[]; end: Tail | Fault }>> {
  let tail = emptyTail;
  for (;;) {
    const rows = await storedRows(connection, session, tail.seq);
    if (rows === undefined) {
      yield { rows: [], end: { seq: tail.seq + 1, fault: 'it cannot be read' } };
      return;
    }
    if (rows.length === 0) return;
    for (const [index, stored] of rows.entries()) {
      const next = follow(tail, stored);
      if ('fault' in next) {
        yield { rows: rows.slice(0, index), end: next };
        return;
      }
      tail = next;
    }
    yield { rows, end: tail };
  }
}

const pageRows = 1_000;

/** The next rows; one by one where a page of them cannot be read. Undefined if not even the first can. */
const storedRows = async (
  connection: Sqlite,
  session: number,
  after: number,
): Promise<readonly Stored[] | undefined> => {
  for (const limit of [pageRows, 1]) {
    try {
      const row = await connection.get<{ page: string }>(storedSql, session, after, limit);
      return JSON.parse(row?.page ?? '[]') as readonly Stored[];
    } catch {
      continue;
    }
  }
  return undefined;
};

const storedSql = `
  SELECT json_group_array(json_array(seq, turn, at, kind, actor, type, v, cause, data, hash)) AS page FROM (
    SELECT * FROM event WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?
  )`;
