/** `neo acknowledge S SEQ`: says that one event has been looked at. Only an event that waits for that can be named. */
import type { Reader } from '../actors/log/reader.ts';
import type { SessionOpened } from '../events/session.ts';
import { apply, awaiting, noLegacy, type Legacy } from '../projections/legacy.ts';
import { acknowledgeCameTo } from './came-to.ts';
import { endsOf, outlinesOf, reading } from './chronicle.ts';
import { command, databaseDefault, sessionNumber, UsageError } from './command.ts';
import { send, told } from './message.ts';

const help = `neo acknowledge S SEQ --note T [--db F] [--json]

  Says that event SEQ of session S has been looked at. Two kinds of event wait for it: an end at which books and wallet were
  apart (inventory.drift_at_shutdown), before which no other session starts, and a trip of the issuer guard
  (guard.tripped), which then accepts what the issuer had changed by then. What the issuer changes while the trip stands is
  accepted by no acknowledgement of the trip: then the event that showed it (market.read, movement.seen) waits for one.
  The running session takes it at once, else the next start before its checks.

  --note T    what was found; it stands in the log
  --db F      the database (default ${databaseDefault})
  --json      one JSON document
`;

export const acknowledgeCommand = command(
  help,
  { note: { type: 'string' } },
  async ({ values, positionals, database: file }, { out }) => {
    const [which, number, more] = positionals;
    const session = sessionNumber(which);
    const seq = sequence(number);
    if (more !== undefined) throw new UsageError(`neo acknowledge takes S and SEQ, no "${more}".`);
    const { note } = values;
    if (!note) throw new UsageError('neo acknowledge takes --note TEXT: say what was found.');
    const { uuid, type } = await awaited(file, session, seq);
    const message = { type: 'operator.acknowledge', session, uuid, seq, note };
    const waits = !(await send(file, [message]));
    const fields = { sent: message.type, session, seq, event: type, waits };
    const subject = subjectOf(session, seq, type);
    out(told(values.json === true, fields, acknowledgeCameTo(subject, !waits)));
    return 0;
  },
);

export const subjectOf = (session: number, seq: number, type: string): string =>
  `event ${seq} of session ${session} (${type})`;

const sequence = (text: string | undefined): number => {
  if (text !== undefined && /^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(
    text === undefined
      ? 'Say which event, by its number after the session: neo acknowledge S SEQ --note TEXT.'
      : `"${text}" is no event number; the message that asks for an acknowledgement names it.`,
  );
};

/** The session's UUID and the event's type. Rejects with a UsageError or a LogError where there is no such event or it waits for nothing. */
export const awaited = (
  file: string,
  session: number,
  seq: number,
): Promise<Readonly<{ uuid: string; type: string }>> =>
  reading(file, async (reader) => {
    const ends = await endsOf(reader, file, session);
    if (seq > ends.last.seq) {
      throw new UsageError(`Session ${session} has no event ${seq}; its last is ${ends.last.seq}.`);
    }
    const { uuid } = ends.first.event as SessionOpened;
    const type = (await reader.lineage(session, [seq])).get(seq)?.event.type ?? '';
    const waiting = awaiting(await left(reader));
    if (waiting.some((one) => one.uuid === uuid && one.seq === seq)) return { uuid, type };
    const others = await Promise.all(
      waiting.map(async (one) => `event ${one.seq} of session ${await reader.numberOf(one.uuid)}`),
    );
    const other = others.length === 0 ? '' : `; ${others.join(' and ')} waits for one`;
    throw new UsageError(
      `Event ${seq} of session ${session} is a ${type}, and nothing waits for its acknowledgement${other}.`,
    );
  });

/** What the newest session left, which brought what stood before. */
const left = async (reader: Reader): Promise<Legacy> => {
  const newest = await reader.newest();
  let legacy: Legacy = { ...noLegacy, session: newest?.session ?? 0 };
  if (!newest) return legacy;
  for await (const row of outlinesOf(reader, newest.session, 1, newest.last.seq)) {
    legacy = apply(legacy, row);
  }
  return legacy;
};
