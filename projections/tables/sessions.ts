/** The table `sessions`: when each began and ended, why, and what it held then. A running one has no end. */
import { type Decimal } from '../../ledger/decimal.ts';
import { formatXrp } from '../../ledger/drops.ts';
import { exactText } from '../../ledger/exact.ts';
import { isoTime } from '../../ledger/time.ts';
import { held, type Inventory, totalAt } from '../inventory.ts';
import { diedAt } from '../session.ts';
import type { Say, Step, Table } from './table.ts';

type State = Readonly<{
  /** The value at the start is known, which it is with the first mid. */
  valued: boolean;
  halted: boolean;
}>;

export const sessions: Table<State> = {
  hears: [
    'session.opened',
    'inventory.opened',
    'market.observed',
    'halt',
    'session.ended',
    'session.closed_by_next',
  ],
  initial: { valued: false, halted: false },
  on: (state, step, say) => {
    const { session, recorded, after, numbers } = step;
    const { at, event } = recorded;
    switch (event.type) {
      case 'session.opened': {
        const parent = event.parent ? (numbers.get(event.parent.uuid) ?? null) : null;
        say(openedSql, session, parent, isoTime(at), event.network);
        begin(step, say);
        return state;
      }
      case 'inventory.opened':
        begin(step, say);
        return state;
      case 'market.observed':
        if (state.valued || after.mid === null || !after.inventory.known) return state;
        say(valuedSql, value(after.inventory, after.mid), session);
        return { ...state, valued: true };
      case 'halt':
        if (!state.halted) say(haltedSql, event.reason, session);
        return { ...state, halted: true };
      case 'session.ended':
        end(step, at, say);
        return state;
      case 'session.closed_by_next':
        end(step, diedAt(at, event), say);
        if (!state.halted) say(haltedSql, 'unexpected_halt', session);
        return state;
      default:
        return state;
    }
  },
};

const value = (inventory: Inventory, mid: Decimal): string =>
  exactText(totalAt(held(inventory), mid));

const begin = ({ session, after: { inventory } }: Step, say: Say): void => {
  if (!inventory.known) return;
  const { drops, rlusd } = held(inventory);
  say(beganSql, formatXrp(drops), exactText(rlusd), session);
};

/** A session that died ended with its last event before the silence. */
const end = ({ session, after: { inventory, mid } }: Step, at: number, say: Say): void => {
  const { drops, rlusd } = held(inventory);
  const [xrp, token] = inventory.known ? [formatXrp(drops), exactText(rlusd)] : [null, null];
  const total = inventory.known && mid ? value(inventory, mid) : null;
  say(endedSql, isoTime(at), xrp, token, total, session);
};

const openedSql =
  'INSERT INTO sessions (session_id, parent_session_id, started_at, network) VALUES (?, ?, ?, ?)';
const beganSql = 'UPDATE sessions SET starting_xrp = ?, starting_rlusd = ? WHERE session_id = ?';
const valuedSql = 'UPDATE sessions SET starting_value = ? WHERE session_id = ?';
const haltedSql = 'UPDATE sessions SET halt_reason = ? WHERE session_id = ?';
const endedSql = `
  UPDATE sessions SET ended_at = ?, ending_xrp = ?, ending_rlusd = ?, ending_value = ?
  WHERE session_id = ?`;
