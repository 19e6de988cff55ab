/** Fills side by side: what was bought and what was sold, each with its volume and what it earned against the mid of its moment. */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import { format } from '../ledger/decimal.ts';
import * as fills from './fills.ts';

export type Sides = Readonly<Record<'buy' | 'sell', fills.Fills>>;

export const empty: Sides = { buy: fills.empty, sell: fills.empty };

export const apply = (sides: Sides, row: Recorded<Outline>): Sides =>
  row.event.type === 'fill.recorded'
    ? { ...sides, [row.event.side]: fills.apply(sides[row.event.side], row) }
    : sides;

export type SideTold = Readonly<{
  fills: number;
  rlusd_notional: string;
  vw_spread_bps: number | null;
}>;

export const told = (sides: Sides, side: 'buy' | 'sell'): SideTold => ({
  fills: sides[side][side],
  rlusd_notional: format(sides[side].notional),
  vw_spread_bps: fills.vwSpreadBps(sides[side]),
});
