/** An account's address as text and as the 160 bits that indexes and transactions carry. Refuses a wrong checksum. */
import { createHash } from 'node:crypto';
import { deriveAddress } from 'ripple-keypairs';

const alphabet = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz';
const base = 58n;
const bodyHexDigits = 42;
const cacheMax = 50_000;

/** Who issues nothing: the issuer that a trust line's Balance names. */
export const nobody = 'rrrrrrrrrrrrrrrrrrrrBZbvji';
export const zeroAccountHex = '0'.repeat(40);
/** The account of 160 zero bits: XRP's issuer, where one has to be named. */
export const zeroAccount = 'rrrrrrrrrrrrrrrrrrrrrhoLvTp';

const checksum = (bodyHex: string): string => {
  const once = createHash('sha256').update(Buffer.from(bodyHex, 'hex')).digest();
  return createHash('sha256').update(once).digest('hex').slice(0, 8);
};

const decode = (address: string): string | undefined => {
  if (!address.startsWith('r') || address.length < 25 || address.length > 35) return undefined;
  let value = 0n;
  for (const letter of address) {
    const place = alphabet.indexOf(letter);
    if (place < 0) return undefined;
    value = value * base + BigInt(place);
  }
  const hex = value.toString(16).padStart(bodyHexDigits + 8, '0');
  if (hex.length !== bodyHexDigits + 8) return undefined;
  const body = hex.slice(0, bodyHexDigits);
  return checksum(body) === hex.slice(bodyHexDigits) ? body.slice(2).toUpperCase() : undefined;
};

const encode = (hex: string): string => {
  const body = `00${hex.toLowerCase()}`;
  const full = body + checksum(body);
  let value = BigInt(`0x${full}`);
  let text = '';
  while (value > 0n) {
    text = alphabet[Number(value % base)] + text;
    value /= base;
  }
  const zeros = /^(00)*/.exec(full)?.[0].length ?? 0;
  return alphabet.charAt(0).repeat(zeros / 2) + text;
};

const remembered = <A, B>(compute: (key: A) => B): ((key: A) => B) => {
  const cache = new Map<A, B>();
  return (key) => {
    const known = cache.get(key);
    if (known !== undefined) return known;
    if (cache.size >= cacheMax) cache.clear();
    const value = compute(key);
    cache.set(key, value);
    return value;
  };
};

/** The account whose own (master) key this is, of its hex digits; undefined where it is no key. */
export const accountOf = (publicKey: string): string | undefined => {
  try {
    return deriveAddress(publicKey);
  } catch {
    return undefined;
  }
};

/** 40 upper-case hex digits, or undefined if the text is no address. */
export const parseAddress: (address: string) => string | undefined = remembered(decode);

/** As parseAddress, for text that is known to be good. Throws a RangeError that shows the text. */
export const accountHex = (address: string): string => {
  const hex = parseAddress(address);
  if (hex === undefined) throw new RangeError(`not an address: "${address}"`);
  return hex;
};

/** The address of 40 hex digits. */
export const addressOf: (hex: string) => string = remembered(encode);

/** Does `a` come after `b` in the order of accounts? It decides which of two is the high side of a trust line. */
export const isHigher = (a: string, b: string): boolean => accountHex(a) > accountHex(b);
