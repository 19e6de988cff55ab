/** Inventory corridor: too much of one asset, or too little RLUSD. A tick without mid changes nothing. */
import type { GuardFact } from '../../events/guard.ts';
import {
  add,
  decimal,
  divide,
  fromNumber,
  isPositive,
  multiply,
  subtract,
  toNumber,
  zero,
  type Decimal,
} from '../../ledger/decimal.ts';
import { parseDrops, xrpOf } from '../../ledger/drops.ts';
import { nearestTo } from '../../ledger/exact.ts';
import type { Reducer } from '../reducer.ts';
import type { CorridorSettings } from '../settings.ts';

type State = Readonly<{ xrp: Decimal | null; rlusd: Decimal; outside: number; fact: GuardFact }>;

const quiet: GuardFact = {
  trip: false,
  release: 'neither',
  condition: null,
  operands: {},
  toTrip: null,
  toRelease: null,
};

export const corridorGuard = (settings: CorridorSettings): Reducer<State> => ({
  id: 'inventory_corridor',
  hears: ['inventory.changed', 'market.observed'],
  answers: ['market.observed'],
  initial: { xrp: null, rlusd: zero, outside: 0, fact: quiet },
  on: (state, { event }, say) => {
    if (event.type === 'inventory.changed') {
      const { drops, rlusd } = event.balances;
      const { outside, fact } = state;
      return { xrp: xrpOf(parseDrops(drops)), rlusd: nearestTo(rlusd), outside, fact };
    }
    if (event.type !== 'market.observed') return state;
    const next =
      state.xrp === null || event.mid === null
        ? { ...state, fact: { ...state.fact, trip: false, release: 'neither' as const } }
        : assess(settings, state, state.xrp, decimal(event.mid));
    say({ type: 'guard.assessed', guard: 'inventory_corridor', fact: next.fact });
    return next;
  },
});

const assess = (settings: CorridorSettings, state: State, xrp: Decimal, mid: Decimal): State => {
  const value = multiply(xrp, mid);
  const total = add(value, state.rlusd);
  const totalRlusd = toNumber(total);
  const active = totalRlusd >= settings.min_portfolio_rlusd && isPositive(total);
  if (!active) {
    const fact: GuardFact = {
      ...quiet,
      release: 'holds',
      operands: { totalRlusd },
    };
    return { ...state, outside: 0, fact };
  }
  const pct = rounded((toNumber(value) * 100) / totalRlusd);
  const rlusd = toNumber(state.rlusd);
  const high = pct > settings.max_xrp_pct;
  const low = pct < settings.min_xrp_pct;
  const floor = rlusd < settings.min_rlusd_floor;
  const outside = high || low ? state.outside + 1 : 0;
  const composition = outside >= settings.lookback_ticks;
  const inside = !high && !low && !floor;
  const back = wayBack(settings, state.rlusd, xrp, value, { high, low, floor });
  const fact: GuardFact = {
    trip: floor || composition,
    release: inside ? 'holds' : 'broken',
    condition: floor ? 'floor' : high ? 'xrp_high' : low ? 'xrp_low' : null,
    operands: {
      xrpPct: pct,
      rlusd,
      totalRlusd,
      ticksOutside: outside,
      midBack: back.midBack,
      depositRlusd: back.depositRlusd,
      depositXrpValueRlusd: back.depositXrpValueRlusd,
    },
    toTrip: rounded(Math.min(settings.max_xrp_pct - pct, pct - settings.min_xrp_pct)),
    toRelease: inside
      ? 0
      : rounded(Math.max(pct - settings.max_xrp_pct, settings.min_xrp_pct - pct, 0)),
  };
  return { xrp: state.xrp, rlusd: state.rlusd, outside, fact };
};

/** With quoting stopped only a price or capital brings it back: which mid, and which deposit in RLUSD. */
const wayBack = (
  settings: CorridorSettings,
  rlusd: Decimal,
  xrp: Decimal,
  value: Decimal,
  { high, low, floor }: Readonly<{ high: boolean; low: boolean; floor: boolean }>,
): Readonly<{
  midBack: number | null;
  depositRlusd: number | null;
  depositXrpValueRlusd: number | null;
}> => {
  const floorGap = floor ? settings.min_rlusd_floor - toNumber(rlusd) : 0;
  const edge = high ? settings.max_xrp_pct : low ? settings.min_xrp_pct : null;
  if (edge === null) {
    return {
      midBack: null,
      depositRlusd: floor ? rounded(floorGap) : null,
      depositXrpValueRlusd: null,
    };
  }
  const ratio = fromNumber(edge / (100 - edge));
  /** Below the floor no price alone brings it back. */
  const midBack = isPositive(xrp) && !floor ? toNumber(divide(multiply(rlusd, ratio), xrp)) : null;
  if (high) {
    const needed = toNumber(subtract(divide(value, ratio), rlusd));
    return {
      midBack,
      depositRlusd: rounded(Math.max(needed, floorGap)),
      depositXrpValueRlusd: null,
    };
  }
  const xrpNeeded = toNumber(subtract(multiply(rlusd, ratio), value));
  return {
    midBack,
    depositRlusd: floor ? rounded(floorGap) : null,
    depositXrpValueRlusd: rounded(xrpNeeded),
  };
};

const rounded = (x: number): number => Math.round(x * 1e9) / 1e9;
