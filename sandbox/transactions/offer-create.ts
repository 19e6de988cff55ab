/** OfferCreate: cancels what it replaces, crosses book and pool up to its price, and rests with what is left. */
import { isBadCurrency, isLegal } from './amount-check.ts';
import { assetOf, isIssued, isSameAsset } from '../state/asset.ts';
import type { Amount } from '../../ledger/quantity.ts';
import { isNothing, isSome, none, quantityOf, same, withQuantity } from '../../ledger/quantity.ts';
import {
  multiplyPlain,
  qualityOf,
  quotientAs,
  rateOf,
  rounded,
  type Quality,
  type Trade,
} from '../../ledger/quality.ts';
import { reserveFor } from '../state/account.ts';
import { placeOffer, removeOffer } from '../state/book.ts';
import {
  adopt,
  type Draft,
  fork,
  mustAccount,
  readAccount,
  readLine,
  readOffer,
} from '../state/draft.ts';
import { offerFlag } from '../state/entry.ts';
import { funds } from '../state/funds.ts';
import { authorization, isDeepFrozenLine, isGloballyFrozen } from '../state/line.ts';
import { cross } from '../crossing/cross.ts';
import type { Result } from './result.ts';
import { type Applying, has, type Kind, sequenceOf, type Tx } from './transaction.ts';

const tfPassive = 0x0001_0000;
const tfImmediateOrCancel = 0x0002_0000;
const tfFillOrKill = 0x0004_0000;
const tfSell = 0x0008_0000;
const tickSizeMost = 16;

type Order = Readonly<{ pays: Amount; gets: Amount }>;

const orderOf = (tx: Tx): Order => ({
  pays: tx.TakerPays as Amount,
  gets: tx.TakerGets as Amount,
});

const check = (tx: Tx): Result => {
  if (has(tx, tfImmediateOrCancel) && has(tx, tfFillOrKill)) return 'temINVALID_FLAG';
  if (tx.Expiration === 0) return 'temBAD_EXPIRATION';
  if (tx.OfferSequence === 0) return 'temBAD_SEQUENCE';
  const { pays, gets } = orderOf(tx);
  if (!isLegal(pays) || !isLegal(gets)) return 'temBAD_AMOUNT';
  if (typeof pays === 'string' && typeof gets === 'string') return 'temBAD_OFFER';
  if (!isSome(quantityOf(pays)) || !isSome(quantityOf(gets))) return 'temBAD_OFFER';
  if (isSameAsset(assetOf(pays), assetOf(gets))) return 'temREDUNDANT';
  return isBadCurrency(pays) || isBadCurrency(gets) ? 'temBAD_CURRENCY' : 'tesSUCCESS';
};

const isExpired = (draft: Draft, tx: Tx): boolean =>
  tx.Expiration !== undefined && tx.Expiration <= draft.ground.parentCloseTime;

const claim = (draft: Draft, tx: Tx, retry: boolean): Result => {
  const { pays, gets } = orderOf(tx);
  const [paysAsset, getsAsset] = [assetOf(pays), assetOf(gets)];
  if (isGloballyFrozen(draft, paysAsset.issuer) || isGloballyFrozen(draft, getsAsset.issuer)) {
    return 'tecFROZEN';
  }
  if (!isSome(funds(draft, tx.Account, getsAsset, quantityOf(gets)))) return 'tecUNFUNDED_OFFER';
  const { Sequence: next } = mustAccount(draft, tx.Account);
  if (tx.OfferSequence !== undefined && next <= tx.OfferSequence) return 'temBAD_SEQUENCE';
  if (isExpired(draft, tx)) return 'tecEXPIRED';
  return isIssued(paysAsset)
    ? acceptance(draft, tx.Account, paysAsset.issuer, paysAsset.currency, retry)
    : 'tesSUCCESS';
};

/** May the account come to hold these tokens? */
const acceptance = (
  draft: Draft,
  account: string,
  issuer: string,
  currency: string,
  retry: boolean,
): Result => {
  if (!readAccount(draft, issuer)) return retry ? 'terNO_ACCOUNT' : 'tecNO_ISSUER';
  if (issuer === account) return 'tesSUCCESS';
  const allowed = authorization(draft, account, issuer, currency);
  if (allowed === 'tecNO_LINE') return retry ? 'terNO_LINE' : allowed;
  if (allowed === 'tecNO_AUTH') return retry ? 'terNO_AUTH' : allowed;
  const line = readLine(draft, account, issuer, currency);
  return line && isDeepFrozenLine(line) ? 'tecFROZEN' : 'tesSUCCESS';
};

const apply = (applying: Applying): Result => {
  const { draft } = applying;
  const whole = fork(draft);
  const onlyDead = fork(draft);
  const { result, kept } = attempt(applying, whole, onlyDead);
  adopt(draft, kept === 'all' ? whole : onlyDead);
  return result;
};

/** What came of it, and what of it stays: all, or only that dead offers are gone. */
type Attempt = Readonly<{ result: Result; kept: 'all' | 'dead offers' }>;

const done = (result: Result): Attempt => ({ result, kept: 'all' });
const killed: Attempt = { result: 'tecKILLED', kept: 'dead offers' };

const attempt = (applying: Applying, draft: Draft, onlyDead: Draft): Attempt => {
  const { tx, balanceBefore } = applying;
  if (tx.OfferSequence !== undefined) {
    const old = readOffer(draft, tx.Account, tx.OfferSequence);
    if (old) removeOffer(draft, old);
  }
  if (isExpired(draft, tx)) return done('tecEXPIRED');
  const { order, quality } = ticked(draft, tx);
  const trade: Trade = { pays: quantityOf(order.gets), gets: quantityOf(order.pays) };
  if (isNothing(trade.pays) || isNothing(trade.gets)) return done('tesSUCCESS');
  const crossed = cross(draft, onlyDead, {
    account: tx.Account,
    pays: assetOf(order.gets),
    gets: assetOf(order.pays),
    trade,
    passive: has(tx, tfPassive),
    sell: has(tx, tfSell),
    fillOrKill: has(tx, tfFillOrKill),
  });
  if (crossed.result !== 'tesSUCCESS') return done(crossed.result);
  const { left } = crossed;
  const moved = !same(left.pays, trade.pays) || !same(left.gets, trade.gets);
  if (isNothing(left.pays) || isNothing(left.gets)) return done('tesSUCCESS');
  if (has(tx, tfFillOrKill)) return killed;
  if (has(tx, tfImmediateOrCancel)) return moved ? done('tesSUCCESS') : killed;
  const { OwnerCount } = mustAccount(draft, tx.Account);
  if (balanceBefore < reserveFor(OwnerCount + 1)) {
    return done(moved ? 'tesSUCCESS' : 'tecINSUF_RESERVE_OFFER');
  }
  placeOffer(
    draft,
    {
      Account: tx.Account,
      Sequence: sequenceOf(tx),
      TakerPays: withQuantity(order.pays, left.gets),
      TakerGets: withQuantity(order.gets, left.pays),
      Flags: (has(tx, tfPassive) ? offerFlag.passive : 0) | (has(tx, tfSell) ? offerFlag.sell : 0),
      ...(tx.Expiration === undefined ? {} : { Expiration: tx.Expiration }),
    },
    quality,
  );
  return done('tesSUCCESS');
};

/** The order with its price on the issuers' tick: what a buyer gives or a seller gets is changed to fit. */
const ticked = (draft: Draft, tx: Tx): Readonly<{ order: Order; quality: Quality }> => {
  const order = orderOf(tx);
  const sides = { pays: quantityOf(order.pays), gets: quantityOf(order.gets) };
  const quality = qualityOf(sides);
  const size = Math.min(
    ...[order.pays, order.gets].map((amount) => {
      const { issuer } = assetOf(amount);
      return (issuer && readAccount(draft, issuer)?.TickSize) || tickSizeMost;
    }),
  );
  if (size >= tickSizeMost) return { order, quality };
  const rate = rateOf(rounded(quality, size));
  const fitted = has(tx, tfSell)
    ? { ...sides, pays: multiplyPlain(sides.gets, rate, sides.pays) }
    : { ...sides, gets: quotientAs(sides.pays, rate, none(sides.gets)) };
  return {
    order: {
      pays: withQuantity(order.pays, fitted.pays),
      gets: withQuantity(order.gets, fitted.gets),
    },
    quality: qualityOf(fitted),
  };
};

export const offerCreate: Kind = {
  flags: tfPassive | tfImmediateOrCancel | tfFillOrKill | tfSell,
  check,
  claim,
  apply,
};
