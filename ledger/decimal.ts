/**
 * Token amounts as the ledger keeps them: a sign, 16 significant digits and a power of ten. Never a float:
 * the only ways in are text, an integer, and the arithmetic below; `toNumber` is for statistics alone.
 */

import { once } from './recent.ts';

/** value = mantissa × 10^exponent; zero is 0e0, else 10^15 ≤ |mantissa| < 10^16 and −96 ≤ exponent ≤ 80. */
export type Decimal = Readonly<{ mantissa: bigint; exponent: number }>;

/** How digits beyond the sixteenth are dropped: to nearest with ties to even (the ledger's usual way), or toward one side. */
export type Rounding = 'nearest' | 'towardZero' | 'down' | 'up';

const digitsMax = 16;
const mantissaMin = 10n ** 15n;
const mantissaMax = 10n ** 16n - 1n;
const exponentMin = -96;
const exponentMax = 80;

export const zero: Decimal = { mantissa: 0n, exponent: 0 };

const powers: bigint[] = [];
const power = (n: number): bigint => (powers[n] ??= 10n ** BigInt(n));

/** Decimal digits of a positive integer, by comparison: most are 16 or 31 long, and amounts in drops shorter. */
const digits = (magnitude: bigint): number => {
  if (magnitude <= exactMax) return digitsOf(Number(magnitude));
  let count = magnitude < power(16) ? 16 : magnitude < power(32) ? 32 : 48;
  while (magnitude >= power(count)) count += 1;
  while (count > 1 && magnitude < power(count - 1)) count -= 1;
  return count;
};

const digitsOf = (magnitude: number): number => {
  let count = 1;
  while (magnitude >= exactPower(count)) count += 1;
  return count;
};

/** Integer quotient of a positive `numerator` by a positive `denominator`, rounded as if the value had this sign. */
const quotient = (
  numerator: bigint,
  denominator: bigint,
  negative: boolean,
  rounding: Rounding,
): bigint => {
  const floor = numerator / denominator;
  const rest = numerator - floor * denominator;
  if (rest === 0n) return floor;
  switch (rounding) {
    case 'towardZero':
      return floor;
    case 'down':
      return negative ? floor + 1n : floor;
    case 'up':
      return negative ? floor : floor + 1n;
    case 'nearest': {
      const twice = rest * 2n;
      return twice > denominator || (twice === denominator && (floor & 1n) === 1n)
        ? floor + 1n
        : floor;
    }
  }
};

/**
 * The value mantissa × 10^exponent ÷ denominator in 16 digits. Below 10^−81 it is zero; above the range it throws a
 * RangeError, which only a broken caller can cause.
 */
export const normalize = (
  mantissa: bigint,
  exponent: number,
  rounding: Rounding = 'nearest',
  denominator = 1n,
): Decimal => {
  if (mantissa === 0n) return zero;
  const negative = mantissa < 0n !== denominator < 0n;
  const top = mantissa < 0n ? -mantissa : mantissa;
  const bottom = denominator < 0n ? -denominator : denominator;
  if (bottom === 1n && top < mantissaMin) {
    const shift = digitsMax - digits(top);
    return bounded((negative ? -top : top) * power(shift), exponent - shift);
  }
  if (bottom === 1n && top <= mantissaMax) return bounded(negative ? -top : top, exponent);
  if (bottom === 1n && top < mantissaMax * 10n) {
    return rounded(quotient(top, 10n, negative, rounding), exponent + 1, negative);
  }
  const shift = shiftTo16(top, bottom);
  const [over, under] = shift > 0 ? [top * power(shift), bottom] : [top, bottom * power(-shift)];
  return rounded(quotient(over, under, negative, rounding), exponent - shift, negative);
};

/** A magnitude of 16 digits, or 10^16 where rounding carried into the seventeenth. */
const rounded = (magnitude: bigint, exponent: number, negative: boolean): Decimal =>
  magnitude > mantissaMax
    ? bounded(negative ? -mantissaMin : mantissaMin, exponent + 1)
    : bounded(negative ? -magnitude : magnitude, exponent);

/** By which power of ten `top` is scaled so that top ÷ bottom has exactly 16 digits before the point. */
const shiftTo16 = (top: bigint, bottom: bigint): number => {
  const shift = digitsMax - (digits(top) - digits(bottom));
  const [over, under] = shift > 0 ? [top * power(shift), bottom] : [top, bottom * power(-shift)];
  return over >= under * power(digitsMax) ? shift - 1 : shift;
};

const bounded = (mantissa: bigint, exponent: number): Decimal => {
  if (exponent < exponentMin) return zero;
  if (exponent > exponentMax) throw new RangeError('a token amount is above the ledger’s range');
  return { mantissa, exponent };
};

const pattern = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The integer and the power of ten that a number's text is made of, as long as it is. For texts that are known to be numbers. */
export const readText = (text: string): readonly [integer: bigint, exponent: number] => {
  const end = Math.max(text.indexOf('e'), text.indexOf('E'));
  const [number, power] = end < 0 ? [text, 0] : [text.slice(0, end), Number(text.slice(end + 1))];
  const point = number.indexOf('.');
  if (point < 0) return [BigInt(number), power];
  const places = number.length - point - 1;
  return [BigInt(number.slice(0, point) + number.slice(point + 1)), power - places];
};

/** Reads "97.61", "-0.5" or "1000000000000000e-27". Undefined if the text is no number or has more than 16 significant digits. */
export const parseDecimal = (text: string): Decimal | undefined => {
  if (text.length > textMax || !pattern.test(text)) return undefined;
  let [integer, exponent] = readText(text);
  while (isTooLong(integer) && integer % 10n === 0n) {
    integer /= 10n;
    exponent += 1;
  }
  if (isTooLong(integer)) return undefined;
  const places = digits(integer < 0n ? -integer : integer);
  if (integer !== 0n && exponent + places - digitsMax > exponentMax) return undefined;
  return normalize(integer, exponent);
};

/** Longer than any amount with all of its zeros: whoever sends more is not answered by counting them. */
const textMax = 200;

const isTooLong = (integer: bigint): boolean => integer > mantissaMax || integer < -mantissaMax;

/** As parseDecimal, for text that is known to be good. Throws a RangeError that shows the text. */
export const decimal = once((text: string): Decimal => {
  const value = parseDecimal(text);
  if (!value) throw new RangeError(`not a decimal of at most 16 digits: "${text}"`);
  return value;
});

/** An integer as a decimal; more than 16 digits are rounded to nearest. */
export const integer = (value: bigint): Decimal => normalize(value, 0);

/** The ledger's own text: plain digits for exponents −25 … −5, else mantissa and power (rippled STAmount::getText). */
export const format = (value: Decimal): string => {
  const { mantissa, exponent } = value;
  if (mantissa === 0n) return '0';
  if (exponent !== 0 && (exponent < -25 || exponent > -5)) return `${mantissa}e${exponent}`;
  const sign = mantissa < 0n ? '-' : '';
  const all = (mantissa < 0n ? -mantissa : mantissa).toString();
  const point = all.length + exponent;
  if (exponent >= 0) return sign + all;
  const end = significant(all);
  if (end <= point) return sign + all.slice(0, point);
  if (point > 0) return `${sign}${all.slice(0, point)}.${all.slice(point, end)}`;
  return `${sign}0.${'0'.repeat(-point)}${all.slice(0, end)}`;
};

/** The length of the digits without the zeros at their end. */
const significant = (digits: string): number => {
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === zeroCode) end -= 1;
  return end;
};
const zeroCode = 48;

/** Rounded half away from zero to a fixed number of places, for people: "97.61". */
export const formatFixed = (value: Decimal, places: number): string => {
  const shift = value.exponent + places;
  const magnitude = value.mantissa < 0n ? -value.mantissa : value.mantissa;
  const scaled =
    shift >= 0 ? magnitude * power(shift) : (magnitude + power(-shift) / 2n) / power(-shift);
  const all = scaled.toString().padStart(places + 1, '0');
  const sign = value.mantissa < 0n && scaled !== 0n ? '-' : '';
  return places === 0 ? sign + all : `${sign}${all.slice(0, -places)}.${all.slice(-places)}`;
};

export const isZero = (value: Decimal): boolean => value.mantissa === 0n;
export const isNegative = (value: Decimal): boolean => value.mantissa < 0n;
export const isPositive = (value: Decimal): boolean => value.mantissa > 0n;
export const negate = (value: Decimal): Decimal =>
  value.mantissa === 0n ? value : { mantissa: -value.mantissa, exponent: value.exponent };
export const absolute = (value: Decimal): Decimal => (value.mantissa < 0n ? negate(value) : value);

const spanMax = 40;

/** a + b. Digits further than 40 places below the larger cannot matter and stand for their sign alone. */
export const add = (a: Decimal, b: Decimal, rounding: Rounding = 'nearest'): Decimal => {
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  if (a.exponent === b.exponent) return normalize(a.mantissa + b.mantissa, a.exponent, rounding);
  const [high, low] = a.exponent >= b.exponent ? [a, b] : [b, a];
  const { total, span } = exactSum(high, low);
  const edge = belowPowerOfTen(total, span, rounding, high.exponent);
  return edge
    ? bounded(edge.mantissa, edge.exponent)
    : normalize(total, high.exponent - span, rounding);
};

/** The sum as total × 10^(high.exponent − span). */
export const exactSum = (
  high: Decimal,
  low: Decimal,
): Readonly<{ total: bigint; span: number }> => {
  const span = high.exponent - low.exponent;
  return span > spanMax
    ? { total: high.mantissa * power(spanMax) + (low.mantissa < 0n ? -1n : 1n), span: spanMax }
    : { total: high.mantissa * power(span) + low.mantissa, span };
};

/**
 * A difference that falls short of a power of ten by less than its last digit: the ledger rounds it before it makes room
 * for one digit more, so it is the power of ten or ten of the finer digits below it. Undefined for any other sum.
 */
export const belowPowerOfTen = (
  total: bigint,
  span: number,
  rounding: Rounding,
  exponent: number,
): Decimal | undefined => {
  const negative = total < 0n;
  const magnitude = negative ? -total : total;
  const whole = mantissaMin * power(span);
  if (magnitude >= whole || magnitude <= whole - power(span)) return undefined;
  const kept =
    rounding === 'towardZero' ||
    quotient(magnitude, power(span), negative, rounding) === mantissaMin;
  const [digits, scale] = kept ? [mantissaMin, exponent] : [mantissaMax - 9n, exponent - 1];
  return { mantissa: negative ? -digits : digits, exponent: scale };
};

export const subtract = (a: Decimal, b: Decimal, rounding: Rounding = 'nearest'): Decimal =>
  a.exponent === b.exponent && a.mantissa !== 0n && b.mantissa !== 0n
    ? normalize(a.mantissa - b.mantissa, a.exponent, rounding)
    : add(a, negate(b), rounding);

export const multiply = (a: Decimal, b: Decimal, rounding: Rounding = 'nearest'): Decimal => {
  const product = a.mantissa * b.mantissa;
  if (product === 0n) return zero;
  const negative = product < 0n;
  const magnitude = negative ? -product : product;
  const shift = magnitude < productHalf ? digitsMax - 1 : digitsMax;
  const exponent = a.exponent + b.exponent + shift;
  return rounded(quotient(magnitude, power(shift), negative, rounding), exponent, negative);
};

/** A product of two mantissas of 16 digits has 31 digits below this, else 32. */
const productHalf = 10n ** 31n;

/** a ÷ b. Throws a RangeError for b = 0. */
export const divide = (a: Decimal, b: Decimal, rounding: Rounding = 'nearest'): Decimal => {
  if (b.mantissa === 0n) throw new RangeError('division of a token amount by zero');
  if (a.mantissa === 0n) return zero;
  const negative = a.mantissa < 0n !== b.mantissa < 0n;
  const [over, under] = [magnitudeOf(a), magnitudeOf(b)];
  const shift = over < under ? digitsMax : digitsMax - 1;
  const exponent = a.exponent - b.exponent - shift;
  return rounded(quotient(over * power(shift), under, negative, rounding), exponent, negative);
};

const magnitudeOf = ({ mantissa }: Decimal): bigint => (mantissa < 0n ? -mantissa : mantissa);

/** part ÷ whole in basis points, for statistics and rules: the nearest double. Throws a RangeError for whole = 0. */
export const basisPoints = (part: Decimal, whole: Decimal): number =>
  toNumber(divide({ mantissa: part.mantissa, exponent: part.exponent + 4 }, whole));

/** −1, 0 or 1. */
export const compare = (a: Decimal, b: Decimal): -1 | 0 | 1 => {
  const signA = a.mantissa === 0n ? 0 : a.mantissa < 0n ? -1 : 1;
  const signB = b.mantissa === 0n ? 0 : b.mantissa < 0n ? -1 : 1;
  if (signA !== signB) return signA < signB ? -1 : 1;
  if (signA === 0) return 0;
  if (a.exponent !== b.exponent) return a.exponent < b.exponent === signA > 0 ? -1 : 1;
  return a.mantissa === b.mantissa ? 0 : a.mantissa < b.mantissa ? -1 : 1;
};

export const minimum = (a: Decimal, b: Decimal): Decimal => (compare(a, b) <= 0 ? a : b);
export const maximum = (a: Decimal, b: Decimal): Decimal => (compare(a, b) >= 0 ? a : b);

/** For statistics and pages only: the nearest double. Of two doubles that are exact the quotient is the nearest one too. */
export const toNumber = ({ mantissa, exponent }: Decimal): number =>
  exponent <= 0 && exponent >= -exactPowerMax && mantissa <= exactMax && mantissa >= -exactMax
    ? Number(mantissa) / exactPower(-exponent)
    : Number(`${mantissa}e${exponent}`);

/** Integers up to 2^53 and powers of ten up to 10^22 are doubles. */
const exactMax = 2n ** 53n;
const exactPowerMax = 22;
const exactPowers: number[] = [];
const exactPower = (n: number): number => (exactPowers[n] ??= Number(`1e${n}`));

/** The double's shortest decimal text, cut to 16 digits: for factors that come from configuration. */
export const fromNumber = once((value: number): Decimal => {
  if (!Number.isFinite(value)) throw new RangeError('not a finite number');
  const [integer, exponent] = readText(String(value));
  return normalize(integer, exponent);
});

/** The integer part, rounded as asked. */
export const toInteger = (value: Decimal, rounding: Rounding = 'towardZero'): bigint => {
  if (value.exponent >= 0) return value.mantissa * power(value.exponent);
  const negative = value.mantissa < 0n;
  const magnitude = quotient(
    negative ? -value.mantissa : value.mantissa,
    power(-value.exponent),
    negative,
    rounding,
  );
  return negative ? -magnitude : magnitude;
};

/** Cut to so many significant digits. */
export const toDigits = (
  value: Decimal,
  digits: number,
  rounding: Rounding = 'nearest',
): Decimal => {
  const drop = digitsMax - digits;
  if (value.mantissa === 0n || drop <= 0) return value;
  const negative = value.mantissa < 0n;
  const magnitude = negative ? -value.mantissa : value.mantissa;
  const cut = quotient(magnitude, power(drop), negative, rounding) * power(drop);
  return rounded(cut, value.exponent, negative);
};
