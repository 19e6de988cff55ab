/**
 * What a report tells of a session's causes: where the numbers of each came from, read back from it so that a long session is
 * not held in memory, and the settings that would have changed the end, where running it again does not take long.
 */
import type { Reader } from '../actors/log/reader.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { isProtective } from '../events/halt.ts';
import type { Cause } from '../inspector/report/causes.ts';
import type { Gathered, Trip } from '../inspector/report/gather.ts';
import type { Alternatives } from '../projections/alternative.ts';
import { amount } from '../projections/evidence.ts';
import { explanation } from '../projections/explanation.ts';
import { inputBehind, sources, storyOf } from '../projections/sources.ts';
import { alternatives } from './alternatives.ts';
import { rowsOf } from './chronicle.ts';

type Row = Recorded<Event>;

/** Of those that recovered the newest are told, so many with those that did not. */
const toldMax = 6;
/** A run of fills or a window of 25 samples lies within so many rows. */
const rowsBehind = 1_500;
/** A longer window needs its samples' turns. */
const rowsPerSample = 40;
/** They are held in memory, some 100 MB, and run again in a few seconds. */
const rowsRunAgain = 100_000;

export const causesOf = async (
  reader: Reader,
  session: number,
  { trips }: Gathered,
  chain: readonly Row[],
): Promise<readonly Cause[]> => {
  const stood = trips.shown.filter(({ recoveredAt }) => recoveredAt === null);
  const gone = trips.shown.filter(({ recoveredAt }) => recoveredAt !== null);
  const told = [...stood, ...gone.slice(-Math.max(1, toldMax - stood.length))].map(
    (trip) => [trip.seq, behind(trip)] as const,
  );
  const limits = chain
    .filter(({ event }) => event.type === 'limit.breached')
    .map(({ seq }) => [seq, rowsBehind] as const);
  const causes: Cause[] = [];
  for (const [seq, count] of [...told, ...limits].toSorted(([a], [b]) => a - b)) {
    const rows: Row[] = [];
    for await (const row of rowsOf(reader, session, Math.max(1, seq - count), seq)) rows.push(row);
    const row = rows.at(-1);
    if (row) causes.push(causeOf(rows, row));
  }
  return causes;
};

const behind = ({ fact }: Trip): number =>
  Math.max(rowsBehind, rowsPerSample * (amount(fact, 'samples') || 0));

const causeOf = (rows: readonly Row[], row: Row): Cause => {
  const story = storyOf(rows);
  const from = sources(story, row).map((source) => {
    const input = inputBehind(story, source);
    return { row: source, input: input && input.seq !== source.seq ? input : null };
  });
  return { row, from };
};

/** Undefined where no guard and no limit ended it, null where it is too long. */
export const alternativesOf = async (
  reader: Reader,
  session: number,
  { moment, damage }: Gathered,
  lastHash: string,
): Promise<Alternatives | null | undefined> => {
  const { halt } = moment.session;
  if (damage !== null || !halt || !isProtective(halt.reason) || halt.source === 'operator') {
    return undefined;
  }
  if (moment.seq > rowsRunAgain) return null;
  const rows: Row[] = [];
  for await (const row of rowsOf(reader, session, 1, moment.seq)) rows.push(row);
  return alternatives(rows, explanation(rows, { session, lastHash }));
};
