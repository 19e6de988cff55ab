/** AMMCreate: a pool of its own account, whose first shares go to who made it. */
import { accountHex } from '../../ledger/address.ts';
import { currencyHex } from '../../ledger/currency.ts';
import { firstShares } from '../../ledger/shares.ts';
import { type Amount, isSome, order, quantityOf } from '../../ledger/quantity.ts';
import { ownerReserve, spendableDrops } from '../state/account.ts';
import { amountOf, assetOf, isIssued, isSameAsset } from '../state/asset.ts';
import { addToOwner } from '../state/directory.ts';
import { type Draft, read, readAccount, readLine, write } from '../state/draft.ts';
import { hasFlag, lineFlag, rootFlag, withFlag } from '../state/entry.ts';
import { holdings, send } from '../state/funds.ts';
import { half } from '../../ledger/hash.ts';
import { accountIndex, ammIndex } from '../state/keylet.ts';
import { isFrozen } from '../state/line.ts';
import { isBadCurrency } from './amount-check.ts';
import { openingVote } from './amm-vote.ts';
import { mayHold } from './pool.ts';
import type { Result } from './result.ts';
import type { Applying, Kind, Tx } from './transaction.ts';

const feeMost = 1000;
const poolFlags = rootFlag.disableMaster | rootFlag.defaultRipple | rootFlag.depositAuth;

type Pair = readonly [Amount, Amount];
const pairOf = (tx: Tx): Pair => [tx.Amount as Amount, tx.Amount2 as Amount];

const check = (tx: Tx): Result => {
  const pair = pairOf(tx);
  if (isSameAsset(assetOf(pair[0]), assetOf(pair[1]))) return 'temBAD_AMM_TOKENS';
  if (pair.some(isBadCurrency)) return 'temBAD_CURRENCY';
  if (pair.some((amount) => !isSome(quantityOf(amount)))) return 'temBAD_AMOUNT';
  return (tx.TradingFee ?? 0) > feeMost ? 'temBAD_FEE' : 'tesSUCCESS';
};

const claim = (draft: Draft, tx: Tx): Result => {
  const pair = pairOf(tx);
  const assets = pair.map(assetOf);
  const issued = assets.filter(isIssued);
  const index = ammIndex(assetOf(pair[0]), assetOf(pair[1]));
  if (read(draft, index)) return 'tecDUPLICATE';
  for (const asset of issued) {
    const allowed = mayHold(draft, tx.Account, asset);
    if (allowed !== 'tesSUCCESS') return allowed;
  }
  if (issued.some(({ issuer, currency }) => isFrozen(draft, tx.Account, issuer, currency))) {
    return 'tecFROZEN';
  }
  const ripples = ({ issuer }: { issuer: string }): boolean =>
    hasFlag(readAccount(draft, issuer)?.Flags ?? rootFlag.defaultRipple, rootFlag.defaultRipple);
  if (!issued.every(ripples)) return 'terNO_RIPPLE';
  const drops = spendableDrops(draft, tx.Account, 1);
  if (drops <= 0n) return 'tecINSUF_RESERVE_LINE';
  const lacks = (amount: Amount): boolean => {
    if (typeof amount === 'string') return drops < BigInt(amount);
    if (amount.issuer === tx.Account) return false;
    return order(holdings(draft, tx.Account, assetOf(amount)), quantityOf(amount)) < 0;
  };
  if (pair.some(lacks)) return 'tecUNFUNDED_AMM';
  const isShare = ({ issuer }: { issuer: string }): boolean =>
    readAccount(draft, issuer)?.AMMID !== undefined;
  return issued.some(isShare) ? 'tecAMM_INVALID_TOKENS' : 'tesSUCCESS';
};

const apply = ({ draft, tx }: Applying): Result => {
  const pair = pairOf(tx);
  const index = ammIndex(assetOf(pair[0]), assetOf(pair[1]));
  const account = draft.ground.poolAccount(index, draft.ground.parentHash);
  write(draft, {
    LedgerEntryType: 'AccountRoot',
    AMMID: index,
    Account: account,
    Balance: '0',
    Flags: poolFlags,
    OwnerCount: 0,
    Sequence: draft.ground.index,
    index: accountIndex(account),
  });
  const share = { currency: shareCurrency(pair), issuer: account };
  const shares = firstShares(quantityOf(pair[0]), quantityOf(pair[1]));
  const [first, second] = sortedPair(pair);
  write(draft, {
    LedgerEntryType: 'AMM',
    Account: account,
    Asset: assetOf(first),
    Asset2: assetOf(second),
    ...openingVote(draft, tx.Account, share, tx.TradingFee ?? 0),
    Flags: 0,
    LPTokenBalance: amountOf(share, shares),
    OwnerNode: addToOwner(draft, account, index),
    index,
  });
  send(draft, account, tx.Account, share, shares);
  for (const amount of pair) deposit(draft, tx.Account, account, amount);
  return 'tesSUCCESS';
};

/** Pays into the pool and marks its line as a pool's. */
const deposit = (draft: Draft, from: string, pool: string, amount: Amount): void => {
  const asset = assetOf(amount);
  send(draft, from, pool, asset, quantityOf(amount), 'waived');
  if (!isIssued(asset)) return;
  const line = readLine(draft, pool, asset.issuer, asset.currency);
  if (line) write(draft, { ...line, Flags: withFlag(line.Flags, lineFlag.amm) });
};

const sortedPair = (pair: Pair): Pair => {
  const keys = pair.map((amount) => {
    const { currency, issuer } = assetOf(amount);
    return `${currencyHex(currency)}${issuer === undefined ? '' : accountHex(issuer)}`;
  }) as [string, string];
  return keys[0] < keys[1] ? pair : [pair[1], pair[0]];
};

/** The code of a pool's shares: 03 and the hash of both currencies. */
const shareCurrency = (pair: readonly [Amount, Amount]): string => {
  const codes = pair.map((amount) => currencyHex(assetOf(amount).currency)).toSorted();
  return `03${half(...codes).slice(0, 38)}`;
};

export const ammCreate: Kind = { flags: 0, check, claim, apply, fee: () => ownerReserve };
