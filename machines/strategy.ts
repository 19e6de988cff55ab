/**
 * Where to quote and how much: around the pool's price where it agrees with the book, else around mid; leaning against the
 * inventory. One actor behind one interface: it hears the market and says `quote.decided`, where the mode permits it.
 */
import type { MarketObserved, MarketRead } from '../events/market.ts';
import type { Mode } from '../events/mode.ts';
import { decimal, toNumber, type Decimal } from '../ledger/decimal.ts';
import { parseDrops, type Drops } from '../ledger/drops.ts';
import { nearestTo } from '../ledger/exact.ts';
import { may } from './permission.ts';
import { quote, type QuoteSettings } from './quote.ts';
import type { Heard, Reducer } from './reducer.ts';

export type Market = Readonly<{ heard: Heard; observed: MarketObserved }>;

type State = Readonly<{
  mode: Mode;
  running: boolean;
  /** This tick's market, until it has been answered. */
  market: Market | null;
  read: MarketRead | null;
  held: Readonly<{ drops: Drops; rlusd: Decimal }> | null;
  /** Mids of the last ticks, newest last; null on a tick that had none. */
  mids: readonly (number | null)[];
}>;

export const strategy = (settings: QuoteSettings): Reducer<State> => ({
  id: 'strategy',
  hears: [
    'session.started',
    'halt',
    'mode.changed',
    'inventory.changed',
    'market.read',
    'market.observed',
  ],
  answers: ['market.observed'],
  initial: { mode: 'OK', running: false, market: null, read: null, held: null, mids: [] },
  on: (state, heard) => {
    const { event } = heard;
    switch (event.type) {
      case 'session.started':
        return { ...state, running: true };
      case 'halt':
        return { ...state, running: false };
      case 'mode.changed':
        return { ...state, mode: event.mode };
      case 'inventory.changed': {
        const { mode, running, market, read, mids } = state;
        const { drops, rlusd } = event.balances;
        const held = { drops: parseDrops(drops), rlusd: nearestTo(rlusd) };
        return { mode, running, market, read, held, mids };
      }
      case 'market.read': {
        const { mode, running, market, held, mids } = state;
        return { mode, running, market, read: event, held, mids };
      }
      case 'market.observed': {
        const keep = settings.strategy.momentum_lookback_ticks + 1;
        const mid = event.mid === null ? null : toNumber(decimal(event.mid));
        const mids = [...state.mids, mid].slice(-keep);
        const { mode, running, read, held } = state;
        return { mode, running, market: { heard, observed: event }, read, held, mids };
      }
      default:
        return state;
    }
  },
  decide: (state, _input, say) => {
    const { mode, running, market, read, held, mids } = state;
    if (!market) return state;
    if (settings.strategy.enabled && running && may(mode, 'quote') && read && held) {
      const decided = quote(settings, { observed: market.observed, read, held, mids });
      if (decided) say(decided, market.heard);
    }
    return { mode, running, market: null, read, held, mids };
  },
});
