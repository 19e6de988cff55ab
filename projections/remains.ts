/**
 * What is known, at a session's end, of what is left on the ledger: proven empty, offers that are not of this log, orders left
 * to expire, or nothing ever read. Every text that says what is left has its words from here.
 */
import type { OrderId, OrdersAccounted } from '../events/order.ts';
import type { SessionEnded } from '../events/session.ts';
import type { Orders } from './orders.ts';
import { counted, timeOfDay } from './wording.ts';

export type Remains = Readonly<{
  /** The validated ledger at which nothing of ours was left; null where nothing proves that. */
  ledger: number | null;
  /** Something of ours was signed, in this session or in one that left it to this one. */
  sent: boolean;
  /** Ours that may still trade, and until when (Unix ms). */
  left: readonly OrderId[];
  untilMs: number | null;
  /** Transactions that were not final; null where only the end itself is at hand. */
  unsettled: number | null;
  /**
   * Numbers of the pair's offers that stood on the account at the newest ledger read and are no order of this log; null
   * where no ledger was read since something touched the account, or only the end itself is at hand.
   */
  foreign: readonly number[] | null;
}>;

/** What the end says, with what was said of the account before it. */
export const remainsOf = (
  { outcome, proof, left, untilMs }: SessionEnded,
  accounted: OrdersAccounted | null = null,
  open: Orders['open'] = new Map(),
): Remains => ({
  ledger: proof?.ledger ?? null,
  sent: outcome !== 'nothing_sent',
  left,
  untilMs,
  unsettled: accounted?.pending ?? null,
  foreign: accounted && foreignIn(accounted, open),
});

const foreignIn = (
  { standing, readLedger, touchedLedger }: OrdersAccounted,
  open: Orders['open'],
): readonly number[] | null => {
  if (readLedger === null || readLedger < touchedLedger) return null;
  const ours = new Set([...open.values()].map(({ sequence }) => sequence));
  return standing.filter((one) => !ours.has(one));
};

/** Proven that none of the pair's offers stands on the account. */
export const isProvenEmpty = ({ ledger, foreign }: Remains): boolean =>
  ledger !== null && (foreign ?? []).length === 0;

export const remainsText = (remains: Remains): string =>
  `${ours(remains)}${others(remains.foreign ?? [])}`;

const ours = ({ ledger, sent, left, untilMs, unsettled, foreign }: Remains): string => {
  if (left.length > 0) {
    const until = untilMs === null ? '' : ` by ${timeOfDay(untilMs)}`;
    return `${counted(left.length, 'order')} left to expire${until}`;
  }
  if (ledger !== null) {
    const what =
      foreign?.length === 0 ? 'nothing is left on the ledger' : 'nothing of this log is left';
    return `${sent ? '' : 'nothing was ever sent; '}${what}, proven at ledger ${ledger}`;
  }
  if (!sent) return 'nothing was ever sent, and the account was never read';
  const doubt = unsettled ? ` (${counted(unsettled, 'transaction')} not final)` : '';
  return `no order is open, and nothing proves that none is left on the ledger${doubt}`;
};

const others = (foreign: readonly number[]): string => {
  if (foreign.length === 0) return '';
  const stand = foreign.length === 1 ? 'offer' : 'offers';
  return `; ${stand} ${foreign.join(', ')} on the account, not in this log, still ${foreign.length === 1 ? 'stands' : 'stand'}`;
};
