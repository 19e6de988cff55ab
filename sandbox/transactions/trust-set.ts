/** TrustSet: how much of an issuer's tokens an account is ready to hold, and the flags of its side of the line. */
import { isHigher, nobody, zeroAccount } from '../../ledger/address.ts';
import * as d from '../../ledger/decimal.ts';
import { type Amount, parity } from '../../ledger/quantity.ts';
import { adjustOwners, reserveFor } from '../state/account.ts';
import { type Draft, mustAccount, read, readAccount, readLine, write } from '../state/draft.ts';
import {
  type Amm,
  hasFlag,
  type RippleState,
  rootFlag,
  withFlag,
  withoutFlag,
} from '../state/entry.ts';
import { createLine, deleteLine, side } from '../state/line.ts';
import { isBadCurrency } from './amount-check.ts';
import type { Result } from './result.ts';
import { type Applying, has, type Kind, type Tx } from './transaction.ts';

const tf = {
  setAuth: 0x0001_0000,
  setNoRipple: 0x0002_0000,
  clearNoRipple: 0x0004_0000,
  setFreeze: 0x0010_0000,
  clearFreeze: 0x0020_0000,
  setDeepFreeze: 0x0040_0000,
  clearDeepFreeze: 0x0080_0000,
} as const;
const ownersWithoutReserve = 2;

const check = (tx: Tx): Result => {
  const limit = tx.LimitAmount as Amount;
  if (typeof limit === 'string') return 'temBAD_LIMIT';
  if (isBadCurrency(limit)) return 'temBAD_CURRENCY';
  if (d.isNegative(d.decimal(limit.value))) return 'temBAD_LIMIT';
  return limit.issuer === nobody || limit.issuer === zeroAccount ? 'temDST_NEEDED' : 'tesSUCCESS';
};

type Limit = Exclude<Amount, string>;
const limitOf = (tx: Tx): Limit => tx.LimitAmount as Limit;

const claim = (draft: Draft, tx: Tx): Result => {
  const { issuer, currency } = limitOf(tx);
  const account = mustAccount(draft, tx.Account);
  if (has(tx, tf.setAuth) && !hasFlag(account.Flags, rootFlag.requireAuth)) {
    return 'tefNO_AUTH_REQUIRED';
  }
  if (issuer === tx.Account) return 'temDST_IS_SRC';
  const peer = readAccount(draft, issuer);
  if (!peer) return 'tecNO_DST';
  const line = readLine(draft, tx.Account, issuer, currency);
  if (!line) {
    if (hasFlag(peer.Flags, rootFlag.disallowIncomingTrustline)) return 'tecNO_PERMISSION';
    const pool =
      peer.AMMID === undefined ? undefined : (read(draft, peer.AMMID) as Amm | undefined);
    if (pool?.LPTokenBalance.value === '0') return 'tecAMM_EMPTY';
    if (pool && pool.LPTokenBalance.currency !== currency) return 'tecNO_PERMISSION';
  }
  return claimFreeze(tx, account.Flags, line);
};

const claimFreeze = (tx: Tx, accountFlags: number, line: RippleState | undefined): Result => {
  const sets = has(tx, tf.setFreeze) || has(tx, tf.setDeepFreeze);
  const clears = has(tx, tf.clearFreeze) || has(tx, tf.clearDeepFreeze);
  if (sets && (hasFlag(accountFlags, rootFlag.noFreeze) || clears)) return 'tecNO_PERMISSION';
  const own = side(isHigher(tx.Account, limitOf(tx).issuer));
  const flags = frozen(tx, line?.Flags ?? 0, own, false);
  return hasFlag(flags, own.deepFreeze) && !hasFlag(flags, own.freeze)
    ? 'tecNO_PERMISSION'
    : 'tesSUCCESS';
};

const frozen = (
  tx: Tx,
  flags: number,
  own: ReturnType<typeof side>,
  neverFreezes: boolean,
): number => {
  let now = flags;
  if (has(tx, tf.setFreeze) && !neverFreezes) now = withFlag(now, own.freeze);
  else if (has(tx, tf.clearFreeze)) now = withoutFlag(now, own.freeze);
  if (has(tx, tf.setDeepFreeze) && !neverFreezes) now = withFlag(now, own.deepFreeze);
  else if (has(tx, tf.clearDeepFreeze)) now = withoutFlag(now, own.deepFreeze);
  return now;
};

const apply = (applying: Applying): Result => {
  const { draft, tx, balanceBefore } = applying;
  const { issuer, currency, value } = limitOf(tx);
  const account = mustAccount(draft, tx.Account);
  const owners = account.OwnerCount;
  const reserve = owners < ownersWithoutReserve ? 0n : reserveFor(owners + 1);
  const line = readLine(draft, tx.Account, issuer, currency);
  if (line) return change(applying, line, balanceBefore < reserve);
  const limit = d.decimal(value);
  const qualityOut = tx.QualityOut === Number(parity) ? 0 : tx.QualityOut;
  if (d.isZero(limit) && !tx.QualityIn && !qualityOut && !has(tx, tf.setAuth)) {
    return 'tecNO_LINE_REDUNDANT';
  }
  if (balanceBefore < reserve) return 'tecNO_LINE_INSUF_RESERVE';
  createLine(draft, {
    holder: tx.Account,
    peer: issuer,
    currency,
    limit,
    balance: d.zero,
    flags: {
      auth: has(tx, tf.setAuth),
      noRipple: has(tx, tf.setNoRipple) && !has(tx, tf.clearNoRipple),
      freeze: has(tx, tf.setFreeze) && !has(tx, tf.clearFreeze),
      deepFreeze: has(tx, tf.setDeepFreeze),
    },
    ...(tx.QualityIn ? { qualityIn: tx.QualityIn } : {}),
    ...(qualityOut ? { qualityOut } : {}),
  });
  return 'tesSUCCESS';
};

const change = ({ draft, tx }: Applying, line: RippleState, isPoor: boolean): Result => {
  const limit = limitOf(tx);
  const account = mustAccount(draft, tx.Account);
  const high = isHigher(tx.Account, limit.issuer);
  const own = side(high);
  const balance = d.decimal(line.Balance.value);
  const fields: Record<string, unknown> = {
    ...line,
    [own.limit]: { ...limit, issuer: tx.Account },
  };
  setQuality(fields, own.qualityIn, tx.QualityIn);
  setQuality(fields, own.qualityOut, tx.QualityOut);
  let flags = line.Flags;
  if (has(tx, tf.setNoRipple) && !has(tx, tf.clearNoRipple)) {
    if (d.isNegative(high ? d.negate(balance) : balance)) return 'tecNO_PERMISSION';
    flags = withFlag(flags, own.noRipple);
  } else if (has(tx, tf.clearNoRipple) && !has(tx, tf.setNoRipple)) {
    flags = withoutFlag(flags, own.noRipple);
  }
  flags = frozen(tx, flags, own, hasFlag(account.Flags, rootFlag.noFreeze));
  if (has(tx, tf.setAuth)) flags = withFlag(flags, own.auth);
  const changed = { ...fields, Flags: flags } as RippleState;
  const [low, top] = [line.LowLimit.issuer, line.HighLimit.issuer];
  const lowKeeps = keeps(draft, changed, low, false);
  const highKeeps = keeps(draft, changed, top, true);
  const lowTakes = reserveStep(draft, changed, low, lowKeeps, false);
  const highTakes = reserveStep(draft, changed, top, highKeeps, true);
  for (const [kept, its] of [
    [lowKeeps, side(false)],
    [highKeeps, side(true)],
  ] as const) {
    flags = kept ? withFlag(flags, its.reserve) : withoutFlag(flags, its.reserve);
  }
  const final = { ...changed, Flags: flags };
  write(draft, final);
  if (!lowKeeps && !highKeeps) {
    deleteLine(draft, final);
    return 'tesSUCCESS';
  }
  return (high ? highTakes : lowTakes) && isPoor ? 'tecINSUF_RESERVE_LINE' : 'tesSUCCESS';
};

/** Counts the line for an account that keeps it from now on, or no longer does. True if it begins to. */
const reserveStep = (
  draft: Draft,
  line: RippleState,
  address: string,
  kept: boolean,
  high: boolean,
): boolean => {
  const before = hasFlag(line.Flags, side(high).reserve);
  if (kept !== before) adjustOwners(draft, address, kept ? 1 : -1);
  return kept && !before;
};

/** Is there anything about this side that is not as it would be without the line? */
const keeps = (draft: Draft, line: RippleState, address: string, high: boolean): boolean => {
  const own = side(high);
  const balance = d.decimal(line.Balance.value);
  const defaultRipple = hasFlag(mustAccount(draft, address).Flags, rootFlag.defaultRipple);
  const isSet = (quality: number | undefined): boolean =>
    quality !== undefined && quality !== 0 && BigInt(quality) !== parity;
  return (
    isSet(line[own.qualityIn]) ||
    isSet(line[own.qualityOut]) ||
    hasFlag(line.Flags, own.noRipple) === defaultRipple ||
    hasFlag(line.Flags, own.freeze) ||
    !d.isZero(d.decimal(line[own.limit].value)) ||
    d.isPositive(high ? d.negate(balance) : balance)
  );
};

const setQuality = (
  fields: Record<string, unknown>,
  name: string,
  value: number | undefined,
): void => {
  if (value === undefined) return;
  if (value === 0 || (name.endsWith('Out') && BigInt(value) === parity)) delete fields[name];
  else fields[name] = value;
};

export const trustSet: Kind = {
  flags: Object.values(tf).reduce((all, flag) => all | flag, 0),
  check,
  claim,
  apply,
};
