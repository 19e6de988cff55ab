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

/** As many as stay in a processor's cache while they are parsed. */
const pageRowsMax = 1_000;

/** Pages of at most 1,000 rows in order of seq, from `from` to `to` inclusive. Throws a LogError at a gap or at damage. */
export async function* readPages(
  connection: Sqlite,
  session: number,
  range: Range = {},
): AsyncGenerator<readonly Recorded[]> {
  for await (const { page, from } of pagesOf<ParsedPage>(connection, parsedSql, session, range)) {
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

/** Finds what comes next in the log, of whichever session: undefined while there is no more. It throws a LogError at a gap or at damage. */
export const openNext = async (
  connection: Sqlite,
): Promise<(after: Position, rowsMax: number) => Promise<Page | undefined>> => {
  const statement = await connection.prepare(nextSql);
  return async (after, rowsMax) => {
    const [row] = await statement.all<(ParsedPage & { session: number }) | { session: null }>(
      after.session,
      after.seq,
      rowsMax,
    );
    if (!row || row.session === null) return undefined;
    const { session } = row;
    if (session > after.session + 1) throw damaged(named(after.session + 1), 'it is missing');
    const first = session === after.session ? after.seq + 1 : 1;
    return { session, rows: recordedOf(row, session, first) };
  };
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

/** A row without its event, as the beginning of a JSON array. */
const envelopeJson = (row: string): string =>
  `'[' || ${row}.seq || ',' || ${row}.turn || ',' || ${row}.at || ',"' || ${row}.kind || '",' || ` +
  `json_quote(${row}.actor) || ',' || ${row}.v || ',' || ${row}.cause`;

/** A row without its event's fields, as a JSON array. */
const headJson = (row: string): string =>
  `${envelopeJson(row)} || ',' || json_quote(${row}.type) || ']'`;

const eventJson = `'{"type":' || json_quote(event.type) || iif(event.data = '{}', '}', ',' || substr(event.data, 2))`;

const inList = (json: string): string => `'[' || group_concat(${json}, ',') || ']'`;

/** Rows as two texts: their heads as one JSON array, and their data by lines, of which JSON text has none of its own. */
type WrittenPage = Readonly<{ heads: string; data: string }>;
const asWritten = `${inList(headJson('event'))} AS heads, group_concat(event.data, char(10)) AS data`;

/** Rows as two JSON arrays: what is around their events, and their events. */
type ParsedPage = Readonly<{ heads: string; events: string }>;
const asParsed = `${inList(`${envelopeJson('event')} || ']'`)} AS heads, ${inList(eventJson)} AS events`;

/** How many rows a page has, and the last of its session as of then. */
type Extent = Readonly<{ count: number; last: number | null }>;

/** The rows come in the order of the primary key. */
const pageSql = (page: string): string =>
  `SELECT ${page}, count(*) AS count, (SELECT max(seq) FROM event WHERE session = ?1) AS last
   FROM event WHERE session = ?1 AND seq BETWEEN ?2 AND ?3`;
const writtenSql = pageSql(asWritten);
const parsedSql = pageSql(asParsed);

/** One statement, so that the writer cannot come in between the session that is found and its rows. */
const nextSql = `
  WITH next AS MATERIALIZED (
    SELECT session, seq FROM event WHERE (session, seq) > (?, ?) ORDER BY session, seq LIMIT 1
  )
  SELECT max(event.session) AS session, ${asParsed} FROM next CROSS JOIN event
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
    first: endOf(firstHead, firstData, session),
    last: endOf(lastHead, lastData, session),
    lastHash: hash,
  }));
};

const endOf = (head: string, data: string, session: number): Recorded => {
  const {
    type,
    data: newestData,
    ...row
  } = headed(parsed<Head>(head, session), data, named(session));
  return { ...row, event: eventIn({ type, data: newestData }, named(session)) };
};

/** What is around an event as it is read. */
type Envelope = readonly [
  seq: number,
  turn: number,
  at: number,
  kind: Recorded['kind'],
  actor: string,
  v: number,
  cause: number,
];
type Head = readonly [...Envelope, type: string];

/** One copy of each name, the one that the code's own literals are: whoever compares it with them need not look at its letters. */
const nameOf = (text: string): string => {
  const known = names.get(text);
  if (known !== undefined) return known;
  const [name = text] = Object.keys({ [text]: true });
  names.set(text, name);
  return name;
};

const names = new Map<string, string>();

const named = (session: number): string => `session ${session}`;

/** A row that another build wrote, in this one's shape. `of` is the session in the words of a refusal. Throws a LogError. */
export const newest = (row: Written, of: string): Written => {
  if (row.v === versionOf(row.type)) return row;
  const { type, data, ...head } = row;
  const { v, event } = raised({ ...head, event: eventIn({ type, data }, of) }, of);
  return { ...row, v, data: dataText(event) };
};

const raised = (row: Recorded, of: string): Recorded => {
  const upcasted = upcast(row);
  if (upcasted) return upcasted;
  throw new LogError(
    4,
    `event ${row.seq} of ${of} was written by a newer neo (${row.event.type} of version ${row.v}): install that version again`,
  );
};

const eventIn = (row: Pick<Written, 'type' | 'data'>, of: string): AnyEvent => {
  try {
    return eventOf(row);
  } catch (error) {
    throw damaged(of, messageOf(error));
  }
};

const writtenOf = (page: WrittenPage, session: number, from: number): readonly Written[] => {
  const lines = page.data.split('\n');
  const of = named(session);
  return headsOf<Head>(page.heads, session, from, lines.length).map((head, index) =>
    headed(head, lines[index] ?? '', of),
  );
};

const headed = (
  [seq, turn, at, kind, actor, v, cause, type]: Head,
  data: string,
  of: string,
): Written =>
  newest({ seq, turn, at, kind, actor: nameOf(actor), v, cause, type: nameOf(type), data }, of);

const recordedOf = (page: ParsedPage, session: number, from: number): readonly Recorded[] => {
  const events = parsed<{ type: string }[]>(page.events, session);
  const heads = headsOf<Envelope>(page.heads, session, from, events.length);
  return events.map((event, index) => {
    const [seq, turn, at, kind, actor, v, cause] = heads[index] as Envelope;
    event.type = nameOf(event.type);
    const row: Recorded = { seq, turn, at, kind, actor: nameOf(actor), v, cause, event };
    return v === versionOf(event.type) ? row : raised(row, named(session));
  });
};

/** Throws a LogError where one is missing, or has not one event. */
const headsOf = <One extends Envelope | Head>(
  text: string,
  session: number,
  from: number,
  events: number,
): readonly One[] => {
  const rows = parsed<readonly One[]>(text, session);
  const gap = rows.findIndex(([seq], index) => seq !== from + index);
  if (gap >= 0) throw damaged(named(session), `event ${from + gap} is missing`);
  if (rows.length !== events) throw damaged(named(session), 'an event is no line of JSON');
  return rows;
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
