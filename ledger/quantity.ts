/**
 * How much of something, without saying of what: a bigint is drops of XRP, a Decimal is tokens. Sums, comparisons and
 * the text on the wire; two kinds are never mixed, and the amount's currency and issuer stay with whoever asks.
 */
import * as d from './decimal.ts';
import { type Num, num, wholePart } from './number.ts';

export type Quantity = bigint | d.Decimal;

/** Drops as text, or a token amount, as on the wire. */
export type Amount = string | Readonly<{ currency: string; issuer: string; value: string }>;

export const isDrops = (q: Quantity): q is bigint => typeof q === 'bigint';

export const quantityOf = (amount: Amount): Quantity =>
  typeof amount === 'string' ? BigInt(amount) : d.decimal(amount.value);

/** The same amount with another quantity. */
export const withQuantity = (amount: Amount, q: Quantity): Amount =>
  typeof amount === 'string'
    ? String(q as bigint)
    : {
        currency: amount.currency,
        issuer: amount.issuer,
        value: d.format(q as d.Decimal),
      };

export const none = (like: Quantity): Quantity => (isDrops(like) ? 0n : d.zero);

export const sum = (a: Quantity, b: Quantity): Quantity =>
  isDrops(a) ? a + (b as bigint) : d.add(a, b as d.Decimal);

export const difference = (a: Quantity, b: Quantity): Quantity =>
  isDrops(a) ? a - (b as bigint) : d.subtract(a, b as d.Decimal);

export const opposite = (q: Quantity): Quantity => (isDrops(q) ? -q : d.negate(q));

export const order = (a: Quantity, b: Quantity): -1 | 0 | 1 => {
  if (!isDrops(a)) return d.compare(a, b as d.Decimal);
  return a < (b as bigint) ? -1 : a > (b as bigint) ? 1 : 0;
};

export const same = (a: Quantity, b: Quantity): boolean => order(a, b) === 0;
export const below = (a: Quantity, b: Quantity): boolean => order(a, b) < 0;
export const above = (a: Quantity, b: Quantity): boolean => order(a, b) > 0;
export const least = (a: Quantity, b: Quantity): Quantity => (below(b, a) ? b : a);

export const sign = (q: Quantity): -1 | 0 | 1 => {
  const magnitude = isDrops(q) ? q : q.mantissa;
  return magnitude === 0n ? 0 : magnitude < 0n ? -1 : 1;
};

export const isNothing = (q: Quantity): boolean => sign(q) === 0;
export const isSome = (q: Quantity): boolean => sign(q) > 0;

/** The inner number of a quantity: drops beyond 16 digits are rounded as asked. */
export const numOf = (q: Quantity, mode: d.Rounding = 'nearest'): Num =>
  isDrops(q) ? num(q, 0, mode) : q;

const exponentMin = -96;
const exponentMax = 80;

/** An inner number as a token quantity: below the range it is zero, above it a RangeError. */
export const tokens = (value: Num): d.Decimal => {
  if (value.mantissa === 0n || value.exponent < exponentMin) return d.zero;
  if (value.exponent > exponentMax)
    throw new RangeError('a token amount is above the ledger’s range');
  return value;
};

/** An inner number as the kind that `like` is. */
export const quantityFrom = (value: Num, like: Quantity, mode: d.Rounding = 'nearest'): Quantity =>
  isDrops(like) ? wholePart(value, mode) : tokens(value);

export const smallest = (like: Quantity): Quantity =>
  isDrops(like) ? 1n : { mantissa: 10n ** 15n, exponent: exponentMin };

/** A rate of a billionth: 1_000_000_000 is parity, as in TransferRate. */
export const parity = 1_000_000_000n;

/** quantity × numerator ÷ denominator, with the ledger's own way of rounding (rippled mulRatio). */
export const scaled = (
  q: Quantity,
  numerator: bigint,
  denominator: bigint,
  roundUp: boolean,
): Quantity => {
  if (numerator === denominator) return q;
  if (isDrops(q)) {
    const product = q * numerator;
    const whole = product / denominator;
    const rest = product - whole * denominator;
    if (rest === 0n) return whole;
    if (roundUp && product > 0n) return whole + 1n;
    return !roundUp && product < 0n ? whole - 1n : whole;
  }
  return scaledTokens(q, numerator, denominator, roundUp);
};

const growDigits = 18;

const digitsCeil = (value: bigint): number => {
  if (value <= 1n) return 0;
  return (value - 1n).toString().length;
};

const scaledTokens = (
  q: d.Decimal,
  numerator: bigint,
  denominator: bigint,
  roundUp: boolean,
): d.Decimal => {
  const negative = q.mantissa < 0n;
  const product = (negative ? -q.mantissa : q.mantissa) * numerator;
  let whole = product / denominator;
  let rest = product - whole * denominator;
  let exponent = q.exponent;
  if (rest !== 0n) {
    const room = growDigits - digitsCeil(whole);
    if (room > 0) {
      const factor = 10n ** BigInt(room);
      exponent -= room;
      whole *= factor;
      rest *= factor;
    }
    const more = rest / denominator;
    whole += more;
    rest -= more * denominator;
  }
  let inexact = rest !== 0n;
  const excess = digitsCeil(whole) - growDigits;
  if (excess > 0) {
    const factor = 10n ** BigInt(excess);
    const cut = whole / factor;
    inexact ||= cut * factor !== whole;
    whole = cut;
    exponent += excess;
  }
  const result = tokens(num(negative ? -whole : whole, exponent));
  if (!inexact) return result;
  if (roundUp && !negative) {
    return result.mantissa === 0n
      ? (smallest(result) as d.Decimal)
      : tokens(num(result.mantissa + 1n, result.exponent));
  }
  if (!roundUp && negative) {
    return result.mantissa === 0n
      ? d.negate(smallest(result) as d.Decimal)
      : tokens(num(result.mantissa - 1n, result.exponent));
  }
  return result;
};
