/** What a share in a pool is worth and costs: the formulas of deposits and withdrawals, rounded in the pool's favour (rippled AMMHelpers, fixAMMv1_3). */
import { afterFee, feeOf } from './amm.ts';
import { add, type Decimal, type Rounding, subtract } from './decimal.ts';
import { minus, type Num, num, over, plus, squareRoot, times, zeroNum } from './number.ts';
import {
  above,
  difference,
  least,
  numOf,
  type Quantity,
  quantityFrom,
  tokens,
} from './quantity.ts';

export type Way = 'deposit' | 'withdrawal';

const one = num(1n);
const two = num(2n);
const four = num(4n);

/** The shares of a new pool: the root of the product. */
export const firstShares = (a: Quantity, b: Quantity): Decimal =>
  tokens(squareRoot(times(numOf(a, 'down'), numOf(b, 'down'), 'down'), 'down'));

/** A fraction of an amount, in its kind. */
export const fractionOf = <Q extends Quantity>(whole: Q, fraction: Num, mode: Rounding): Q =>
  quantityFrom(times(numOf(whole, mode), fraction, mode), whole, mode) as Q;

/** The pool asks for more and gives less. */
export const assetFraction = (balance: Quantity, fraction: Num, way: Way): Quantity =>
  fractionOf(balance, fraction, way === 'deposit' ? 'up' : 'down');

export const sharesFraction = (all: Decimal, fraction: Num, way: Way): Decimal =>
  fitted(all, fractionOf(all, fraction, way === 'deposit' ? 'down' : 'up'), way);

/** Shares as they will be once added to, or taken from, all there are: digits that would be lost are left out. */
export const fitted = (all: Decimal, shares: Decimal, way: Way): Decimal =>
  way === 'deposit'
    ? subtract(add(all, shares, 'down'), all, 'down')
    : add(subtract(shares, all, 'down'), all, 'down');

/** (1 − fee/2) ÷ (1 − fee). */
const halfFeeRatio = (fee: number): Num => over(minus(one, over(feeOf(fee), two)), afterFee(fee));

export const positiveRoot = (a: Num, b: Num, c: Num): Num => {
  const inside = minus(times(b, b), times(times(four, a), c));
  return over(plus(minus(zeroNum, b), squareRoot(inside)), times(two, a));
};

/** Shares for one asset paid in. */
export const sharesForDeposit = (
  balance: Quantity,
  paid: Quantity,
  all: Decimal,
  fee: number,
): Decimal => {
  const ratio = halfFeeRatio(fee);
  const r = over(numOf(paid), numOf(balance));
  const inside = plus(times(ratio, ratio), over(r, afterFee(fee)));
  const c = minus(squareRoot(inside), ratio);
  return fractionOf(all, over(minus(r, c), plus(one, c)), 'down');
};

/** What one asset has to be paid in for these shares. */
export const depositForShares = (
  balance: Quantity,
  all: Decimal,
  shares: Decimal,
  fee: number,
): Quantity => {
  const f1 = afterFee(fee);
  const f2 = halfFeeRatio(fee);
  const t1 = over(shares, all);
  const t2 = plus(one, t1);
  const d = minus(f2, over(t1, t2));
  const a = over(one, times(t2, t2));
  const b = minus(over(times(two, d), t2), over(one, f1));
  const c = minus(times(d, d), times(f2, f2));
  return fractionOf(balance, positiveRoot(a, b, c), 'up');
};

/** Shares for one asset taken out. */
export const sharesForWithdrawal = (
  balance: Quantity,
  taken: Quantity,
  all: Decimal,
  fee: number,
): Decimal => {
  const r = over(numOf(taken), numOf(balance));
  const f = feeOf(fee);
  const c = minus(plus(times(r, f), two), f);
  const root = squareRoot(minus(times(c, c), times(four, r)));
  return fractionOf(all, over(minus(c, root), two), 'up');
};

/** What one asset is given for these shares. */
export const withdrawalForShares = (
  balance: Quantity,
  all: Decimal,
  shares: Decimal,
  fee: number,
): Quantity => {
  const f = feeOf(fee);
  const t1 = over(shares, all);
  const top = minus(times(t1, t1), times(t1, minus(two, f)));
  return fractionOf(balance, over(top, minus(times(t1, f), one)), 'down');
};

export type SharesAndAsset = Readonly<{ shares: Decimal; asset: Quantity }>;

/** One asset and its shares made to agree after the shares lost digits; never more of the asset than was said. */
export const agreed = (
  way: Way,
  balance: Quantity,
  asset: Quantity,
  all: Decimal,
  shares: Decimal,
  fee: number,
): SharesAndAsset => {
  const assetFor = way === 'deposit' ? depositForShares : withdrawalForShares;
  const sharesFor = way === 'deposit' ? sharesForDeposit : sharesForWithdrawal;
  const exact = assetFor(balance, all, shares, fee);
  if (!above(exact, asset)) return { shares, asset: exact };
  const less = difference(asset, difference(exact, asset));
  const fewer = fitted(all, sharesFor(balance, less, all, fee), way);
  return { shares: fewer, asset: least(asset, assetFor(balance, all, fewer, fee)) };
};
