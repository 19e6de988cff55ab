/** The market as a tick sees it: mid from the book without our own offers, the pool beside it. No read, no side: no mid, never a guess. */
import type { Level, MarketObserved, MarketRead, Pool } from '../events/market.ts';
import {
  add,
  basisPoints,
  compare,
  decimal,
  divide,
  format,
  fromNumber,
  isPositive,
  subtract,
  type Decimal,
} from '../ledger/decimal.ts';
import { parseDrops, xrpOf } from '../ledger/drops.ts';
import { isPrice } from '../ledger/price.ts';
import { lately } from '../ledger/recent.ts';
import type { Reducer } from './reducer.ts';

type State = Readonly<{ read: MarketRead | null; tick: number }>;

export const market: Reducer<State> = {
  id: 'market',
  hears: ['market.read', 'read.failed', 'gateway.down', 'tick'],
  answers: ['tick'],
  initial: { read: null, tick: -1 },
  on: (state, { event }, say) => {
    switch (event.type) {
      case 'market.read':
        return { read: event, tick: state.tick };
      case 'read.failed':
      case 'gateway.down':
        return { read: null, tick: state.tick };
      case 'tick':
        /** A tick that comes twice is one tick: nothing is observed, and nothing counted, a second time. */
        if (event.index <= state.tick) return state;
        say(observe(event.index, state.read));
        return { read: state.read, tick: event.index };
      default:
        return state;
    }
  },
};

const two = fromNumber(2);

const observe = (tick: number, read: MarketRead | null): MarketObserved => {
  const bid = read ? best(read.bids) : null;
  const ask = read ? best(read.asks) : null;
  const pool = read?.amm ? poolPrice(read.amm) : null;
  const { bestBid, bestAsk, mid, amm, anchorErrorBps, missing } = prices(bid, ask, pool);
  return {
    type: 'market.observed',
    tick,
    ledger: read?.ledger.index ?? null,
    closeTime: read?.ledger.closeTime ?? null,
    bestBid,
    bestAsk,
    mid,
    amm,
    anchorErrorBps,
    missing: read ? missing : 'no_read',
  };
};

const prices = lately((bid: Decimal | null, ask: Decimal | null, amm: Decimal | null) => {
  const missing = missingOf(bid, ask);
  const mid = bid && ask && missing === null ? divide(add(bid, ask), two) : null;
  return {
    bestBid: bid ? format(bid) : null,
    bestAsk: ask ? format(ask) : null,
    mid: mid ? format(mid) : null,
    amm: amm ? format(amm) : null,
    anchorErrorBps: mid && amm ? basisPoints(subtract(amm, mid), mid) : null,
    missing,
  };
});

const missingOf = (bid: Decimal | null, ask: Decimal | null): MarketObserved['missing'] => {
  if (!bid) return 'no_bid';
  if (!ask) return 'no_ask';
  return compare(bid, ask) >= 0 ? 'crossed' : null;
};

/** The first price of others that anybody can mean. */
export const best = (levels: readonly Level[]): Decimal | null => {
  for (const { own, price } of levels) {
    const found = own ? undefined : decimal(price);
    if (isPrice(found)) return found;
  }
  return null;
};

/** RLUSD per XRP at the margin, without the fee; null for an empty pool, and for one at a price that nobody can mean. */
export const poolPrice = ({ drops, rlusd }: Pool): Decimal | null => marginal(drops, rlusd);

const marginal = lately((drops: string, rlusd: string): Decimal | null => {
  const [xrp, token] = [xrpOf(parseDrops(drops)), decimal(rlusd)];
  const price = isPositive(xrp) ? divide(token, xrp) : undefined;
  return isPrice(price) ? price : null;
});
