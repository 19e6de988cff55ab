/**
 * Rows as SQLite hands them over: folded to a few texts, as a value each would cost more than reading it; and the rows of those
 * texts. Throws a LogError at a gap or at damage.
 */
import type { AnyEvent, Recorded, Written } from '../../events/envelope.ts';
import { evidence } from '../../events/outline.ts';
import { upcast, versionOf } from '../../events/version.ts';
import { dataText, eventOf } from './chain.ts';
import { LogError, messageOf } from './failure.ts';

/** What is around a row's event, and more where it is asked for, as a JSON array. */
const envelopeJson = (row: string, ...more: readonly string[]): string => {
  const columns = ['seq', 'turn', 'at', 'kind', 'actor', 'v', 'cause', ...more];
  return `json_array(${columns.map((column) => `${row}.${column}`).join(', ')})`;
};

/** A row without its event's fields, as a JSON array. */
export const headJson = (row: string): string => envelopeJson(row, 'type');

/** A row's event, of which `data` is what is wanted. */
const eventJson = (data: string): string =>
  `'{"type":' || json_quote(event.type) || coalesce(',' || substr(nullif(${data}, '{}'), 2), '}')`;

/** The fields without the evidence. What an older build wrote is read whole, and so is what is no JSON, to be told as such. */
const outlineData = `CASE event.type ${Object.entries(evidence)
  .map(([type, fields]) => {
    const paths = fields.map((field) => `'$.${field}'`).join(', ');
    return (
      `WHEN '${type}' THEN iif(event.v = ${versionOf(type)} AND json_valid(event.data), ` +
      `json_remove(event.data, ${paths}), event.data)`
    );
  })
  .join(' ')} ELSE event.data END`;

const inList = (json: string): string => `'[' || group_concat(${json}, ',') || ']'`;

/** Rows as two texts: their heads as one JSON array, and their data by lines, of which JSON text has none of its own. */
export type WrittenPage = Readonly<{ heads: string; data: string }>;
export const asWritten = `${inList(headJson('event'))} AS heads, group_concat(event.data, char(10)) AS data`;

/** Rows as two JSON arrays: what is around their events, and their events. */
export type ParsedPage = Readonly<{ heads: string; events: string }>;
const parsedAs = (event: string): string =>
  `${inList(envelopeJson('event'))} AS heads, ${inList(event)} AS events`;
export const asParsed = parsedAs(eventJson('event.data'));
export const asOutlined = parsedAs(eventJson(outlineData));

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

export const named = (session: number): string => `session ${session}`;

/** One row of its head and its data. */
export const rowOf = (head: string, data: string, session: number): Recorded => {
  const {
    type,
    data: newestData,
    ...row
  } = headed(parsed<Head>(head, session), data, named(session));
  return { ...row, event: eventIn({ type, data: newestData }, named(session)) };
};

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

export const writtenOf = (page: WrittenPage, session: number, from: number): readonly Written[] => {
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

export const recordedOf = (
  page: ParsedPage,
  session: number,
  from: number,
): readonly Recorded[] => {
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

export const damaged = (of: string, what: string): LogError =>
  new LogError(4, `${of} is damaged (${what}): run neo verify, then restore a backup`);
