/**
 * Reads sessions back: pages of rows folded to one JSON text by SQLite and parsed once here, so that memory does not
 * grow with the session. Reads what is durable and writes nothing.
 */
import type { Recorded } from '../../events/envelope.ts';
import { LogError, messageOf } from './failure.ts';
import type { Sqlite } from './sqlite.ts';

export type SessionEnds = Readonly<{
  session: number;
  first: Recorded;
  last: Recorded;
  lastHash: string;
}>;

export type Range = Readonly<{ from?: number; to?: number }>;

const pageRowsMax = 5_000;

/** Pages of at most 5,000 rows in order of seq, from `from` to `to` inclusive. Throws a LogError at a gap or at damage. */
export async function* readPages(
  connection: Sqlite,
  session: number,
  range: Range = {},
): AsyncGenerator<readonly Recorded[]> {
  const to = range.to ?? Number.MAX_SAFE_INTEGER;
  let from = range.from ?? 1;
  let pending = page(connection, session, from, to);
  for (;;) {
    const text = await pending;
    if (text === undefined) return;
    const next = from + pageRowsMax;
    if (next <= to) {
      pending = page(connection, session, next, to);
      pending.catch(() => undefined);
    }
    yield rowsOf(text, session, from);
    if (next > to) return;
    from = next;
  }
}

/** The first and last row of each session, found without reading what lies between. */
export const readEnds = (connection: Sqlite): Promise<readonly SessionEnds[]> =>
  ends(connection, eachSession);

/** The same of the newest session alone, in a time that does not grow with their number. */
export const readNewest = async (connection: Sqlite): Promise<SessionEnds | undefined> =>
  (await ends(connection, 'WITH each(session) AS (SELECT max(session) FROM event)'))[0];

/** The local numbers of all sessions, ascending, found without reading what lies between. */
export const readNumbers = async (connection: Sqlite): Promise<readonly number[]> => {
  const rows = await connection.all<{ session: number }>(
    `${eachSession} SELECT session FROM each WHERE session IS NOT NULL ORDER BY session`,
  );
  return rows.map((row) => row.session);
};

/** The row as JSON. The data text goes in as it is, behind the type, and is parsed with the rest. */
const rowJson = (row: string): string => `
  format(
    '{"seq":%d,"turn":%d,"at":%d,"kind":"%s","actor":%s,"v":%d,"cause":%d,"event":{"type":%s%s%s}',
    ${row}.seq, ${row}.turn, ${row}.at, ${row}.kind, json_quote(${row}.actor), ${row}.v, ${row}.cause,
    json_quote(${row}.type), iif(${row}.data = '{}', '', ','), substr(${row}.data, 2)
  )`;

const pageSql = `
  SELECT '[' || group_concat(line, ',') || ']' AS page FROM (
    SELECT ${rowJson('event')} AS line FROM event
    WHERE session = ? AND seq BETWEEN ? AND ? ORDER BY seq
  )`;

const eachSession = `
  WITH RECURSIVE each(session) AS (
    SELECT min(session) FROM event
    UNION ALL
    SELECT (SELECT min(session) FROM event WHERE session > each.session) FROM each
    WHERE each.session IS NOT NULL
  )`;

const endsSql = (sessions: string): string => `
  ${sessions}
  SELECT each.session AS session, ${rowJson('first')} AS first, ${rowJson('last')} AS last, last.hash AS hash
  FROM each
  JOIN event AS first ON first.session = each.session
    AND first.seq = (SELECT min(seq) FROM event WHERE session = each.session)
  JOIN event AS last ON last.session = each.session
    AND last.seq = (SELECT max(seq) FROM event WHERE session = each.session)
  ORDER BY each.session`;

const ends = async (connection: Sqlite, sessions: string): Promise<readonly SessionEnds[]> => {
  const rows = await connection.all<{ session: number; first: string; last: string; hash: string }>(
    endsSql(sessions),
  );
  return rows.map((row) => ({
    session: row.session,
    first: parsed<Recorded>(row.first, row.session),
    last: parsed<Recorded>(row.last, row.session),
    lastHash: row.hash,
  }));
};

const page = async (
  connection: Sqlite,
  session: number,
  from: number,
  to: number,
): Promise<string | undefined> => {
  const until = Math.min(to, from + pageRowsMax - 1);
  const row = await connection.get<{ page: string | null }>(pageSql, session, from, until);
  return row?.page ?? undefined;
};

const rowsOf = (text: string, session: number, from: number): readonly Recorded[] => {
  const rows = parsed<readonly Recorded[]>(text, session);
  rows.forEach((row, index) => {
    if (row.seq !== from + index) throw damaged(session, `event ${from + index} is missing`);
  });
  return rows;
};

const parsed = <T>(text: string, session: number): T => {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw damaged(session, messageOf(error));
  }
};

const damaged = (session: number, what: string): LogError =>
  new LogError(4, `session ${session} is damaged (${what}): run neo verify, then restore a backup`);
