/**
 * What became of our orders by one transaction, from its validated metadata or from a look-up over a complete range. Where
 * neither says it the order is `unknown`, with its Expiration as the deadline.
 */
import type { TransactionSettled, TransactionValidated } from '../events/gateway.ts';
import type { OrderEvent } from '../events/order.ts';
import { absolute, compare, decimal, format, subtract } from '../ledger/decimal.ts';
import { parseDrops } from '../ledger/drops.ts';
import { nearest } from '../ledger/exact.ts';
import { isConsumed, type Effects, type OfferEffect } from '../ledger/metadata.ts';
import { bySequence, type Orders } from '../projections/orders.ts';
import { isLive, type Order } from '../projections/order.ts';
import { byHash, rivalsOf, type Pending } from '../projections/pending.ts';

/** Folds it and says it: an actor does not hear itself, and a move that is not legal is never said. */
export type Tell = (event: OrderEvent) => Orders;

/** A validated transaction: what it did to our offers, then what became of the transaction itself where it is ours. */
export const seen = (
  before: Orders,
  event: TransactionValidated,
  done: Effects,
  tell: Tell,
): void => {
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
  for (const rival of rivalsOf(before.pending, pending)) excluded(rival, tell);
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
  tell(doubt(order, `a cancel found no offer (${hash}), and no transaction seen has removed it`));
};

export const doubt = ({ id, expiration }: Order, why: string): OrderEvent => ({
  type: 'order.unknown',
  order: id,
  why,
  until: expiration,
});

/** Another transaction of ours has used its Sequence: its order never was. What both would have removed is that one's affair. */
const excluded = (rival: Pending, tell: Tell): void =>
  failed({ ...rival, target: null }, 'tefPAST_SEQ', rival.hash ?? '', tell);

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
    // Heard late, behind a trade with it: then it is known to rest, and with less.
    if (isLive(order)) return;
    const isLess = order.before === 'partially_filled';
    tell({
      type: 'order.resting',
      order: id,
      hash,
      drops: isLess ? order.drops : String(done.placed.drops),
      rlusd: isLess ? order.rlusd : format(done.placed.rlusd),
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
const takenBy = ({ rest: { drops, rlusd } }: Effects) => ({
  drops: drops < 0n ? -drops : drops,
  rlusd: absolute(nearest(rlusd)),
});

export const settled = (before: Orders, event: TransactionSettled, tell: Tell): void => {
  const { hash, outcome } = event;
  if (outcome === 'never') never(before, hash, 'never applied', tell);
  if (outcome !== 'unknown') return;
  const pending = byHash(before.pending, hash);
  const order = before.open.get(pending?.order ?? pending?.target ?? '');
  if (order && order.state !== 'unknown') tell(doubt(order, event.detail));
};

export const never = (before: Orders, hash: string, result: string, tell: Tell): void => {
  const pending = byHash(before.pending, hash);
  if (pending) failed(pending, result, hash, tell);
};

/** It can never be applied: its order never was, its target stays. */
export const failed = (pending: Pending, result: string, hash: string, tell: Tell): void => {
  if (pending.order !== null) {
    tell({ type: 'order.rejected', order: pending.order, result, hash: hash || null });
  }
  if (pending.target !== null) {
    tell({ type: 'order.cancel_missed', order: pending.target, hash, result });
  }
};
