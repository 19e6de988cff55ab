/** AMMWithdraw: gives shares back for one or both assets. The last shares end the pool. */
import * as d from '../../ledger/decimal.ts';
import { feeOf } from '../../ledger/amm.ts';
import { minus, num, over, plus, times } from '../../ledger/number.ts';
import {
  above,
  type Amount,
  below,
  isNothing,
  isSome,
  numOf,
  order,
  type Quantity,
  quantityFrom,
  quantityOf,
} from '../../ledger/quantity.ts';
import { quotientAs } from '../../ledger/quality.ts';
import {
  agreed,
  assetFraction,
  fitted,
  sharesForWithdrawal,
  sharesFraction,
  withdrawalForShares,
} from '../../ledger/shares.ts';
import type { Asset } from '../chain.ts';
import { tradingFee } from '../crossing/liquidity.ts';
import { reserveFor } from '../state/account.ts';
import { amountOf, assetOf, isIssued, isSameAsset } from '../state/asset.ts';
import { adopt, type Draft, fork, mustAccount, readLine, write } from '../state/draft.ts';
import type { Amm } from '../state/entry.ts';
import { holdings, send } from '../state/funds.ts';
import * as pools from './pool.ts';
import type { Plan, Planned } from './pool.ts';
import type { Result } from './result.ts';
import { type Applying, has, type Kind, type Tx } from './transaction.ts';

const tf = {
  lpToken: 0x0001_0000,
  withdrawAll: 0x0002_0000,
  oneAssetWithdrawAll: 0x0004_0000,
  singleAsset: 0x0008_0000,
  twoAsset: 0x0010_0000,
  oneAssetLpToken: 0x0020_0000,
  limitLpToken: 0x0040_0000,
} as const;
const all = Object.values(tf);
const ownersWithoutReserve = 2;
const two = num(2n);
const shareDistance = num(1n, -3);

const hasFields = (tx: Tx): boolean => {
  const [a, b, price, shares] = [tx.Amount, tx.Amount2, tx.EPrice, tx.LPTokenIn].map(
    (value) => value !== undefined,
  );
  if (has(tx, tf.lpToken)) return shares === true && !a && !b && !price;
  if (has(tx, tf.withdrawAll)) return !shares && !a && !b && !price;
  if (has(tx, tf.oneAssetWithdrawAll) || has(tx, tf.singleAsset)) {
    return a === true && !shares && !b && !price;
  }
  if (has(tx, tf.twoAsset)) return a === true && b === true && !shares && !price;
  if (has(tx, tf.oneAssetLpToken)) return a === true && shares === true && !b && !price;
  return a === true && price === true && !shares && !b;
};

const check = (tx: Tx): Result => {
  if (all.filter((flag) => has(tx, flag)).length !== 1 || !hasFields(tx)) return 'temMALFORMED';
  const pair = pools.assetsOf(tx);
  const { Amount: a, Amount2: b, LPTokenIn: shares, EPrice: price } = tx;
  const zero =
    has(tx, tf.oneAssetWithdrawAll) || has(tx, tf.oneAssetLpToken) || price ? 'allowed' : 'refused';
  return pools.firstFailure([
    () => pools.checkPair(tx),
    () => (a && b && isSameAsset(assetOf(a), assetOf(b)) ? 'temBAD_AMM_TOKENS' : 'tesSUCCESS'),
    () => (shares && !isSome(quantityOf(shares)) ? 'temBAD_AMM_TOKENS' : 'tesSUCCESS'),
    () => pools.checkPoolAmount(a, pair, zero),
    () => pools.checkPoolAmount(b, pair),
    () => pools.checkPoolAmount(price, undefined),
  ]);
};

const takesAll = (tx: Tx): boolean => has(tx, tf.withdrawAll) || has(tx, tf.oneAssetWithdrawAll);

const claim = (draft: Draft, tx: Tx): Result => {
  const amm = pools.findPool(draft, tx);
  if (!amm) return 'terNO_AMM';
  if (amm.LPTokenBalance.value === '0') return 'tecAMM_EMPTY';
  const pool = pools.poolOf(draft, amm, tx.Amount);
  const usable = (side: pools.Side, wanted: Quantity): Result => {
    const balance = holdings(draft, amm.Account, side.asset, 'counted');
    if (above(wanted, balance)) return 'tecAMM_BALANCE';
    const allowed = pools.mayHold(draft, tx.Account, side.asset);
    if (allowed !== 'tesSUCCESS') return allowed;
    return isPoolFrozen(draft, amm, side.asset) ||
      pools.isFrozenAlone(draft, tx.Account, side.asset)
      ? 'tecFROZEN'
      : 'tesSUCCESS';
  };
  const held = pools.sharesOf(draft, amm, tx.Account);
  const asked = takesAll(tx) ? held : tx.LPTokenIn && (quantityOf(tx.LPTokenIn) as d.Decimal);
  const isOfPool = (amount: Amount | undefined): boolean =>
    amount === undefined || isSameAsset(assetOf(amount), pool.shares);
  const wholes = has(tx, tf.lpToken) || has(tx, tf.withdrawAll) ? [pool.first, pool.second] : [];
  return pools.firstFailure([
    () => (tx.Amount ? usable(pool.first, quantityOf(tx.Amount)) : 'tesSUCCESS'),
    () => (tx.Amount2 ? usable(pool.second, quantityOf(tx.Amount2)) : 'tesSUCCESS'),
    () => (d.isPositive(held) ? 'tesSUCCESS' : 'tecAMM_BALANCE'),
    () => (isOfPool(tx.LPTokenIn) ? 'tesSUCCESS' : 'temBAD_AMM_TOKENS'),
    () => (asked && above(asked, held) ? 'tecAMM_INVALID_TOKENS' : 'tesSUCCESS'),
    () => (isOfPool(tx.EPrice) ? 'tesSUCCESS' : 'temBAD_AMM_TOKENS'),
    ...wholes.map((side) => () => usable(side, side.balance)),
  ]);
};

const isPoolFrozen = (draft: Draft, amm: Amm, asset: Asset): boolean =>
  pools.isAssetFrozen(draft, amm.Account, asset);

const failed: Plan = { result: 'tecAMM_FAILED' };
const noShares: Plan = { result: 'tecAMM_INVALID_TOKENS' };

const apply = ({ draft, tx, balanceBefore }: Applying): Result => {
  const amm = pools.findPool(draft, tx) as Amm;
  const held = pools.sharesOf(draft, amm, tx.Account);
  const found = pools.poolOf(draft, amm, tx.Amount);
  let pool = found;
  if (pools.isOnlyHolder(draft, amm, tx.Account)) {
    if (!isNear(held, found.all)) return 'tecAMM_INVALID_TOKENS';
    pool = { ...found, all: held };
  }
  const fee = tradingFee(amm, tx.Account, draft.ground.parentCloseTime);
  const plan = planned(tx, pool, held, fee);
  if ('result' in plan) return plan.result;
  const work = fork(draft);
  const result = payOut(work, tx, pool, plan, held, balanceBefore);
  if (result !== 'tesSUCCESS') return result;
  const left = d.subtract(pool.all, plan.shares);
  if (!d.isZero(left) || !pools.deletePool(work, amm)) {
    write(work, { ...amm, LPTokenBalance: amountOf(pool.shares, left) });
  }
  adopt(draft, work);
  return 'tesSUCCESS';
};

const isNear = (a: d.Decimal, b: d.Decimal): boolean => {
  if (d.compare(a, b) === 0) return true;
  const [low, high] = [d.minimum(a, b), d.maximum(a, b)];
  return d.compare(over(minus(high, low), high), shareDistance) < 0;
};

const planned = (tx: Tx, pool: pools.Pool, held: d.Decimal, fee: number): Plan => {
  const a = tx.Amount === undefined ? undefined : quantityOf(tx.Amount);
  const asked = takesAll(tx) ? held : tx.LPTokenIn && (quantityOf(tx.LPTokenIn) as d.Decimal);
  const fit = (shares: d.Decimal): d.Decimal =>
    takesAll(tx) ? shares : fitted(pool.all, shares, 'withdrawal');
  if (has(tx, tf.twoAsset)) {
    return bothWithin(pool, a as Quantity, quantityOf(tx.Amount2 as Amount));
  }
  if (has(tx, tf.oneAssetLpToken) || has(tx, tf.oneAssetWithdrawAll)) {
    return oneForShares(pool, a as Quantity, fit(asked as d.Decimal), fee);
  }
  if (has(tx, tf.limitLpToken)) {
    return oneAtPrice(pool, a as Quantity, quantityOf(tx.EPrice as Amount), fee);
  }
  if (has(tx, tf.singleAsset)) {
    const { balance } = pool.first;
    const raw = fit(sharesForWithdrawal(balance, a as Quantity, pool.all, fee));
    if (d.isZero(raw)) return noShares;
    const { shares, asset } = agreed('withdrawal', balance, a as Quantity, pool.all, raw, fee);
    return d.isZero(shares) ? noShares : { first: asset, shares };
  }
  return bothForShares(pool, asked as d.Decimal, fit);
};

const bothForShares = (
  pool: pools.Pool,
  asked: d.Decimal,
  fit: (shares: d.Decimal) => d.Decimal,
): Plan => {
  const { first, second } = pool;
  if (d.compare(asked, pool.all) === 0) {
    return { first: first.balance, second: second.balance, shares: asked };
  }
  const shares = fit(asked);
  if (d.isZero(shares)) return noShares;
  const fraction = quotientAs(shares, pool.all, pool.all) as d.Decimal;
  const [a, b] = [first, second].map(({ balance }) =>
    assetFraction(balance, fraction, 'withdrawal'),
  ) as [Quantity, Quantity];
  return isNothing(a) || isNothing(b) ? failed : { first: a, second: b, shares };
};

const bothWithin = (pool: pools.Pool, a: Quantity, b: Quantity): Plan => {
  const by = (taken: Quantity, own: pools.Side, other: pools.Side) => {
    const fraction = over(numOf(taken), numOf(own.balance));
    const shares = sharesFraction(pool.all, fraction, 'withdrawal');
    if (d.isZero(shares)) return undefined;
    return { shares, other: assetFraction(other.balance, over(shares, pool.all), 'withdrawal') };
  };
  const byA = by(a, pool.first, pool.second);
  if (!byA) return noShares;
  if (!above(byA.other, b)) return { first: a, second: byA.other, shares: byA.shares };
  const byB = by(b, pool.second, pool.first);
  if (!byB) return noShares;
  return above(byB.other, a) ? failed : { first: byB.other, second: b, shares: byB.shares };
};

const oneForShares = (pool: pools.Pool, least: Quantity, shares: d.Decimal, fee: number): Plan => {
  if (d.isZero(shares)) return noShares;
  const taken = withdrawalForShares(pool.first.balance, pool.all, shares, fee);
  return isNothing(least) || !below(taken, least) ? { first: taken, shares } : failed;
};

const oneAtPrice = (pool: pools.Pool, least: Quantity, price: Quantity, fee: number): Plan => {
  const ae = times(numOf(pool.first.balance), numOf(price));
  const f = feeOf(fee);
  const top = plus(pool.all, times(ae, minus(f, two)));
  const bottom = minus(times(pool.all, f), ae);
  const shares = sharesFraction(pool.all, over(top, bottom), 'withdrawal');
  if (!isSome(shares)) return noShares;
  const worth = over(numOf(shares, 'down'), numOf(price, 'down'), 'down');
  const taken = quantityFrom(worth, pool.first.balance, 'down');
  return isNothing(least) || !below(taken, least) ? { first: taken, shares } : failed;
};

const payOut = (
  draft: Draft,
  tx: Tx,
  pool: pools.Pool,
  plan: Planned,
  held: d.Decimal,
  balanceBefore: bigint,
): Result => {
  const { shares, first, second } = plan;
  if (!isSome(shares) || above(shares, held)) return 'tecAMM_INVALID_TOKENS';
  const takesFirst = order(first, pool.first.balance) === 0;
  const takesSecond = second !== undefined && order(second, pool.second.balance) === 0;
  if (takesFirst !== takesSecond) return 'tecAMM_BALANCE';
  if (d.compare(shares, pool.all) === 0 && !(takesFirst && takesSecond)) return 'tecAMM_BALANCE';
  if (above(first, pool.first.balance)) return 'tecAMM_BALANCE';
  if (second !== undefined && above(second, pool.second.balance)) return 'tecAMM_BALANCE';
  for (const [side, taken] of [[pool.first, first] as const, [pool.second, second] as const]) {
    if (taken === undefined) continue;
    if (!hasReserve(draft, tx.Account, side.asset, balanceBefore)) return 'tecINSUFFICIENT_RESERVE';
    send(draft, pool.account, tx.Account, side.asset, taken, 'waived');
  }
  send(draft, tx.Account, pool.account, pool.shares, shares);
  return 'tesSUCCESS';
};

/** A line that has to be made needs its reserve. */
const hasReserve = (
  draft: Draft,
  account: string,
  asset: Asset,
  balanceBefore: bigint,
): boolean => {
  if (!isIssued(asset)) return true;
  if (readLine(draft, account, asset.issuer, asset.currency)) return true;
  const { OwnerCount, Balance } = mustAccount(draft, account);
  if (OwnerCount < ownersWithoutReserve) return true;
  const now = BigInt(Balance);
  return (now > balanceBefore ? now : balanceBefore) >= reserveFor(OwnerCount + 1);
};

export const ammWithdraw: Kind = {
  flags: all.reduce((flags, flag) => flags | flag, 0),
  check,
  claim,
  apply,
};
