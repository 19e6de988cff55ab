/** What an account can pay with in a view, as `owner_funds` tells it: holdings less reserve, none where frozen. */
import * as d from '../../ledger/decimal.ts';
import { isDrops, type Amount, type Quantity } from '../../ledger/quantity.ts';
import { isHigher } from '../../ledger/address.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Asset, Entry, View } from '../chain.ts';
import { reserveBaseDrops, reserveIncrementDrops } from './reserves.ts';

const globalFreeze = 0x00400000;
const lowFreeze = 0x00400000;
const highFreeze = 0x00800000;

type Freeze = 'none if frozen' | 'ignore freeze';

export const assetOf = (amount: Amount): Asset =>
  typeof amount === 'string'
    ? { currency: 'XRP' }
    : { currency: amount.currency, issuer: amount.issuer };

/** Spendable, never negative. */
export const holdings = (
  view: View,
  holder: string,
  asset: Asset,
  freeze: Freeze = 'none if frozen',
): Quantity => {
  if (asset.issuer === undefined) return spendableDrops(view, holder);
  const line = view.line(holder, asset.issuer, asset.currency);
  if (!line) return d.zero;
  if (freeze === 'none if frozen' && isFrozen(view, holder, asset.issuer, line)) return d.zero;
  const balance = lineBalance(line, holder, asset.issuer);
  return d.isNegative(balance) ? d.zero : balance;
};

/** A line's balance from the holder's side. */
export const lineBalance = (line: Entry, holder: string, peer: string): d.Decimal => {
  const value = d.decimal((line['Balance'] as { value: string }).value);
  return isHigher(holder, peer) ? d.negate(value) : value;
};

export const isFrozen = (view: View, holder: string, issuer: string, line: Entry): boolean => {
  if ((flagsOf(view.account(issuer)) & globalFreeze) !== 0) return true;
  const mark = isHigher(issuer, holder) ? highFreeze : lowFreeze;
  return (flagsOf(line) & mark) !== 0;
};

export const isFrozenGlobally = (view: View, issuer: string | undefined): boolean =>
  issuer !== undefined && (flagsOf(view.account(issuer)) & globalFreeze) !== 0;

export const flagsOf = (entry: Entry | undefined): number => Number(entry?.['Flags'] ?? 0);

/** What the maker of an offer can still pay, his own tokens left out. */
export const ownerFunds = (view: View, tx: Json): Json => {
  const account = String(tx['Account']);
  if (tx['TransactionType'] !== 'OfferCreate') return {};
  const asset = assetOf(tx['TakerGets'] as Amount);
  if (asset.issuer === account) return {};
  return { owner_funds: textOf(holdings(view, account, asset, 'ignore freeze')) };
};

export const textOf = (q: Quantity): string => (isDrops(q) ? String(q) : d.format(q));

const spendableDrops = (view: View, holder: string): bigint => {
  const root = view.account(holder);
  if (!root) return 0n;
  const reserve = reserveBaseDrops + reserveIncrementDrops * BigInt(Number(root['OwnerCount']));
  const free = BigInt(String(root['Balance'])) - reserve;
  return free > 0n ? free : 0n;
};
