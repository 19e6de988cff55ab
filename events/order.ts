/** What happened to one offer of ours. Facts only: written after they are true, never edited. */
import type { Json } from '../ledger/transport.ts';

/** Ours: a buy acquires XRP. */
export type Side = 'buy' | 'sell';

/** Unique in a database: the session's UUID shortened, the side and a count ("3f2a9c01-bid-12"). */
export type OrderId = string;

export type OrderIntent = OrderSubmit | OrderCancel | TransactionResend | TransactionLookup;
export type OrderEvent =
  | OrderResting
  | OrderPartiallyFilled
  | OrderFilled
  | OrderCancelled
  | OrderExpired
  | OrderRejected
  | OrderUnknown
  | OrderReplacedNothing
  | CancelMissed
  | OrdersAccounted;

/** Intent. An OfferCreate, unsigned; `replaces` is the order whose OfferSequence it carries. */
export type OrderSubmit = Readonly<{
  type: 'order.submit';
  order: OrderId;
  side: Side;
  price: string;
  drops: string;
  rlusd: string;
  sequence: number;
  lastLedger: number;
  expiration: number;
  replaces: OrderId | null;
  tx: Json;
}>;

/**
 * Intent. An OfferCancel, unsigned; `order` is null for an offer that no log knows. `excludes` is the hash of a transaction of
 * ours that has not got in and whose Sequence this one takes: the ledger applies at most one of the two. Where that one
 * removes no offer there is none to name, and this one does nothing but take the Sequence.
 */
export type OrderCancel = Readonly<{
  type: 'order.cancel';
  order: OrderId | null;
  offerSequence: number | null;
  sequence: number;
  lastLedger: number;
  why: string;
  excludes: string | null;
  tx: Json;
}>;

/** Intent. The same blob once more: no server has said that it has it, and it cannot be applied twice. */
export type TransactionResend = Readonly<{
  type: 'transaction.resend';
  hash: string;
  why: string;
}>;

/** Intent. Ask the ledger what became of a hash, over the ledgers in which it could have been applied. */
export type TransactionLookup = Readonly<{
  type: 'transaction.lookup';
  hash: string;
  from: number;
  to: number;
}>;

/** On the ledger, with the amounts that really rest (read back from the CreatedNode). */
export type OrderResting = Readonly<{
  type: 'order.resting';
  order: OrderId;
  hash: string;
  drops: string;
  rlusd: string;
  ledger: number;
}>;
/** A part was traded, and the rest still rests. */
export type OrderPartiallyFilled = Readonly<{
  type: 'order.partially_filled';
  order: OrderId;
  hash: string;
  drops: string;
  rlusd: string;
}>;
/** All of it was traded. */
export type OrderFilled = Readonly<{ type: 'order.filled'; order: OrderId; hash: string }>;
/** Deleted without a trade; `hash` is the transaction whose metadata shows it. */
export type OrderCancelled = Readonly<{
  type: 'order.cancelled';
  order: OrderId;
  hash: string;
  why: string;
}>;
/** Its Expiration had passed when ledger `ledger` closed: touched by nobody, or removed in it, where the metadata do not say why. */
export type OrderExpired = Readonly<{
  type: 'order.expired';
  order: OrderId;
  ledger: number;
  hash: string | null;
}>;
/** Never came to rest: a final result other than success, nothing placed, or never applied. */
export type OrderRejected = Readonly<{
  type: 'order.rejected';
  order: OrderId;
  result: string;
  hash: string | null;
}>;
/** Its fate is not known from the ledger. From `until` (its Expiration, ledger seconds) on it can trade no more, whatever it was. */
export type OrderUnknown = Readonly<{
  type: 'order.unknown';
  order: OrderId;
  why: string;
  until: number;
}>;
/** A replace found its target gone: the new offer stands beside whatever took the old one. */
export type OrderReplacedNothing = Readonly<{
  type: 'order.replaced_nothing';
  order: OrderId;
  target: OrderId;
  hash: string;
}>;
/** A validated cancel that deleted nothing: proof that something else removed the offer first. */
export type CancelMissed = Readonly<{
  type: 'order.cancel_missed';
  order: OrderId;
  hash: string;
  result: string;
}>;
/** Once the session has its halt: what of ours is not final yet, and up to which ledger that is known. Said when it changes. */
export type OrdersAccounted = Readonly<{
  type: 'orders.accounted';
  open: readonly OrderId[];
  /** Transactions on their way. */
  pending: number;
  /** The ledger of the newest read; null before the first. */
  readLedger: number | null;
  /** Numbers of the pair's offers on the account that can still trade at that ledger. */
  standing: readonly number[];
  /** The newest ledger in which anything touched the account: a read of an earlier one proves no end. */
  touchedLedger: number;
  /** Something of ours was signed, in this session or in one that left it to us. */
  sent: boolean;
  /** The latest Expiration that was ever signed, in ledger seconds. */
  lastExpiration: number;
}>;
