/**
 * Our orders and the transactions that carry them, folded from the log. An order's life is a table of legal moves; an event
 * that the table does not allow for the order's state is a broken invariant and ends the session. The orders actor, the
 * execution and the read models all fold with this one `apply`.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { OrderId } from '../events/order.ts';
import { legalFrom, type Order, type OrderState, type Pending } from './order.ts';

export type Orders = Readonly<{
  /** Live and unsettled orders only; a final one leaves with its last event. */
  open: ReadonlyMap<OrderId, Order>;
  pending: readonly Pending[];
  counts: Readonly<{
    submitted: number;
    filled: number;
    cancelled: number;
    expired: number;
    rejected: number;
  }>;
}>;

export const noOrders: Orders = {
  open: new Map(),
  pending: [],
  counts: { submitted: 0, filled: 0, cancelled: 0, expired: 0, rejected: 0 },
};

/** What becomes of an order once it was intended: whoever folds orders hears these. */
export const orderNews = [
  'transaction.signed',
  'transaction.answered',
  'transaction.validated',
  'transaction.settled',
  'intent.withheld',
  'order.resting',
  'order.partially_filled',
  'order.filled',
  'order.cancelled',
  'order.expired',
  'order.rejected',
  'order.unknown',
  'order.cancel_missed',
] as const;

/** The live order whose offer has this number. */
export const bySequence = (orders: Orders, sequence: number): Order | undefined =>
  [...orders.open.values()].find((order) => order.sequence === sequence);

export const pendingByHash = (orders: Orders, hash: string): Pending | undefined =>
  orders.pending.find((pending) => pending.hash === hash);

export const apply = (orders: Orders, { at, event }: Recorded<Event>): Orders => {
  switch (event.type) {
    case 'session.opened':
      return brought(orders, event.brought.orders, at);
    case 'order.submit': {
      const order: Order = {
        id: event.order,
        side: event.side,
        price: event.price,
        sequence: event.sequence,
        sentDrops: event.drops,
        sentRlusd: event.rlusd,
        drops: event.drops,
        rlusd: event.rlusd,
        expiration: event.expiration,
        lastLedger: event.lastLedger,
        state: 'intended',
        before: 'resting',
        hash: null,
        blob: null,
        replaces: event.replaces,
        orphan: false,
        submittedAt: at,
        restsSince: 0,
      };
      const target = event.replaces === null ? undefined : orders.open.get(event.replaces);
      const placed = put(leaving(orders, event.replaces), order);
      return expecting(placed, {
        purpose: 'submit',
        side: event.side,
        order: event.order,
        target: event.replaces,
        offerSequence: target?.sequence ?? null,
        sequence: event.sequence,
        lastLedger: event.lastLedger,
        hash: null,
      });
    }
    case 'order.cancel':
      return expecting(leaving(orders, event.order), {
        purpose: 'cancel',
        side: orders.open.get(event.order ?? '')?.side ?? null,
        order: null,
        target: event.order,
        offerSequence: event.offerSequence,
        sequence: event.sequence,
        lastLedger: event.lastLedger,
        hash: null,
      });
    case 'transaction.signed': {
      const of = orders.pending.find(
        ({ sequence, hash }) => sequence === event.sequence && hash === null,
      );
      const pending = orders.pending.map((p) => (p === of ? { ...p, hash: event.hash } : p));
      const order = of?.order ? orders.open.get(of.order) : undefined;
      const next = { ...orders, pending };
      if (!order) return next;
      return put(next, { ...order, state: 'signed', hash: event.hash, blob: event.blob });
    }
    case 'transaction.answered': {
      const order = [...orders.open.values()].find(({ hash }) => hash === event.hash);
      const counts = order
        ? { ...orders.counts, submitted: orders.counts.submitted + 1 }
        : orders.counts;
      const pending = event.result?.startsWith('tem')
        ? orders.pending.filter(({ hash }) => hash !== event.hash)
        : orders.pending;
      const next = { ...orders, counts, pending };
      return order?.state === 'signed' ? put(next, { ...order, state: 'submitted' }) : next;
    }
    case 'intent.withheld':
      return {
        ...orders,
        pending: orders.pending.filter(({ sequence }) => sequence !== event.sequence),
      };
    case 'transaction.validated':
    case 'transaction.settled': {
      if (event.type === 'transaction.settled' && event.outcome === 'unknown') return orders;
      return { ...orders, pending: orders.pending.filter(({ hash }) => hash !== event.hash) };
    }
    case 'order.resting':
      return moved(orders, event, (order) => ({
        ...order,
        state: 'resting',
        restsSince: event.ledger,
        drops: event.drops,
        rlusd: event.rlusd,
      }));
    case 'order.partially_filled':
      return moved(orders, event, (order) => ({
        ...order,
        state: order.state === 'cancel_pending' ? 'cancel_pending' : 'partially_filled',
        before: 'partially_filled',
        drops: event.drops,
        rlusd: event.rlusd,
      }));
    case 'order.cancel_missed':
      return moved(orders, event, (order) =>
        order.state === 'cancel_pending' ? { ...order, state: order.before } : order,
      );
    case 'order.unknown':
      return moved(orders, event, (order) => ({ ...order, state: 'unknown' }));
    case 'order.filled':
      return ended(orders, event, 'filled');
    case 'order.cancelled':
      return ended(orders, event, 'cancelled');
    case 'order.expired':
      return ended(orders, event, 'expired');
    case 'order.rejected':
      return ended(orders, event, 'rejected');
    default:
      return orders;
  }
};

type About = Readonly<{ type: string; order: OrderId }>;

const legal = (orders: Orders, { type, order: id }: About): Order | undefined => {
  const order = orders.open.get(id);
  const allowed = legalFrom[type];
  if (order && allowed && !allowed.includes(order.state)) {
    throw new Error(`${type} is not a legal move for order ${id}, which is ${order.state}`);
  }
  return order;
};

const moved = (orders: Orders, event: About, change: (order: Order) => Order): Orders => {
  const order = legal(orders, event);
  return order ? put(orders, change(order)) : orders;
};

const ended = (
  orders: Orders,
  event: About,
  how: 'filled' | 'cancelled' | 'expired' | 'rejected',
): Orders => {
  if (!legal(orders, event)) return orders;
  const open = new Map(orders.open);
  open.delete(event.order);
  return { ...orders, open, counts: { ...orders.counts, [how]: orders.counts[how] + 1 } };
};

const put = (orders: Orders, order: Order): Orders => ({
  ...orders,
  open: new Map(orders.open).set(order.id, order),
});

const expecting = (orders: Orders, pending: Pending): Orders => ({
  ...orders,
  pending: [...orders.pending, pending],
});

/** A cancel or a replace of it is on its way. */
const leaving = (orders: Orders, id: OrderId | null): Orders => {
  const order = id === null ? undefined : orders.open.get(id);
  if (!order || !(order.state === 'resting' || order.state === 'partially_filled')) return orders;
  return put(orders, { ...order, before: order.state, state: 'cancel_pending' });
};

const brought = (
  orders: Orders,
  left: Extract<Event, { type: 'session.opened' }>['brought']['orders'],
  at: number,
): Orders => {
  let next = orders;
  for (const one of left) {
    const state = one.state as OrderState;
    next = put(next, {
      id: one.id,
      side: one.side,
      price: one.price,
      sequence: one.sequence,
      sentDrops: one.drops,
      sentRlusd: one.rlusd,
      drops: one.drops,
      rlusd: one.rlusd,
      expiration: one.expiration,
      lastLedger: one.lastLedger,
      state,
      before: state === 'partially_filled' ? 'partially_filled' : 'resting',
      hash: one.hash,
      blob: one.blob,
      replaces: null,
      orphan: true,
      submittedAt: at,
      restsSince: 0,
    });
    if (one.hash !== null && (state === 'signed' || state === 'submitted')) {
      next = expecting(next, {
        purpose: 'submit',
        side: one.side,
        order: one.id,
        target: null,
        offerSequence: null,
        sequence: one.sequence,
        lastLedger: one.lastLedger,
        hash: one.hash,
      });
    }
  }
  return next;
};
