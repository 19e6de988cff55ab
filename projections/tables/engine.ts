/**
 * The table `engine_state`: the newest session in the keys that operators know. A new session starts it empty. The first
 * cause of a halt stays; so does the first cause of being DEGRADED, beside those that came later.
 */
import type { TruthChecked } from '../../events/inventory.ts';
import type { GuardId } from '../../events/guard.ts';
import type { TouchMeasured } from '../../events/market.ts';
import type { Mode, ModeChanged } from '../../events/mode.ts';
import { formatXrp, parseDrops } from '../../ledger/drops.ts';
import { difference, exact, exactText } from '../../ledger/exact.ts';
import { isoTime } from '../../ledger/time.ts';
import { fillsOnly, held, totalAt } from '../inventory.ts';
import type { SessionState } from '../session.ts';
import type { Replace, Step, Table } from './table.ts';

type State = Readonly<{
  mode: Mode;
  halted: boolean;
  /** What each guard was tripped by, as operators know it. */
  reasons: Readonly<Partial<Record<GuardId, string>>>;
  /** Of the last ticks, newest last. */
  touch: readonly TouchMeasured[];
}>;

/** So many ticks stand in `tick_distance_to_touch`. */
const touchTicks = 20;

export const engine: Table<State> = {
  hears: [
    'session.opened',
    'session.started',
    'guard.tripped',
    'mode.changed',
    'halt',
    'session.ended',
    'session.closed_by_next',
    'truth.checked',
    'inventory.drift_at_shutdown',
    'touch.measured',
  ],
  initial: { mode: 'OK', halted: false, reasons: {}, touch: [] },
  on: (state, step, say, replace) => {
    const { at, event } = step.recorded;
    const set = setting(replace);
    switch (event.type) {
      case 'session.opened':
        say(clearSql);
        set({ engine_status: 'STARTING' });
        return state;
      case 'session.started':
        if (state.mode === 'OK') set({ engine_status: 'RUNNING', 'inventory_truth.mode': 'ok' });
        return state;
      case 'guard.tripped': {
        const { guard, fact } = event;
        const reason = `${guard}_guard${fact.condition === null ? '' : `_${fact.condition}`}`;
        return { ...state, reasons: { ...state.reasons, [guard]: reason } };
      }
      case 'mode.changed':
        return changed(state, event, at, set);
      case 'halt': {
        const { reason, source, detail } = event;
        if (state.halted) return state;
        set({ 'halt.reason': reason, 'halt.source': source, 'halt.detail': detail });
        set({ engine_status: reason === 'unexpected_halt' ? 'STOPPED' : 'STOPPING' });
        return { ...state, halted: true };
      }
      case 'session.ended':
        set({ engine_status: state.mode === 'HALT' ? 'HALTED' : 'STOPPED' });
        return state;
      case 'session.closed_by_next':
        if (!state.halted) set(unexpected(event.silentMs));
        set({ engine_status: 'STOPPED' });
        return state;
      case 'truth.checked':
        checked(step, event, set);
        return state;
      case 'inventory.drift_at_shutdown': {
        const { engineTotal, chainTotal, tolerance } = event;
        const apart = exactText(difference(exact(engineTotal), exact(chainTotal)));
        set({
          inventory_drift_at_shutdown: apart,
          'inventory_invariant.status': 'violated',
          'inventory_invariant.engine_total': engineTotal,
          'inventory_invariant.chain_total': chainTotal,
          'inventory_invariant.tolerance': tolerance,
        });
        return state;
      }
      case 'touch.measured': {
        const touch = [...state.touch, event].slice(-touchTicks);
        const key = 'tick_distance_to_touch';
        replace(named(key), setSql, () => [key, JSON.stringify(touch.map(measured))]);
        return { ...state, touch };
      }
      default:
        return state;
    }
  },
};

/** The row of a key. */
const named = (key: string): string => `engine_state ${key}`;

/** Null takes the key away. */
type Set = (values: Readonly<Record<string, string | null>>) => void;

const setting =
  (replace: Replace): Set =>
  (values) => {
    for (const [key, value] of Object.entries(values)) {
      if (value === null) replace(named(key), removeSql, () => [key]);
      else replace(named(key), setSql, () => [key, value]);
    }
  };

const changed = (state: State, event: ModeChanged, at: number, set: Set): State => {
  const { mode, causes } = event;
  set({ 'inventory_truth.mode': mode.toLowerCase() });
  set({ engine_status: mode === 'OK' ? 'RUNNING' : mode === 'HALT' ? 'HALTED' : mode });
  if (mode === 'OK') {
    set({ 'inventory_truth.degraded_since': null, 'inventory_truth.degraded_reason': null });
  } else if (causes.length > 0) {
    const reasons = causes.map((guard) => state.reasons[guard] ?? `${guard}_guard`);
    set({ 'inventory_truth.degraded_reason': reasons.join(', ') });
    if (state.mode === 'OK') set({ 'inventory_truth.degraded_since': isoTime(at) });
  }
  return { ...state, mode };
};

/** What the next start's own decision says again, should it be cut off before that. */
const unexpected = (silentMs: number) => ({
  'halt.reason': 'unexpected_halt',
  'halt.source': 'recovery',
  'halt.detail': `the log was silent for ${Math.round(silentMs / 1000)} s`,
});

const checked = (step: Step, event: TruthChecked, set: Set): void => {
  const { status, source, deltaDrops, deltaRlusd, chain } = event;
  set({
    'inventory_truth.status': status,
    'inventory_truth.source': source,
    'inventory_truth.delta_xrp': deltaDrops === null ? null : formatXrp(parseDrops(deltaDrops)),
    'inventory_truth.delta_rlusd': deltaRlusd,
  });
  if (source === 'shutdown' && chain) set(invariant(step.after, chain));
};

/** The line `fills-only = X, capital overlay = Y, engine total = Z` and the wallet, in RLUSD at the last mid. */
const invariant = (
  { inventory, mid }: SessionState,
  chain: NonNullable<TruthChecked['chain']>,
): Readonly<Record<string, string>> => {
  if (!mid) return {};
  const overlay = { drops: inventory.overlayDrops, rlusd: inventory.overlayRlusd };
  const wallet = { drops: parseDrops(chain.drops), rlusd: exact(chain.rlusd) };
  const total = (amounts: typeof overlay): string => exactText(totalAt(amounts, mid));
  return {
    'inventory_invariant.status': 'ok',
    'inventory_invariant.fills_only': total(fillsOnly(inventory)),
    'inventory_invariant.capital_overlay': total(overlay),
    'inventory_invariant.engine_total': total(held(inventory)),
    'inventory_invariant.chain_total': total(wallet),
  };
};

const measured = ({ tick, bid, ask }: TouchMeasured): object => ({
  tick,
  bid_bps: bid?.distanceBps ?? null,
  ask_bps: ask?.distanceBps ?? null,
  within_2bps_bid: bid?.within2bps ?? null,
  within_2bps_ask: ask?.within2bps ?? null,
});

const clearSql = 'DELETE FROM engine_state';
const removeSql = 'DELETE FROM engine_state WHERE key = ?';
const setSql = `
  INSERT INTO engine_state (key, value) VALUES (?, ?)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
