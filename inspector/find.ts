/**
 * The search of the log: by actor and type, and by a text that stands in an event's type, in its data, or in the words and numbers that
 * the page shows of it, as anybody would type them.
 */
import type { Thresholds } from '../projections/thresholds.ts';
import { whole } from './question.ts';
import type { LogSource } from './source.ts';
import { lineOf } from './trace.ts';

export type Found = Readonly<{ seqs: readonly number[]; searchedTo: number; total: number }>;

/** Rows searched for one answer: about a tenth of a second, by actor and type alone and where words are looked for. */
const searchedMax = { named: 40_000, worded: 8_000 } as const;

type Read = Readonly<{ total: number; thresholds: Thresholds | null }>;

/** From `seq` of the question on, as far as one answer goes. */
export const find = async (
  source: Pick<LogSource, 'find' | 'read'>,
  session: number,
  query: URLSearchParams,
  { total, thresholds }: Read,
): Promise<Found> => {
  const [actor, type, text] = ['actor', 'type', 'text'].map((name) => query.get(name) ?? '');
  const named = { actor: actor ?? '', type: type ?? '', text: '' };
  const words = typed(text ?? '');
  const from = whole(query, 'seq');
  const most = words === '' ? searchedMax.named : searchedMax.worded;
  const to = Math.min(total, from + most - 1);
  if (to < from) return { seqs: [], searchedTo: to, total };
  const range = { from, to };
  const seqs = await source.find(session, range, named);
  const [first, last] = [seqs[0], seqs.at(-1)];
  if (words === '' || first === undefined || last === undefined)
    return { seqs, searchedTo: to, total };
  const hits = new Set(await source.find(session, range, { ...named, text: text ?? '' }));
  const asked = new Set(seqs);
  for await (const page of source.read(session, { from: first, to: last })) {
    for (const row of page) {
      if (!asked.has(row.seq) || hits.has(row.seq)) continue;
      const line = lineOf(row, thresholds);
      if (typed(`${line.type} ${line.actor} ${line.what}`).includes(words)) hits.add(row.seq);
    }
  }
  return { seqs: [...hits].toSorted((a, b) => a - b), searchedTo: to, total };
};

/** As a keyboard writes it: without true minuses and curved apostrophes, whatever its case. */
const typed = (text: string): string =>
  text.replaceAll('−', '-').replaceAll('’', "'").trim().toLowerCase();
