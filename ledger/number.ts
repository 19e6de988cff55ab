/**
 * The ledger's inner arithmetic: 16 digits like a token amount, but any power of ten, and a division that looks at no
 * more than two further digits (rippled's Number). For pool and quality formulas that must agree to the last digit.
 */
import {
  belowPowerOfTen,
  compare,
  type Decimal,
  exactSum,
  type Rounding,
  zero,
} from './decimal.ts';

/** As a Decimal, but its exponent is not bounded to what an amount can hold. */
export type Num = Decimal;

const mantissaMin = 10n ** 15n;
const mantissaMax = 10n ** 16n - 1n;
const tenTo17 = 10n ** 17n;
const digitsMax = 16;

const powers: bigint[] = [];
const power = (n: number): bigint => (powers[n] ??= 10n ** BigInt(n));

export const zeroNum: Num = zero;

const roundsUp = (
  rest: bigint,
  divisor: bigint,
  odd: boolean,
  negative: boolean,
  mode: Rounding,
): boolean => {
  if (rest === 0n || mode === 'towardZero') return false;
  if (mode === 'down') return negative;
  if (mode === 'up') return !negative;
  const twice = rest * 2n;
  return twice > divisor || (twice === divisor && odd);
};

/** mantissa × 10^exponent in 16 digits. */
export const num = (mantissa: bigint, exponent = 0, mode: Rounding = 'nearest'): Num => {
  if (mantissa === 0n) return zero;
  const negative = mantissa < 0n;
  let magnitude = negative ? -mantissa : mantissa;
  let scale = exponent;
  if (magnitude < mantissaMin) {
    const shift = digitsMax - magnitude.toString().length;
    magnitude *= power(shift);
    scale -= shift;
  } else if (magnitude > mantissaMax) {
    const shift = magnitude.toString().length - digitsMax;
    const divisor = power(shift);
    const floor = magnitude / divisor;
    const up = roundsUp(magnitude - floor * divisor, divisor, (floor & 1n) === 1n, negative, mode);
    magnitude = up ? floor + 1n : floor;
    scale += shift;
    if (magnitude > mantissaMax) {
      magnitude /= 10n;
      scale += 1;
    }
  }
  return { mantissa: negative ? -magnitude : magnitude, exponent: scale };
};

export const plus = (a: Num, b: Num, mode: Rounding = 'nearest'): Num => {
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  const [high, low] = a.exponent >= b.exponent ? [a, b] : [b, a];
  const { total, span } = exactSum(high, low);
  return (
    belowPowerOfTen(total, span, mode, high.exponent) ?? num(total, high.exponent - span, mode)
  );
};

const opposite = (a: Num): Num => ({ mantissa: -a.mantissa, exponent: a.exponent });

export const minus = (a: Num, b: Num, mode: Rounding = 'nearest'): Num =>
  plus(a, opposite(b), mode);

export const times = (a: Num, b: Num, mode: Rounding = 'nearest'): Num =>
  num(a.mantissa * b.mantissa, a.exponent + b.exponent, mode);

/** a ÷ b, cut to 17 or 18 digits before it is rounded. Throws a RangeError for b = 0. */
export const over = (a: Num, b: Num, mode: Rounding = 'nearest'): Num => {
  if (b.mantissa === 0n) throw new RangeError('division by zero');
  return num((a.mantissa * tenTo17) / b.mantissa, a.exponent - b.exponent - 17, mode);
};

/** The whole part as an integer, rounded as asked. */
export const wholePart = (value: Num, mode: Rounding = 'nearest'): bigint => {
  if (value.exponent >= 0) return value.mantissa * power(value.exponent);
  const negative = value.mantissa < 0n;
  const magnitude = negative ? -value.mantissa : value.mantissa;
  const divisor = power(-value.exponent);
  const floor = magnitude / divisor;
  const up = roundsUp(magnitude - floor * divisor, divisor, (floor & 1n) === 1n, negative, mode);
  const whole = up ? floor + 1n : floor;
  return negative ? -whole : whole;
};

const one = num(1n);
const two = num(2n);
const fit = { a0: num(18n), a1: num(144n), a2: num(-60n), d: num(105n) };

/** Square root, by the ledger's own iteration (rippled Number root2), so that the last digit agrees. Throws for a negative. */
export const squareRoot = (value: Num, mode: Rounding = 'nearest'): Num => {
  if (value.mantissa === 0n || compare(value, one) === 0) return value;
  if (value.mantissa < 0n) throw new RangeError('root of a negative number');
  let scale = value.exponent + digitsMax;
  if (scale % 2 !== 0) scale += 1;
  const f = num(value.mantissa, value.exponent - scale, mode);
  const square = plus(times(plus(times(fit.a2, f, mode), fit.a1, mode), f, mode), fit.a0, mode);
  let root = over(square, fit.d, mode);
  let before: Num = zero;
  let earlier: Num = zero;
  do {
    earlier = before;
    before = root;
    root = over(plus(root, over(f, root, mode), mode), two, mode);
  } while (compare(root, before) !== 0 && compare(root, earlier) !== 0);
  return num(root.mantissa, root.exponent + scale / 2, mode);
};
