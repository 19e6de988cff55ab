/**
 * Sums of token amounts, never rounded: what many amounts of 16 digits add up to, by how much a balance has changed, what
 * is held in all at a price. An amount itself is a Decimal; this is what the books are kept in.
 */
import { normalize, readText, type Decimal } from './decimal.ts';
import { once } from './recent.ts';

/** value = units × 10^exponent, as long as it has to be. One value may be written in several ways. */
export type Exact = Readonly<{ units: bigint; exponent: number }>;

export const nothing: Exact = { units: 0n, exponent: 0 };

export const exactly = ({ mantissa, exponent }: Decimal): Exact => ({ units: mantissa, exponent });

const pattern = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/** Reads what `exactText` writes, and every amount as the ledger writes it. Throws a RangeError that shows the text. */
export const exact = once((text: string): Exact => {
  if (!pattern.test(text)) throw new RangeError(`not a decimal: "${text}"`);
  const [units, exponent] = readText(text);
  return { units, exponent };
});

export const sum = (a: Exact, b: Exact): Exact => {
  const [high, low] = a.exponent >= b.exponent ? [a, b] : [b, a];
  const scaled = high.units * 10n ** BigInt(high.exponent - low.exponent);
  return { units: scaled + low.units, exponent: low.exponent };
};

export const opposite = ({ units, exponent }: Exact): Exact => ({ units: -units, exponent });

export const difference = (a: Exact, b: Exact): Exact => sum(a, opposite(b));

export const product = (a: Exact, b: Exact): Exact => ({
  units: a.units * b.units,
  exponent: a.exponent + b.exponent,
});

/** −1, 0 or 1. */
export const sign = ({ units }: Exact): -1 | 0 | 1 => (units === 0n ? 0 : units < 0n ? -1 : 1);

export const isBelow = (a: Exact, b: Exact): boolean => difference(a, b).units < 0n;

export const isNothing = ({ units }: Exact): boolean => units === 0n;

export const magnitude = (value: Exact): Exact => (value.units < 0n ? opposite(value) : value);

/** The nearest amount of 16 digits: for decisions, statistics, and what the ledger itself would say. */
export const nearest = ({ units, exponent }: Exact): Decimal => normalize(units, exponent);

/** The same of an exact text. */
export const nearestTo = (text: string): Decimal => nearest(exact(text));

/** All of its digits, without a power of ten: "203.670168756677104", "-0.00000000000002". */
export const exactText = ({ units, exponent }: Exact): string => {
  const places = Math.max(0, -exponent);
  const whole = `${units < 0n ? -units : units}${'0'.repeat(Math.max(0, exponent))}`;
  const digits = whole.padStart(places + 1, '0');
  const point = digits.length - places;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${digits.slice(0, point)}${fraction && `.${fraction}`}`;
};
