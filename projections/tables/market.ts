/** The table `market_snapshots`: what each tick saw, and how far our quotes stood from the touch. */
import type { MarketObserved, SideTouch } from '../../events/market.ts';
import { isoTime } from '../../ledger/time.ts';
import type { Replace, Table } from './table.ts';

/** The tick that is being said: what it saw, when, and the name of its row. */
type State = Readonly<{ row: string; ts: string; observed: MarketObserved }> | null;

export const market: Table<State> = {
  hears: ['market.observed', 'touch.measured'],
  initial: null,
  on: (tick, { session, recorded: { at, event } }, _say, replace) => {
    switch (event.type) {
      case 'market.observed': {
        const ts = isoTime(at);
        const seen = { row: `market_snapshots ${session} ${ts}`, ts, observed: event };
        snapshot(session, seen, null, null, replace);
        return seen;
      }
      case 'touch.measured':
        if (tick) snapshot(session, tick, event.bid, event.ask, replace);
        return null;
      default:
        return tick;
    }
  },
};

const snapshot = (
  session: number,
  { row, ts, observed }: NonNullable<State>,
  bid: SideTouch | null,
  ask: SideTouch | null,
  replace: Replace,
): void => {
  const { bestBid, bestAsk, mid, amm, anchorErrorBps } = observed;
  replace(row, snapshotSql, () => [
    ts,
    session,
    bestBid,
    bestAsk,
    mid,
    amm,
    anchorErrorBps,
    bid?.distanceBps ?? null,
    ask?.distanceBps ?? null,
  ]);
};

/** Two ticks of one millisecond would be one: the later stays. */
const snapshotSql = `
  INSERT OR REPLACE INTO market_snapshots (
    ts, session_id, best_bid, best_ask, mid_price, amm_price, anchor_error_bps,
    distance_to_bid_touch_bps, distance_to_ask_touch_bps
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
