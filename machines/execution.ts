/**
 * Brings what rests on the ledger to what was decided: at most one unsettled transaction a side; a changed or ageing quote
 * is one OfferCreate that replaces the old; outside OK everything is cancelled. It says intents, never sends.
 */
import type { MarketRead } from '../events/market.ts';
import type { Mode } from '../events/mode.ts';
import type { OrderId, Side } from '../events/order.ts';
import type { Quote, QuoteDecided } from '../events/quote.ts';
import { absolute, decimal, divide, subtract, toNumber } from '../ledger/decimal.ts';
import type { Token } from '../ledger/metadata.ts';
import { isoDate } from '../ledger/time.ts';
import { apply, noOrders, type Order, type Orders } from '../projections/orders.ts';
import type { Heard, Reducer, Say } from './reducer.ts';
import type { OrdersSettings, StrategySettings } from './settings.ts';
import { offerCancel, offerCreate, offerDrops, type Envelope } from './transaction.ts';

export type ExecutionSettings = Readonly<{
  orders: OrdersSettings;
  strategy: Pick<StrategySettings, 'requote_threshold_bps'>;
}>;

type State = Readonly<{
  account: string;
  token: Token;
  /** First part of our order ids: the session's own. */
  prefix: string;
  count: number;
  orders: Orders;
  started: boolean;
  mode: Mode;
  ended: boolean;
  /** This tick's quote, until it has been acted on; with what said it. */
  quote: Readonly<{ heard: Heard; decided: QuoteDecided }> | null;
  ticksWithoutMid: number;
  /** Newest validated ledger and its close time in ledger seconds. */
  ledger: Readonly<{ index: number; closeTime: number }>;
  /** Everything that touched the account up to here is in the log. */
  covered: number;
  /** The account's next Sequence as validated. */
  sequence: number;
  feeDrops: bigint;
  /** Hash → the ledger at which its fate was last asked for. */
  asked: ReadonlyMap<string, number>;
  /** Offers on the account to be removed at the start: expired ones, and foreign ones where told to. */
  leftover: readonly number[];
  /** Replaced nothing: to be sized anew whatever its price. */
  resize: ReadonlySet<OrderId>;
}>;

export const execution = (settings: ExecutionSettings): Reducer<State> => ({
  id: 'execution',
  hears: [
    'session.opened',
    'session.started',
    'session.foreign_offers_found',
    'ledger.closed',
    'market.read',
    'market.observed',
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
    'order.replaced_nothing',
    'mode.changed',
    'halt',
    'quote.decided',
    'time.due',
  ],
  initial: {
    account: '',
    token: { currency: '', issuer: '' },
    prefix: '',
    count: 0,
    orders: noOrders,
    started: false,
    mode: 'OK',
    ended: false,
    quote: null,
    ticksWithoutMid: 0,
    ledger: { index: 0, closeTime: 0 },
    covered: 0,
    sequence: 0,
    feeDrops: 10n,
    asked: new Map(),
    leftover: [],
    resize: new Set(),
  },
  on: (state, heard) => fold({ ...state, orders: apply(state.orders, heard) }, heard),
  decide: (state, input, say) => {
    const { quote } = state;
    let next: State = { ...state, quote: null };
    if (!state.started) return next;
    const acting: Acting = { settings, input, say };
    next = lookUp(acting, next);
    next = cleanUp(acting, next);
    if (state.ended || state.mode !== 'OK') return cancelAll(acting, next, whyStopped(state));
    if (state.ticksWithoutMid > 1) return cancelAll(acting, next, 'no mid');
    return quote ? follow({ ...acting, because: quote.heard }, next, quote.decided) : next;
  },
});

const whyStopped = ({ ended, mode }: State): string => (ended ? 'session ends' : mode);

const fold = (state: State, heard: Heard): State => {
  const { event } = heard;
  switch (event.type) {
    case 'session.opened':
      return {
        ...state,
        account: event.account,
        token: { currency: event.currency, issuer: event.issuer },
        prefix: event.uuid.slice(0, 8),
      };
    case 'session.started':
      return { ...state, started: true };
    case 'session.foreign_offers_found':
      return { ...state, leftover: [...state.leftover, ...event.sequences] };
    case 'ledger.closed':
      return event.index > state.ledger.index ? { ...state, ledger: event } : state;
    case 'market.read':
      return read(state, event);
    case 'market.observed':
      return { ...state, ticksWithoutMid: event.mid === null ? state.ticksWithoutMid + 1 : 0 };
    case 'transaction.validated': {
      const used = event.tx['Account'] === state.account ? Number(event.tx['Sequence']) : 0;
      return { ...state, sequence: Math.max(state.sequence, used + 1) };
    }
    case 'order.replaced_nothing':
      return { ...state, resize: new Set([event.order]) };
    case 'mode.changed':
      return { ...state, mode: event.mode };
    case 'halt':
      return { ...state, ended: true };
    case 'quote.decided':
      return { ...state, quote: { heard, decided: event } };
    default:
      return state;
  }
};

const read = (state: State, event: MarketRead): State => {
  const { index, closeTime } = event.ledger;
  const base = BigInt(event.fee.baseDrops);
  const open = BigInt(event.fee.openLedgerDrops);
  const expired = event.offers.filter(
    ({ side, expiration }) => side !== 'other' && expiration !== null && expiration <= closeTime,
  );
  return {
    ...state,
    ledger: index >= state.ledger.index ? { index, closeTime } : state.ledger,
    covered: Math.max(state.covered, index),
    sequence: Math.max(state.sequence, event.account.sequence),
    feeDrops: open > base ? open : base,
    leftover:
      state.covered === 0
        ? [...state.leftover, ...expired.map(({ sequence }) => sequence)]
        : state.leftover,
  };
};

type Acting = Readonly<{ settings: ExecutionSettings; input: Heard; say: Say; because?: Heard }>;

/** A transaction past its last ledger that nothing has settled: the ledger is asked, once for each ledger covered. */
const lookUp = ({ settings, say }: Acting, state: State): State => {
  let { asked } = state;
  for (const { hash, lastLedger } of state.orders.pending) {
    if (hash === null || lastLedger >= state.covered || asked.get(hash) === state.covered) continue;
    const from = lastLedger - settings.orders.last_ledger_offset;
    say({ type: 'transaction.lookup', hash, from, to: lastLedger });
    asked = new Map(asked).set(hash, state.covered);
  }
  return { ...state, asked };
};

/** Orders of a session that died, and offers that stand on the account without one of ours. */
const cleanUp = (acting: Acting, state: State): State => {
  let next = state;
  const why = `orphan cleanup ${isoDate(acting.input.at)}`;
  for (const order of state.orders.open.values()) {
    if (order.orphan && isResting(order)) next = cancel(acting, next, order, order.sequence, why);
  }
  for (const sequence of state.leftover) {
    const known = [...next.orders.open.values()].some((order) => order.sequence === sequence);
    if (!known) next = cancel(acting, next, null, sequence, why);
  }
  return { ...next, leftover: [] };
};

const cancelAll = (acting: Acting, state: State, why: string): State => {
  let next = state;
  for (const order of state.orders.open.values()) {
    if (isResting(order)) next = cancel(acting, next, order, order.sequence, why);
  }
  return next;
};

/** Resting with nothing on its way that would remove it. */
const isResting = ({ state }: Order): boolean =>
  state === 'resting' || state === 'partially_filled';

const follow = (acting: Acting, state: State, decided: QuoteDecided): State => {
  const withBid = followSide(acting, state, 'buy', decided.bid, decided.withheld.bid);
  return followSide(acting, withBid, 'sell', decided.ask, decided.withheld.ask);
};

const followSide = (
  acting: Acting,
  state: State,
  side: Side,
  quote: Quote | null,
  withheld: string | null,
): State => {
  const unsettled = state.orders.pending.some((pending) => pending.side === side);
  const standing = [...state.orders.open.values()].filter((order) => order.side === side);
  if (unsettled || standing.some((order) => order.orphan || order.state === 'unknown'))
    return state;
  const resting = standing.filter(isResting);
  const [current, ...extra] = resting.toReversed();
  if (extra.length > 0) {
    return extra.reduce(
      (next, order) => cancel(acting, next, order, order.sequence, 'doubled'),
      state,
    );
  }
  if (!quote) {
    return current
      ? cancel(acting, state, current, current.sequence, withheld ?? 'withheld')
      : state;
  }
  if (current && !isOutdated(acting.settings, state, current, quote)) return state;
  return submit(acting, state, side, quote, current ?? null);
};

const isOutdated = (
  { orders, strategy }: ExecutionSettings,
  state: State,
  current: Order,
  quote: Quote,
): boolean => {
  const old = decimal(current.price);
  const movedBps = toNumber(divide(absolute(subtract(decimal(quote.price), old)), old)) * 10_000;
  const renewAt = current.expiration - (orders.lifetime_seconds - orders.renew_at_seconds);
  return (
    movedBps >= strategy.requote_threshold_bps ||
    state.ledger.closeTime >= renewAt ||
    (state.resize.has(current.id) && quote.rlusd !== current.sentRlusd)
  );
};

/** The lowest number that the ledger still expects and no unsettled transaction uses. */
const nextSequence = (state: State): number => {
  const used = new Set(state.orders.pending.map(({ sequence }) => sequence));
  let sequence = state.sequence;
  while (used.has(sequence)) sequence += 1;
  return sequence;
};

const envelope = (acting: Acting, state: State, feeDrops: bigint): Envelope => ({
  account: state.account,
  sequence: nextSequence(state),
  feeDrops: String(feeDrops),
  lastLedger: state.ledger.index + acting.settings.orders.last_ledger_offset,
});

/** Above the fee cap nothing is quoted. */
const submit = (
  acting: Acting,
  state: State,
  side: Side,
  quote: Quote,
  replaced: Order | null,
): State => {
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
  const orders = apply(state.orders, { ...acting.input, event });
  return { ...state, orders, count: state.count + 1 };
};

const cancel = (
  acting: Acting,
  state: State,
  order: Order | null,
  offerSequence: number,
  why: string,
): State => {
  const cap = BigInt(acting.settings.orders.max_cancel_fee_drops);
  const sent = envelope(acting, state, state.feeDrops < cap ? state.feeDrops : cap);
  const event = {
    type: 'order.cancel',
    order: order?.id ?? null,
    offerSequence,
    sequence: sent.sequence,
    lastLedger: sent.lastLedger,
    why,
    tx: offerCancel(sent, offerSequence),
  } as const;
  acting.say(event, acting.because);
  return { ...state, orders: apply(state.orders, { ...acting.input, event }) };
};
