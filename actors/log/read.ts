/** Reads sessions back, page by page, so that memory does not grow with the session. Reads what is durable and writes nothing. */
import type { Recorded, Written } from '../../events/envelope.ts';
import {
  asOutlined,
  asParsed,
  asWritten,
  damaged,
  headJson,
  named,
  type ParsedPage,
  recordedOf,
  rowOf,
  type WrittenPage,
  writtenOf,
} from './page.ts';
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

/** As many as stay in a processor's cache while they are parsed. */
const pageRowsMax = 1_000;

/** Pages of at most 1,000 rows in order of seq, from `from` to `to` inclusive. Throws a LogError at a gap or at damage. */
export const readPages = (
  connection: Sqlite,
  session: number,
  range: Range = {},
): AsyncGenerator<readonly Recorded[]> => recordedPages(connection, parsedSql, session, range);

/** The same, with the outlines of their events: what is left out never comes to this thread. */
export const readOutlines = (
  connection: Sqlite,
  session: number,
  range: Range = {},
): AsyncGenerator<readonly Recorded[]> => recordedPages(connection, outlinedSql, session, range);

async function* recordedPages(
  connection: Sqlite,
  sql: string,
  session: number,
  range: Range,
): AsyncGenerator<readonly Recorded[]> {
  for await (const { page, from } of pagesOf<ParsedPage>(connection, sql, session, range)) {
    yield recordedOf(page, session, from);
  }
}

/** The same, with the events as their texts: for who compares them and reads few. */
export async function* readWritten(
  connection: Sqlite,
  session: number,
  range: Range = {},
): AsyncGenerator<readonly Written[]> {
  for await (const { page, from } of pagesOf<WrittenPage>(connection, writtenSql, session, range)) {
    yield writtenOf(page, session, from);
  }
}

/** While one page is looked at, SQLite makes the next. */
async function* pagesOf<Page extends WrittenPage | ParsedPage>(
  connection: Sqlite,
  sql: string,
  session: number,
  { from: first = 1, to = Number.MAX_SAFE_INTEGER }: Range,
): AsyncGenerator<Readonly<{ page: Page; from: number }>> {
  if (first > to) return;
  const statement = await connection.prepare(sql);
  const pageAt = async (from: number): Promise<(Page & Extent) | undefined> => {
    const until = Math.min(to, from + pageRowsMax - 1);
    const [page] = await statement.all<Page & Extent>(session, from, until);
    return page;
  };
  try {
    let pending = pageAt(first);
    for (let from = first; from <= to; from += pageRowsMax) {
      const page = await pending;
      if (!page) return;
      pending = pageAt(from + pageRowsMax);
      pending.catch(() => undefined);
      if (page.count > 0) yield { page, from };
      if (page.count === pageRowsMax) continue;
      // What has been written since is not read: it may begin within this page.
      const next = from + page.count;
      if (next > Math.min(to, page.last ?? 0)) return;
      throw damaged(named(session), `event ${next} is missing`);
    }
  } finally {
    await statement.finalize();
  }
}

/** What was read: where it ends, and its rows, which are parsed as they are asked for: a LogError at a gap or at damage. */
export type Fetched = Readonly<{ end: Position; rows: () => Page['rows'] }>;

/** Finds what comes next in the log, of whichever session: undefined while there is no more. Rejects with a LogError where a session is missing. */
export type Next = (after: Position, rowsMax: number) => Promise<Fetched | undefined>;

export const openNext = (connection: Sqlite): Promise<Next> => nextBy(connection, asParsed);

/** The same, with the outlines of the events. */
export const openNextOutlines = (connection: Sqlite): Promise<Next> =>
  nextBy(connection, asOutlined);

const nextBy = async (connection: Sqlite, page: string): Promise<Next> => {
  const statement = await connection.prepare(nextSql(page));
  return async (after, rowsMax) => {
    const [row] = await statement.all<(ParsedPage & Position) | { session: null }>(
      after.session,
      after.seq,
      rowsMax,
    );
    if (!row || row.session === null) return undefined;
    const { session, seq } = row;
    if (session > after.session + 1) throw damaged(named(after.session + 1), 'it is missing');
    const first = session === after.session ? after.seq + 1 : 1;
    return { end: { session, seq }, rows: () => recordedOf(row, session, first) };
  };
};

/** The first and last row of each session, found without reading what lies between. */
export const readEnds = (connection: Sqlite): Promise<readonly SessionEnds[]> =>
  ends(connection, eachSession);

/** The numbers of the sessions that were brought in from elsewhere. */
export const readImported = async (connection: Sqlite): Promise<ReadonlySet<number>> => {
  if (!(await hasImports(connection))) return new Set();
  const rows = await connection.all<{ session: number }>('SELECT session FROM imported');
  return new Set(rows.map(({ session }) => session));
};

/** A database of an older schema has no such table. */
const hasImports = async (connection: Sqlite): Promise<boolean> =>
  (await connection.get(`SELECT 1 FROM sqlite_schema WHERE name = 'imported'`)) !== undefined;

/** The same of the newest session that was not brought in from elsewhere, in a time that does not grow with their number. */
export const readNewestOwn = async (connection: Sqlite): Promise<SessionEnds | undefined> => {
  const own = (await hasImports(connection))
    ? 'session NOT IN (SELECT session FROM imported)'
    : 'session IS NOT NULL';
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

/** The hash of an event; undefined where there is none. */
export const readHash = async (
  connection: Sqlite,
  { session, seq }: Position,
): Promise<string | undefined> => {
  const row = await connection.get<{ hash: string }>(
    'SELECT hash FROM event WHERE session = ? AND seq = ?',
    session,
    seq,
  );
  return row?.hash;
};

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

/** How many rows a page has, and the last of its session as of then. */
type Extent = Readonly<{ count: number; last: number | null }>;

/** The rows come in the order of the primary key. */
const pageSql = (page: string): string =>
  `SELECT ${page}, count(*) AS count, (SELECT max(seq) FROM event WHERE session = ?1) AS last
   FROM event WHERE session = ?1 AND seq BETWEEN ?2 AND ?3`;
const writtenSql = pageSql(asWritten);
const parsedSql = pageSql(asParsed);
const outlinedSql = pageSql(asOutlined);

/** One statement, so that the writer cannot come in between the session that is found and its rows. */
const nextSql = (page: string): string => `
  WITH next AS MATERIALIZED (
    SELECT session, seq FROM event WHERE (session, seq) > (?, ?) ORDER BY session, seq LIMIT 1
  )
  SELECT max(event.session) AS session, max(event.seq) AS seq, ${page} FROM next CROSS JOIN event
  WHERE event.session = next.session AND event.seq BETWEEN next.seq AND next.seq + ? - 1`;

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
    first: rowOf(firstHead, firstData, session),
    last: rowOf(lastHead, lastData, session),
    lastHash: hash,
  }));
};
