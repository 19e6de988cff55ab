/**
 * Trading against a constant-product pool: what a swap gives or costs after the fee, and how much of the pool stands at
 * or before a quality. Rounded as rippled does (AMMHelpers, fixAMMv1_1 to v1_3 on), always in the pool's favour.
 */
import { compare, type Rounding } from './decimal.ts';
import { minus, type Num, num, over, plus, squareRoot, times, zeroNum } from './number.ts';
import {
  below,
  isDrops,
  isNothing,
  numOf,
  type Quantity,
  quantityFrom,
  isSome,
} from './quantity.ts';
import { isNear, type Quality, qualityOf, rateOf, type Trade } from './quality.ts';

/** A pool as a taker meets it: `pays` is the balance that he adds to, `gets` the one that he takes from. */
export type Pool = Trade;

const one = num(1n);
const two = num(2n);
const four = num(4n);
const feeScale = num(100_000n);
const nearDistance = num(1n, -7);
const reduced = num(9999n, -4);
const largestShare = num(99n, -2);

/** A trading fee in units of 1/100,000 as a number. */
export const feeOf = (fee: number, mode: Rounding = 'nearest'): Num =>
  over(num(BigInt(fee)), feeScale, mode);

/** What is left of an input after the fee. */
export const afterFee = (fee: number, mode: Rounding = 'nearest'): Num =>
  minus(one, feeOf(fee, mode), mode);

/** What the pool gives for `paid`. */
export const swapIn = (pool: Pool, paid: Quantity, fee: number): Quantity => {
  const product = times(numOf(pool.pays, 'up'), numOf(pool.gets, 'up'), 'up');
  const share = minus(one, feeOf(fee, 'up'), 'down');
  const base = plus(numOf(pool.pays, 'down'), times(numOf(paid, 'down'), share, 'down'), 'down');
  if (base.mantissa <= 0n) return quantityFrom(zeroNum, pool.gets);
  const left = over(product, base, 'up');
  const given = minus(numOf(pool.gets, 'down'), left, 'down');
  return given.mantissa < 0n
    ? quantityFrom(zeroNum, pool.gets)
    : quantityFrom(given, pool.gets, 'down');
};

const dropsMost = 9_000_000_000_000_000_000n;
const tokensMost = { mantissa: 9_999_999_999_999_999n, exponent: 80 };

/** What the pool wants for `given`. More than it has costs all there is. */
export const swapOut = (pool: Pool, given: Quantity, fee: number): Quantity => {
  const product = times(numOf(pool.pays, 'up'), numOf(pool.gets, 'up'), 'up');
  const left = minus(numOf(pool.gets, 'down'), numOf(given, 'down'), 'down');
  if (left.mantissa <= 0n) return isDrops(pool.pays) ? dropsMost : tokensMost;
  const more = minus(over(product, left, 'up'), numOf(pool.pays, 'up'), 'up');
  const share = minus(one, feeOf(fee, 'up'), 'down');
  const paid = over(more, share, 'up');
  return paid.mantissa < 0n
    ? quantityFrom(zeroNum, pool.pays)
    : quantityFrom(paid, pool.pays, 'up');
};

/** The quality of an infinitely small swap, without the fee. */
export const spotQuality = (pool: Pool): Quality => qualityOf(pool);

/** Is the pool no better than `quality`, or so near that it makes no difference? */
export const isSpent = (pool: Pool, quality: Quality): boolean => {
  const spot = spotQuality(pool);
  return spot >= quality || isNear(spot, quality, nearDistance);
};

/** Nearly all of the pool in one offer, for a taker without a limit to compare with. */
export const largestOffer = (pool: Pool, fee: number): Trade | undefined => {
  const gets = quantityFrom(times(numOf(pool.gets), largestShare), pool.gets, 'down');
  if (!isSome(gets) || !below(gets, pool.gets)) return undefined;
  return { pays: swapOut(pool, gets, fee), gets };
};

/**
 * The offer after which the pool's spot price has come to `quality`, or whose own average has if that is less.
 * Undefined if the fee leaves none.
 */
export const offerUpTo = (pool: Pool, quality: Quality, fee: number): Trade | undefined => {
  if (quality === 0n) return undefined;
  const trade = isDrops(pool.gets)
    ? startingWithGets(pool, quality, fee)
    : startingWithPays(pool, quality, fee);
  return trade && qualityOf(trade) <= quality ? trade : undefined;
};

const startingWithGets = (pool: Pool, quality: Quality, fee: number): Trade | undefined => {
  const rate = rateOf(quality);
  const f = afterFee(fee);
  const [x, y] = [numOf(pool.pays), numOf(pool.gets)];
  const b = minus(over(times(x, minus(one, over(one, f))), rate), times(two, y));
  const c = minus(times(y, y), over(times(x, y), rate));
  const bound = minus(y, over(x, times(rate, f)));
  return sized(smallestRoot(one, b, c), bound, quality, (proposed) => {
    const gets = quantityFrom(proposed, pool.gets, 'down');
    return { trade: { pays: swapOut(pool, gets, fee), gets }, size: gets };
  });
};

const startingWithPays = (pool: Pool, quality: Quality, fee: number): Trade | undefined => {
  const rate = rateOf(quality);
  const f = afterFee(fee);
  const [x, y] = [numOf(pool.pays), numOf(pool.gets)];
  const b = times(x, plus(one, f));
  const c = minus(times(x, x), times(times(x, y), rate));
  const bound = minus(times(y, rate), over(x, f));
  return sized(smallestRoot(f, b, c), bound, quality, (proposed) => {
    const pays = quantityFrom(proposed, pool.pays, 'down');
    return { trade: { pays, gets: swapIn(pool, pays, fee) }, size: pays };
  });
};

type Sized = Readonly<{ trade: Trade; size: Quantity }>;

const sized = (
  root: Num | undefined,
  bound: Num,
  quality: Quality,
  make: (proposed: Num) => Sized,
): Trade | undefined => {
  if (!root || root.mantissa <= 0n || bound.mantissa <= 0n) return undefined;
  const first = make(compare(bound, root) < 0 ? bound : root);
  if (qualityOf(first.trade) <= quality) return first.trade;
  return make(times(numOf(first.size, 'towardZero'), reduced, 'towardZero')).trade;
};

const smallestRoot = (a: Num, b: Num, c: Num): Num | undefined => {
  const inside = minus(times(b, b), times(times(four, a), c));
  if (inside.mantissa < 0n) return undefined;
  const root = squareRoot(inside);
  const minusB = minus(zeroNum, b);
  const bottom = b.mantissa > 0n ? minus(minusB, root) : plus(minusB, root);
  return bottom.mantissa === 0n ? undefined : over(times(two, c), bottom);
};

const fibonacci = [
  1n,
  2n,
  3n,
  5n,
  8n,
  13n,
  21n,
  34n,
  55n,
  89n,
  144n,
  233n,
  377n,
  610n,
  987n,
  1597n,
  2584n,
  4181n,
  6765n,
  10946n,
  17711n,
  28657n,
  46368n,
  75025n,
  121393n,
  196418n,
  317811n,
  514229n,
  832040n,
  1346269n,
];
const firstShare = over(num(5n), num(20_000n));

/** How often a payment over several paths may come back to a pool. */
export const passesMost = fibonacci.length;

/** The pool's offer for the nth pass of a payment over several paths: small first, then growing. */
export const steppedOffer = (
  initial: Pool,
  pool: Pool,
  pass: number,
  fee: number,
): Trade | undefined => {
  const pays = quantityFrom(times(firstShare, numOf(initial.pays)), initial.pays, 'up');
  const gets = swapIn(initial, pays, fee);
  if (pass === 0) return { pays, gets };
  const factor = num(fibonacci[pass - 1] ?? 0n);
  const more = quantityFrom(times(numOf(gets), factor), gets, 'down');
  if (!below(more, pool.gets)) return undefined;
  return { pays: swapOut(pool, more, fee), gets: more };
};

/** Would the swap leave the pool with less than it had? A ten-millionth is forgiven. */
export const keepsProduct = (pool: Pool, swap: Trade): boolean => {
  const product = times(numOf(pool.pays), numOf(pool.gets));
  const after = times(
    plus(numOf(pool.pays), numOf(swap.pays)),
    minus(numOf(pool.gets), numOf(swap.gets)),
  );
  if (compare(after, product) >= 0) return true;
  return compare(over(minus(product, after), product), nearDistance) < 0;
};

/** How a path's average quality falls with what it gives: `slope` × output + `start`. A book's is constant. */
export type Slope = Readonly<{ slope: Num; start: Num }>;

export const poolSlope = (pool: Pool, fee: number): Slope => {
  const f = afterFee(fee);
  return {
    slope: over(minus(zeroNum, f), numOf(pool.pays)),
    start: over(times(numOf(pool.gets), f), numOf(pool.pays)),
  };
};

export const constantSlope = (quality: Quality): Slope => ({
  slope: zeroNum,
  start: over(one, rateOf(quality)),
});

export const combinedSlope = (a: Slope, b: Slope): Slope => ({
  slope: plus(a.slope, times(a.start, b.slope)),
  start: times(a.start, b.start),
});

/** The output at which the average quality has fallen to `quality`. */
export const outputAt = ({ slope, start }: Slope, quality: Quality): Num | undefined => {
  if (slope.mantissa === 0n || quality === 0n) return undefined;
  const output = over(minus(over(one, rateOf(quality), 'up'), start, 'up'), slope, 'up');
  return output.mantissa <= 0n ? undefined : output;
};

/** Is an empty side all there is to say of it? */
export const isEmpty = (pool: Pool): boolean => isNothing(pool.pays) || isNothing(pool.gets);
