/**
 * The table `orders`: each order's life in the analysts' words, from the same fold that the actors use. An offer_sequence
 * stands there only when the ledger has shown the offer; a cancel only when a transaction's metadata has.
 */
import type { OrderId } from '../../events/order.ts';
import { formatXrp, parseDrops } from '../../ledger/drops.ts';
import { isoDate, isoTime } from '../../ledger/time.ts';
import type { Order } from '../order.ts';
import { orderNews } from '../orders.ts';
import type { Say, Step, Table } from './table.ts';

/** Why the newest cancel of an order was asked for. */
type State = ReadonlyMap<OrderId, string>;

export const orders: Table<State> = {
  hears: [
    'session.opened',
    'order.submit',
    'order.cancel',
    ...orderNews,
    'session.ended',
    'session.closed_by_next',
  ],
  initial: new Map(),
  on: (asked, step, say) => {
    const { before, after, recorded } = step;
    if (before.orders.open !== after.orders.open) {
      for (const order of after.orders.open.values()) {
        const old = before.orders.open.get(order.id);
        if (!old) began(step, order, say);
        else if (old !== order) moved(old, order, say);
      }
      for (const order of before.orders.open.values()) {
        if (!after.orders.open.has(order.id)) ended(step, order, asked.get(order.id) ?? null, say);
      }
    }
    const { event } = recorded;
    switch (event.type) {
      case 'session.ended':
      case 'session.closed_by_next':
        for (const { id, hash } of after.orders.open.values()) {
          if (hash === null) say(endedSql, 'FAILED', null, 'never signed', id);
        }
        return asked;
      case 'order.cancel':
        return event.order === null ? asked : new Map(asked).set(event.order, event.why);
      default:
        return asked;
    }
  },
};

const statuses: Readonly<Record<Order['state'], string>> = {
  intended: 'SUBMITTED',
  signed: 'SUBMITTED',
  submitted: 'SUBMITTED',
  resting: 'ACTIVE',
  partially_filled: 'PARTIALLY_FILLED',
  cancel_pending: 'ACTIVE',
  unknown: 'UNKNOWN',
  filled: 'FILLED',
  cancelled: 'CANCELED',
  expired: 'EXPIRED',
  rejected: 'FAILED',
};

/** A cancel under way changes nothing yet: the offer still rests. */
const statusOf = ({ state, before }: Order): string =>
  statuses[state === 'cancel_pending' ? before : state];

const isOnLedger = ({ state }: Order): boolean =>
  state === 'resting' || state === 'partially_filled' || state === 'cancel_pending';

/** One brought from an earlier session stands in the table already, unless that session is not in this log. */
const began = ({ session, recorded }: Step, order: Order, say: Say): void => {
  say(
    order.orphan ? broughtSql : submittedSql,
    order.id,
    session,
    order.side,
    order.price,
    formatXrp(parseDrops(order.sentDrops)),
    statusOf(order),
    isoTime(recorded.at),
    order.hash,
    isOnLedger(order) ? order.sequence : null,
  );
};

const moved = (old: Order, order: Order, say: Say): void => {
  const changed = statusOf(old) !== statusOf(order) || old.hash !== order.hash;
  if (!changed) return;
  say(movedSql, statusOf(order), order.hash, isOnLedger(order) ? order.sequence : null, order.id);
};

const ended = ({ recorded }: Step, order: Order, asked: string | null, say: Say): void => {
  const { at, event } = recorded;
  const orphan = order.orphan ? `orphan cleanup ${isoDate(at)}` : null;
  switch (event.type) {
    case 'order.filled':
      say(endedSql, 'FILLED', order.sequence, null, order.id);
      return;
    case 'order.expired':
      say(endedSql, 'EXPIRED', order.sequence, null, order.id);
      return;
    case 'order.rejected': {
      const reason = orphan ? `${orphan}: ${event.result}` : event.result;
      say(endedSql, 'FAILED', null, reason, order.id);
      return;
    }
    case 'order.cancelled': {
      const reason = event.why === 'cancelled' && asked !== null ? asked : event.why;
      say(cancelledSql, order.sequence, event.hash, orphan, isoTime(at), reason, order.id);
      return;
    }
    default:
  }
};

const columns =
  'id, session_id, side, price, quantity, status, created_at, submit_tx_hash, offer_sequence';
const submittedSql = `INSERT OR REPLACE INTO orders (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const broughtSql = `INSERT OR IGNORE INTO orders (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const movedSql = `
  UPDATE orders SET status = ?, submit_tx_hash = ?, offer_sequence = coalesce(?, offer_sequence)
  WHERE id = ?`;
const endedSql = `
  UPDATE orders SET status = ?, offer_sequence = coalesce(?, offer_sequence), failure_reason = ?
  WHERE id = ?`;
const cancelledSql = `
  UPDATE orders SET status = 'CANCELED', offer_sequence = ?, cancel_tx_hash = ?, failure_reason = ?,
    cancelled_at = ?, cancel_reason = ?
  WHERE id = ?`;
