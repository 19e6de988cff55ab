/**
 * Our orders and the transactions that carry them, folded from the log. An order's life is a table of legal moves; an event
 * that the table does not allow for the order's state is a broken invariant and ends the session. The orders actor, the
 * execution and the read models all fold with this one `apply`.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Outline } from '../events/outline.ts';
import type { OrderId } from '../events/order.ts';
import { actionOn } from '../ledger/result-code.ts';
import { copyOf, intended, legalFrom, type Order, type OrderState } from './order.ts';
import { byHash, byIntent, rivalsOf, unsigned, type Pending } from './pending.ts';
import type { Writable } from './writable.ts';

export type Orders = Readonly<{
  /** Live and unsettled orders only; a final one leaves with its last event. */
  open: ReadonlyMap<OrderId, Order>;
  pending: readonly Pending[];
  /** Of this session's own. What was submitted and is not open is filled, cancelled, expired or rejected. */
  counts: Readonly<Fates & { submitted: number; withheld: number }>;
  /** Of those that an earlier session left: how many there were, and what became of them in this one. */
  brought: Readonly<Fates & { count: number }>;
}>;

/** How many ended how. */
type Fates = Readonly<{ filled: number; cancelled: number; expired: number; rejected: number }>;

const noFates: Fates = { filled: 0, cancelled: 0, expired: 0, rejected: 0 };

export const noOrders: Orders = {
  open: new Map(),
  pending: [],
  counts: { submitted: 0, ...noFates, withheld: 0 },
  brought: { count: 0, ...noFates },
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

export const apply = (
  orders: Orders,
  { at, event }: Pick<Recorded<Outline>, 'at' | 'event'>,
): Orders => {
  switch (event.type) {
    case 'session.opened':
      return brought(orders, event.brought.orders, at);
    case 'order.submit': {
      const target = event.replaces === null ? undefined : orders.open.get(event.replaces);
      const placed = put(leaving(orders, event.replaces), intended(event, at));
      return expecting(placed, {
        purpose: 'submit',
        side: event.side,
        order: event.order,
        target: event.replaces,
        offerSequence: target?.sequence ?? null,
        sequence: event.sequence,
        lastLedger: event.lastLedger,
        ...unsigned(event.tx),
      });
    }
    case 'order.cancel': {
      const excluded = byHash(orders.pending, event.excludes);
      return expecting(leaving(orders, event.order), {
        purpose: 'cancel',
        side: orders.open.get(event.order ?? '')?.side ?? excluded?.side ?? null,
        order: null,
        target: event.order,
        offerSequence: event.offerSequence,
        sequence: event.sequence,
        lastLedger: event.lastLedger,
        ...unsigned(event.tx),
      });
    }
    case 'transaction.signed': {
      const of = orders.pending.find(
        ({ sequence, hash }) => sequence === event.sequence && hash === null,
      );
      const { hash, intent } = event;
      const pending = orders.pending.map((p) => (p === of ? { ...p, hash, intent } : p));
      const order = of?.order ? orders.open.get(of.order) : undefined;
      const next = awaiting(orders, pending);
      if (!order) return next;
      return changed(next, order, (draft) => {
        draft.state = 'signed';
        draft.hash = event.hash;
        draft.blob = event.blob;
      });
    }
    case 'transaction.answered': {
      const order = [...orders.open.values()].find(({ hash }) => hash === event.hash);
      const answer = { result: event.result };
      const pending =
        actionOn(event.result) === 'final'
          ? orders.pending.filter(({ hash }) => hash !== event.hash)
          : orders.pending.map((p) => (p.hash === event.hash ? { ...p, answer } : p));
      const next = awaiting(orders, pending);
      return order?.state === 'signed'
        ? changed(sent(next, order), order, (draft) => (draft.state = 'submitted'))
        : next;
    }
    case 'intent.withheld': {
      const withheld = byIntent(orders.pending, event);
      return settled(orders, (one) => one === withheld);
    }
    case 'transaction.validated': {
      const applied = byHash(orders.pending, event.hash);
      if (!applied) return orders;
      const rivals = rivalsOf(orders.pending, applied);
      return settled(orders, (one) => one === applied || rivals.includes(one));
    }
    case 'transaction.settled':
      if (event.outcome === 'unknown') return orders;
      return settled(orders, ({ hash }) => hash === event.hash);
    case 'order.resting':
      return moved(orders, event, (draft) => {
        draft.state = 'resting';
        draft.restsSince = event.ledger;
        draft.drops = event.drops;
        draft.rlusd = event.rlusd;
      });
    case 'order.partially_filled':
      return moved(orders, event, (draft) => {
        if (draft.state !== 'cancel_pending') draft.state = 'partially_filled';
        draft.before = 'partially_filled';
        draft.drops = event.drops;
        draft.rlusd = event.rlusd;
      });
    case 'order.cancel_missed':
      return moved(orders, event, (draft) => {
        if (draft.state === 'cancel_pending') draft.state = draft.before;
        draft.gone ||= event.result === 'tesSUCCESS';
      });
    case 'order.unknown':
      return moved(orders, event, (draft) => (draft.state = 'unknown'));
    case 'order.filled':
      return ended(orders, event, 'filled');
    case 'order.cancelled':
      return ended(orders, event, 'cancelled');
    case 'order.expired':
      return ended(orders, event, 'expired');
    case 'order.rejected':
      return ended(orders, event, event.result === 'withheld' ? 'withheld' : 'rejected');
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

type Change = (draft: Writable<Order>) => void;

const moved = (orders: Orders, event: About, change: Change): Orders => {
  const order = legal(orders, event);
  return order ? changed(sent(orders, order), order, change) : orders;
};

/** It has reached the ledger, or an answer came: an own order that was only signed counts as submitted from here on. */
const sent = (orders: Orders, { state, orphan }: Order): Orders =>
  orphan || state !== 'signed' ? orders : counted(orders, 'submitted');

const counted = (
  { open, pending, counts: before, brought }: Orders,
  what: keyof Orders['counts'],
): Orders => {
  const counts = { ...before };
  counts[what] += 1;
  return { open, pending, counts, brought };
};

const ended = (orders: Orders, event: About, how: keyof Fates | 'withheld'): Orders => {
  const order = legal(orders, event);
  if (!order) return orders;
  const open = new Map(orders.open);
  open.delete(event.order);
  const { pending, counts, brought: before } = orders;
  if (order.orphan) {
    const fate = how === 'withheld' ? 'rejected' : how;
    return { open, pending, counts, brought: { ...before, [fate]: before[fate] + 1 } };
  }
  const next = { open, pending, counts, brought: before };
  const isSent = how !== 'withheld' && order.state !== 'intended';
  return isSent ? counted(sent(next, order), how) : counted(next, 'withheld');
};

const changed = (orders: Orders, order: Order, change: Change): Orders => {
  const draft = copyOf(order);
  change(draft);
  return put(orders, draft);
};

const put = ({ open, pending, counts, brought }: Orders, order: Order): Orders => ({
  open: new Map(open).set(order.id, order),
  pending,
  counts,
  brought,
});

const awaiting = ({ open, counts, brought }: Orders, pending: Orders['pending']): Orders => ({
  open,
  pending,
  counts,
  brought,
});

const settled = (orders: Orders, isFinal: (one: Pending) => boolean): Orders =>
  awaiting(
    orders,
    orders.pending.filter((one) => !isFinal(one)),
  );

const expecting = (orders: Orders, pending: Pending): Orders =>
  awaiting(orders, [...orders.pending, pending]);

/** A cancel or a replace of it is on its way. */
const leaving = (orders: Orders, id: OrderId | null): Orders => {
  const order = id === null ? undefined : orders.open.get(id);
  if (!order || !(order.state === 'resting' || order.state === 'partially_filled')) return orders;
  const before = order.state;
  return changed(orders, order, (draft) => {
    draft.before = before;
    draft.state = 'cancel_pending';
  });
};

const brought = (
  orders: Orders,
  left: Extract<Event, { type: 'session.opened' }>['brought']['orders'],
  at: number,
): Orders => {
  let next: Orders = { ...orders, brought: { ...orders.brought, count: left.length } };
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
      gone: false,
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
        feeDrops: 0n,
        hash: one.hash,
        intent: null,
        answer: null,
      });
    }
  }
  return next;
};
