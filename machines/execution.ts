/**
 * Brings what rests on the ledger to what was decided: at most one unsettled transaction a side; a changed or ageing quote
 * is one OfferCreate that replaces the old; outside OK everything is cancelled. It says intents, never sends.
 */
import type { Side } from '../events/order.ts';
import type { Quote, QuoteDecided } from '../events/quote.ts';
import { absolute, decimal, divide, subtract, toNumber } from '../ledger/decimal.ts';
import { actionOn, isInOpenLedger } from '../ledger/result-code.ts';
import { isoDate } from '../ledger/time.ts';
import type { Order } from '../projections/order.ts';
import { bySequence, orderNews } from '../projections/orders.ts';
import { byHash, type Pending } from '../projections/pending.ts';
import { changed, fold, idle, type ExecutionState } from './execution-state.ts';
import { cancel, exclude, submit, type Acting, type ExecutionSettings } from './intent.ts';
import { may } from './permission.ts';
import type { Reducer } from './reducer.ts';

export const execution = (settings: ExecutionSettings): Reducer<ExecutionState> => ({
  id: 'execution',
  hears: [
    'session.opened',
    'session.started',
    'session.ended',
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
  isStill: (state, { event: { type } }) =>
    (type === 'ledger.closed' || type === 'market.read') && isCalm(state),
  initial: idle,
  on: fold,
  decide: (state, input, say) => {
    const { quote } = state;
    let next = changed(state, 'quote', null);
    const isRefused = !state.started && state.ended !== null;
    if (state.sequence === 0 || !(state.started || isRefused)) return next;
    if (state.over || state.ended === 'config_mismatch') return next;
    const acting: Acting = { settings, input, say };
    next = lookUp(acting, next);
    next = sendAgain(acting, next);
    if (state.refusedIn === state.ledger.index) return next;
    next = cancelOrphans(acting, next);
    if (isRefused) return next;
    next = cancelLeftover(acting, next);
    if (state.ended || !may(state.mode, 'quote')) return cancelAll(acting, next, whyStopped(state));
    if (state.ticksWithoutMid > 1) return cancelAll(acting, next, 'no mid');
    if (!quote) return next;
    return follow({ settings, input, say, because: quote.heard }, next, quote.decided);
  },
});

/** Quoting, with nothing on its way and nothing to be cancelled: the next quote is what it waits for. */
const isCalm = (state: ExecutionState): boolean =>
  state.started &&
  state.ended === null &&
  state.covered > 0 &&
  state.ticksWithoutMid === 0 &&
  may(state.mode, 'quote') &&
  state.orders.pending.length === 0 &&
  state.leftover.size === 0 &&
  [...state.orders.open.values()].every(({ orphan }) => !orphan);

const whyStopped = ({ ended, mode }: ExecutionState): string => (ended ? 'session ends' : mode);

/** A transaction past its last ledger that nothing has settled: the ledger is asked, once for each ledger covered. */
const lookUp = ({ settings, say }: Acting, state: ExecutionState): ExecutionState => {
  if (state.orders.pending.length === 0) return state;
  let { asked } = state;
  for (const { hash, lastLedger } of state.orders.pending) {
    if (hash === null || lastLedger >= state.covered || asked.get(hash) === state.covered) continue;
    const from = lastLedger - settings.orders.last_ledger_offset;
    say({ type: 'transaction.lookup', hash, from, to: lastLedger });
    asked = noted(state, asked, hash, state.covered);
  }
  return changed(state, 'asked', asked);
};

/** The ledger of one hash, beside those of what is still on its way. */
const noted = (
  { orders: { pending } }: ExecutionState,
  ledgers: ReadonlyMap<string, number>,
  hash: string,
  ledger: number,
): ReadonlyMap<string, number> =>
  new Map([...ledgers].filter(([one]) => byHash(pending, one) !== undefined)).set(hash, ledger);

/** What no server has taken goes again with the next ledger, as long as it can be applied: a create only while quoting. */
const sendAgain = ({ say }: Acting, state: ExecutionState): ExecutionState => {
  if (state.orders.pending.length === 0) return state;
  const { index } = state.ledger;
  const mayPlace = state.mode === 'OK' && !state.ended;
  let { resent } = state;
  for (const { hash, answer, purpose, sequence, lastLedger } of state.orders.pending) {
    if (hash === null || answer === null || actionOn(answer.result) !== 'elsewhere') continue;
    if (purpose === 'submit' && !mayPlace) continue;
    const since = resent.get(hash);
    if (since === undefined) resent = noted(state, resent, hash, index);
    if (since === undefined || since === index || index >= lastLedger) continue;
    if (sequence < state.sequence) continue;
    say({ type: 'transaction.resend', hash, why: answer.result ?? 'no answer' });
    resent = noted(state, resent, hash, index);
  }
  return changed(state, 'resent', resent);
};

/** Orders of a session that died; those that have not got in yet are not waited for. */
const cancelOrphans = (acting: Acting, state: ExecutionState): ExecutionState => {
  const orphans = [...state.orders.open.values()].filter(({ orphan }) => orphan);
  if (orphans.length === 0) return state;
  return cancelEach(acting, state, orphans, `orphan cleanup ${isoDate(acting.input.at)}`);
};

/** Offers that stand on the account without an open order of ours. */
const cancelLeftover = (acting: Acting, state: ExecutionState): ExecutionState => {
  if (state.leftover.size === 0) return state;
  let next = state;
  for (const [sequence, { foreign, retryAt }] of state.leftover) {
    const known =
      bySequence(next.orders, sequence) !== undefined ||
      next.orders.pending.some(
        ({ offerSequence, lastLedger }) =>
          offerSequence === sequence && lastLedger >= state.covered,
      );
    if (known || state.covered < retryAt) continue;
    next = cancel(acting, next, null, sequence, `orphan cleanup ${isoDate(acting.input.at)}`);
    const until = state.ledger.index + acting.settings.orders.last_ledger_offset;
    next = changed(
      next,
      'leftover',
      new Map(next.leftover).set(sequence, { foreign, retryAt: until + 1 }),
    );
  }
  return next;
};

const cancelAll = (acting: Acting, state: ExecutionState, why: string): ExecutionState =>
  cancelEach(acting, state, [...state.orders.open.values()], why);

/**
 * What rests, or may rest, is cancelled; a transaction that has not got in loses its Sequence to one that will, for nothing of a later
 * Sequence gets in before it: also one that is about no open order any more.
 */
const cancelEach = (
  acting: Acting,
  state: ExecutionState,
  orders: readonly Order[],
  why: string,
): ExecutionState => {
  let next = state;
  const { open } = state.orders;
  const ids = new Set(orders.map(({ id }) => id));
  for (const pending of state.orders.pending) {
    const about = [pending.order, pending.target].flatMap((id) =>
      id !== null && open.has(id) ? [id] : [],
    );
    const concerned = about.some((id) => ids.has(id)) || (ids.size > 0 && about.length === 0);
    if (concerned && isStuck(acting.settings, next, pending)) {
      next = exclude(acting, next, pending, why);
    }
  }
  for (const order of orders) {
    if (isCancellable(next, order)) next = cancel(acting, next, order, order.sequence, why);
  }
  return next;
};

/** What got in at once is in one of so many ledgers. */
const ledgersToEnter = 2;

/** Signed, not in an open ledger as far as anybody knows, its Sequence not used, and nothing on its way that would use it. */
const isStuck = (
  { orders }: ExecutionSettings,
  state: ExecutionState,
  { hash, sequence, lastLedger, feeDrops, answer }: Pending,
): boolean => {
  if (hash === null || sequence < state.sequence) return false;
  if (feeDrops >= BigInt(orders.max_cancel_fee_drops)) return false;
  if (state.orders.pending.some((one) => one.sequence === sequence && one.hash !== hash)) {
    return false;
  }
  const sentAt = lastLedger - orders.last_ledger_offset;
  /** The transactions of a ledger come after the word that it has closed. */
  const seen = Math.max(state.covered, state.ledger.index - 1);
  if (seen >= sentAt + ledgersToEnter) return true;
  return answer !== null && !isInOpenLedger(answer.result);
};

/** Resting with nothing on its way that would remove it. */
const isResting = ({ state }: Order): boolean =>
  state === 'resting' || state === 'partially_filled';

/** So is one of unknown fate that may rest all the same, until a cancel has proven that it does not. */
const isCancellable = ({ orders: { pending } }: ExecutionState, order: Order): boolean => {
  if (isResting(order)) return true;
  if (order.state !== 'unknown' || order.gone) return false;
  return !pending.some(({ order: id, target }) => id === order.id || target === order.id);
};

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
  if (state.orders.pending.some((pending) => pending.side === side)) return state;
  const resting: Order[] = [];
  for (const order of state.orders.open.values()) {
    if (order.side !== side) continue;
    if (order.orphan || order.state === 'unknown') return state;
    if (isResting(order)) resting.push(order);
  }
  const current = resting.pop();
  if (resting.length > 0) {
    return resting.reduceRight(
      (next, order) => cancel(acting, next, order, order.sequence, 'doubled'),
      state,
    );
  }
  /** What a passing spike would make dear: a cancel. */
  if (!quote && withheld === 'fees' && state.ticksDear < ticksDearMost) return state;
  if (!quote) {
    return current
      ? cancel(acting, state, current, current.sequence, withheld ?? 'withheld')
      : state;
  }
  if (current && !isOutdated(acting.settings, state, current, quote)) return state;
  return submit(acting, state, side, quote, current ?? null);
};

/** Above the cap for so many ticks what rests is cancelled. */
const ticksDearMost = 3;

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
