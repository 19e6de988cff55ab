/** What was traded, and what it earned against the mid of its moment. Amounts are exact; bps are statistics. */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import {
  add,
  decimal,
  divide,
  isPositive,
  toNumber,
  zero,
  type Decimal,
} from '../ledger/decimal.ts';

export type Fills = Readonly<{
  buy: number;
  sell: number;
  /** Σ RLUSD of all fills. */
  notional: Decimal;
  /** Σ RLUSD of the fills that had a mid to be measured against, and what they earned. */
  measured: Decimal;
  pnl: Decimal;
}>;

export const empty: Fills = { buy: 0, sell: 0, notional: zero, measured: zero, pnl: zero };

export const apply = (fills: Fills, { event }: Recorded<Outline>): Fills => {
  if (event.type !== 'fill.recorded') return fills;
  const rlusd = decimal(event.rlusd);
  const counted = {
    ...fills,
    [event.side]: fills[event.side] + 1,
    notional: add(fills.notional, rlusd),
  };
  if (event.spreadPnl === null) return counted;
  return {
    ...counted,
    measured: add(fills.measured, rlusd),
    pnl: add(fills.pnl, decimal(event.spreadPnl)),
  };
};

/** Volume-weighted spread: Σ pnl / Σ notional; null where nothing could be measured. */
export const vwSpreadBps = ({ pnl, measured }: Fills): number | null =>
  isPositive(measured) ? toNumber(divide(pnl, measured)) * 10_000 : null;
