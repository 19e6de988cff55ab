/** What a number of fills came to: volume, spread, markouts, how many were toxic. Amounts are exact, bps are statistics. */
import {
  add,
  divide,
  format,
  isPositive,
  toNumber,
  zero,
  type Decimal,
} from '../ledger/decimal.ts';
import { horizons, isToxic, type JudgedFill } from './markout.ts';

/** A mean weighted by notional, and of how many. */
type Weighted = Readonly<{ sum: number; weight: number; count: number }>;

export type Totals = Readonly<{
  buy: number;
  sell: number;
  notional: Decimal;
  /** Notional and profit of the fills that had a mid to be measured against. */
  measured: Decimal;
  pnl: Decimal;
  markouts: readonly Weighted[];
  toxic: number;
  /** Fills of which it is known whether they are toxic. */
  judged: number;
}>;

export const none: Totals = {
  buy: 0,
  sell: 0,
  notional: zero,
  measured: zero,
  pnl: zero,
  markouts: horizons.map(() => ({ sum: 0, weight: 0, count: 0 })),
  toxic: 0,
  judged: 0,
};

export const plus = (totals: Totals, fill: JudgedFill): Totals => {
  const { side, rlusd, spreadPnl, markouts } = fill;
  const toxic = isToxic(fill);
  const weight = toNumber(rlusd);
  return {
    ...totals,
    [side]: totals[side] + 1,
    notional: add(totals.notional, rlusd),
    measured: spreadPnl ? add(totals.measured, rlusd) : totals.measured,
    pnl: spreadPnl ? add(totals.pnl, spreadPnl) : totals.pnl,
    markouts: totals.markouts.map((before, index) => {
      const one = markouts[index] ?? null;
      if (one === null) return before;
      const { sum, weight: all, count } = before;
      return { sum: sum + one * weight, weight: all + weight, count: count + 1 };
    }),
    toxic: totals.toxic + (toxic === true ? 1 : 0),
    judged: totals.judged + (toxic === null ? 0 : 1),
  };
};

/** As JSON. `n` is of how many fills a mean is; of the others it is unknown. Null where nothing is known. */
export type TotalsDocument = Readonly<{
  fills: number;
  buy: number;
  sell: number;
  rlusd_notional: string;
  vw_spread_bps: number | null;
  markout_bps: readonly Readonly<{ seconds: number; mean: number | null; n: number }>[];
  toxic: Readonly<{ fills: number; n: number }>;
}>;

export const totalsDocument = (totals: Totals): TotalsDocument => ({
  fills: totals.buy + totals.sell,
  buy: totals.buy,
  sell: totals.sell,
  rlusd_notional: format(totals.notional),
  vw_spread_bps: isPositive(totals.measured)
    ? toNumber(divide(totals.pnl, totals.measured)) * 10_000
    : null,
  markout_bps: horizons.map((seconds, index) => {
    const { sum, weight, count } = totals.markouts[index] ?? { sum: 0, weight: 0, count: 0 };
    return { seconds, mean: weight > 0 ? sum / weight : null, n: count };
  }),
  toxic: { fills: totals.toxic, n: totals.judged },
});
