/** A deposit of one asset at no more than a price per share: all of it if the price holds, else as much as it holds for. */
import { afterFee, feeOf } from '../../ledger/amm.ts';
import * as d from '../../ledger/decimal.ts';
import { minus, num, over, plus, times } from '../../ledger/number.ts';
import { isNothing, isSome, numOf, type Quantity, tokens } from '../../ledger/quantity.ts';
import { agreed, fitted, fractionOf, positiveRoot, sharesForDeposit } from '../../ledger/shares.ts';
import type { Plan, Pool } from './pool.ts';

const one = num(1n);
const two = num(2n);
const noShares: Plan = { result: 'tecAMM_INVALID_TOKENS' };

export const depositAtPrice = (pool: Pool, most: Quantity, price: Quantity, fee: number): Plan => {
  const { balance } = pool.first;
  const { all } = pool;
  if (!isNothing(most)) {
    const raw = fitted(all, sharesForDeposit(balance, most, all, fee), 'deposit');
    if (!isSome(raw)) return noShares;
    const { shares, asset } = agreed('deposit', balance, most, all, raw, fee);
    if (d.isZero(shares)) return noShares;
    if (d.compare(over(numOf(asset), shares), numOf(price)) <= 0) return { first: asset, shares };
  }
  const paid = paidAt(balance, all, price, fee);
  if (!isSome(paid)) return { result: 'tecAMM_FAILED' };
  const raw = tokens(over(numOf(paid, 'down'), numOf(price, 'down'), 'down'));
  const { shares, asset } = agreed('deposit', balance, paid, all, fitted(all, raw, 'deposit'), fee);
  return d.isZero(shares) ? noShares : { first: asset, shares };
};

/** The payment whose price is just this: the root of R²c² + R(c²f² + 2c − d²) + 2cf² + 1 − 2df = 0, R in parts of the balance after the fee. */
const paidAt = (balance: Quantity, all: d.Decimal, price: Quantity, fee: number): Quantity => {
  const f1 = afterFee(fee);
  const f2 = over(minus(one, over(feeOf(fee), two)), f1);
  const c = over(times(f1, numOf(balance)), times(numOf(price), all));
  const e = minus(plus(f1, times(c, f2)), c);
  const a1 = times(c, c);
  const b1 = minus(plus(times(times(times(c, c), f2), f2), times(two, c)), times(e, e));
  const c1 = minus(plus(times(times(times(two, c), f2), f2), one), times(times(two, e), f2));
  return fractionOf(balance, times(f1, positiveRoot(a1, b1, c1)), 'up');
};
