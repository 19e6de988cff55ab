/** Adds one leg after another to a path, each checked against freezes, authorizations, rippling and loops. */
import { isHigher } from '../../ledger/address.ts';
import * as d from '../../ledger/decimal.ts';
import type { Asset } from '../chain.ts';
import { isIssued } from '../state/asset.ts';
import { type Draft, readAccount, readLine } from '../state/draft.ts';
import { hasFlag, rootFlag } from '../state/entry.ts';
import { isHeldBack } from '../state/funds.ts';
import { balanceFor, isDeepFrozenLine, isGloballyFrozen, limitOf, side } from '../state/line.ts';
import { bookStep } from './book-step.ts';
import { lineStep } from './line-step.ts';
import type { Result } from '../transactions/result.ts';
import type { Route } from './route.ts';
import type { Step } from './step.ts';
import { xrpStep } from './xrp-step.ts';

/** Each of its functions adds a leg, or returns the result code that says why it cannot. */
export const legBuilder = (draft: Draft, route: Route, direct: boolean) => {
  const { sender, receiver, crossing, deliver, poolUse } = route;
  const steps: Step[] = [];
  const seen = {
    senders: new Set<string>(),
    receivers: new Set<string>(),
    books: new Set<string>(),
  };
  const key = (currency: string, issuer: string): string => `${currency}/${issuer}`;

  const line = (
    from: string,
    to: string,
    currency: string,
    isLast: boolean,
  ): Result | undefined => {
    const before = steps.at(-1);
    if (from === to) return 'temBAD_PATH';
    if (!readAccount(draft, from)) return 'terNO_ACCOUNT';
    if (!(isLast && !before) && isBarred(draft, from, to, currency)) return 'terNO_LINE';
    if (before?.sender !== undefined) {
      const ripple = rippleCheck(draft, before.sender, from, to, currency);
      if (ripple) return ripple;
    }
    const [ofSender, ofReceiver] = [key(currency, from), key(currency, to)];
    if (
      seen.books.has(ofSender) &&
      before?.book &&
      key(before.book.gets.currency, before.book.gets.issuer ?? '') !== ofSender
    ) {
      return 'temBAD_PATH_LOOP';
    }
    if (seen.senders.has(ofSender) || seen.receivers.has(ofReceiver)) return 'temBAD_PATH_LOOP';
    seen.senders.add(ofSender);
    seen.receivers.add(ofReceiver);
    const refusal = crossing ? undefined : paymentLineCheck(draft, from, to, currency, before);
    if (refusal) return refusal;
    steps.push(
      lineStep({
        sender: from,
        receiver: to,
        currency,
        before,
        isLast,
        crossing: crossing !== undefined,
      }),
    );
    return undefined;
  };

  const xrp = (account: string, isLast: boolean): Result | undefined => {
    if (!readAccount(draft, account)) return 'terNO_ACCOUNT';
    if (isLast && isGloballyFrozen(draft, account)) return 'terNO_LINE';
    const group = isLast ? seen.senders : seen.receivers;
    if (group.has('XRP')) return 'temBAD_PATH_LOOP';
    group.add('XRP');
    const lineMissing =
      isIssued(deliver) && !readLine(draft, account, deliver.issuer, deliver.currency);
    const spared = crossing && steps.length === 0 && lineMissing ? 1 : 0;
    steps.push(xrpStep({ account, isLast, spared }));
    return undefined;
  };

  const book = (pays: Asset, gets: Asset): Result | undefined => {
    const before = steps.at(-1);
    if (pays.currency === gets.currency && pays.issuer === gets.issuer) return 'temBAD_PATH';
    const out = isIssued(gets) ? key(gets.currency, gets.issuer) : 'XRP';
    if (seen.books.has(out) || seen.senders.has(out) || seen.receivers.has(out)) {
      return 'temBAD_PATH_LOOP';
    }
    seen.books.add(out);
    for (const asset of [pays, gets]) {
      if (isIssued(asset) && !readAccount(draft, asset.issuer)) return 'tecNO_ISSUER';
    }
    if (before?.sender !== undefined && isIssued(pays)) {
      const through = readLine(draft, before.sender, pays.issuer, pays.currency);
      if (!through) return 'terNO_LINE';
      if (hasFlag(through.Flags, side(isHigher(pays.issuer, before.sender)).noRipple)) {
        return 'terNO_RIPPLE';
      }
    }
    steps.push(
      bookStep(draft, {
        pays,
        gets,
        before,
        sender,
        receiver,
        crossing: crossing && { limit: crossing.limit, direct },
        poolUse,
      }),
    );
    return undefined;
  };

  return { steps, line, xrp, book };
};

/** Frozen in a way that bars tokens from going this way. */
const isBarred = (draft: Draft, from: string, to: string, currency: string): boolean => {
  const target = readAccount(draft, to);
  if (target && hasFlag(target.Flags, rootFlag.globalFreeze)) return true;
  const line = readLine(draft, from, to, currency);
  if (line && (hasFlag(line.Flags, side(isHigher(to, from)).freeze) || isDeepFrozenLine(line))) {
    return true;
  }
  return target?.AMMID !== undefined && isHeldBack(draft, from, { currency, issuer: to });
};

const rippleCheck = (
  draft: Draft,
  before: string,
  through: string,
  to: string,
  currency: string,
): Result | undefined => {
  const into = readLine(draft, before, through, currency);
  const out = readLine(draft, through, to, currency);
  if (!into || !out) return 'terNO_LINE';
  const noIn = side(isHigher(through, before)).noRipple;
  const noOut = side(isHigher(through, to)).noRipple;
  return hasFlag(into.Flags, noIn) && hasFlag(out.Flags, noOut) ? 'terNO_RIPPLE' : undefined;
};

const paymentLineCheck = (
  draft: Draft,
  from: string,
  to: string,
  currency: string,
  before: Step | undefined,
): Result | undefined => {
  const line = readLine(draft, from, to, currency);
  if (!line) return 'terNO_LINE';
  const own = side(isHigher(from, to));
  const asksAuth = hasFlag(readAccount(draft, from)?.Flags ?? 0, rootFlag.requireAuth);
  if (asksAuth && !hasFlag(line.Flags, own.auth) && line.Balance.value === '0') return 'terNO_AUTH';
  if (before?.book && hasFlag(line.Flags, own.noRipple)) return 'terNO_RIPPLE';
  const held = balanceFor(line, from, to);
  if (!d.isPositive(held)) {
    const limit = limitOf(draft, to, from, currency);
    if (d.compare(d.negate(held), limit) >= 0) return 'tecPATH_DRY';
  }
  return undefined;
};
