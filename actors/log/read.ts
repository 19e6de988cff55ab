/**
 * Reads sessions back: pages of rows folded to texts by SQLite and parsed here, so that memory does not grow with the
 * session. Reads what is durable and writes nothing.
 */
import type { AnyEvent, Recorded, Written } from '../../events/envelope.ts';
import { upcast, versionOf } from '../../events/version.ts';
import { dataText, eventOf } from './chain.ts';
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
  for await (const page of readWritten(connection, session, range)) {
    yield page.map((row) => recordedOf(row, session));
  }
}

/** The same, with the events as their texts: for who compares them and reads few. */
export async function* readWritten(
  connection: Sqlite,
  session: number,
  range: Range = {},
): AsyncGenerator<readonly Written[]> {
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
    yield writtenOf(text, session, from);
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
  const row = await connection.get<(PageText & { session: number }) | { session: null }>(
    nextSql,
    after.session,
    after.seq,
    rowsMax,
  );
  if (!row || row.session === null) return undefined;
  const { session } = row;
  if (session > after.session + 1) throw damaged(named(after.session + 1), 'it is missing');
  const written = writtenOf(row, session, session === after.session ? after.seq + 1 : 1);
  return { session, rows: written.map((one) => recordedOf(one, session)) };
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

/** A row without its event's fields, as a JSON array. */
const headJson = (row: string): string =>
  `'[' || ${row}.seq || ',' || ${row}.turn || ',' || ${row}.at || ',"' || ${row}.kind || '",' || ` +
  `json_quote(${row}.actor) || ',' || ${row}.v || ',' || ${row}.cause || ',' || ` +
  `json_quote(${row}.type) || ']'`;

/** Rows as two texts: their heads as one JSON array, and their data by lines, of which JSON text has none of its own. */
const asPage = `'[' || group_concat(head, ',') || ']' AS heads, group_concat(data, char(10)) AS data`;

type PageText = Readonly<{ heads: string; data: string }>;

const pageSql = `
  SELECT ${asPage} FROM (
    SELECT ${headJson('event')} AS head, data FROM event
    WHERE session = ? AND seq BETWEEN ? AND ? ORDER BY seq
  )`;

/** One statement, so that the writer cannot come in between the session that is found and its rows. */
const nextSql = `
  WITH next AS MATERIALIZED (
    SELECT session, seq FROM event WHERE (session, seq) > (?, ?) ORDER BY session, seq LIMIT 1
  )
  SELECT max(session) AS session, ${asPage} FROM (
    SELECT event.session, ${headJson('event')} AS head, event.data FROM next CROSS JOIN event
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
  SELECT each.session AS session, last.hash AS hash,
    ${headJson('first')} AS firstHead, first.data AS firstData,
    ${headJson('last')} AS lastHead, last.data AS lastData
  FROM each
  JOIN event AS first ON first.session = each.session
    AND first.seq = (SELECT min(seq) FROM event WHERE session = each.session)
  JOIN event AS last ON last.session = each.session
    AND last.seq = (SELECT max(seq) FROM event WHERE session = each.session)
  ORDER BY each.session`;

const ends = async (connection: Sqlite, sessions: string): Promise<readonly SessionEnds[]> => {
  const rows = await connection.all<{
    session: number;
    hash: string;
    firstHead: string;
    firstData: string;
    lastHead: string;
    lastData: string;
  }>(endsSql(sessions));
  return rows.map(({ session, hash, firstHead, firstData, lastHead, lastData }) => ({
    session,
    first: recordedOf(headed(parsed<Head>(firstHead, session), firstData, session), session),
    last: recordedOf(headed(parsed<Head>(lastHead, session), lastData, session), session),
    lastHash: hash,
  }));
};

const pageText = async (
  connection: Sqlite,
  session: number,
  from: number,
  to: number,
): Promise<PageText | undefined> => {
  const until = Math.min(to, from + pageRowsMax - 1);
  const row = await connection.get<PageText | { heads: null }>(pageSql, session, from, until);
  return row && row.heads !== null ? row : undefined;
};

/** A row's head as it is read. */
type Head = readonly [
  seq: number,
  turn: number,
  at: number,
  kind: Recorded['kind'],
  actor: string,
  v: number,
  cause: number,
  type: string,
];

const headed = (
  [seq, turn, at, kind, actor, v, cause, type]: Head,
  data: string,
  session: number,
): Written => newest({ seq, turn, at, kind, actor, v, cause, type, data }, named(session));

const named = (session: number): string => `session ${session}`;

/** A row that another build wrote, in this one's shape. `of` is the session in the words of a refusal. Throws a LogError. */
export const newest = (row: Written, of: string): Written =>
  row.v === versionOf(row.type) ? row : raised(row, of);

const raised = (row: Written, of: string): Written => {
  const { type: _, data: __, ...head } = row;
  const upcasted = upcast({ ...head, event: eventIn(row, of) });
  if (upcasted) return { ...row, v: upcasted.v, data: dataText(upcasted.event) };
  throw new LogError(
    4,
    `event ${row.seq} of ${of} was written by a newer neo (${row.type} of version ${row.v}): install that version again`,
  );
};

const eventIn = (row: Written, of: string): AnyEvent => {
  try {
    return eventOf(row);
  } catch (error) {
    throw damaged(of, messageOf(error));
  }
};

const writtenOf = (page: PageText, session: number, from: number): readonly Written[] => {
  const heads = parsed<readonly Head[]>(page.heads, session);
  const lines = page.data.split('\n');
  if (lines.length !== heads.length) throw damaged(named(session), 'an event is no line of JSON');
  return heads.map((head, index) => {
    if (head[0] !== from + index) throw damaged(named(session), `event ${from + index} is missing`);
    return headed(head, lines[index] ?? '', session);
  });
};

const recordedOf = (row: Written, session: number): Recorded => {
  const { seq, turn, at, kind, actor, v, cause } = row;
  return { seq, turn, at, kind, actor, v, cause, event: eventIn(row, named(session)) };
};

const parsed = <T>(text: string, session: number): T => {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw damaged(named(session), messageOf(error));
  }
};

const damaged = (of: string, what: string): LogError =>
  new LogError(4, `${of} is damaged (${what}): run neo verify, then restore a backup`);
