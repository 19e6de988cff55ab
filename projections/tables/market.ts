/** The table `market_snapshots`: what each tick saw, and how far our quotes stood from the touch. */
import { isoTime } from '../../ledger/time.ts';
import type { Table } from './table.ts';

/** The time of the tick that is being said. */
type State = string | null;

export const market: Table<State> = {
  initial: null,
  on: (ts, { session, recorded: { at, event } }, say) => {
    switch (event.type) {
      case 'market.observed': {
        const { bestBid, bestAsk, mid, amm, anchorErrorBps } = event;
        say(observedSql, isoTime(at), session, bestBid, bestAsk, mid, amm, anchorErrorBps);
        return isoTime(at);
      }
      case 'touch.measured': {
        const { bid, ask } = event;
        if (ts !== null) {
          say(touchSql, bid?.distanceBps ?? null, ask?.distanceBps ?? null, session, ts);
        }
        return null;
      }
      default:
        return ts;
    }
  },
};

/** Two ticks of one millisecond would be one: the later stays. */
const observedSql = `
  INSERT OR REPLACE INTO market_snapshots (
    ts, session_id, best_bid, best_ask, mid_price, amm_price, anchor_error_bps
  ) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const touchSql = `
  UPDATE market_snapshots SET distance_to_bid_touch_bps = ?, distance_to_ask_touch_bps = ?
  WHERE session_id = ? AND ts = ?`;
