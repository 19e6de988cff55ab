/**
 * The table `capital_events`: deposits, withdrawals, realignments and committed costs after the opening baseline, an asset a row. XRP that
 * comes in is priced at the next mid of its session, as the inventory does; XRP that leaves takes its average cost along.
 */
import { type Decimal, format, multiply } from '../../ledger/decimal.ts';
import { type Drops, drops, formatXrp, parseDrops, xrpOf } from '../../ledger/drops.ts';
import { difference, exactText, isNothing } from '../../ledger/exact.ts';
import { isoTime } from '../../ledger/time.ts';
import { averageCost } from '../inventory.ts';
import { rowId, type Say, type Step, type Table } from './table.ts';

type State = Readonly<{
  /** Rows of XRP that came in and have no price yet. */
  unpriced: readonly Readonly<{ id: number; xrp: Drops }>[];
  /** Of the operator's newest request to adopt the wallet. */
  realignNote: string;
  basisNote: string;
}>;

export const capital: Table<State> = {
  hears: [
    'operator.realign',
    'operator.basis',
    'capital.basis_committed',
    'inventory.changed',
    'market.observed',
  ],
  initial: { unpriced: [], realignNote: '', basisNote: '' },
  on: (state, step, say) => {
    const { event } = step.recorded;
    switch (event.type) {
      case 'operator.realign':
        return { ...state, realignNote: event.note };
      case 'operator.basis':
        return { ...state, basisNote: event.note };
      case 'capital.basis_committed': {
        const at = isoTime(step.recorded.at);
        const amount = formatXrp(parseDrops(event.drops));
        const { price: average, deltaRlusd } = event;
        const row = ['XRP', 'basis_commit', amount, average, deltaRlusd, state.basisNote, at];
        say(movedSql, rowId(step, 0), ...row);
        return { ...state, unpriced: [] };
      }
      case 'inventory.changed':
        if (event.why === 'deposit' || event.why === 'withdrawal' || event.why === 'realignment') {
          return moved(state, step, event.why, say);
        }
        return state;
      case 'market.observed':
        if (state.unpriced.length === 0 || step.after.inventory.uncosted !== 0n) return state;
        if (step.after.mid) price(state, step.after.mid, say);
        return { ...state, unpriced: [] };
      default:
        return state;
    }
  },
};

const moved = (
  state: State,
  step: Step,
  why: 'deposit' | 'withdrawal' | 'realignment',
  say: Say,
): State => {
  const [old, now] = [step.before.inventory, step.after.inventory];
  const xrp = drops(now.overlayDrops - old.overlayDrops);
  const rlusd = difference(now.overlayRlusd, old.overlayRlusd);
  const at = isoTime(step.recorded.at);
  const note = why === 'realignment' ? state.realignNote : announced(step);
  if (!isNothing(rlusd)) {
    const amount = exactText(rlusd);
    say(movedSql, rowId(step, 1), 'RLUSD', why, amount, '1', amount, note, at);
  }
  if (xrp === 0n) return state;
  const id = rowId(step, 0);
  const average = xrp < 0n ? averageCost(old) : null;
  const basis = average ? multiply(average, xrpOf(xrp)) : null;
  const priced = [average ? format(average) : null, basis ? format(basis) : null] as const;
  say(movedSql, id, 'XRP', why, formatXrp(xrp), ...priced, note, at);
  return xrp > 0n ? { ...state, unpriced: [...state.unpriced, { id, xrp }] } : state;
};

/** The words of the announcement that this movement was matched with. */
const announced = ({ before, after }: Step): string => {
  const left = after.inventory.announced;
  return before.inventory.announced.find((one, index) => left[index] !== one)?.note ?? '';
};

const price = ({ unpriced }: State, mid: Decimal, say: Say): void => {
  for (const { id, xrp } of unpriced) {
    say(pricedSql, format(mid), format(multiply(mid, xrpOf(xrp))), id);
  }
};

const movedSql = `
  INSERT INTO capital_events (
    id, asset, event_type, amount, price_rlusd, basis_delta_rlusd, source_note, created_at
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const pricedSql = 'UPDATE capital_events SET price_rlusd = ?, basis_delta_rlusd = ? WHERE id = ?';
