/** How one session behaved, as far as whoever decides about the next start asks: whether it traded, how it ended, what it met. */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import type { GuardId } from '../events/guard.ts';
import type { Halt } from '../events/halt.ts';
import type { TruthChecked } from '../events/inventory.ts';
import type { OrdersAccounted } from '../events/order.ts';
import type { SessionEnded, SessionOpened } from '../events/session.ts';

export type Conduct = Readonly<{
  opened: SessionOpened | null;
  /** The start's checks passed: it may have traded. */
  started: boolean;
  halt: Halt | null;
  ended: SessionEnded | null;
  accounted: OrdersAccounted | null;
  /** It died, and the next start has closed it. */
  closedByNext: boolean;
  /** The last comparison with the wallet that could be made. */
  truth: TruthChecked | null;
  /** What should not happen in a session, by the seq at which it did. */
  errors: readonly Readonly<{ seq: number; what: string; guard: GuardId | null }>[];
  /** Books and wallet were apart at its end. */
  drifted: boolean;
  /** Its last event of its own, before a next start closed it. */
  lastSeq: number;
}>;

export const noConduct: Conduct = {
  opened: null,
  started: false,
  halt: null,
  ended: null,
  accounted: null,
  closedByNext: false,
  truth: null,
  errors: [],
  drifted: false,
  lastSeq: 0,
};

export const apply = (conduct: Conduct, { seq, event }: Recorded<Outline>): Conduct => {
  const error = errorIn(event);
  const closing = conduct.closedByNext || event.type === 'session.closed_by_next';
  const next: Conduct = {
    ...conduct,
    closedByNext: closing,
    lastSeq: closing ? conduct.lastSeq : seq,
    errors: error === null ? conduct.errors : [...conduct.errors, { seq, ...error }],
  };
  switch (event.type) {
    case 'session.opened':
      return { ...next, opened: event };
    case 'session.started':
      return { ...next, started: true };
    case 'inventory.drift_at_shutdown':
      return { ...next, drifted: true };
    case 'truth.checked':
      return event.chain ? { ...next, truth: event } : next;
    case 'halt':
      return { ...next, halt: event };
    case 'session.ended':
      return { ...next, ended: event };
    case 'orders.accounted':
      return { ...next, accounted: event };
    default:
      return next;
  }
};

/** Events after which somebody looks before the next session trades. */
const errorIn = (event: Outline): Readonly<{ what: string; guard: GuardId | null }> | null => {
  switch (event.type) {
    case 'limit.breached':
      return { what: `${event.reason} (${event.detail})`, guard: null };
    case 'ledger.contradicted':
      return { what: `two servers contradicted each other on ledger ${event.index}`, guard: null };
    case 'guard.tripped': {
      const { guard } = event;
      return guard === 'wallet_truth' || guard === 'order_integrity'
        ? { what: `${guard} tripped`, guard }
        : null;
    }
    default:
      return null;
  }
};
