/** Whether the kill switch is latched as the next start will find it; of the newest session only what an operator has said is read. */
import type { Reader } from '../../actors/log/reader.ts';
import { apply, type Latch } from '../../projections/latch.ts';
import { rowsOf } from '../chronicle.ts';
import { waitingOn } from '../waiting.ts';

type Heard = Readonly<{ session: number; to: number; latch: Latch }>;

/** Each question reads on from where the one before it ended. */
export const latchIn = (reader: Reader, file: string): (() => Promise<boolean>) => {
  let heard: Heard = { session: 0, to: 0, latch: null };
  const inLog = async (): Promise<Latch> => {
    const newest = await reader.newest();
    if (!newest) return null;
    const { session, last } = newest;
    const { to, latch: before } = heard.session === session ? heard : { to: 0, latch: null };
    const range = { from: to + 1, to: last.seq };
    const told = await reader.find(session, range, { actor: '', type: 'operator.*', text: '' });
    let latch = before;
    for (const seq of to === 0 ? [1, ...told] : told) {
      for await (const { event } of rowsOf(reader, session, seq, seq)) latch = apply(latch, event);
    }
    heard = { session, to: last.seq, latch };
    return latch;
  };
  return async () => (await waitingOn(file)).reduce(apply, await inLog()) !== null;
};
