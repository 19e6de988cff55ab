/** Reads events and what led to them, wherever in a session they are. */
import type { Recorded } from '../../events/envelope.ts';
import { headJson, rowOf } from './page.ts';
import type { Sqlite } from './sqlite.ts';

/** By seq: events of these seqs and, from each up to an input, its cause. Rejects with a LogError at damage. */
export const readLineage = async (
  connection: Sqlite,
  session: number,
  seqs: Iterable<number>,
): Promise<ReadonlyMap<number, Recorded>> => {
  const found = new Map<number, Recorded>();
  let wanted = new Set(seqs);
  while (wanted.size > 0) {
    const rows = await connection.all<{ head: string; data: string }>(
      rowsSql,
      session,
      JSON.stringify([...wanted]),
    );
    wanted = new Set();
    for (const { head, data } of rows) {
      const row = rowOf(head, data, session);
      found.set(row.seq, row);
      if (row.kind !== 'input' && !found.has(row.cause)) wanted.add(row.cause);
    }
  }
  return found;
};

const rowsSql = `
  SELECT ${headJson('event')} AS head, event.data AS data
  FROM json_each(?2) AS wanted CROSS JOIN event
  WHERE event.session = ?1 AND event.seq = wanted.value`;
