/** Events with everything that led to them, and the way from the input that began it to one of them. */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';

/** By seq; with an event its cause, with that its own, up to an input. */
export type Lineage = ReadonlyMap<number, Recorded<Event>>;

/** Throws where it was not asked for. */
export const eventAt = (lineage: Lineage, seq: number): Recorded<Event> => {
  const row = lineage.get(seq);
  if (!row) throw new Error(`event ${seq} was not read`);
  return row;
};

/** From the input that began it to the event itself, along `cause`; nothing for seq 0. */
export const chainTo = (lineage: Lineage, seq: number): readonly Recorded<Event>[] => {
  const chain: Recorded<Event>[] = [];
  for (let next = seq; next > 0;) {
    const row = eventAt(lineage, next);
    chain.unshift(row);
    next = row.kind === 'input' ? 0 : row.cause;
  }
  return chain;
};
