/**
 * The hash chain of one session, and what a row may follow. Pure: append, verify and replay use these same functions.
 * The local session number is left out, so that a session keeps its hashes wherever it is imported.
 */
import { hash } from 'node:crypto';
import type { AnyEvent, Recorded, Written } from '../../events/envelope.ts';
import { once } from '../../ledger/recent.ts';

/** Where a session stands after its last row. */
export type Tail = Readonly<{ seq: number; turn: number; at: number; hash: string }>;

export const emptyTail: Tail = { seq: 0, turn: 0, at: 0, hash: '0'.repeat(64) };

/** The JSON text of a name. */
const quoted = once((name: string): string => JSON.stringify(name));

/** How the JSON text of an event begins that has its type first, and more. */
const headOf = once((type: string): string => `{"type":${quoted(type)},`);

/** The JSON text of an event without its type, in the order in which its fields were set. */
export const dataText = (event: AnyEvent): string => {
  const whole = JSON.stringify(event);
  const head = headOf(event.type);
  if (whole.startsWith(head)) return `{${whole.slice(head.length)}`;
  const { type: _, ...fields } = event;
  return JSON.stringify(fields);
};

/** Whether that is the event's data text. */
export const isDataText = (event: AnyEvent, data: string): boolean =>
  JSON.stringify(event) === headOf(event.type) + data.slice(1) || dataText(event) === data;

/** The event of a stored row; throws a SyntaxError where its data is no JSON. */
export const eventOf = ({ type, data }: Pick<Written, 'type' | 'data'>): AnyEvent => ({
  type,
  ...(JSON.parse(data) as Readonly<Record<string, unknown>>),
});

/**
 * SHA-256, as 64 lower-case hex digits, over three lines: the previous hash, the JSON array
 * `[seq,turn,at,kind,actor,type,v,cause]`, and the data text as it is stored.
 */
export const hashRow = (previous: string, row: Recorded, data: string): string =>
  hashText(
    previous,
    `[${row.seq},${row.turn},${row.at},"${row.kind}",${quoted(row.actor)},` +
      `${quoted(row.event.type)},${row.v},${row.cause}]\n${data}`,
  );

/** The same over the second and the third line as one text. */
export const hashText = (previous: string, text: string): string =>
  hash('sha256', `${previous}\n${text}`);

/** What is wrong with a row that is not what was written there. */
export const brokenHash = 'its hash does not follow from its content and the hash before it';

/**
 * What is wrong with this row after that tail, or undefined. Rows are gapless; a turn begins with its one input and
 * the next begins with the next number; time never goes back; a cause comes before what it caused, and only the world
 * speaks without one.
 */
export const misplaced = (tail: Tail, row: Recorded): string | undefined => {
  if (row.seq !== tail.seq + 1) return `seq is ${row.seq} where ${tail.seq + 1} belongs`;
  if (row.kind !== 'input' && row.kind !== 'decision') return `kind is "${String(row.kind)}"`;
  const turn = row.kind === 'input' ? tail.turn + 1 : tail.turn;
  if (row.turn !== turn || turn === 0) {
    return `turn is ${row.turn} where this ${row.kind} belongs to turn ${turn}`;
  }
  if (!Number.isSafeInteger(row.at) || row.at < tail.at) {
    return `time goes back or is no integer: ${row.at} after ${tail.at}`;
  }
  if (!Number.isSafeInteger(row.v) || row.v < 1) return `version is ${row.v}`;
  const least = row.kind === 'input' ? 0 : 1;
  if (!Number.isSafeInteger(row.cause) || row.cause < least || row.cause >= row.seq) {
    return `cause ${row.cause} is no earlier event`;
  }
  return undefined;
};
