/**
 * What the newest session leaves an operator to answer, as the next start will find it: the kill switch's latch, and the events that wait
 * for an acknowledgement. Only what has a part in that is read of the session, and each question reads on from the one before it.
 */
import type { Reader } from '../../actors/log/reader.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { Outline } from '../../events/outline.ts';
import type { Awaited, Left } from '../../inspector/source.ts';
import { brief } from '../../projections/brief.ts';
import { apply, awaiting, noLegacy, type Awaiting, type Legacy } from '../../projections/legacy.ts';
import { outlinesOf, rowsOf } from '../chronicle.ts';
import { waitingOn, withWaiting } from '../waiting.ts';

/** `closely`: something has waited for an acknowledgement, and whether it still does follows from every event. */
type Heard = Readonly<{ session: number; to: number; legacy: Legacy; closely: boolean }>;

/** What latches the kill switch, and what begins to wait; the opening says what was brought. */
const telling = ['inventory.drift_at_shutdown', 'operator.*', 'guard.tripped'];

export const leftIn = (reader: Reader, file: string): (() => Promise<Left>) => {
  let heard: Heard = { session: 0, to: 0, legacy: noLegacy, closely: false };

  async function* rows({ session, to, closely }: Heard, last: number): AsyncGenerator<Row> {
    if (closely) return yield* outlinesOf(reader, session, to + 1, last);
    const range = { from: to + 1, to: last };
    const found = await Promise.all(
      telling.map((type) => reader.find(session, range, { actor: '', type, text: '' })),
    );
    const seqs = found.flat().toSorted((a, b) => a - b);
    for (const seq of to === 0 ? [1, ...seqs] : seqs) yield* rowsOf(reader, session, seq, seq);
  }

  const hear = async (before: Heard, last: number): Promise<Heard> => {
    let { legacy } = before;
    for await (const row of rows(before, last)) legacy = apply(legacy, row);
    const { session, closely } = before;
    const isCalm = legacy.issuer.trip === null && legacy.driftUnacknowledged === null;
    return closely || isCalm
      ? { session, to: last, legacy, closely }
      : hear({ session, to: 0, legacy: { ...noLegacy, session }, closely: true }, last);
  };

  const inLog = async (): Promise<Legacy> => {
    const newest = await reader.newest();
    if (!newest) return noLegacy;
    const { session, last } = newest;
    const fresh = { session, to: 0, legacy: { ...noLegacy, session }, closely: false };
    heard = await hear(heard.session === session ? heard : fresh, last.seq);
    return heard.legacy;
  };

  const told = async ({ uuid, seq, standing }: Awaiting): Promise<readonly Awaited[]> => {
    const session = await reader.numberOf(uuid);
    if (session === undefined) return [];
    const row = (await reader.lineage(session, [seq])).get(seq) as Recorded<Event> | undefined;
    if (!row) return [];
    return [{ session, seq, type: row.event.type, what: standing?.join(', ') ?? brief(row, null) }];
  };

  return async () => {
    const legacy = withWaiting(await inLog(), await waitingOn(file));
    return {
      killLatched: legacy.killLatched !== null,
      awaiting: (await Promise.all(awaiting(legacy).map(told))).flat(),
    };
  };
};

type Row = Recorded<Outline>;
