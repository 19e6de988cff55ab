/** AMMDeposit: pays one or both assets into a pool for shares in it. */
import * as d from '../../ledger/decimal.ts';
import { over } from '../../ledger/number.ts';
import {
  type Amount,
  above,
  below,
  isNothing,
  isSome,
  numOf,
  type Quantity,
  quantityOf,
} from '../../ledger/quantity.ts';
import {
  agreed,
  assetFraction,
  depositForShares,
  firstShares,
  fitted,
  sharesForDeposit,
  sharesFraction,
} from '../../ledger/shares.ts';
import { quotientAs } from '../../ledger/quality.ts';
import type { Asset } from '../chain.ts';
import { tradingFee } from '../crossing/liquidity.ts';
import { spendableDrops } from '../state/account.ts';
import { amountOf, assetOf, isIssued, isSameAsset, type Issued } from '../state/asset.ts';
import { adopt, type Draft, fork, readAmm, readLine, write } from '../state/draft.ts';
import type { Amm } from '../state/entry.ts';
import { holdings, send } from '../state/funds.ts';
import { openingVote } from './amm-vote.ts';
import { depositAtPrice } from './deposit-price.ts';
import * as pools from './pool.ts';
import type { Plan, Planned } from './pool.ts';
import type { Result } from './result.ts';
import { type Applying, has, type Kind, type Tx } from './transaction.ts';

const tf = {
  lpToken: 0x0001_0000,
  singleAsset: 0x0008_0000,
  twoAsset: 0x0010_0000,
  oneAssetLpToken: 0x0020_0000,
  limitLpToken: 0x0040_0000,
  twoAssetIfEmpty: 0x0080_0000,
} as const;
const all = Object.values(tf);

const isGiven = (value: unknown): boolean => value !== undefined;

/** Each way of depositing has its own set of fields. */
const hasFields = (tx: Tx): boolean => {
  const [a, b] = [isGiven(tx.Amount), isGiven(tx.Amount2)];
  const [price, shares, fee] = [tx.EPrice, tx.LPTokenOut, tx.TradingFee].map(isGiven);
  if (has(tx, tf.lpToken)) return shares === true && !price && a === b && !fee;
  if (has(tx, tf.singleAsset)) return a && !b && !price && !fee;
  if (has(tx, tf.twoAsset)) return a && b && !price && !fee;
  if (has(tx, tf.oneAssetLpToken)) return a && shares === true && !b && !price && !fee;
  if (has(tx, tf.limitLpToken)) return a && price === true && !shares && !b && !fee;
  return a && b && !price && !shares;
};

const check = (tx: Tx): Result => {
  if (all.filter((flag) => has(tx, flag)).length !== 1 || !hasFields(tx)) return 'temMALFORMED';
  const pair = pools.assetsOf(tx);
  const { Amount: a, Amount2: b, LPTokenOut: shares, EPrice: price } = tx;
  return pools.firstFailure([
    () => pools.checkPair(tx),
    () => (a && b && isSameAsset(assetOf(a), assetOf(b)) ? 'temBAD_AMM_TOKENS' : 'tesSUCCESS'),
    () => (shares && !isSome(quantityOf(shares)) ? 'temBAD_AMM_TOKENS' : 'tesSUCCESS'),
    () => pools.checkPoolAmount(a, pair, price === undefined ? 'refused' : 'allowed'),
    () => pools.checkPoolAmount(b, pair),
    () => (a && price ? pools.checkPoolAmount(price, [assetOf(a)]) : 'tesSUCCESS'),
    () => ((tx.TradingFee ?? 0) > pools.tradingFeeMost ? 'temBAD_FEE' : 'tesSUCCESS'),
  ]);
};

const claim = (draft: Draft, tx: Tx): Result => {
  const amm = pools.findPool(draft, tx);
  if (!amm) return 'terNO_AMM';
  const isEmpty = amm.LPTokenBalance.value === '0';
  if (has(tx, tf.twoAssetIfEmpty) && !isEmpty) return 'tecAMM_NOT_EMPTY';
  if (!has(tx, tf.twoAssetIfEmpty) && isEmpty) return 'tecAMM_EMPTY';
  const { Account: account } = tx;
  const usable = (asset: Asset): Result => {
    const allowed = pools.mayHold(draft, account, asset);
    if (allowed !== 'tesSUCCESS') return allowed;
    return pools.isAssetFrozen(draft, account, asset) ? 'tecFROZEN' : 'tesSUCCESS';
  };
  const shares = { currency: amm.LPTokenBalance.currency, issuer: amm.Account };
  const open = (asset: Asset): Result =>
    pools.isAssetFrozen(draft, amm.Account, asset) || pools.isFrozenAlone(draft, account, asset)
      ? 'tecFROZEN'
      : 'tesSUCCESS';
  const amounts = has(tx, tf.lpToken)
    ? []
    : [tx.Amount, tx.Amount2].flatMap((amount) => amount ?? []);
  const opened = has(tx, tf.lpToken) ? [amm.Asset, amm.Asset2] : [];
  return pools.firstFailure([
    ...pools.assetsOf(tx).map((asset) => () => usable(asset)),
    ...amounts.flatMap((amount) => [
      () => open(assetOf(amount)),
      () => funded(draft, account, shares, assetOf(amount), quantityOf(amount)),
    ]),
    ...opened.map((asset) => () => open(asset)),
    () =>
      tx.LPTokenOut && !isSameAsset(assetOf(tx.LPTokenOut), shares)
        ? 'temBAD_AMM_TOKENS'
        : 'tesSUCCESS',
    () =>
      d.isZero(pools.sharesOf(draft, amm, account)) && spendableDrops(draft, account, 1) <= 0n
        ? 'tecINSUF_RESERVE_LINE'
        : 'tesSUCCESS',
  ]);
};

/** Has the account what it wants to pay, and the reserve for its first shares? */
const funded = (
  draft: Draft,
  account: string,
  shares: Issued,
  asset: Asset,
  quantity: Quantity,
): Result => {
  if (isIssued(asset)) {
    if (asset.issuer === account) return 'tesSUCCESS';
    return below(holdings(draft, account, asset, 'counted'), quantity)
      ? 'tecUNFUNDED_AMM'
      : 'tesSUCCESS';
  }
  const line = readLine(draft, account, shares.issuer, shares.currency);
  if (spendableDrops(draft, account, line ? 0 : 1) >= (quantity as bigint)) return 'tesSUCCESS';
  return line ? 'tecUNFUNDED_AMM' : 'tecINSUF_RESERVE_LINE';
};

const failed: Plan = { result: 'tecAMM_FAILED' };
const noShares: Plan = { result: 'tecAMM_INVALID_TOKENS' };

const apply = ({ draft, tx }: Applying): Result => {
  const amm = readAmm(draft, ...pools.assetsOf(tx)) as Amm;
  const pool = pools.poolOf(draft, amm, tx.Amount);
  const isEmpty = d.isZero(pool.all);
  const fee = isEmpty
    ? (tx.TradingFee ?? 0)
    : tradingFee(amm, tx.Account, draft.ground.parentCloseTime);
  const plan = planned(tx, pool, fee);
  if ('result' in plan) return plan.result;
  const work = fork(draft);
  const result = pay(work, tx, pool, plan);
  if (result !== 'tesSUCCESS') return result;
  write(work, {
    ...amm,
    ...(isEmpty ? openingVote(draft, tx.Account, pool.shares, fee) : {}),
    LPTokenBalance: amountOf(pool.shares, d.add(pool.all, plan.shares)),
  });
  adopt(draft, work);
  return 'tesSUCCESS';
};

const optional = (amount: Amount | undefined): Quantity | undefined =>
  amount === undefined ? undefined : quantityOf(amount);

const planned = (tx: Tx, pool: pools.Pool, fee: number): Plan => {
  const [a, b] = [optional(tx.Amount), optional(tx.Amount2)];
  const shares = optional(tx.LPTokenOut) as d.Decimal | undefined;
  if (has(tx, tf.twoAsset)) return bothWithin(pool, a as Quantity, b as Quantity);
  if (has(tx, tf.oneAssetLpToken)) {
    return oneForShares(pool, a as Quantity, shares as d.Decimal, fee);
  }
  if (has(tx, tf.limitLpToken)) {
    return depositAtPrice(pool, a as Quantity, quantityOf(tx.EPrice as Amount), fee);
  }
  if (has(tx, tf.singleAsset)) return one(pool, a as Quantity, fee);
  if (has(tx, tf.lpToken)) return bothForShares(pool, shares as d.Decimal);
  return {
    first: a as Quantity,
    second: b as Quantity,
    shares: firstShares(a as Quantity, b as Quantity),
  };
};

const bothForShares = (pool: pools.Pool, asked: d.Decimal): Plan => {
  const shares = fitted(pool.all, asked, 'deposit');
  if (d.isZero(shares)) return noShares;
  const fraction = quotientAs(shares, pool.all, pool.all) as d.Decimal;
  return {
    first: assetFraction(pool.first.balance, fraction, 'deposit'),
    second: assetFraction(pool.second.balance, fraction, 'deposit'),
    shares,
  };
};

const bothWithin = (pool: pools.Pool, a: Quantity, b: Quantity): Plan => {
  const { first, second, all: outstanding } = pool;
  const bySecond = (paid: Quantity, own: pools.Side, other: pools.Side) => {
    const fraction = over(numOf(paid), numOf(own.balance));
    const shares = sharesFraction(outstanding, fraction, 'deposit');
    if (d.isZero(shares)) return undefined;
    const exact = over(shares, outstanding);
    return { shares, other: assetFraction(other.balance, exact, 'deposit') };
  };
  const byA = bySecond(a, first, second);
  if (!byA) return noShares;
  if (!above(byA.other, b)) return { first: a, second: byA.other, shares: byA.shares };
  const byB = bySecond(b, second, first);
  if (!byB) return noShares;
  return above(byB.other, a) ? failed : { first: byB.other, second: b, shares: byB.shares };
};

const one = (pool: pools.Pool, a: Quantity, fee: number): Plan => {
  const { balance } = pool.first;
  const raw = fitted(pool.all, sharesForDeposit(balance, a, pool.all, fee), 'deposit');
  if (d.isZero(raw)) return noShares;
  const { shares, asset } = agreed('deposit', balance, a, pool.all, raw, fee);
  return d.isZero(shares) ? noShares : { first: asset, shares };
};

const oneForShares = (pool: pools.Pool, most: Quantity, asked: d.Decimal, fee: number): Plan => {
  const shares = fitted(pool.all, asked, 'deposit');
  if (d.isZero(shares)) return noShares;
  const paid = depositForShares(pool.first.balance, pool.all, shares, fee);
  return above(paid, most) ? failed : { first: paid, shares };
};

/** Amounts beside LPTokenOut, and LPTokenOut beside amounts, are what one wants at least. */
const isTooLittle = (tx: Tx, plan: Planned): boolean => {
  const leastShares = has(tx, tf.singleAsset) || has(tx, tf.twoAsset) ? tx.LPTokenOut : undefined;
  if (leastShares && below(plan.shares, quantityOf(leastShares))) return true;
  if (!has(tx, tf.lpToken)) return false;
  return [[plan.first, tx.Amount] as const, [plan.second, tx.Amount2] as const].some(
    ([paid, least]) => paid !== undefined && least && below(paid, quantityOf(least)),
  );
};

const pay = (draft: Draft, tx: Tx, pool: pools.Pool, plan: Planned): Result => {
  if (!isSome(plan.shares)) return 'tecAMM_INVALID_TOKENS';
  if (isTooLittle(tx, plan)) return 'tecAMM_FAILED';
  for (const [side, paid] of [
    [pool.first, plan.first] as const,
    [pool.second, plan.second] as const,
  ]) {
    if (paid === undefined) continue;
    if (!isSome(paid) || isNothing(paid)) return 'temBAD_AMOUNT';
    if (funded(draft, tx.Account, pool.shares, side.asset, paid) !== 'tesSUCCESS') {
      return 'tecUNFUNDED_AMM';
    }
    send(draft, tx.Account, pool.account, side.asset, paid, 'waived');
  }
  send(draft, pool.account, tx.Account, pool.shares, plan.shares);
  return 'tesSUCCESS';
};

export const ammDeposit: Kind = {
  flags: all.reduce((flags, flag) => flags | flag, 0),
  check,
  claim,
  apply,
};
