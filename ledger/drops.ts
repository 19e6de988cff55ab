/** XRP in its smallest unit. A drop is a millionth of an XRP and never a fraction. */
import { type Decimal, normalize, toInteger, type Rounding } from './decimal.ts';
import { once } from './recent.ts';

declare const unit: unique symbol;

/** Drops of XRP. The only ways in are the checks below. */
export type Drops = bigint & { readonly [unit]: 'Drops' };

const dropsPerXrp = 1_000_000n;
const dropsMax = 100_000_000_000n * dropsPerXrp;

/** Throws a RangeError beyond all the XRP there is. */
export const drops = (value: bigint): Drops => {
  if (value > dropsMax || value < -dropsMax)
    throw new RangeError(`more drops than exist: ${value}`);
  return value as Drops;
};

/** Reads the ledger's text: an integer. Throws a RangeError that shows the text. */
export const parseDrops = once((text: string): Drops => {
  if (!/^-?\d{1,18}$/.test(text)) throw new RangeError(`not drops: "${text}"`);
  return drops(BigInt(text));
});

/** The same of text from anywhere; undefined where it is none. */
export const dropsIn = (text: string): Drops | undefined => {
  try {
    return parseDrops(text);
  } catch {
    return undefined;
  }
};

/** Reads XRP as people write it: "66.82". Undefined if it is no number or finer than a drop. */
export const parseXrp = (text: string): Drops | undefined => {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const magnitude = BigInt(whole) * dropsPerXrp + BigInt(fraction.padEnd(6, '0'));
  return magnitude > dropsMax ? undefined : drops(sign === '-' ? -magnitude : magnitude);
};

/** XRP as people write it, without trailing zeros: "66.82". */
export const formatXrp = (value: Drops): string => {
  const magnitude = value < 0n ? -value : value;
  const fraction = (magnitude % dropsPerXrp).toString().padStart(6, '0').replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${magnitude / dropsPerXrp}${fraction ? `.${fraction}` : ''}`;
};

/** The same amount counted in XRP, exact. */
export const xrpOf = (value: Drops): Decimal => normalize(value, -6);

/** An amount counted in XRP as drops, rounded as asked. */
export const dropsOf = (xrp: Decimal, rounding: Rounding = 'nearest'): Drops =>
  drops(toInteger({ mantissa: xrp.mantissa, exponent: xrp.exponent + 6 }, rounding));
