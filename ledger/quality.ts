/**
 * An offer's quality as the ledger keeps it: what the taker pays for one unit of what he gets, in 64 bits that order a
 * book. With the roundings of rippled's Quality and STAmount, legacy ones included, because results depend on them.
 */
import { compare, type Decimal } from './decimal.ts';
import { type Num, minus, num, over, times, wholePart } from './number.ts';
import {
  above,
  isDrops,
  isNothing,
  numOf,
  type Quantity,
  quantityFrom,
  smallest,
  tokens,
} from './quantity.ts';

/** (exponent + 100) in the top byte, mantissa below. Less is better for the taker; 0 is no quality. */
export type Quality = bigint;

/** What a taker pays and gets. */
export type Trade = Readonly<{ pays: Quantity; gets: Quantity }>;

const mantissaMin = 10n ** 15n;
const mantissaMax = 10n ** 16n - 1n;
const tenTo14 = 10n ** 14n;
const tenTo17 = 10n ** 17n;
const mantissaBits = 56n;
const mantissaMask = (1n << mantissaBits) - 1n;
const tickSizeMax = 16;
const uint64Most = (1n << 64n) - 1n;

/** The quality of `pays` for `gets`; 0 if it cannot be told. */
export const qualityOf = ({ pays, gets }: Trade): Quality => {
  if (isNothing(gets)) return 0n;
  try {
    return encode(quotient(pays, gets));
  } catch {
    return 0n;
  }
};

const encode = (rate: Decimal): Quality =>
  rate.mantissa === 0n ? 0n : (BigInt(rate.exponent + 100) << mantissaBits) | rate.mantissa;

/** The rate a quality stands for: pays ÷ gets. */
export const rateOf = (quality: Quality): Decimal =>
  quality === 0n
    ? { mantissa: 0n, exponent: 0 }
    : tokens(num(quality & mantissaMask, Number(quality >> mantissaBits) - 100));

/** 16 lower-case hex digits, as at the end of a book directory's index. */
export const qualityHex = (quality: Quality): string => quality.toString(16).padStart(16, '0');

export const qualityFromHex = (hex: string): Quality => BigInt(`0x${hex.slice(-16)}`);

/** Two qualities one after the other. */
export const composed = (a: Quality, b: Quality): Quality =>
  encode(multiplyRounded(rateOf(a), rateOf(b), rateOf(a), true) as Decimal);

/** Rounded up to `digits` significant digits: the tick size. */
export const rounded = (quality: Quality, digits: number): Quality => {
  const unit = 10n ** BigInt(tickSizeMax - digits);
  const mantissa = (quality & mantissaMask) + unit - 1n;
  return ((quality >> mantissaBits) << mantissaBits) | (mantissa - (mantissa % unit));
};

/** Are two qualities nearer to one another than `distance` of the worse one? */
export const isNear = (a: Quality, b: Quality, distance: Num): boolean => {
  if (a === b) return true;
  const [better, worse] = a < b ? [a, b] : [b, a];
  const worst = rateOf(worse);
  return compare(over(minus(worst, rateOf(better)), worst), distance) < 0;
};

/** The part of a trade that gives no more than `limit`, at this quality. */
export const limitGets = (
  quality: Quality,
  trade: Trade,
  limit: Quantity,
  roundUp: boolean,
): Trade => {
  if (!above(trade.gets, limit)) return trade;
  const pays = multiplyRounded(limit, rateOf(quality), trade.pays, roundUp, 'strict');
  return { pays: above(pays, trade.pays) ? trade.pays : pays, gets: limit };
};

/** The part of a trade that takes no more than `limit`, at this quality. */
export const limitPays = (
  quality: Quality,
  trade: Trade,
  limit: Quantity,
  roundUp: boolean,
): Trade => {
  if (!above(trade.pays, limit)) return trade;
  const gets = divideRounded(limit, rateOf(quality), trade.gets, roundUp, 'strict');
  return { pays: limit, gets: above(gets, trade.gets) ? trade.gets : gets };
};

type Scaled = { value: bigint; offset: number };

const inRange = (q: Quantity): Scaled => {
  if (!isDrops(q)) return { value: q.mantissa, offset: q.exponent };
  let value = q;
  let offset = 0;
  while (value < mantissaMin) {
    value *= 10n;
    offset -= 1;
  }
  return { value, offset };
};

/** numerator ÷ denominator as a rate. Both positive. Throws a RangeError beyond the range. */
const quotient = (numerator: Quantity, denominator: Quantity): Decimal => {
  if (isNothing(numerator)) return { mantissa: 0n, exponent: 0 };
  const top = inRange(numerator);
  const bottom = inRange(denominator);
  const value = in64Bits((top.value * tenTo17) / bottom.value) + 5n;
  return tokens(num(inInt64(value), top.offset - bottom.offset - 17));
};

/** Beyond 64 bits there is no result. Throws a RangeError. */
const in64Bits = (value: bigint): bigint => {
  if (value > uint64Most) throw new RangeError('a rate is above the ledger’s range');
  return value;
};

/** The ledger reads the upper half of 64 bits as a negative number, and drops the sign. */
const inInt64 = (value: bigint): bigint => {
  const signed = BigInt.asIntN(64, value);
  return signed < 0n ? -signed : signed;
};

/** numerator ÷ denominator as an amount of the kind `like` is, in the ledger's plain way (rippled divide). */
export const quotientAs = (
  numerator: Quantity,
  denominator: Quantity,
  like: Quantity,
): Quantity => {
  if (isNothing(numerator)) return quantityFrom({ mantissa: 0n, exponent: 0 }, like);
  const top = inRange(numerator);
  const bottom = inRange(denominator);
  const value = (top.value * tenTo17) / bottom.value + 5n;
  return settle({ value, offset: top.offset - bottom.offset - 17 }, like, 'nearest');
};

/** a × b as an amount of the kind `like` is, to nearest (rippled multiply). */
export const multiplyPlain = (a: Quantity, b: Quantity, like: Quantity): Quantity =>
  quantityFrom(times(numOf(a), numOf(b)), like);

type Manner = 'legacy' | 'strict';

const settle = (
  { value, offset }: Scaled,
  like: Quantity,
  mode: 'nearest' | 'towardZero' | 'up' | 'down',
): Quantity =>
  isDrops(like)
    ? wholePart({ mantissa: value, exponent: offset }, mode)
    : tokens(num(value, offset, mode));

/** What rounding up does to digits that do not fit; the legacy way is not a true rounding, and results depend on it. */
const upward = ({ value, offset }: Scaled, like: Quantity, manner: Manner): Scaled => {
  let v = value;
  let o = offset;
  if (isDrops(like)) {
    if (o >= 0) return { value: v, offset: o };
    let loops = 0;
    let rest = false;
    while (o < -1) {
      const next = v / 10n;
      rest ||= next * 10n !== v;
      v = next;
      o += 1;
      loops += 1;
    }
    if (manner === 'strict') v += rest ? 10n : 9n;
    else v += loops >= 2 ? 9n : 10n;
    return { value: v / 10n, offset: o + 1 };
  }
  if (v <= mantissaMax) return { value: v, offset: o };
  while (v > 10n * mantissaMax) {
    v /= 10n;
    o += 1;
  }
  return { value: (v + 9n) / 10n, offset: o + 1 };
};

/** a × b as the kind `like` is, both positive. */
export const multiplyRounded = (
  a: Quantity,
  b: Quantity,
  like: Quantity,
  roundUp: boolean,
  manner: Manner = 'legacy',
): Quantity => {
  if (isNothing(a) || isNothing(b)) return quantityFrom({ mantissa: 0n, exponent: 0 }, like);
  const x = inRange(a);
  const y = inRange(b);
  const value = (x.value * y.value + (roundUp ? tenTo14 - 1n : 0n)) / tenTo14;
  const raw = { value, offset: x.offset + y.offset + 14 };
  const cut = roundUp ? upward(raw, like, manner) : raw;
  const result = settle(cut, like, manner === 'strict' ? 'towardZero' : 'nearest');
  return roundUp && isNothing(result) ? smallest(like) : result;
};

/** a ÷ b as the kind `like` is, both positive. */
export const divideRounded = (
  a: Quantity,
  b: Quantity,
  like: Quantity,
  roundUp: boolean,
  manner: Manner = 'legacy',
): Quantity => {
  if (isNothing(a)) return quantityFrom({ mantissa: 0n, exponent: 0 }, like);
  const x = inRange(a);
  const y = inRange(b);
  const value = (x.value * tenTo17 + (roundUp ? y.value - 1n : 0n)) / y.value;
  const raw = { value, offset: x.offset - y.offset - 17 };
  const cut = roundUp ? upward(raw, like, 'legacy') : raw;
  const mode = manner === 'strict' ? (roundUp ? 'up' : 'down') : 'nearest';
  const result = settle(cut, like, mode);
  return roundUp && isNothing(result) ? smallest(like) : result;
};
