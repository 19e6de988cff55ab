/** Payment: XRP straight to an account, which it can create; tokens through their issuer, a book, a pool or a path. */
import { zeroAccount } from '../../ledger/address.ts';
import {
  none,
  order,
  quantityOf,
  type Amount,
  isSome,
  withQuantity,
} from '../../ledger/quantity.ts';
import { qualityOf } from '../../ledger/quality.ts';
import { flow } from '../crossing/flow.ts';
import { legsOf } from '../crossing/path.ts';
import type { PathElement, Route } from '../crossing/route.ts';
import type { PoolUse, Step } from '../crossing/step.ts';
import { baseReserve, creditDrops, reserveFor, updateAccount } from '../state/account.ts';
import { assetOf, isSameAsset } from '../state/asset.ts';
import { adopt, type Draft, fork, mustAccount, readAccount, write } from '../state/draft.ts';
import { hasFlag, rootFlag, withoutFlag } from '../state/entry.ts';
import { accountIndex } from '../state/keylet.ts';
import { isBadCurrency, isLegal } from './amount-check.ts';
import { isRetry, type Result } from './result.ts';
import { type Applying, has, type Kind, type Tx } from './transaction.ts';

const tfNoRippleDirect = 0x0001_0000;
const tfPartialPayment = 0x0002_0000;
const tfLimitQuality = 0x0004_0000;
const pathsMost = 6;
const pathLengthMost = 8;

const amountOf = (tx: Tx): Amount => tx.Amount as Amount;

/** Without SendMax no more may be spent than is to arrive, of the sender's own. */
const mostSpent = (tx: Tx): Amount => {
  if (tx.SendMax !== undefined) return tx.SendMax;
  const amount = amountOf(tx);
  return typeof amount === 'string' ? amount : { ...amount, issuer: tx.Account };
};

const isPathed = (tx: Tx): boolean =>
  tx.Paths !== undefined || tx.SendMax !== undefined || typeof tx.Amount !== 'string';

const check = (tx: Tx): Result => {
  const amount = amountOf(tx);
  const most = mostSpent(tx);
  const isXrp = typeof amount === 'string' && typeof most === 'string';
  if (!isLegal(amount) || !isLegal(most)) return 'temBAD_AMOUNT';
  if (tx.Destination === zeroAccount) return 'temDST_NEEDED';
  if (tx.SendMax !== undefined && !isSome(quantityOf(most))) return 'temBAD_AMOUNT';
  if (!isSome(quantityOf(amount))) return 'temBAD_AMOUNT';
  if (isBadCurrency(amount) || isBadCurrency(most)) return 'temBAD_CURRENCY';
  const sameToken = assetOf(amount).currency === assetOf(most).currency;
  if (tx.Account === tx.Destination && sameToken && !tx.Paths) return 'temREDUNDANT';
  return isXrp ? checkXrp(tx) : checkMinimum(tx);
};

const checkXrp = (tx: Tx): Result => {
  if (tx.SendMax !== undefined) return 'temBAD_SEND_XRP_MAX';
  if (tx.Paths) return 'temBAD_SEND_XRP_PATHS';
  if (has(tx, tfPartialPayment)) return 'temBAD_SEND_XRP_PARTIAL';
  if (has(tx, tfLimitQuality)) return 'temBAD_SEND_XRP_LIMIT';
  if (has(tx, tfNoRippleDirect)) return 'temBAD_SEND_XRP_NO_DIRECT';
  return checkMinimum(tx);
};

const checkMinimum = (tx: Tx): Result => {
  const least = tx.DeliverMin;
  if (least === undefined) return 'tesSUCCESS';
  const amount = amountOf(tx);
  const good =
    has(tx, tfPartialPayment) &&
    isLegal(least) &&
    isSome(quantityOf(least)) &&
    isSameAsset(assetOf(least), assetOf(amount)) &&
    order(quantityOf(least), quantityOf(amount)) <= 0;
  return good ? 'tesSUCCESS' : 'temBAD_AMOUNT';
};

const claim = (draft: Draft, tx: Tx): Result => {
  const amount = amountOf(tx);
  const receiver = readAccount(draft, tx.Destination as string);
  if (!receiver) {
    if (typeof amount !== 'string') return 'tecNO_DST';
    if (draft.ground.open && has(tx, tfPartialPayment)) return 'telNO_DST_PARTIAL';
    if (BigInt(amount) < baseReserve) return 'tecNO_DST_INSUF_XRP';
  } else if (hasFlag(receiver.Flags, rootFlag.requireDestTag) && tx.DestinationTag === undefined) {
    return 'tecDST_TAG_NEEDED';
  }
  const paths = tx.Paths ?? [];
  const tooMany = paths.length > pathsMost || paths.some((path) => path.length > pathLengthMost);
  return isPathed(tx) && draft.ground.open && tooMany ? 'telBAD_PATH_COUNT' : 'tesSUCCESS';
};

const apply = (applying: Applying): Result => {
  const { draft, tx } = applying;
  const destination = tx.Destination as string;
  if (!readAccount(draft, destination)) {
    write(draft, {
      LedgerEntryType: 'AccountRoot',
      Account: destination,
      Balance: '0',
      Flags: 0,
      OwnerCount: 0,
      Sequence: draft.ground.index,
      index: accountIndex(destination),
    });
  }
  const refuses =
    hasFlag(mustAccount(draft, destination).Flags, rootFlag.depositAuth) &&
    tx.Account !== destination;
  return isPathed(tx) ? applyPathed(applying, refuses) : applyXrp(applying, refuses);
};

const applyXrp = ({ draft, tx, balanceBefore }: Applying, refuses: boolean): Result => {
  const drops = BigInt(tx.Amount as string);
  const sender = mustAccount(draft, tx.Account);
  const reserve = reserveFor(sender.OwnerCount);
  const fee = BigInt(tx.Fee);
  if (balanceBefore < drops + (reserve > fee ? reserve : fee)) return 'tecUNFUNDED_PAYMENT';
  const destination = tx.Destination as string;
  const receiver = mustAccount(draft, destination);
  if (receiver.AMMID !== undefined) return 'tecNO_PERMISSION';
  const isSmall = drops <= baseReserve && BigInt(receiver.Balance) <= baseReserve;
  if (refuses && !isSmall) return 'tecNO_PERMISSION';
  creditDrops(draft, tx.Account, -drops);
  creditDrops(draft, destination, drops);
  if (hasFlag(receiver.Flags, rootFlag.passwordSpent)) {
    const Flags = withoutFlag(receiver.Flags, rootFlag.passwordSpent);
    updateAccount(draft, destination, { Flags });
  }
  return 'tesSUCCESS';
};

const applyPathed = (applying: Applying, refuses: boolean): Result => {
  if (refuses) return 'tecNO_PERMISSION';
  try {
    return payAlongPaths(applying);
  } catch (error) {
    if (error instanceof RangeError) return 'tecINTERNAL';
    throw error;
  }
};

const payAlongPaths = ({ draft, tx, deliver }: Applying): Result => {
  const amount = amountOf(tx);
  const most = mostSpent(tx);
  const payment = fork(draft, true);
  const poolUse: PoolUse = { taker: tx.Account, severalPaths: false, used: false, passes: 0 };
  const route: Route = {
    sender: tx.Account,
    receiver: tx.Destination as string,
    deliver: assetOf(amount),
    spend: assetOf(most),
    crossing: undefined,
    poolUse,
  };
  const asked = [...(has(tx, tfNoRippleDirect) ? [] : [[]]), ...(tx.Paths ?? [])];
  const found = pathsOf(payment, route, asked, !has(tx, tfNoRippleDirect));
  if ('result' in found) return settled(found.result);
  const out = quantityOf(amount);
  const spend = quantityOf(most);
  const flowed = flow(
    payment,
    {
      paths: found.paths,
      out,
      spend,
      limit: has(tx, tfLimitQuality) ? qualityOf({ pays: spend, gets: out }) : undefined,
      partial: has(tx, tfPartialPayment),
      crossing: 'none',
      poolUse,
    },
    none(spend),
  );
  if (flowed.result !== 'tesSUCCESS') return settled(flowed.result);
  adopt(draft, payment);
  if (order(flowed.out, out) === 0) return 'tesSUCCESS';
  if (tx.DeliverMin !== undefined && order(flowed.out, quantityOf(tx.DeliverMin)) < 0) {
    return 'tecPATH_PARTIAL';
  }
  deliver(withQuantity(amount, flowed.out));
  return 'tesSUCCESS';
};

/** A payment that could be retried is not: whoever asked for it pays. */
const settled = (result: Result): Result => (isRetry(result) ? 'tecPATH_DRY' : result);

type Paths = Readonly<{ paths: readonly (readonly Step[])[] }> | Readonly<{ result: Result }>;

/** A path that is asked for twice, or is the implied one, counts once. */
const pathsOf = (
  draft: Draft,
  route: Route,
  asked: readonly (readonly PathElement[])[],
  withDefault: boolean,
): Paths => {
  if (asked.length === 0) return { result: 'temRIPPLE_EMPTY' };
  const paths = new Map<string, readonly Step[]>();
  let failure: Result = 'tecPATH_DRY';
  for (const [at, path] of asked.entries()) {
    const legs = legsOf(draft, route, path);
    if ('steps' in legs) paths.set(legs.steps.map(({ name }) => name).join(), legs.steps);
    else {
      failure = legs.result;
      const isOnly = at === 0 && withDefault && asked.length === 1;
      if (failure.startsWith('tem') || isOnly) return { result: failure };
    }
  }
  return paths.size === 0 ? { result: failure } : { paths: [...paths.values()] };
};

export const payment: Kind = {
  flags: tfNoRippleDirect | tfPartialPayment | tfLimitQuality,
  check,
  claim,
  apply,
};
