/**
 * Reads sessions back: pages of rows folded to one JSON text by SQLite and parsed once here, so that memory does not
 * grow with the session. Reads what is durable and writes nothing.
 */
import type { Recorded } from '../../events/envelope.ts';
import { upcast } from '../../events/version.ts';
import { LogError, messageOf } from './failure.ts';
import type { Sqlite } from './sqlite.ts';

export type SessionEnds = Readonly<{
  session: number;
  first: Recorded;
  last: Recorded;
  lastHash: string;
}>;

export type Range = Readonly<{ from?: number; to?: number }>;

/** An event of the log; with seq 0 the place before the first of its session. */
export type Position = Readonly<{ session: number; seq: number }>;

/** Rows one after the other, of one session. */
export type Page = Readonly<{ session: number; rows: readonly Recorded[] }>;

const pageRowsMax = 5_000;

/** Pages of at most 5,000 rows in order of seq, from `from` to `to` inclusive. Throws a LogError at a gap or at damage. */
export async function* readPages(
  connection: Sqlite,
  session: number,
  range: Range = {},
): AsyncGenerator<readonly Recorded[]> {
  const to = range.to ?? Number.MAX_SAFE_INTEGER;
  let from = range.from ?? 1;
  let pending = pageText(connection, session, from, to);
  for (;;) {
    const text = await pending;
    if (text === undefined) return;
    const next = from + pageRowsMax;
    if (next <= to) {
      pending = pageText(connection, session, next, to);
      pending.catch(() => undefined);
    }
    yield rowsOf(text, session, from);
    if (next > to) return;
    from = next;
  }
}

/** What comes next in the log, of whichever session: undefined while there is no more. Throws a LogError at a gap or at damage. */
export const readNext = async (
  connection: Sqlite,
  after: Position,
  rowsMax: number,
): Promise<Page | undefined> => {
  const row = await connection.get<{ session: number; page: string } | { session: null }>(
    nextSql,
    after.session,
    after.seq,
    rowsMax,
  );
  if (!row || row.session === null) return undefined;
  const { session, page } = row;
  if (session > after.session + 1) throw damaged(after.session + 1, 'it is missing');
  return { session, rows: rowsOf(page, session, session === after.session ? after.seq + 1 : 1) };
};

/** The first and last row of each session, found without reading what lies between. */
export const readEnds = (connection: Sqlite): Promise<readonly SessionEnds[]> =>
  ends(connection, eachSession);

/** The same of the newest session that was not brought in from elsewhere, in a time that does not grow with their number. */
export const readNewestOwn = async (connection: Sqlite): Promise<SessionEnds | undefined> => {
  const imports = await connection.get(`SELECT 1 FROM sqlite_schema WHERE name = 'imported'`);
  const own = imports ? 'session NOT IN (SELECT session FROM imported)' : 'session IS NOT NULL';
  const [newest] = await ends(
    connection,
    `${fromTheNewest}, each(session) AS (
       SELECT session FROM downward WHERE session IS NOT NULL AND ${own} LIMIT 1
     )`,
  );
  return newest;
};

/** The last event of the log. */
export const readEnd = async (connection: Sqlite): Promise<Position> =>
  (await connection.get<Position>(
    'SELECT session, seq FROM event ORDER BY session DESC, seq DESC LIMIT 1',
  )) ?? { session: 0, seq: 0 };

/** The local numbers of all sessions, ascending, found without reading what lies between. */
export const readNumbers = async (connection: Sqlite): Promise<readonly number[]> => {
  const rows = await connection.all<{ session: number }>(
    `${eachSession} SELECT session FROM each WHERE session IS NOT NULL ORDER BY session`,
  );
  return rows.map((row) => row.session);
};

/** The local number of the session with this UUID, looked for from the newest on. */
export const readNumberOf = async (
  connection: Sqlite,
  uuid: string,
): Promise<number | undefined> => {
  const row = await connection.get<{ session: number }>(
    `${fromTheNewest}
     SELECT downward.session FROM downward CROSS JOIN event
     WHERE event.session = downward.session AND event.seq = 1 AND event.data ->> 'uuid' = ? LIMIT 1`,
    uuid,
  );
  return row?.session;
};

/** A row as a JSON array. The data text goes in as it is and is parsed with the rest. */
const rowJson = (row: string): string =>
  `'[' || ${row}.seq || ',' || ${row}.turn || ',' || ${row}.at || ',"' || ${row}.kind || '",' || ` +
  `json_quote(${row}.actor) || ',' || ${row}.v || ',' || ${row}.cause || ',' || ` +
  `json_quote(${row}.type) || ',' || ${row}.data || ']'`;

const pageSql = `
  SELECT '[' || group_concat(line, ',') || ']' AS page FROM (
    SELECT ${rowJson('event')} AS line FROM event
    WHERE session = ? AND seq BETWEEN ? AND ? ORDER BY seq
  )`;

/** One statement, so that the writer cannot come in between the session that is found and its rows. */
const nextSql = `
  WITH next AS MATERIALIZED (
    SELECT session, seq FROM event WHERE (session, seq) > (?, ?) ORDER BY session, seq LIMIT 1
  )
  SELECT max(session) AS session, '[' || group_concat(line, ',') || ']' AS page FROM (
    SELECT event.session, ${rowJson('event')} AS line FROM next CROSS JOIN event
    WHERE event.session = next.session AND event.seq >= next.seq
    ORDER BY event.seq LIMIT ?
  )`;

const eachSession = `
  WITH RECURSIVE each(session) AS (
    SELECT min(session) FROM event
    UNION ALL
    SELECT (SELECT min(session) FROM event WHERE session > each.session) FROM each
    WHERE each.session IS NOT NULL
  )`;

const fromTheNewest = `
  WITH RECURSIVE downward(session) AS (
    SELECT max(session) FROM event
    UNION ALL
    SELECT (SELECT max(session) FROM event WHERE session < downward.session) FROM downward
    WHERE downward.session IS NOT NULL
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
    first: recordedOf(parsed<Line>(row.first, row.session), row.session),
    last: recordedOf(parsed<Line>(row.last, row.session), row.session),
    lastHash: row.hash,
  }));
};

const pageText = async (
  connection: Sqlite,
  session: number,
  from: number,
  to: number,
): Promise<string | undefined> => {
  const until = Math.min(to, from + pageRowsMax - 1);
  const row = await connection.get<{ page: string | null }>(pageSql, session, from, until);
  return row?.page ?? undefined;
};

/** A row as it is read. */
type Line = readonly [
  seq: number,
  turn: number,
  at: number,
  kind: Recorded['kind'],
  actor: string,
  v: number,
  cause: number,
  type: string,
  data: Readonly<Record<string, unknown>>,
];

const recordedOf = (
  [seq, turn, at, kind, actor, v, cause, type, data]: Line,
  session: number,
): Recorded => {
  const event = { type, ...data };
  const row = upcast({ seq, turn, at, kind, actor, v, cause, event });
  if (row) return row;
  throw new LogError(
    4,
    `event ${seq} of session ${session} was written by a newer neo (${type} of version ${v}): install that version again`,
  );
};

const rowsOf = (text: string, session: number, from: number): readonly Recorded[] => {
  const lines = parsed<readonly Line[]>(text, session);
  lines.forEach(([seq], index) => {
    if (seq !== from + index) throw damaged(session, `event ${from + index} is missing`);
  });
  return lines.map((line) => recordedOf(line, session));
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
