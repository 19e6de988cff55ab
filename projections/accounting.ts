/**
 * A session's account: its fills and its time by drift of the inventory and by regime of the basis, what the fills were worth
 * afterwards, and how much of the result came of the spread and how much of the price's course.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import type { MarketObserved } from '../events/market.ts';
import {
  add,
  decimal,
  isPositive,
  multiply,
  subtract,
  toNumber,
  zero,
  type Decimal,
} from '../ledger/decimal.ts';
import { parseDrops, xrpOf } from '../ledger/drops.ts';
import { nearestTo } from '../ledger/exact.ts';
import { closed, isJudged, judge, unjudged, type JudgedFill } from './markout.ts';
import { diedAt } from './session.ts';
import { regimeOf, regimes, segmentOf, segments, type Regime, type Segment } from './regime.ts';
import { none, plus, type Totals } from './totals.ts';

/** What of a session was in one segment, or in one regime. */
export type Part = Readonly<{ ms: number; totals: Totals }>;
export type Parts<Name extends string> = Readonly<Record<Name, Part>>;

export type Accounting = Readonly<{
  tickMs: number;
  targetPct: number;
  held: Readonly<{ xrp: Decimal; rlusd: Decimal }> | null;
  /** At the last tick; the mid is the last one there was. */
  moment: Readonly<{ at: number; segment: Segment; regime: Regime }> | null;
  mid: Decimal | null;
  /** Fills of which not all is known yet. */
  open: readonly JudgedFill[];
  /** Those that this row has completed, in order: for who wants each of them. */
  completed: readonly JudgedFill[];
  total: Part;
  segments: Parts<Segment>;
  regimes: Parts<Regime>;
  /** Σ (XRP held × change of mid): what the price's course did to what was held. */
  revaluation: Decimal;
}>;

const nothing: Part = { ms: 0, totals: none };
const partsOf = <Name extends string>(names: readonly Name[]): Parts<Name> =>
  Object.fromEntries(names.map((name) => [name, nothing])) as Parts<Name>;

export const empty: Accounting = {
  tickMs: 4000,
  targetPct: 50,
  held: null,
  moment: null,
  mid: null,
  open: [],
  completed: [],
  total: nothing,
  segments: partsOf(segments),
  regimes: partsOf(regimes),
  revaluation: zero,
};

export const apply = (before: Accounting, { seq, at, event }: Recorded<Outline>): Accounting => {
  const state = before.completed.length > 0 ? { ...before, completed: [] } : before;
  switch (event.type) {
    case 'session.opened': {
      const { engine, strategy } = event.config.effective as unknown as Rules;
      const tickMs = engine.tick_interval_seconds * 1000;
      return { ...state, tickMs, targetPct: strategy.target_xrp_pct };
    }
    case 'inventory.changed': {
      const { drops, rlusd } = event.balances;
      return { ...state, held: { xrp: xrpOf(parseDrops(drops)), rlusd: nearestTo(rlusd) } };
    }
    case 'fill.recorded': {
      const { segment, regime } = state.moment ?? { segment: 'unknown', regime: 'unknown' };
      const fill = unjudged({ seq, at }, event, { segment, regime });
      return event.late
        ? complete(state, [closed(fill)])
        : { ...state, open: [...state.open, fill] };
    }
    case 'market.observed':
      return ticked(state, at, event);
    /** Nothing is observed after it. */
    case 'halt':
      return over(state, at);
    /** The silence is no time of the session's. */
    case 'session.closed_by_next':
      return over(state, diedAt(at, event));
    default:
      return state;
  }
};

const over = (state: Accounting, at: number): Accounting =>
  complete({ ...passed(state, at), moment: null, open: [] }, state.open.map(closed));

type Rules = Readonly<{
  engine: Readonly<{ tick_interval_seconds: number }>;
  strategy: Readonly<{ target_xrp_pct: number }>;
}>;

const ticked = (before: Accounting, at: number, observed: MarketObserved): Accounting => {
  const { held, tickMs } = before;
  const mid = observed.mid === null ? null : decimal(observed.mid);
  const seen = { at, mid: mid && toNumber(mid), tickMs };
  const judged = before.open.map((fill) => judge(fill, seen));
  const state = passed({ ...before, open: judged.filter((fill) => !isJudged(fill)) }, at);
  const moved = mid && state.mid && held ? multiply(held.xrp, subtract(mid, state.mid)) : zero;
  return complete(
    {
      ...state,
      mid: mid ?? state.mid,
      revaluation: add(state.revaluation, moved),
      moment: {
        at,
        segment: segmentOf(mid ? driftPct(state, mid) : null),
        regime: regimeOf(observed.anchorErrorBps),
      },
    },
    judged.filter(isJudged),
  );
};

const driftPct = ({ held, targetPct }: Accounting, mid: Decimal): number | null => {
  if (!held) return null;
  const value = multiply(held.xrp, mid);
  const total = add(value, held.rlusd);
  return isPositive(total) ? (toNumber(value) * 100) / toNumber(total) - targetPct : null;
};

/** The time since the last tick is that tick's, as far as one tick was to last; beyond that nobody knows. */
const passed = (state: Accounting, at: number): Accounting => {
  const { moment, tickMs } = state;
  if (!moment) return state;
  const ms = at - moment.at;
  const known = Math.min(ms, 2 * tickMs);
  const { segment, regime } = moment;
  return {
    ...state,
    total: { ...state.total, ms: state.total.ms + ms },
    segments: lasted<Segment>(lasted(state.segments, segment, known), 'unknown', ms - known),
    regimes: lasted<Regime>(lasted(state.regimes, regime, known), 'unknown', ms - known),
  };
};

const lasted = <Name extends string>(parts: Parts<Name>, name: Name, ms: number): Parts<Name> =>
  ms === 0 ? parts : { ...parts, [name]: { ...parts[name], ms: parts[name].ms + ms } };

/** With fills that are known as far as they will be. */
export const complete = (state: Accounting, fills: readonly JudgedFill[]): Accounting =>
  fills.reduce(
    (now, fill) => ({
      ...now,
      completed: [...now.completed, fill],
      total: traded(now.total, fill),
      segments: { ...now.segments, [fill.segment]: traded(now.segments[fill.segment], fill) },
      regimes: { ...now.regimes, [fill.regime]: traded(now.regimes[fill.regime], fill) },
    }),
    state,
  );

const traded = (part: Part, fill: JudgedFill): Part => ({
  ...part,
  totals: plus(part.totals, fill),
});
