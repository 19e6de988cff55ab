/** Whether the kill switch is latched, and with what note: until it is cleared no session starts. */
import type { Outline } from '../events/outline.ts';

export type Latch = Readonly<{ note: string }> | null;

/** A kill that was cleared before any start heard it latches nothing. */
export const apply = (before: Latch, event: Outline): Latch => {
  switch (event.type) {
    case 'session.opened':
      return event.brought.killLatched;
    case 'operator.kill':
      return event.cleared ? before : { note: event.note };
    case 'operator.clear':
      return null;
    default:
      return before;
  }
};
