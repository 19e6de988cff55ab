/** What a share in a pool is worth and costs: the formulas of deposits and withdrawals, rounded in the pool's favour (rippled AMMHelpers, fixAMMv1_3). */
import type { Decimal } from './decimal.ts';
import { squareRoot, times } from './number.ts';
import { numOf, type Quantity, tokens } from './quantity.ts';

/** The shares of a new pool: the root of the product. */
export const firstShares = (a: Quantity, b: Quantity): Decimal =>
  tokens(squareRoot(times(numOf(a, 'down'), numOf(b, 'down'), 'down'), 'down'));
