/** The table `inventory_ledger`: what each fill, each fee, each rounding and the first baseline did to the fills-only balances. Capital is not in it. */
import { drops, formatXrp } from '../../ledger/drops.ts';
import { difference, exactText, isNothing } from '../../ledger/exact.ts';
import { isoTime } from '../../ledger/time.ts';
import { fillsOnly } from '../inventory.ts';
import { rowId, type Table } from './table.ts';

export const balances: Table<null> = {
  hears: ['inventory.opened', 'fill.recorded', 'fee.paid', 'line.rounded'],
  initial: null,
  on: (state, step, say) => {
    const { session, recorded, before, after } = step;
    const [old, now] = [fillsOnly(before.inventory), fillsOnly(after.inventory)];
    const at = isoTime(recorded.at);
    const xrp = drops(now.drops - old.drops);
    const rlusd = difference(now.rlusd, old.rlusd);
    if (xrp !== 0n) {
      say(changedSql, rowId(step, 0), session, 'XRP', formatXrp(xrp), formatXrp(now.drops), at);
    }
    if (!isNothing(rlusd)) {
      say(changedSql, rowId(step, 1), session, 'RLUSD', exactText(rlusd), exactText(now.rlusd), at);
    }
    return state;
  },
};

const changedSql = `
  INSERT INTO inventory_ledger (id, session_id, asset, change, new_balance, created_at)
  VALUES (?, ?, ?, ?, ?, ?)`;
