/** The table `fills`: every fill once, with the exact amounts of the metadata. */
import { formatXrp, parseDrops } from '../../ledger/drops.ts';
import { isoTime } from '../../ledger/time.ts';
import { rowId, type Table } from './table.ts';

export const fills: Table<null> = {
  hears: ['fill.recorded'],
  initial: null,
  on: (state, step, say) => {
    const { at, event } = step.recorded;
    if (event.type !== 'fill.recorded') return state;
    say(
      filledSql,
      rowId(step),
      event.order,
      step.session,
      isoTime(at),
      event.price,
      formatXrp(parseDrops(event.drops)),
      event.rlusd,
      event.side,
      event.mid,
      event.spreadBps,
      event.spreadPnl,
      event.hash,
      event.ledger,
    );
    return state;
  },
};

const filledSql = `
  INSERT INTO fills (
    id, order_id, session_id, created_at, price, quantity, rlusd, side, mid_price_at_fill,
    realized_spread_bps, realized_spread_pnl_rlusd, tx_hash, ledger_index
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
