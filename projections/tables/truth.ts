/** The table `inventory_truth_snapshots`: every comparison of the books with the wallet. */
import { formatXrp, parseDrops } from '../../ledger/drops.ts';
import { isoTime } from '../../ledger/time.ts';
import { rowId, type Table } from './table.ts';

export const truth: Table<null> = {
  hears: ['truth.checked'],
  initial: null,
  on: (state, step, say) => {
    const { at, event } = step.recorded;
    if (event.type !== 'truth.checked') return state;
    const { internal, chain, deltaDrops, deltaRlusd, status, note } = event;
    say(
      checkedSql,
      rowId(step),
      isoTime(at),
      step.session,
      xrp(internal.drops),
      internal.rlusd,
      chain && xrp(chain.drops),
      chain && chain.rlusd,
      deltaDrops === null ? null : xrp(deltaDrops),
      deltaRlusd,
      status,
      note,
    );
    return state;
  },
};

const xrp = (amount: string): string => formatXrp(parseDrops(amount));

const checkedSql = `
  INSERT INTO inventory_truth_snapshots (
    rowid, checked_at, session_id, internal_xrp, internal_rlusd, on_chain_xrp, on_chain_rlusd,
    delta_xrp, delta_rlusd, status, note
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
