/** AMMBid: buys a pool's auction slot with shares. Who held it is paid back for the time that is left; the rest is burnt. */
import * as d from '../../ledger/decimal.ts';
import { feeOf } from '../../ledger/amm.ts';
import { minus, type Num, num, over, plus, times } from '../../ledger/number.ts';
import { quantityOf, tokens } from '../../ledger/quantity.ts';
import { fitted } from '../../ledger/shares.ts';
import { amountOf, assetOf, isSameAsset, type Issued } from '../state/asset.ts';
import { adopt, type Draft, fork, readAccount, write } from '../state/draft.ts';
import type { Amm, AuctionSlot } from '../state/entry.ts';
import { send } from '../state/funds.ts';
import { checkPair, checkPoolAmount, findPool, firstFailure, sharesOf } from './pool.ts';
import type { Result } from './result.ts';
import type { Applying, Kind, Tx } from './transaction.ts';

const slotSeconds = 24 * 60 * 60;
const intervals = 20;
const discount = 10;
const guestsMost = 4;
const one = num(1n);
const leastShare = num(25n);
const premium = num(105n, -2);
const falling = 60;

const check = (tx: Tx): Result =>
  firstFailure([
    () => checkPair(tx),
    () => checkPoolAmount(tx.BidMin, undefined),
    () => checkPoolAmount(tx.BidMax, undefined),
    () => checkGuests(tx),
  ]);

const guestsOf = (tx: Tx): readonly string[] =>
  (tx.AuthAccounts ?? []).map(({ AuthAccount }) => AuthAccount.Account);

const checkGuests = (tx: Tx): Result => {
  const guests = guestsOf(tx);
  const isBad =
    guests.length > guestsMost ||
    guests.includes(tx.Account) ||
    new Set(guests).size !== guests.length;
  return isBad ? 'temMALFORMED' : 'tesSUCCESS';
};

const claim = (draft: Draft, tx: Tx): Result => {
  const amm = findPool(draft, tx);
  if (!amm) return 'terNO_AMM';
  if (amm.LPTokenBalance.value === '0') return 'tecAMM_EMPTY';
  if (guestsOf(tx).some((guest) => !readAccount(draft, guest))) return 'terNO_ACCOUNT';
  const held = sharesOf(draft, amm, tx.Account);
  if (d.isZero(held)) return 'tecAMM_INVALID_TOKENS';
  const all = d.decimal(amm.LPTokenBalance.value);
  for (const bid of [tx.BidMin, tx.BidMax]) {
    if (!bid) continue;
    if (!isSameAsset(assetOf(bid), assetOf(amm.LPTokenBalance))) return 'temBAD_AMM_TOKENS';
    const value = quantityOf(bid) as d.Decimal;
    if (d.compare(value, held) > 0 || d.compare(value, all) >= 0) return 'tecAMM_INVALID_TOKENS';
  }
  const { BidMin: low, BidMax: high } = tx;
  const isReversed =
    low && high && d.compare(quantityOf(low) as d.Decimal, quantityOf(high) as d.Decimal) > 0;
  return isReversed ? 'tecAMM_INVALID_TOKENS' : 'tesSUCCESS';
};

const apply = ({ draft, tx }: Applying): Result => {
  const amm = findPool(draft, tx) as Amm;
  const slot = amm.AuctionSlot as AuctionSlot;
  const all = d.decimal(amm.LPTokenBalance.value);
  const held = sharesOf(draft, amm, tx.Account);
  const now = draft.ground.parentCloseTime;
  const least = over(times(all, feeOf(amm.TradingFee ?? 0)), leastShare);
  const interval = intervalOf(slot, now);
  const owner =
    interval !== undefined && interval < intervals - 1 && slot.Account !== undefined
      ? slot.Account
      : undefined;
  const isOwned = owner !== undefined && readAccount(draft, owner) !== undefined;
  const bought = d.decimal(slot.Price.value);
  const used = over(num(BigInt((interval ?? 0) + 1)), num(BigInt(intervals)));
  const price = isOwned ? priceNow(bought, used, interval ?? 0, least) : least;
  const paid = payable(tx, price);
  if (!paid) return 'tecAMM_FAILED';
  if (d.compare(paid, held) > 0) return 'tecAMM_INVALID_TOKENS';
  const refund = isOwned ? times(minus(one, used), bought) : num(0n);
  if (d.compare(refund, paid) > 0) return 'tecINTERNAL';
  const work = fork(draft);
  const shares = assetOf(amm.LPTokenBalance) as Issued;
  if (isOwned) send(work, tx.Account, owner, shares, tokens(refund));
  const burnt = fitted(all, tokens(minus(paid, refund)), 'withdrawal');
  send(work, tx.Account, shares.issuer, shares, burnt);
  const fee = Math.floor((amm.TradingFee ?? 0) / discount);
  write(work, {
    ...amm,
    LPTokenBalance: amountOf(shares, d.subtract(all, burnt)),
    AuctionSlot: {
      Account: tx.Account,
      Expiration: now + slotSeconds,
      ...(fee === 0 ? {} : { DiscountedFee: fee }),
      Price: amountOf(shares, tokens(paid)),
      ...(tx.AuthAccounts ? { AuthAccounts: tx.AuthAccounts } : {}),
    },
  });
  adopt(draft, work);
  return 'tesSUCCESS';
};

/** In which twentieth of its day the slot is; undefined if that is over. */
const intervalOf = (slot: AuctionSlot, now: number): number | undefined => {
  const since = now - (slot.Expiration - slotSeconds);
  return since < 0 || since >= slotSeconds
    ? undefined
    : Math.floor(since / (slotSeconds / intervals));
};

const priceNow = (bought: d.Decimal, used: Num, interval: number, least: Num): Num => {
  const raised = times(bought, premium);
  return interval === 0
    ? plus(raised, least)
    : plus(times(raised, minus(one, power(used, falling))), least);
};

const power = (base: Num, exponent: number): Num => {
  if (exponent === 0) return one;
  if (exponent === 1) return base;
  const root = power(base, Math.floor(exponent / 2));
  const square = times(root, root);
  return exponent % 2 === 0 ? square : times(square, base);
};

/** The computed price, raised to what is bid at least; undefined above what is bid at most. */
const payable = (tx: Tx, price: Num): Num | undefined => {
  if (tx.BidMax && d.compare(price, quantityOf(tx.BidMax) as d.Decimal) > 0) return undefined;
  const low = tx.BidMin && (quantityOf(tx.BidMin) as d.Decimal);
  return low && d.compare(low, price) > 0 ? low : price;
};

export const ammBid: Kind = { flags: 0, check, claim, apply };
