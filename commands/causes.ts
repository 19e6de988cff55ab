/** What led to a session's end and to its causes, as a report tells it: read back from the log by number. */
import type { Reader } from '../actors/log/reader.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Cause } from '../inspector/report/causes.ts';
import type { Gathered } from '../inspector/report/gather.ts';
import { chainTo, eventAt } from '../projections/lineage.ts';
import { inputBehind, seqsOf } from '../projections/sources.ts';
import { lineageOf } from './chronicle.ts';

/** `chain`: from the input that began it to the halt, or to what last changed the mode; nothing of a damaged session. */
export type Led = Readonly<{ chain: readonly Recorded<Event>[]; causes: readonly Cause[] }>;

export const ledTo = async (
  reader: Reader,
  session: number,
  { moment, damage, changed, causes }: Gathered,
): Promise<Led> => {
  const end = damage === null ? (moment.session.halt?.seq ?? changed ?? 0) : 0;
  const told = causes.flatMap(({ seq, sources }) => [seq, ...seqsOf(sources)]);
  const lineage = await lineageOf(reader, session, [end, ...told]);
  return {
    chain: chainTo(lineage, end),
    causes: causes.map(({ seq, sources }) => ({
      row: eventAt(lineage, seq),
      from: sources.map((source) => ({
        row: eventAt(lineage, source.seq),
        input: inputBehind(source, lineage),
      })),
    })),
  };
};
