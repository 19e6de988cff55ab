/** One order of ours: what is known of it, and from which state each event may move it. */
import type { OrderId, OrderSubmit, Side } from '../events/order.ts';
import type { Writable } from './writable.ts';

export type OrderState =
  | 'intended'
  | 'signed'
  | 'submitted'
  | 'resting'
  | 'partially_filled'
  | 'cancel_pending'
  | 'unknown'
  | 'filled'
  | 'cancelled'
  | 'expired'
  | 'rejected';

export type Order = Readonly<{
  id: OrderId;
  side: Side;
  price: string;
  /** The offer's number on the ledger. */
  sequence: number;
  /** As sent. */
  sentDrops: string;
  sentRlusd: string;
  /** What still rests, or would. */
  drops: string;
  rlusd: string;
  expiration: number;
  lastLedger: number;
  state: OrderState;
  /** What a failed cancel falls back to. */
  before: 'resting' | 'partially_filled';
  hash: string | null;
  blob: string | null;
  replaces: OrderId | null;
  /** Brought in from an earlier session. */
  orphan: boolean;
  submittedAt: number;
  /** The ledger in which it came to rest; a read of an earlier one cannot show it. 0 before, and where brought in. */
  restsSince: number;
  /** A validated cancel has found no such offer: it can trade no more, whatever became of it. */
  gone: boolean;
}>;

/** As it was decided, before anything was signed. */
export const intended = (submit: OrderSubmit, at: number): Order => ({
  id: submit.order,
  side: submit.side,
  price: submit.price,
  sequence: submit.sequence,
  sentDrops: submit.drops,
  sentRlusd: submit.rlusd,
  drops: submit.drops,
  rlusd: submit.rlusd,
  expiration: submit.expiration,
  lastLedger: submit.lastLedger,
  state: 'intended',
  before: 'resting',
  hash: null,
  blob: null,
  replaces: submit.replaces,
  orphan: false,
  submittedAt: at,
  restsSince: 0,
  gone: false,
});

/** Field by field, which V8 does in a twentieth of the time that `...` takes for an object of this size. */
export const copyOf = (order: Order): Writable<Order> => ({
  id: order.id,
  side: order.side,
  price: order.price,
  sequence: order.sequence,
  sentDrops: order.sentDrops,
  sentRlusd: order.sentRlusd,
  drops: order.drops,
  rlusd: order.rlusd,
  expiration: order.expiration,
  lastLedger: order.lastLedger,
  state: order.state,
  before: order.before,
  hash: order.hash,
  blob: order.blob,
  replaces: order.replaces,
  orphan: order.orphan,
  submittedAt: order.submittedAt,
  restsSince: order.restsSince,
  gone: order.gone,
});

/** From where each event may come. */
export const legalFrom: Readonly<Record<string, readonly OrderState[]>> = {
  'order.resting': ['intended', 'signed', 'submitted', 'cancel_pending', 'unknown'],
  'order.partially_filled': [
    'signed',
    'submitted',
    'resting',
    'partially_filled',
    'cancel_pending',
    'unknown',
  ],
  'order.filled': [
    'signed',
    'submitted',
    'resting',
    'partially_filled',
    'cancel_pending',
    'unknown',
  ],
  'order.cancelled': [
    'resting',
    'partially_filled',
    'cancel_pending',
    'unknown',
    'signed',
    'submitted',
  ],
  'order.expired': ['resting', 'partially_filled', 'cancel_pending', 'unknown'],
  'order.rejected': ['intended', 'signed', 'submitted', 'cancel_pending', 'unknown'],
};

export const isLive = ({ state }: Order): boolean =>
  state === 'resting' || state === 'partially_filled' || state === 'cancel_pending';
