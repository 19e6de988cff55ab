/** What an account can pay with, and paying: holdings modulo freezes and reserves, transfer fees, and sends. */
import * as d from '../../ledger/decimal.ts';
import { num, times } from '../../ledger/number.ts';
import { parity, type Quantity, tokens } from '../../ledger/quantity.ts';
import type { Asset } from '../chain.ts';
import { creditDrops, spendableDrops } from './account.ts';
import { isIssued, type Issued } from './asset.ts';
import { type Draft, read, readAccount, readLine } from './draft.ts';
import type { Amm } from './entry.ts';
import { balanceFor, isFrozen, moveAlongLine, usableTokens } from './line.ts';

/** What a holder has of an asset and can spend. Tokens on a frozen line count as none unless asked otherwise. */
export const holdings = (
  draft: Draft,
  holder: string,
  asset: Asset,
  frozen: 'none' | 'counted' = 'none',
): Quantity => {
  if (!isIssued(asset)) return spendableDrops(draft, holder);
  const { currency, issuer } = asset;
  const line = readLine(draft, holder, issuer, currency);
  if (!line) return d.zero;
  if (frozen === 'none' && isHeldBack(draft, holder, asset)) return d.zero;
  return usableTokens(draft, holder, issuer, currency, balanceFor(line, holder, issuer));
};

/** Frozen, or a share in a pool one of whose assets is frozen for the holder. */
export const isHeldBack = (draft: Draft, holder: string, { currency, issuer }: Issued): boolean => {
  if (isFrozen(draft, holder, issuer, currency)) return true;
  const pool = poolOfShare(draft, issuer);
  return (
    pool !== undefined &&
    [pool.Asset, pool.Asset2].some(
      (asset) => isIssued(asset) && isFrozen(draft, holder, asset.issuer, asset.currency),
    )
  );
};

const poolOfShare = (draft: Draft, issuer: string): Amm | undefined => {
  const id = readAccount(draft, issuer)?.AMMID;
  return id === undefined ? undefined : (read(draft, id) as Amm | undefined);
};

/** As holdings, but an issuer has as much of its own tokens as is asked for. */
export const funds = (draft: Draft, holder: string, asset: Asset, asked: Quantity): Quantity =>
  isIssued(asset) && asset.issuer === holder ? asked : holdings(draft, holder, asset);

/** What a pool's account has of an asset: no reserve, nothing if frozen. */
export const poolHoldings = (draft: Draft, pool: string, asset: Asset): Quantity => {
  if (!isIssued(asset)) return BigInt(readAccount(draft, pool)?.Balance ?? '0');
  const line = readLine(draft, pool, asset.issuer, asset.currency);
  if (!line || isFrozen(draft, pool, asset.issuer, asset.currency)) return d.zero;
  return balanceFor(line, pool, asset.issuer);
};

/** What an issuer's tokens cost to move between others, in billionths: parity is no fee. */
export const transferRate = (draft: Draft, issuer: string | undefined): bigint => {
  const rate = issuer === undefined ? undefined : readAccount(draft, issuer)?.TransferRate;
  return rate === undefined ? parity : BigInt(rate);
};

const rateExponent = -9;

/** Sends an asset from one account to another; between two holders the sender pays the issuer's fee on top unless it is waived. */
export const send = (
  draft: Draft,
  sender: string,
  receiver: string,
  asset: Asset,
  quantity: Quantity,
  fee: 'charged' | 'waived' = 'charged',
): void => {
  if (sender === receiver) return;
  if (!isIssued(asset)) {
    const drops = quantity as bigint;
    if (drops === 0n) return;
    creditDrops(draft, sender, -drops);
    creditDrops(draft, receiver, drops);
    return;
  }
  const value = quantity as d.Decimal;
  if (d.isZero(value)) return;
  const { currency, issuer } = asset;
  if (sender === issuer || receiver === issuer) {
    moveAlongLine(draft, sender, receiver, currency, value);
    return;
  }
  const rate = fee === 'waived' ? parity : transferRate(draft, issuer);
  const paid = rate === parity ? value : tokens(times(value, num(rate, rateExponent)));
  moveAlongLine(draft, issuer, receiver, currency, value);
  moveAlongLine(draft, sender, issuer, currency, paid);
};
