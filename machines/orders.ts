/**
 * What became of each order, said from validated metadata and complete ranges only. Where the ledger has not said, the
 * order is `unknown`; nothing is inferred from age or absence.
 */
import type { Event } from '../events/event.ts';
import type { MarketRead } from '../events/market.ts';
import type { OrderEvent, OrdersAccounted } from '../events/order.ts';
import { effects, type Token } from '../ledger/metadata.ts';
import { actionOn } from '../ledger/result-code.ts';
import { isLive, type Order } from '../projections/order.ts';
import { apply, noOrders, type Orders } from '../projections/orders.ts';
import { byIntent } from '../projections/pending.ts';
import { doubt, failed, never, seen, settled, type Tell } from './fate.ts';
import type { Heard, Reducer, Say } from './reducer.ts';

type Known = Pick<OrdersAccounted, 'touchedLedger' | 'sent' | 'lastExpiration'>;
type State = Readonly<{
  orders: Orders;
  account: string;
  token: Token;
  known: Known;
  /** The newest one. */
  read: MarketRead | null;
  /** The halt has been said: from here on it is told what is left. */
  ended: boolean;
  accounted: OrdersAccounted | null;
}>;

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
  isStill: ({ orders: { open }, ended }, { event }) => {
    if (event.type !== 'market.read' || ended) return false;
    for (const order of open.values()) if (newsOf(order, event)) return false;
    return true;
  },
  initial: {
    orders: noOrders,
    account: '',
    token: { currency: '', issuer: '' },
    known: { touchedLedger: 0, sent: false, lastExpiration: 0 },
    read: null,
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
        for (const order of folded.open.values()) {
          const news = newsOf(order, event);
          if (news) tell(news);
        }
        break;
      default:
    }
    const { account, token, ended, accounted } = state;
    const known = noted(state.known, event);
    const read = event.type === 'market.read' ? event : state.read;
    return { orders: folded, account, token, known, read, ended, accounted };
  },
  decide: (state, _input, say) => {
    if (!state.ended) return state;
    const accounted: OrdersAccounted = {
      type: 'orders.accounted',
      open: [...state.orders.open.keys()],
      pending: state.orders.pending.length,
      readLedger: state.read?.ledger.index ?? null,
      standing: state.read ? standingAt(state.read) : [],
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
  isSameList(a.standing, b.standing) &&
  isSameList(a.open, b.open);

const isSameList = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);

const noted = (known: Known, event: Event): Known => {
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
    default:
      return known;
  }
};

const standingAt = ({ offers, ledger }: MarketRead): readonly number[] =>
  offers
    .filter(({ side }) => side !== 'other')
    .filter(({ expiration }) => expiration === null || expiration > ledger.closeTime)
    .map(({ sequence }) => sequence);

const telling =
  (get: () => Orders, set: (next: Orders) => void, heard: Heard, say: Say): Tell =>
  (event) => {
    set(apply(get(), { at: heard.at, event }));
    say(event);
    return get();
  };

/**
 * What a read says of an order: it is of one validated ledger, everything up to which is in the log. What is past its Expiration by
 * that ledger's close can trade no more; what should rest and is not there has a fate we have not seen.
 */
const newsOf = (order: Order, { ledger, offers }: MarketRead): OrderEvent | null => {
  const isUnknown = order.state === 'unknown';
  if (!isUnknown && !isLive(order)) return null;
  if (ledger.index < order.restsSince) return null;
  if (order.expiration <= ledger.closeTime) {
    return { type: 'order.expired', order: order.id, ledger: ledger.index, hash: null };
  }
  const offer = offers.find(({ sequence }) => sequence === order.sequence);
  if (!offer && !isUnknown) {
    const where = `is not on the account at ledger ${ledger.index}`;
    return doubt(order, `offer ${order.sequence} ${where}, and no transaction seen has removed it`);
  }
  if (!offer || !isUnknown) return null;
  return {
    type: 'order.resting',
    order: order.id,
    hash: order.hash ?? '',
    drops: offer.drops,
    rlusd: offer.rlusd,
    ledger: ledger.index,
  };
};
