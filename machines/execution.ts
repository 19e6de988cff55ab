/**
 * Brings what rests on the ledger to what was decided: at most one unsettled transaction a side; a changed or ageing quote
 * is one OfferCreate that replaces the old; outside OK everything is cancelled. It says intents, never sends.
 */
import type { Side } from '../events/order.ts';
import type { Quote, QuoteDecided } from '../events/quote.ts';
import { absolute, decimal, divide, subtract, toNumber } from '../ledger/decimal.ts';
import { isoDate } from '../ledger/time.ts';
import type { Order } from '../projections/order.ts';
import { orderNews } from '../projections/orders.ts';
import { fold, idle, type ExecutionState } from './execution-state.ts';
import { cancel, submit, type Acting, type ExecutionSettings } from './intent.ts';
import type { Reducer } from './reducer.ts';

export const execution = (settings: ExecutionSettings): Reducer<ExecutionState> => ({
  id: 'execution',
  hears: [
    'session.opened',
    'session.started',
    'session.foreign_offers_found',
    'ledger.closed',
    'market.read',
    'market.observed',
    ...orderNews,
    'order.replaced_nothing',
    'mode.changed',
    'halt',
    'quote.decided',
    'time.due',
  ],
  initial: idle,
  on: fold,
  decide: (state, input, say) => {
    const { quote } = state;
    let next: ExecutionState = { ...state, quote: null };
    if (!state.started) return next;
    const acting: Acting = { settings, input, say };
    next = lookUp(acting, next);
    next = cleanUp(acting, next);
    if (state.ended || state.mode !== 'OK') return cancelAll(acting, next, whyStopped(state));
    if (state.ticksWithoutMid > 1) return cancelAll(acting, next, 'no mid');
    return quote ? follow({ ...acting, because: quote.heard }, next, quote.decided) : next;
  },
});

const whyStopped = ({ ended, mode }: ExecutionState): string => (ended ? 'session ends' : mode);

/** A transaction past its last ledger that nothing has settled: the ledger is asked, once for each ledger covered. */
const lookUp = ({ settings, say }: Acting, state: ExecutionState): ExecutionState => {
  if (state.orders.pending.length === 0) return state;
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
const cleanUp = (acting: Acting, state: ExecutionState): ExecutionState => {
  const orphans = [...state.orders.open.values()].filter((one) => one.orphan && isResting(one));
  if (orphans.length === 0 && state.leftover.length === 0) return state;
  let next = state;
  const why = `orphan cleanup ${isoDate(acting.input.at)}`;
  for (const order of orphans) next = cancel(acting, next, order, order.sequence, why);
  for (const sequence of state.leftover) {
    const known = [...next.orders.open.values()].some((order) => order.sequence === sequence);
    if (!known) next = cancel(acting, next, null, sequence, why);
  }
  return { ...next, leftover: [] };
};

const cancelAll = (acting: Acting, state: ExecutionState, why: string): ExecutionState => {
  let next = state;
  for (const order of state.orders.open.values()) {
    if (isResting(order)) next = cancel(acting, next, order, order.sequence, why);
  }
  return next;
};

/** Resting with nothing on its way that would remove it. */
const isResting = ({ state }: Order): boolean =>
  state === 'resting' || state === 'partially_filled';

const follow = (acting: Acting, state: ExecutionState, decided: QuoteDecided): ExecutionState => {
  const withBid = followSide(acting, state, 'buy', decided.bid, decided.withheld.bid);
  return followSide(acting, withBid, 'sell', decided.ask, decided.withheld.ask);
};

const followSide = (
  acting: Acting,
  state: ExecutionState,
  side: Side,
  quote: Quote | null,
  withheld: string | null,
): ExecutionState => {
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
  state: ExecutionState,
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
