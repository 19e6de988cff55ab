/**
 * What became of each order, said from validated metadata and complete ranges only. Where the ledger has not said, the
 * order is `unknown`; nothing is inferred from age or absence.
 */
import type { Event } from '../events/event.ts';
import type { MarketRead } from '../events/market.ts';
import type { TransactionSettled, TransactionValidated } from '../events/gateway.ts';
import type { OrderEvent, OrdersAccounted } from '../events/order.ts';
import {
  add,
  absolute,
  compare,
  decimal,
  format,
  subtract,
  type Decimal,
} from '../ledger/decimal.ts';
import { parseDrops } from '../ledger/drops.ts';
import {
  effects,
  isConsumed,
  type Effects,
  type OfferEffect,
  type Token,
} from '../ledger/metadata.ts';
import { actionOn } from '../ledger/result-code.ts';
import { apply, bySequence, noOrders, type Orders } from '../projections/orders.ts';
import { isLive, type Order } from '../projections/order.ts';
import { byHash, byIntent, rivalsOf, type Pending } from '../projections/pending.ts';
import type { Heard, Reducer, Say } from './reducer.ts';

type Account = Omit<OrdersAccounted, 'type' | 'open' | 'pending'>;
type State = Readonly<{
  orders: Orders;
  account: string;
  token: Token;
  known: Account;
  /** The halt has been said: from here on it is told what is left. */
  ended: boolean;
  accounted: OrdersAccounted | null;
}>;
/** Folds it and says it: an actor does not hear itself, and a move that is not legal is never said. */
type Tell = (event: OrderEvent) => Orders;

export const orders: Reducer<State> = {
  id: 'orders',
  hears: [
    'session.opened',
    'order.submit',
    'order.cancel',
    'transaction.signed',
    'transaction.answered',
    'transaction.validated',
    'transaction.settled',
    'intent.withheld',
    'market.read',
    'halt',
  ],
  initial: {
    orders: noOrders,
    account: '',
    token: { currency: '', issuer: '' },
    known: { readLedger: null, touchedLedger: 0, sent: false, lastExpiration: 0 },
    ended: false,
    accounted: null,
  },
  on: (state, heard, say) => {
    const { event } = heard;
    if (event.type === 'halt') return { ...state, ended: true };
    let folded = state.orders;
    const tell = telling(
      () => folded,
      (next) => (folded = next),
      heard,
      say,
    );
    const before = folded;
    folded = apply(folded, heard);
    switch (event.type) {
      case 'session.opened':
        return {
          ...state,
          orders: folded,
          account: event.account,
          token: { currency: event.currency, issuer: event.issuer },
          known: noted(state.known, event),
        };
      case 'transaction.validated': {
        const done = effects(event.tx, event.meta, state.account, state.token);
        seen(before, event, done, tell);
        break;
      }
      case 'transaction.answered':
        if (event.result && actionOn(event.result) === 'final') {
          never(before, event.hash, event.result, tell);
        }
        break;
      case 'transaction.settled':
        settled(before, event, tell);
        break;
      case 'intent.withheld': {
        const pending = byIntent(before.pending, event);
        if (pending) failed(pending, 'withheld', '', tell);
        break;
      }
      case 'market.read':
        compared(folded, event, tell);
        break;
      default:
    }
    return { ...state, orders: folded, known: noted(state.known, event) };
  },
  decide: (state, _input, say) => {
    if (!state.ended) return state;
    const accounted: OrdersAccounted = {
      type: 'orders.accounted',
      open: [...state.orders.open.keys()],
      pending: state.orders.pending.length,
      ...state.known,
    };
    if (state.accounted && isSame(state.accounted, accounted)) return state;
    say(accounted);
    return { ...state, accounted };
  },
};

const isSame = (a: OrdersAccounted, b: OrdersAccounted): boolean =>
  a.pending === b.pending &&
  a.readLedger === b.readLedger &&
  a.touchedLedger === b.touchedLedger &&
  a.sent === b.sent &&
  a.lastExpiration === b.lastExpiration &&
  a.open.length === b.open.length &&
  a.open.every((id, index) => id === b.open[index]);

const noted = (known: Account, event: Event): Account => {
  switch (event.type) {
    case 'session.opened': {
      const { orders: left } = event.brought;
      const lastExpiration = Math.max(0, ...left.map(({ expiration }) => expiration));
      return { ...known, sent: left.length > 0, lastExpiration };
    }
    case 'order.submit':
      return { ...known, lastExpiration: Math.max(known.lastExpiration, event.expiration) };
    case 'transaction.signed':
      return known.sent ? known : { ...known, sent: true };
    case 'transaction.validated':
      return { ...known, touchedLedger: Math.max(known.touchedLedger, event.ledger) };
    case 'market.read':
      return { ...known, readLedger: event.ledger.index };
    default:
      return known;
  }
};

const telling =
  (get: () => Orders, set: (next: Orders) => void, heard: Heard, say: Say): Tell =>
  (event) => {
    set(apply(get(), { ...heard, event }));
    say(event);
    return get();
  };

/** A validated transaction: what it did to our offers, then what became of the transaction itself where it is ours. */
const seen = (before: Orders, event: TransactionValidated, done: Effects, tell: Tell): void => {
  const { hash } = event;
  const pending = byHash(before.pending, hash);
  for (const offer of done.offers) {
    const order = bySequence(before, offer.sequence);
    if (order) touched(order, offer, event, done, tell);
  }
  if (!pending) return;
  const removed = done.offers.some((o) => o.deleted && o.sequence === pending.offerSequence);
  const order = pending.order === null ? undefined : before.open.get(pending.order);
  if (order) created(order, event, done, tell);
  for (const rival of rivalsOf(before.pending, pending)) excluded(rival, pending, tell);
  if (pending.target === null || removed) return;
  if (pending.purpose === 'submit' && done.result === 'tesSUCCESS' && pending.order !== null) {
    tell({ type: 'order.replaced_nothing', order: pending.order, target: pending.target, hash });
  }
  missed(pending.target, hash, done.result, tell);
};

/** The target still stands in our books after a cancel that deleted nothing: a tec left it resting, a success proves it gone unseen. */
const missed = (target: string, hash: string, result: string, tell: Tell): void => {
  const after = tell({ type: 'order.cancel_missed', order: target, hash, result });
  const order = after.open.get(target);
  if (result !== 'tesSUCCESS' || !order || order.state === 'unknown') return;
  doubt(order, `a cancel found no offer (${hash}), and no transaction seen has removed it`, tell);
};

const doubt = ({ id, expiration }: Order, why: string, tell: Tell): void => {
  tell({ type: 'order.unknown', order: id, why, until: expiration });
};

/** Another transaction of ours has used its Sequence: its order never was. What both would have removed is that one's affair. */
const excluded = (rival: Pending, applied: Pending, tell: Tell): void => {
  const target = rival.target === applied.target ? null : rival.target;
  failed({ ...rival, target }, 'tefPAST_SEQ', rival.hash ?? '', tell);
};

/** One of our offers, traded with or removed. */
const touched = (
  order: Order,
  offer: OfferEffect,
  event: TransactionValidated,
  done: Effects,
  tell: Tell,
): void => {
  const { hash } = event;
  if (offer.traded && isConsumed(offer.left)) {
    tell({ type: 'order.filled', order: order.id, hash });
    return;
  }
  if (offer.traded) {
    tell({
      type: 'order.partially_filled',
      order: order.id,
      hash,
      drops: String(offer.left.drops),
      rlusd: format(offer.left.rlusd),
    });
  }
  if (!offer.deleted) return;
  const expired = offer.expiration !== null && offer.expiration <= event.closeTime;
  const byUs = done.own && event.tx['OfferSequence'] === offer.sequence;
  if (byUs) {
    const replaced = event.tx['TransactionType'] === 'OfferCreate';
    tell({
      type: 'order.cancelled',
      order: order.id,
      hash,
      why: replaced ? 'replaced' : 'cancelled',
    });
  } else if (expired) {
    tell({ type: 'order.expired', order: order.id, ledger: event.ledger, hash });
  } else {
    const why = done.own ? 'crossed by our own order' : 'removed as unfunded';
    tell({ type: 'order.cancelled', order: order.id, hash, why });
  }
};

/**
 * Our own OfferCreate is final. Where it crossed and nothing of it was placed, the metadata says how much it took: all of
 * it, or a part whose rest the ledger dropped without a word (no reserve for one more object).
 */
const created = (order: Order, event: TransactionValidated, done: Effects, tell: Tell): void => {
  const { hash } = event;
  const { id } = order;
  if (done.result !== 'tesSUCCESS') {
    tell({ type: 'order.rejected', order: id, result: done.result, hash });
    return;
  }
  if (done.placed) {
    tell({
      type: 'order.resting',
      order: id,
      hash,
      drops: String(done.placed.drops),
      rlusd: format(done.placed.rlusd),
      ledger: event.ledger,
    });
    return;
  }
  const took = takenBy(done);
  if (took.drops === 0n) {
    tell({ type: 'order.rejected', order: id, result: 'placed nothing', hash });
    return;
  }
  const drops = parseDrops(order.sentDrops) - took.drops;
  const rlusd = subtract(decimal(order.sentRlusd), took.rlusd);
  const isSpent = order.side === 'buy' && compare(took.rlusd, decimal(order.sentRlusd)) >= 0;
  if (drops <= 0n || isSpent) {
    tell({ type: 'order.filled', order: id, hash });
    return;
  }
  tell({
    type: 'order.partially_filled',
    order: id,
    hash,
    drops: String(drops),
    rlusd: format(rlusd),
  });
  tell({ type: 'order.cancelled', order: id, hash, why: 'the ledger did not place the rest' });
};

/** What our own transaction took of others: its whole change without what older offers of ours gave and got. */
const takenBy = (done: Effects): Readonly<{ drops: bigint; rlusd: Decimal }> => {
  let [drops, rlusd]: [bigint, Decimal] = [done.change.drops, done.change.rlusd];
  for (const { traded } of done.offers) {
    if (!traded) continue;
    drops -= traded.side === 'buy' ? traded.drops : -traded.drops;
    rlusd = traded.side === 'buy' ? add(rlusd, traded.rlusd) : subtract(rlusd, traded.rlusd);
  }
  return { drops: drops < 0n ? -drops : drops, rlusd: absolute(rlusd) };
};

const settled = (before: Orders, event: TransactionSettled, tell: Tell): void => {
  const { hash, outcome } = event;
  if (outcome === 'never') never(before, hash, 'never applied', tell);
  if (outcome !== 'unknown') return;
  const pending = byHash(before.pending, hash);
  const order = before.open.get(pending?.order ?? pending?.target ?? '');
  if (order && order.state !== 'unknown') doubt(order, event.detail, tell);
};

const never = (before: Orders, hash: string, result: string, tell: Tell): void => {
  const pending = byHash(before.pending, hash);
  if (pending) failed(pending, result, hash, tell);
};

/** It can never be applied: its order never was, its target stays. */
const failed = (pending: Pending, result: string, hash: string, tell: Tell): void => {
  if (pending.order !== null) {
    tell({ type: 'order.rejected', order: pending.order, result, hash: hash || null });
  }
  if (pending.target !== null) {
    tell({ type: 'order.cancel_missed', order: pending.target, hash, result });
  }
};

/**
 * A read at one validated ledger, everything up to which is in the log. What is past its Expiration by that ledger's close
 * can trade no more; what should rest and is not there has a fate we have not seen.
 */
const compared = (folded: Orders, read: MarketRead, tell: Tell): void => {
  const resting = new Set(read.offers.map(({ sequence }) => sequence));
  for (const order of folded.open.values()) {
    if (!isLive(order) && order.state !== 'unknown') continue;
    if (read.ledger.index < order.restsSince) continue;
    if (order.expiration <= read.ledger.closeTime) {
      tell({ type: 'order.expired', order: order.id, ledger: read.ledger.index, hash: null });
    } else if (order.state !== 'unknown' && !resting.has(order.sequence)) {
      const where = `is not on the account at ledger ${read.ledger.index}`;
      const why = `offer ${order.sequence} ${where}, and no transaction seen has removed it`;
      doubt(order, why, tell);
    } else if (order.state === 'unknown' && resting.has(order.sequence)) {
      const offer = read.offers.find(({ sequence }) => sequence === order.sequence);
      if (!offer) continue;
      tell({
        type: 'order.resting',
        order: order.id,
        hash: order.hash ?? '',
        drops: offer.drops,
        rlusd: offer.rlusd,
        ledger: read.ledger.index,
      });
    }
  }
};
