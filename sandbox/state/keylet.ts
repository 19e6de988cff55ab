/** Under which index each ledger entry is kept: SHA-512Half over a space and what names the entry (xrpl.org, ledger object IDs). */
import { accountHex, zeroAccountHex } from '../../ledger/address.ts';
import { currencyHex } from '../../ledger/currency.ts';
import type { Asset } from '../chain.ts';
import { half } from '../../ledger/hash.ts';

const space = (letter: string): string => letter.charCodeAt(0).toString(16).padStart(4, '0');
const uint32 = (value: number): string => value.toString(16).padStart(8, '0');

const cacheMax = 50_000;
type Cache = Map<string, string>;
const known = (cache: Cache, key: string, compute: () => string): string => {
  const found = cache.get(key);
  if (found !== undefined) return found;
  if (cache.size >= cacheMax) cache.clear();
  const value = compute();
  cache.set(key, value);
  return value;
};

const accounts: Cache = new Map();
export const accountIndex = (address: string): string =>
  known(accounts, address, () => half(space('a'), accountHex(address)));

const ownerDirs: Cache = new Map();
export const ownerDirIndex = (address: string): string =>
  known(ownerDirs, address, () => half(space('O'), accountHex(address)));

export const offerIndex = (address: string, sequence: number): string =>
  half(space('o'), accountHex(address), uint32(sequence));

export const ticketIndex = (address: string, sequence: number): string =>
  half(space('T'), accountHex(address), uint32(sequence));

const lines: Cache = new Map();
export const lineIndex = (a: string, b: string, currency: string): string =>
  known(lines, a + b + currency, () => {
    const [low, high] = [accountHex(a), accountHex(b)].toSorted();
    return half(space('r'), low as string, high as string, currencyHex(currency));
  });

/** Page 0 of a directory is its root. */
export const pageIndex = (root: string, page: number): string =>
  page === 0 ? root : half(space('d'), root, page.toString(16).padStart(16, '0'));

export const issuerHex = (asset: Asset): string =>
  asset.issuer === undefined ? zeroAccountHex : accountHex(asset.issuer);

/** The base of a book: its directories' indexes share the first 48 digits, and the last 16 are the quality. */
const bases: Cache = new Map();
export const bookBase = (pays: Asset, gets: Asset): string =>
  known(bases, `${pays.currency}${pays.issuer ?? ''}/${gets.currency}${gets.issuer ?? ''}`, () => {
    const hash = half(
      space('B'),
      currencyHex(pays.currency),
      currencyHex(gets.currency),
      issuerHex(pays),
      issuerHex(gets),
    );
    return hash.slice(0, 48) + '0'.repeat(16);
  });

export const bookDirIndex = (base: string, qualityHex: string): string =>
  base.slice(0, 48) + qualityHex.toUpperCase();

/** Both orders of a pair name the same pool. */
const pools: Cache = new Map();
export const ammIndex = (a: Asset, b: Asset): string =>
  known(pools, `${a.currency}${a.issuer ?? ''}/${b.currency}${b.issuer ?? ''}`, () =>
    pairHash(a, b),
  );

const pairHash = (a: Asset, b: Asset): string => {
  const [one, two] = [a, b].map((asset) => ({
    issuer: issuerHex(asset),
    currency: currencyHex(asset.currency),
  })) as [Named, Named];
  const [low, high] = comesFirst(one, two) ? [one, two] : [two, one];
  return half(space('A'), low.issuer, low.currency, high.issuer, high.currency);
};

type Named = Readonly<{ issuer: string; currency: string }>;

const comesFirst = (a: Named, b: Named): boolean =>
  a.currency === b.currency ? a.issuer < b.issuer : a.currency < b.currency;
