/** How far our quotes stand from the best offers of others, on every tick after the first quote decision, in every mode. */
import type { SideTouch } from '../events/market.ts';
import type { OrderId, Side } from '../events/order.ts';
import { basisPoints, decimal, subtract } from '../ledger/decimal.ts';
import { lately } from '../ledger/recent.ts';
import type { Reducer } from './reducer.ts';

type Live = Readonly<{ order: OrderId; price: string }>;
type State = Readonly<{
  prices: ReadonlyMap<OrderId, Readonly<{ side: Side; price: string }>>;
  live: Readonly<Record<Side, Live | null>>;
  intended: Readonly<Record<Side, string | null>>;
  quoted: boolean;
}>;

export const touch: Reducer<State> = {
  id: 'touch',
  hears: [
    'order.submit',
    'order.resting',
    'order.filled',
    'order.cancelled',
    'order.expired',
    'order.rejected',
    'quote.decided',
    'market.observed',
  ],
  answers: ['market.observed'],
  initial: {
    prices: new Map(),
    live: { buy: null, sell: null },
    intended: { buy: null, sell: null },
    quoted: false,
  },
  on: (state, { event }, say) => {
    switch (event.type) {
      case 'quote.decided': {
        const intended = {
          buy: event.bid?.price ?? state.intended.buy,
          sell: event.ask?.price ?? state.intended.sell,
        };
        return { prices: state.prices, live: state.live, intended, quoted: true };
      }
      case 'order.submit': {
        const { live, intended, quoted } = state;
        const { side, price } = event;
        const prices = new Map(state.prices).set(event.order, { side, price });
        return { prices, live, intended, quoted };
      }
      case 'order.resting': {
        const known = state.prices.get(event.order);
        if (!known) return state;
        const { prices, intended, quoted } = state;
        const live = withLive(state, known.side, { order: event.order, price: known.price });
        return { prices, live, intended, quoted };
      }
      case 'order.filled':
      case 'order.cancelled':
      case 'order.expired':
      case 'order.rejected': {
        const known = state.prices.get(event.order);
        if (!known) return state;
        const { intended, quoted } = state;
        const prices = new Map(state.prices);
        prices.delete(event.order);
        const gone = state.live[known.side]?.order === event.order;
        const live = gone ? withLive(state, known.side, null) : state.live;
        return { prices, live, intended, quoted };
      }
      case 'market.observed': {
        if (!state.quoted) return state;
        const bid = state.live.buy?.price ?? state.intended.buy;
        const ask = state.live.sell?.price ?? state.intended.sell;
        say({
          type: 'touch.measured',
          tick: event.tick,
          bid: behindBid(bid, event.bestBid),
          ask: behindAsk(ask, event.bestAsk),
        });
        return state;
      }
      default:
        return state;
    }
  },
};

const withLive = ({ live: { buy, sell } }: State, side: Side, one: Live | null): State['live'] =>
  side === 'buy' ? { buy: one, sell } : { buy, sell: one };

/** Bid: (best − ours)/best; ask: (ours − best)/best; in bps, positive behind the touch. */
const distance = (ours: string | null, best: string | null, sign: 1 | -1): SideTouch | null => {
  if (ours === null || best === null) return null;
  const touched = decimal(best);
  const distanceBps = sign * basisPoints(subtract(decimal(ours), touched), touched);
  return { price: ours, distanceBps, within2bps: distanceBps <= 2 };
};

type Price = string | null;
const behindBid = lately((ours: Price, best: Price) => distance(ours, best, -1));
const behindAsk = lately((ours: Price, best: Price) => distance(ours, best, 1));
