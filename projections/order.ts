/** One order of ours: what is known of it, and from which state each event may move it. */
import type { OrderId, Side } from '../events/order.ts';

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
