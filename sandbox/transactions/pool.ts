/** What the pool transactions have in common: the pool as one of them names it, its amounts checked, its end. */
import * as d from '../../ledger/decimal.ts';
import { type Amount, isNothing, type Quantity, quantityOf, sign } from '../../ledger/quantity.ts';
import type { Asset } from '../chain.ts';
import { adjustOwners } from '../state/account.ts';
import { assetOf, isIssued, isSameAsset, type Issued } from '../state/asset.ts';
import { members, removeFromDirectory } from '../state/directory.ts';
import {
  type Draft,
  erase,
  mustAccount,
  read,
  readAccount,
  readAmm,
  readLine,
} from '../state/draft.ts';
import { type Amm, hasFlag, type RippleState } from '../state/entry.ts';
import { poolHoldings } from '../state/funds.ts';
import { ownerDirIndex } from '../state/keylet.ts';
import {
  authorization,
  balanceFor,
  deleteLine,
  isFrozen,
  isGloballyFrozen,
  side,
} from '../state/line.ts';
import { isHigher } from '../../ledger/address.ts';
import { isBadCurrency } from './amount-check.ts';
import type { Result } from './result.ts';
import type { Tx } from './transaction.ts';

export const tradingFeeMost = 1000;
const linesDeletedMost = 512;

export type Side = Readonly<{ asset: Asset; balance: Quantity }>;
export type Pool = Readonly<{
  amm: Amm;
  account: string;
  /** The side that the transaction's Amount is of comes first. */
  first: Side;
  second: Side;
  shares: Issued;
  all: d.Decimal;
}>;

/** What goes in or comes out, and the shares for it. */
export type Planned = Readonly<{ first: Quantity; second?: Quantity; shares: d.Decimal }>;
/** Or why nothing does. */
export type Plan = Planned | Readonly<{ result: Result }>;

export const assetsOf = (tx: Tx): readonly [Asset, Asset] => [
  tx.Asset as Asset,
  tx.Asset2 as Asset,
];

export const findPool = (draft: Draft, tx: Tx): Amm | undefined => readAmm(draft, ...assetsOf(tx));

export const poolOf = (draft: Draft, amm: Amm, amount: Amount | undefined): Pool => {
  const swapped = amount !== undefined && !isSameAsset(assetOf(amount), amm.Asset);
  const [a, b] = swapped ? [amm.Asset2, amm.Asset] : [amm.Asset, amm.Asset2];
  const sideOf = (asset: Asset): Side => ({
    asset,
    balance: poolHoldings(draft, amm.Account, asset),
  });
  return {
    amm,
    account: amm.Account,
    first: sideOf(a),
    second: sideOf(b),
    shares: { currency: amm.LPTokenBalance.currency, issuer: amm.Account },
    all: d.decimal(amm.LPTokenBalance.value),
  };
};

/** How many shares an account has. Frozen ones are none. */
export const sharesOf = (draft: Draft, amm: Amm, holder: string): d.Decimal => {
  const { currency } = amm.LPTokenBalance;
  const line = readLine(draft, holder, amm.Account, currency);
  if (!line || isFrozen(draft, holder, amm.Account, currency)) return d.zero;
  return balanceFor(line, holder, amm.Account);
};

/** Both assets named, and not the same one twice. */
export const checkPair = (tx: Tx): Result => {
  const [a, b] = assetsOf(tx);
  return isSameAsset(a, b) ? 'temBAD_AMM_TOKENS' : 'tesSUCCESS';
};

/** An amount of one of the pair, positive unless zero has a meaning. */
export const checkPoolAmount = (
  amount: Amount | undefined,
  pair: readonly Asset[] | undefined,
  zero: 'allowed' | 'refused' = 'refused',
): Result => {
  if (amount === undefined) return 'tesSUCCESS';
  if (isBadCurrency(amount)) return 'temBAD_CURRENCY';
  if (pair && !pair.some((asset) => isSameAsset(asset, assetOf(amount)))) {
    return 'temBAD_AMM_TOKENS';
  }
  const quantity = quantityOf(amount);
  const isBad = sign(quantity) < 0 || (zero === 'refused' && isNothing(quantity));
  return isBad ? 'temBAD_AMOUNT' : 'tesSUCCESS';
};

export const firstFailure = (looks: readonly (() => Result)[]): Result => {
  for (const look of looks) {
    const result = look();
    if (result !== 'tesSUCCESS') return result;
  }
  return 'tesSUCCESS';
};

export const mayHold = (draft: Draft, holder: string, asset: Asset): Result => {
  if (!isIssued(asset)) return 'tesSUCCESS';
  if (!readAccount(draft, asset.issuer)) return 'tesSUCCESS';
  return authorization(draft, holder, asset.issuer, asset.currency);
};

/** Frozen as a whole, or for this account. */
export const isAssetFrozen = (draft: Draft, holder: string, asset: Asset): boolean =>
  isIssued(asset) && isFrozen(draft, holder, asset.issuer, asset.currency);

/** Frozen for this account alone. */
export const isFrozenAlone = (draft: Draft, holder: string, asset: Asset): boolean =>
  isAssetFrozen(draft, holder, asset) && !isGloballyFrozen(draft, asset.issuer);

/** Takes an empty pool away with its account and its lines. False if too many lines are left for one transaction. */
export const deletePool = (draft: Draft, amm: Amm): boolean => {
  const root = ownerDirIndex(amm.Account);
  const owned = [...members((index) => read(draft, index), root)];
  const lines = owned
    .map((index) => read(draft, index))
    .filter((entry): entry is RippleState => entry?.LedgerEntryType === 'RippleState');
  for (const line of lines.slice(0, linesDeletedMost)) {
    const high = line.LowLimit.issuer === amm.Account;
    const peer = high ? line.HighLimit.issuer : line.LowLimit.issuer;
    deleteLine(draft, line);
    if (hasFlag(line.Flags, side(high).reserve)) adjustOwners(draft, peer, -1);
  }
  if (lines.length > linesDeletedMost) return false;
  removeFromDirectory(draft, root, amm.OwnerNode, amm.index);
  erase(draft, read(draft, amm.index) ?? amm);
  erase(draft, mustAccount(draft, amm.Account));
  return true;
};

/** Is there no other holder of the pool's shares? */
export const isOnlyHolder = (draft: Draft, amm: Amm, holder: string): boolean => {
  const { currency } = amm.LPTokenBalance;
  for (const index of members((at) => read(draft, at), ownerDirIndex(amm.Account))) {
    const line = read(draft, index) as RippleState | undefined;
    if (line?.LedgerEntryType !== 'RippleState') continue;
    const ofShares = line.Balance.currency === currency;
    const peer = isHigher(amm.Account, line.LowLimit.issuer)
      ? line.LowLimit.issuer
      : line.HighLimit.issuer;
    if (ofShares && peer !== holder) return false;
  }
  return true;
};
