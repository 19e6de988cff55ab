/**
 * What a fill is worth a while after it, by the recorded mid: buy (mid − price)/mid, sell (price − mid)/mid, in bps. At once it
 * is the spread earned. A mid that was not recorded in time is unknown, never an older or a later one.
 */
import type { FillRecorded } from '../events/inventory.ts';
import { decimal, toNumber, type Decimal } from '../ledger/decimal.ts';
import type { Regime, Segment } from './regime.ts';

/** Seconds after the fill. */
export const horizons = [1, 5, 30] as const;

/** One for each horizon; null is unknown. */
export type Markouts = readonly (number | null)[];

/** A fill with what came of it. */
export type JudgedFill = Readonly<{
  seq: number;
  at: number;
  side: FillRecorded['side'];
  price: number;
  rlusd: Decimal;
  /** Against the mid of its moment; null where there was none. */
  spreadBps: number | null;
  spreadPnl: Decimal | null;
  segment: Segment;
  regime: Regime;
  markouts: Markouts;
}>;

export const unjudged = (
  { seq, at }: Readonly<{ seq: number; at: number }>,
  fill: FillRecorded,
  moment: Readonly<{ segment: Segment; regime: Regime }>,
): JudgedFill => ({
  seq,
  at,
  side: fill.side,
  price: toNumber(decimal(fill.price)),
  rlusd: decimal(fill.rlusd),
  spreadBps: fill.spreadBps,
  spreadPnl: fill.spreadPnl === null ? null : decimal(fill.spreadPnl),
  ...moment,
  markouts: [],
});

/** A tick's mid that is to be no later than this after the horizon, in ticks. */
const lateMost = 1.5;

/** With the horizons that are reached at this tick. The mid of a horizon is that of the first tick at or after it. */
export const judge = (
  fill: JudgedFill,
  { at, mid, tickMs }: Readonly<{ at: number; mid: number | null; tickMs: number }>,
): JudgedFill => {
  const markouts = [...fill.markouts];
  for (let horizon = horizons[markouts.length]; horizon; horizon = horizons[markouts.length]) {
    const late = at - fill.at - horizon * 1000;
    if (late < 0) break;
    markouts.push(mid === null || late > lateMost * tickMs ? null : markout(fill, mid));
  }
  return markouts.length === fill.markouts.length ? fill : { ...fill, markouts };
};

const markout = ({ side, price }: JudgedFill, mid: number): number =>
  ((side === 'buy' ? mid - price : price - mid) * 10_000) / mid;

/** Nothing more will be known of it: the session is over, or it was booked late. */
export const closed = (fill: JudgedFill): JudgedFill => ({
  ...fill,
  markouts: horizons.map((_, index) => fill.markouts[index] ?? null),
});

export const isJudged = ({ markouts }: JudgedFill): boolean => markouts.length === horizons.length;

/**
 * Toxic: at the longest horizon the mid has run against the fill by more than the spread that it earned, so that it would have
 * been better not to have it. Null where either is unknown.
 */
export const isToxic = ({ spreadBps, markouts }: JudgedFill): boolean | null => {
  const last = markouts[horizons.length - 1] ?? null;
  return last === null || spreadBps === null ? null : last < Math.min(0, spreadBps);
};
