/**
 * Why the session ended: its one halt. A session that died has the end that the next start found; nothing is guessed, and no
 * later cause replaces the first.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import type { Halt } from '../events/halt.ts';

export type Ending = Readonly<{
  reason: Halt['reason'];
  source: Halt['source'];
  detail: string;
  at: number;
  /** Of the halt itself; where none was written, of what closed the session. */
  seq: number;
  /** `seq` of the event that caused it. */
  event: number;
  /** Guards that were not armed at that moment, the halting one left out. */
  standing: Halt['standing'];
}>;

/** Null while the session has no end. */
export const empty: Ending | null = null;

export const apply = (state: Ending | null, recorded: Recorded<Outline>): Ending | null => {
  const { event, at, seq } = recorded;
  if (event.type === 'halt') {
    if (state && !isDerived(state)) return state;
    const { reason, source, detail, standing } = event;
    return { reason, source, detail, at, seq, event: event.event, standing };
  }
  if (event.type === 'session.closed_by_next' && !state) {
    const detail = `the log was silent for ${Math.round(event.silentMs / 1000)} s`;
    return {
      reason: 'unexpected_halt',
      source: 'recovery',
      detail,
      at,
      seq,
      event: seq,
      standing: [],
    };
  }
  return state;
};

/** A halt that was written has a cause before it; one that was derived gives way to one that is written after all. */
const isDerived = ({ seq, event }: Ending): boolean => seq === event;
