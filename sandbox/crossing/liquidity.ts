/** What stands in a book: an offer, or a pool that makes one up to measure. Both are taken in the same way. */
import {
  isEmpty,
  isSpent,
  keepsProduct,
  largestOffer,
  offerUpTo,
  passesMost,
  type Pool,
  poolSlope,
  type Slope,
  spotQuality,
  steppedOffer,
  swapIn,
  swapOut,
} from '../../ledger/amm.ts';
import { above, difference, isSome, type Quantity, withQuantity } from '../../ledger/quantity.ts';
import { limitGets, limitPays, type Quality, qualityOf, type Trade } from '../../ledger/quality.ts';
import type { Asset } from '../chain.ts';
import { type Draft, write } from '../state/draft.ts';
import type { Amm, Offer } from '../state/entry.ts';
import { poolHoldings } from '../state/funds.ts';
import { PathFailure, type PoolUse } from './step.ts';

export type Liquidity = Readonly<{
  owner: string;
  quality: Quality;
  trade: Trade;
  /** The index of the offer; a pool has none. */
  index: string | undefined;
  limitGets: (trade: Trade, limit: Quantity, roundUp: boolean) => Trade;
  limitPays: (trade: Trade, limit: Quantity, roundUp: boolean) => Trade;
  /** Books what was taken. Throws a PathFailure if it must not have been. */
  take: (draft: Draft, taken: Trade) => void;
  isTaken: () => boolean;
  slope: () => Slope | undefined;
}>;

export const offerLiquidity = (offer: Offer, quality: Quality, trade: Trade): Liquidity => {
  let left = trade;
  return {
    owner: offer.Account,
    quality,
    trade,
    index: offer.index,
    limitGets: (part, limit, roundUp) => limitGets(quality, part, limit, roundUp),
    limitPays: (part, limit, roundUp) => limitPays(quality, part, limit, roundUp),
    take: (draft, taken) => {
      if (above(taken.pays, left.pays) || above(taken.gets, left.gets)) {
        throw new PathFailure('more was taken than the offer has');
      }
      left = {
        pays: difference(left.pays, taken.pays),
        gets: difference(left.gets, taken.gets),
      };
      write(draft, {
        ...offer,
        TakerPays: withQuantity(offer.TakerPays, left.pays),
        TakerGets: withQuantity(offer.TakerGets, left.gets),
      });
    },
    isTaken: () => !isSome(left.pays) || !isSome(left.gets),
    slope: () => undefined,
  };
};

export type PoolSide = Readonly<{
  /** The pool's offer to a taker for whom the best other offer is this good; none if that is better. */
  offer: (draft: Draft, besides: Quality | undefined) => Liquidity | undefined;
}>;

export const poolSide = (
  draft: Draft,
  amm: Amm,
  pays: Asset,
  gets: Asset,
  use: PoolUse,
): PoolSide => {
  const fee = tradingFee(amm, use.taker, draft.ground.parentCloseTime);
  const balances = (at: Draft): Pool => ({
    pays: poolHoldings(at, amm.Account, pays),
    gets: poolHoldings(at, amm.Account, gets),
  });
  const initial = balances(draft);

  const measured = (pool: Pool, besides: Quality | undefined): Measured | undefined => {
    if (use.severalPaths) {
      const trade = steppedOffer(initial, pool, use.passes, fee);
      if (!trade || (besides !== undefined && qualityOf(trade) > besides)) return undefined;
      return { trade, quality: qualityOf(trade) };
    }
    const largest = (): Measured | undefined => {
      const trade = largestOffer(pool, fee);
      return trade && { trade, quality: spotQuality(pool) };
    };
    if (besides === undefined) return largest();
    const trade = offerUpTo(pool, besides, fee);
    if (trade) return { trade, quality: qualityOf(trade) };
    const most = largest();
    return most && qualityOf(most.trade) < besides ? most : undefined;
  };

  return {
    offer: (at, besides) => {
      if (use.passes >= passesMost) return undefined;
      const pool = balances(at);
      if (isEmpty(pool)) return undefined;
      if (besides !== undefined && isSpent(pool, besides)) return undefined;
      const found = withinRange(() => measured(pool, besides));
      if (!found || !isSome(found.trade.pays) || !isSome(found.trade.gets)) return undefined;
      return poolLiquidity(amm.Account, pool, fee, found, use);
    },
  };
};

type Measured = Readonly<{ trade: Trade; quality: Quality }>;

const withinRange = <T>(compute: () => T): T | undefined => {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

const poolLiquidity = (
  owner: string,
  pool: Pool,
  fee: number,
  { trade, quality }: Measured,
  use: PoolUse,
): Liquidity => {
  let taken = false;
  return {
    owner,
    quality,
    trade,
    index: undefined,
    limitGets: (part, limit, roundUp) =>
      use.severalPaths
        ? limitGets(quality, part, limit, roundUp)
        : { pays: swapOut(pool, limit, fee), gets: limit },
    limitPays: (part, limit, roundUp) =>
      use.severalPaths
        ? limitPays(quality, part, limit, roundUp)
        : { pays: limit, gets: swapIn(pool, limit, fee) },
    take: (_draft, part) => {
      if (
        above(part.pays, trade.pays) ||
        above(part.gets, trade.gets) ||
        !keepsProduct(pool, part)
      ) {
        throw new PathFailure('the pool would lose by it');
      }
      taken = true;
      use.used = true;
    },
    isTaken: () => taken,
    slope: () => (use.severalPaths ? undefined : poolSlope(pool, fee)),
  };
};

/** Who holds the auction slot, or is named in it, pays a tenth. */
export const tradingFee = (amm: Amm, taker: string, now: number): number => {
  const slot = amm.AuctionSlot;
  const favoured =
    slot?.Account !== undefined &&
    now < slot.Expiration &&
    (slot.Account === taker ||
      (slot.AuthAccounts ?? []).some(({ AuthAccount }) => AuthAccount.Account === taker));
  return (favoured ? slot.DiscountedFee : amm.TradingFee) ?? 0;
};
