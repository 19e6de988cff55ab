/** Trust lines: who owes whom, under which limits and freezes. Moves tokens along one line; fees are the caller's. */
import { isHigher, nobody } from '../../ledger/address.ts';
import * as d from '../../ledger/decimal.ts';
import type { Amount } from '../../ledger/quantity.ts';
import { adjustOwners, defer, deferredOf } from './account.ts';
import { addToOwner, removeFromDirectory } from './directory.ts';
import { type Draft, erase, mustAccount, readAccount, readLine, write } from './draft.ts';
import { hasFlag, lineFlag, type RippleState, rootFlag, withFlag, withoutFlag } from './entry.ts';
import { lineIndex, ownerDirIndex } from './keylet.ts';
import { get } from './trie.ts';

type Tokens = Exclude<Amount, string>;

/** What one side of a line calls its own. */
export const side = (high: boolean) =>
  high
    ? ({
        reserve: lineFlag.highReserve,
        auth: lineFlag.highAuth,
        noRipple: lineFlag.highNoRipple,
        freeze: lineFlag.highFreeze,
        deepFreeze: lineFlag.highDeepFreeze,
        limit: 'HighLimit',
        qualityIn: 'HighQualityIn',
        qualityOut: 'HighQualityOut',
      } as const)
    : ({
        reserve: lineFlag.lowReserve,
        auth: lineFlag.lowAuth,
        noRipple: lineFlag.lowNoRipple,
        freeze: lineFlag.lowFreeze,
        deepFreeze: lineFlag.lowDeepFreeze,
        limit: 'LowLimit',
        qualityIn: 'LowQualityIn',
        qualityOut: 'LowQualityOut',
      } as const);

/** The line's balance as `address` sees it: positive is what it holds. */
export const balanceFor = (line: RippleState, address: string, peer: string): d.Decimal => {
  const balance = d.decimal(line.Balance.value);
  return isHigher(address, peer) ? d.negate(balance) : balance;
};

const tokens = (currency: string, issuer: string, value: d.Decimal): Tokens => ({
  currency,
  issuer,
  value: d.format(value),
});

const ripplesByDefault = (draft: Draft, address: string): boolean =>
  hasFlag(readAccount(draft, address)?.Flags ?? 0, rootFlag.defaultRipple);

export type NewLine = Readonly<{
  /** Who sets the limit and keeps the reserve. */
  holder: string;
  peer: string;
  currency: string;
  limit: d.Decimal;
  /** What the holder has to begin with. */
  balance: d.Decimal;
  flags: Readonly<{ auth?: boolean; noRipple?: boolean; freeze?: boolean; deepFreeze?: boolean }>;
  qualityIn?: number;
  qualityOut?: number;
}>;

export const createLine = (draft: Draft, line: NewLine): void => {
  const { holder, peer, currency } = line;
  const high = isHigher(holder, peer);
  const own = side(high);
  const index = lineIndex(holder, peer, currency);
  const [low, top] = high ? [peer, holder] : [holder, peer];
  const lowNode = addToOwner(draft, low, index);
  const highNode = addToOwner(draft, top, index);
  let flags: number = own.reserve;
  if (line.flags.auth) flags = withFlag(flags, own.auth);
  if (line.flags.noRipple) flags = withFlag(flags, own.noRipple);
  if (line.flags.freeze) flags = withFlag(flags, own.freeze);
  if (line.flags.deepFreeze) flags = withFlag(flags, own.deepFreeze);
  if (!ripplesByDefault(draft, peer)) flags = withFlag(flags, side(!high).noRipple);
  const limit = tokens(currency, holder, line.limit);
  const peerLimit = tokens(currency, peer, d.zero);
  write(draft, {
    LedgerEntryType: 'RippleState',
    Balance: tokens(currency, nobody, high ? d.negate(line.balance) : line.balance),
    Flags: flags,
    HighLimit: high ? limit : peerLimit,
    HighNode: highNode,
    LowLimit: high ? peerLimit : limit,
    LowNode: lowNode,
    ...(line.qualityIn ? { [own.qualityIn]: line.qualityIn } : {}),
    ...(line.qualityOut ? { [own.qualityOut]: line.qualityOut } : {}),
    index,
  });
  adjustOwners(draft, holder, 1);
};

export const deleteLine = (draft: Draft, line: RippleState): void => {
  removeFromDirectory(draft, ownerDirIndex(line.LowLimit.issuer), line.LowNode, line.index);
  removeFromDirectory(draft, ownerDirIndex(line.HighLimit.issuer), line.HighNode, line.index);
  erase(draft, line);
};

/** Moves tokens from one side of a line to the other; makes the line if there is none, drops it if nothing keeps it. */
export const moveAlongLine = (
  draft: Draft,
  sender: string,
  receiver: string,
  currency: string,
  value: d.Decimal,
): void => {
  const line = readLine(draft, sender, receiver, currency);
  if (draft.defers) rememberMove(draft, sender, receiver, currency, value, line);
  if (!line) {
    createLine(draft, {
      holder: receiver,
      peer: sender,
      currency,
      limit: d.zero,
      balance: value,
      flags: { noRipple: !ripplesByDefault(draft, receiver) },
    });
    return;
  }
  const high = isHigher(sender, receiver);
  const before = balanceFor(line, sender, receiver);
  const after = d.subtract(before, value);
  const changed: RippleState = {
    ...line,
    Balance: tokens(currency, nobody, high ? d.negate(after) : after),
  };
  if (!d.isPositive(before) || d.isPositive(after) || !isIdle(draft, line, sender, high)) {
    write(draft, changed);
    return;
  }
  adjustOwners(draft, sender, -1);
  const released = { ...changed, Flags: withoutFlag(line.Flags, side(high).reserve) };
  write(draft, released);
  if (d.isZero(after) && !hasFlag(line.Flags, side(!high).reserve)) deleteLine(draft, released);
};

/** Is there nothing but the balance that makes this side keep the line? */
const isIdle = (draft: Draft, line: RippleState, address: string, high: boolean): boolean => {
  const own = side(high);
  return (
    hasFlag(line.Flags, own.reserve) &&
    hasFlag(line.Flags, own.noRipple) !== ripplesByDefault(draft, address) &&
    !hasFlag(line.Flags, own.freeze) &&
    d.isZero(d.decimal(line[own.limit].value)) &&
    !line[own.qualityIn] &&
    !line[own.qualityOut]
  );
};

const rememberMove = (
  draft: Draft,
  sender: string,
  receiver: string,
  currency: string,
  value: d.Decimal,
  line: RippleState | undefined,
): void => {
  const known = deferredOf(draft, lineIndex(sender, receiver, currency), d.zero);
  const lowPays = !isHigher(sender, receiver);
  const kind = lowPays ? 'debits' : 'credits';
  defer(draft, {
    ...known,
    before: known.before ?? (line ? d.decimal(line.Balance.value) : d.zero),
    [kind]: d.add(known[kind] as d.Decimal, value),
  });
};

/** What `holder` can spend of a balance, in a payment that may have moved some of it already. */
export const usableTokens = (
  draft: Draft,
  holder: string,
  issuer: string,
  currency: string,
  balance: d.Decimal,
): d.Decimal => {
  if (!draft.defers) return balance;
  const known = get(draft.deferred, lineIndex(holder, issuer, currency));
  if (known?.before === undefined) return balance;
  const high = isHigher(holder, issuer);
  const before = high ? d.negate(known.before as d.Decimal) : (known.before as d.Decimal);
  const debits = (high ? known.credits : known.debits) as d.Decimal;
  return d.minimum(balance, d.minimum(d.subtract(before, debits), before));
};

/** How much `holder` is ready to hold of what `issuer` owes. */
export const limitOf = (
  draft: Draft,
  holder: string,
  issuer: string,
  currency: string,
): d.Decimal => {
  const line = readLine(draft, holder, issuer, currency);
  return line ? d.decimal(line[side(isHigher(holder, issuer)).limit].value) : d.zero;
};

export const isGloballyFrozen = (draft: Draft, issuer: string | undefined): boolean =>
  issuer !== undefined && hasFlag(readAccount(draft, issuer)?.Flags ?? 0, rootFlag.globalFreeze);

/** Has the issuer frozen everything, or this holder's line? */
export const isFrozen = (
  draft: Draft,
  holder: string,
  issuer: string,
  currency: string,
): boolean => {
  if (isGloballyFrozen(draft, issuer)) return true;
  if (holder === issuer) return false;
  const line = readLine(draft, holder, issuer, currency);
  return line !== undefined && hasFlag(line.Flags, side(isHigher(issuer, holder)).freeze);
};

export const isDeepFrozenLine = (line: RippleState): boolean =>
  hasFlag(line.Flags, lineFlag.lowDeepFreeze | lineFlag.highDeepFreeze);

/** Whether `holder` may hold what `issuer` issues. */
export const authorization = (
  draft: Draft,
  holder: string,
  issuer: string,
  currency: string,
): 'tesSUCCESS' | 'tecNO_AUTH' | 'tecNO_LINE' => {
  if (holder === issuer) return 'tesSUCCESS';
  if (!hasFlag(mustAccount(draft, issuer).Flags, rootFlag.requireAuth)) return 'tesSUCCESS';
  const line = readLine(draft, holder, issuer, currency);
  if (!line) return 'tecNO_LINE';
  return hasFlag(line.Flags, side(isHigher(issuer, holder)).auth) ? 'tesSUCCESS' : 'tecNO_AUTH';
};
