/**
 * The way back into the inventory corridor, in words. With quoting stopped only a price move or capital brings it: the mid and
 * the deposit that would, rounded to the safe side.
 */
import type { GuardFact } from '../events/guard.ts';
import { amount } from './evidence.ts';
import type { Thresholds } from './thresholds.ts';

type Corridor = Thresholds['guards']['inventory_corridor'];

/** "ends at a mid of 1.32110 or less, or with a deposit of 12.30 RLUSD". */
export const wayBack = (fact: GuardFact, limits: Corridor): string => {
  const range = `${limits.min_xrp_pct} to ${limits.max_xrp_pct} %`;
  const rlusd = amount(fact, 'depositRlusd');
  const deposit = Number.isFinite(rlusd) ? `a deposit of ${upward(rlusd, 100)} RLUSD` : null;
  const xrp = amount(fact, 'depositXrpValueRlusd');
  const inXrp = Number.isFinite(xrp)
    ? `a deposit of XRP worth ${upward(xrp, 100)} RLUSD at this mid`
    : null;
  const mid = amount(fact, 'midBack');
  switch (fact.condition) {
    case 'floor': {
      const needed = [deposit, inXrp].filter((one) => one !== null).join(' and ');
      return `ends with ${needed || 'a deposit'}, to ${limits.min_rlusd_floor} RLUSD or more and ${range} XRP`;
    }
    case 'xrp_high':
      return `needs ${limits.max_xrp_pct} % or less: ends ${atMid(mid, downward, 'less')}with ${deposit ?? 'a deposit of RLUSD'}`;
    case 'xrp_low':
      return `needs ${limits.min_xrp_pct} % or more: ends ${atMid(mid, upward, 'more')}with ${inXrp ?? 'a deposit of XRP'}`;
    default:
      return `inside again, needs ${range} XRP and ${limits.min_rlusd_floor} RLUSD`;
  }
};

/** Nothing where no mid brings it back, as without any XRP. */
const atMid = (mid: number, rounded: typeof upward, or: 'less' | 'more'): string =>
  Number.isFinite(mid) ? `at a mid of ${rounded(mid, 100_000)} or ${or}, or ` : '';

/** Rounded up or down to as many places as the unit has zeros; a double's last digits are no reason for another unit. */
const upward = (value: number, unit: number): string =>
  placed(Math.ceil(value * unit - slack), unit);
const downward = (value: number, unit: number): string =>
  placed(Math.floor(value * unit + slack), unit);

const slack = 1e-6;

const placed = (units: number, unit: number): string =>
  (units / unit).toFixed(String(unit).length - 1);
