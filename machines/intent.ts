/** The intents of execution: an offer created or replaced, an offer cancelled, a stuck transaction excluded, each with the Sequence, fee and last ledger it may have. */
import type { Side } from '../events/order.ts';
import type { Quote } from '../events/quote.ts';
import { decimal } from '../ledger/decimal.ts';
import type { Order } from '../projections/order.ts';
import { apply } from '../projections/orders.ts';
import type { Pending } from '../projections/pending.ts';
import { changed, type ExecutionState } from './execution-state.ts';
import type { Heard, Say } from './reducer.ts';
import type { OrdersSettings, StrategySettings } from './settings.ts';
import { noOperation, offerCancel, offerCreate, offerDrops, type Envelope } from './transaction.ts';

export type ExecutionSettings = Readonly<{
  orders: OrdersSettings;
  strategy: Pick<StrategySettings, 'requote_threshold_bps'>;
}>;

export type Acting = Readonly<{
  settings: ExecutionSettings;
  input: Heard;
  say: Say;
  because?: Heard;
}>;

/** The lowest number that the ledger still expects and no unsettled transaction uses. */
const nextSequence = (state: ExecutionState): number => {
  const used = new Set(state.orders.pending.map(({ sequence }) => sequence));
  let sequence = state.sequence;
  while (used.has(sequence)) sequence += 1;
  return sequence;
};

const envelope = (acting: Acting, state: ExecutionState, feeDrops: bigint): Envelope => ({
  account: state.account,
  sequence: nextSequence(state),
  feeDrops: String(feeDrops),
  lastLedger: state.ledger.index + acting.settings.orders.last_ledger_offset,
});

/** Whoever decided it: above the fee cap nothing is sent. */
export const submit = (
  acting: Acting,
  state: ExecutionState,
  side: Side,
  quote: Quote,
  replaced: Order | null,
): ExecutionState => {
  const { settings } = acting;
  if (state.feeDrops > BigInt(settings.orders.max_fee_drops)) return state;
  const sent = envelope(acting, state, state.feeDrops);
  const expiration = state.ledger.closeTime + settings.orders.lifetime_seconds;
  const { price, rlusd } = quote;
  const event = {
    type: 'order.submit',
    order: `${state.prefix}-${side === 'buy' ? 'bid' : 'ask'}-${state.count + 1}`,
    side,
    price,
    drops: String(offerDrops(side, decimal(price), decimal(rlusd))),
    rlusd,
    sequence: sent.sequence,
    lastLedger: sent.lastLedger,
    expiration,
    replaces: replaced?.id ?? null,
    tx: offerCreate(sent, state.token, {
      side,
      price,
      rlusd,
      expiration,
      replaces: replaced?.sequence ?? null,
    }),
  } as const;
  acting.say(event, acting.because);
  const orders = apply(state.orders, { at: acting.input.at, event });
  return changed(changed(state, 'orders', orders), 'count', state.count + 1);
};

export const cancel = (
  acting: Acting,
  state: ExecutionState,
  order: Order | null,
  offerSequence: number,
  why: string,
): ExecutionState => {
  const cap = BigInt(acting.settings.orders.max_cancel_fee_drops);
  const sent = envelope(acting, state, state.feeDrops < cap ? state.feeDrops : cap);
  const event = {
    type: 'order.cancel',
    order: order?.id ?? null,
    offerSequence,
    sequence: sent.sequence,
    lastLedger: sent.lastLedger,
    why,
    excludes: null,
    tx: offerCancel(sent, offerSequence),
  } as const;
  acting.say(event, acting.because);
  return changed(state, 'orders', apply(state.orders, { at: acting.input.at, event }));
};

/** Takes the Sequence of a transaction that has not got in, at the cancel fee cap, and removes what that one would have removed. */
export const exclude = (
  acting: Acting,
  state: ExecutionState,
  { hash, sequence, target, offerSequence }: Pending,
  why: string,
): ExecutionState => {
  const { last_ledger_offset: offset, max_cancel_fee_drops: cap } = acting.settings.orders;
  const lastLedger = state.ledger.index + offset;
  const sent = { account: state.account, sequence, feeDrops: String(cap), lastLedger };
  const event = {
    type: 'order.cancel',
    order: target,
    offerSequence,
    sequence,
    lastLedger,
    why,
    excludes: hash,
    tx: offerSequence === null ? noOperation(sent) : offerCancel(sent, offerSequence),
  } as const;
  acting.say(event, acting.because);
  return changed(state, 'orders', apply(state.orders, { at: acting.input.at, event }));
};
