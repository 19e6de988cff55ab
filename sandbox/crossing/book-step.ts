/** A leg through a book and the pool of the same pair: takes what stands there, best first, one quality at a time. */
import { combinedSlope, constantSlope, type Slope } from '../../ledger/amm.ts';
import type { Decimal } from '../../ledger/decimal.ts';
import { num } from '../../ledger/number.ts';
import {
  below,
  difference,
  isSome,
  order,
  parity,
  type Quantity,
  scaled,
  sign,
} from '../../ledger/quantity.ts';
import { composed, type Quality, qualityOf, type Trade } from '../../ledger/quality.ts';
import type { Asset } from '../chain.ts';
import { isIssued, zeroOf } from '../state/asset.ts';
import { bestOffer } from '../state/book.ts';
import { creditDrops } from '../state/account.ts';
import { type Draft, mustAccount, readAmm } from '../state/draft.ts';
import { transferRate } from '../state/funds.ts';
import { authorization, moveAlongLine } from '../state/line.ts';
import { type Liquidity, offerLiquidity, poolSide } from './liquidity.ts';
import { ordered } from './ordered-sum.ts';
import { offerStream } from './offer-stream.ts';
import { type Debt, type Moved, PathFailure, type PoolUse, type Run, type Step } from './step.ts';

export type BookLeg = Readonly<{
  pays: Asset;
  gets: Asset;
  before: Step | undefined;
  sender: string;
  receiver: string;
  /** An OfferCreate crosses: its limit, and whether it goes straight from one asset to the other. */
  crossing: Readonly<{ limit: Quality; direct: boolean }> | undefined;
  poolUse: PoolUse;
}>;

const offersMost = 1000;
const qualityOne = qualityOf({ pays: num(1n), gets: num(1n) });

/** One taking, before and while it is cut to what is asked: what the owner trades, what passes through the leg, what the owner gives with the fee. */
type Part = Readonly<{ offer: Trade; leg: Trade; ownerGives: Quantity }>;
type Rates = Readonly<{ in: bigint; out: bigint }>;
/** Returns whether to go on to the next. */
type Taker = (liquidity: Liquidity, part: Part, rates: Rates) => boolean;

export const bookStep = (draft: Draft, leg: BookLeg): Step => {
  const { pays, gets, before, sender, receiver, crossing, poolUse } = leg;
  const amm = readAmm(draft, pays, gets);
  const pool =
    amm && amm.LPTokenBalance.value !== '0' ? poolSide(draft, amm, pays, gets, poolUse) : undefined;
  const ownersPayFee = crossing !== undefined;
  let wornOut = false;
  let met = 0;
  let cache: Moved | undefined;

  const rate = (at: Draft, asset: Asset): bigint =>
    asset.issuer === receiver ? parity : transferRate(at, asset.issuer);

  /** A limit better than the book's tip leaves the pool free to be measured against the limit alone. */
  const besides = (tip: Quality): Quality | undefined =>
    pool && crossing && !poolUse.severalPaths && crossing.limit < tip ? undefined : tip;

  const isAuthorized = (run: Run, owner: string): boolean =>
    !isIssued(pays) ||
    authorization(run.untouched, owner, pays.issuer, pays.currency) === 'tesSUCCESS';

  /** Passes what stands at the best quality to `take`, until it has enough. */
  const walk = (run: Run, debtBefore: Debt, take: Taker): void => {
    const legRates: Rates = {
      in: debtBefore === 'redeems' ? rate(run.draft, pays) : parity,
      out: ownersPayFee ? rate(run.draft, gets) : parity,
    };
    const stream = offerStream(run, pays, gets, offersMost);
    let tried = false;
    let quality: Quality | undefined;

    const meet = (liquidity: Liquidity, available: Quantity | undefined): boolean => {
      quality ??= liquidity.quality;
      if (quality !== liquidity.quality) return false;
      const own =
        crossing?.direct === true &&
        liquidity.quality <= crossing.limit &&
        sender === liquidity.owner &&
        receiver === liquidity.owner;
      if (own || !isAuthorized(run, liquidity.owner)) {
        if (liquidity.index !== undefined) run.removable.add(liquidity.index);
        if (!tried) quality = undefined;
        return true;
      }
      if (crossing?.direct === true && liquidity.quality > crossing.limit) return false;
      const rates = ratesFor(liquidity, legRates);
      tried = true;
      return take(liquidity, whole(liquidity, rates, available), rates);
    };

    const ratesFor = (liquidity: Liquidity, rates: Rates): Rates => {
      const ownIn = crossing !== undefined && before?.sender === liquidity.owner;
      const ownOut = before?.book !== undefined && receiver === liquidity.owner && ownersPayFee;
      return {
        in: ownIn ? parity : rates.in,
        out: ownOut || liquidity.index === undefined ? parity : rates.out,
      };
    };

    let live = stream.next();
    const fromPool = pool?.offer(run.draft, live && besides(live.quality));
    if (!fromPool || meet(fromPool, undefined)) {
      while (live) {
        const issues = isIssued(gets) && gets.issuer === live.offer.Account;
        const liquidity = offerLiquidity(live.offer, live.quality, live.trade);
        if (!meet(liquidity, issues ? undefined : live.funds)) break;
        live = stream.next();
      }
    }
    met = stream.met();
    if (met >= offersMost) wornOut = true;
  };

  const whole = (liquidity: Liquidity, rates: Rates, available: Quantity | undefined): Part => {
    const offer = liquidity.trade;
    const gives = scaled(offer.gets, rates.out, parity, false);
    if (available === undefined || !below(available, gives)) {
      return {
        offer,
        leg: { pays: scaled(offer.pays, rates.in, parity, true), gets: offer.gets },
        ownerGives: gives,
      };
    }
    const out = scaled(available, parity, rates.out, false);
    const cut = liquidity.limitGets(offer, out, false);
    return {
      offer: cut,
      leg: { pays: scaled(cut.pays, rates.in, parity, true), gets: out },
      ownerGives: available,
    };
  };

  const cutToGets = (liquidity: Liquidity, part: Part, rates: Rates, limit: Quantity): Part => {
    if (!below(limit, part.leg.gets)) return part;
    const offer = liquidity.limitGets(part.offer, limit, true);
    return {
      offer,
      leg: { pays: scaled(offer.pays, rates.in, parity, true), gets: limit },
      ownerGives: scaled(limit, rates.out, parity, false),
    };
  };

  const cutToPays = (liquidity: Liquidity, part: Part, rates: Rates, limit: Quantity): Part => {
    if (!below(limit, part.leg.pays)) return part;
    const net = scaled(limit, parity, rates.in, false);
    const offer = liquidity.limitPays(part.offer, net, false);
    return {
      offer,
      leg: { pays: limit, gets: offer.gets },
      ownerGives: scaled(offer.gets, rates.out, parity, false),
    };
  };

  const settle = (run: Run, liquidity: Liquidity, part: Part): void => {
    receive(run.draft, pays, liquidity.owner, part.offer.pays);
    give(run.draft, gets, liquidity.owner, part.ownerGives);
    liquidity.take(run.draft, part.offer);
  };

  const reverse = (run: Run, out: Quantity): Moved => {
    const ins = ordered(zeroOf(pays));
    const outs = ordered(zeroOf(gets));
    let remaining = out;
    let result: Moved = { in: zeroOf(pays), out: zeroOf(gets) };
    walk(run, before?.debt(run.draft, 'reverse') ?? 'issues', (liquidity, part, rates) => {
      if (!isSome(remaining)) return false;
      if (order(part.leg.gets, remaining) <= 0) {
        result = { in: ins.add(part.leg.pays), out: outs.add(part.leg.gets) };
        remaining = difference(out, result.out);
        settle(run, liquidity, part);
        return true;
      }
      const cut = cutToGets(liquidity, part, rates, remaining);
      remaining = zeroOf(gets);
      result = { in: ins.add(cut.leg.pays), out };
      settle(run, liquidity, cut);
      return liquidity.isTaken();
    });
    if (sign(remaining) < 0) result = { in: zeroOf(pays), out: zeroOf(gets) };
    else if (sign(remaining) === 0) result = { in: result.in, out };
    cache = result;
    return result;
  };

  const forward = (run: Run, paid: Quantity): Moved => {
    const asked = cache ?? { in: paid, out: zeroOf(gets) };
    const ins = ordered(zeroOf(pays));
    const outs = ordered(zeroOf(gets));
    let remaining = paid;
    let result: Moved = { in: zeroOf(pays), out: zeroOf(gets) };
    walk(run, before?.debt(run.draft, 'forward') ?? 'issues', (liquidity, part, rates) => {
      if (!isSome(remaining)) return false;
      const all = order(part.leg.pays, remaining) <= 0;
      let cut = all ? part : cutToPays(liquidity, part, rates, remaining);
      const outsBefore = outs.total();
      result = all
        ? { in: ins.add(cut.leg.pays), out: outs.add(cut.leg.gets) }
        : { in: paid, out: outs.add(cut.leg.gets) };
      if (!all) ins.add(remaining);
      if (order(result.out, asked.out) > 0 && order(result.in, asked.in) <= 0) {
        const wanted = difference(asked.out, outsBefore);
        const again = cutToGets(liquidity, part, rates, wanted);
        if (order(again.leg.pays, remaining) === 0) {
          result = { in: paid, out: asked.out };
          ins.reset(result.in);
          outs.reset(result.out);
          cut = { ...again, leg: { pays: remaining, gets: wanted } };
        }
      }
      remaining = difference(paid, result.in);
      settle(run, liquidity, cut);
      return all || liquidity.isTaken();
    });
    if (sign(remaining) < 0) result = { in: zeroOf(pays), out: zeroOf(gets) };
    else if (sign(remaining) === 0) result = { in: paid, out: result.out };
    cache = result;
    return result;
  };

  const feeAdjusted = (at: Draft, quality: Quality, debtBefore: Debt, ofPool: boolean): Quality => {
    if (crossing && (!ofPool || poolUse.severalPaths)) return quality;
    const paid = debtBefore === 'redeems' ? rate(at, pays) : parity;
    return composed(qualityOf({ pays: num(paid), gets: num(parity) }), quality);
  };

  /** What a taker meets first, by its quality alone. */
  const best = (at: Draft): Best | undefined => {
    const tip = bestOffer(at.root, pays, gets);
    const fromPool = pool?.offer(at, tip && besides(tip.quality));
    if (fromPool && (!tip || fromPool.quality < tip.quality)) {
      return { quality: fromPool.quality, ofPool: true, slope: fromPool.slope() };
    }
    return tip && { quality: tip.quality, ofPool: false, slope: undefined };
  };

  return {
    name: `${pays.currency}/${pays.issuer} ${gets.currency}/${gets.issuer}`,
    book: { pays, gets },
    reverse,
    forward,
    moved: () => cache ?? { in: zeroOf(pays), out: zeroOf(gets) },
    debt: () => (ownersPayFee ? 'issues' : 'redeems'),
    qualityIn: () => parity,
    isWornOut: () => wornOut,
    offersMet: () => met,
    bestQuality: (at, debtBefore) => {
      const found = best(at);
      return found && feeAdjusted(at, found.quality, debtBefore, found.ofPool);
    },
    slope: (at, debtBefore) => {
      const found = best(at);
      if (!found) return undefined;
      if (!found.slope) {
        return constantSlope(feeAdjusted(at, found.quality, debtBefore, found.ofPool));
      }
      const fee = feeAdjusted(at, qualityOne, debtBefore, true);
      return fee === qualityOne ? found.slope : combinedSlope(constantSlope(fee), found.slope);
    },
  };
};

type Best = Readonly<{ quality: Quality; ofPool: boolean; slope: Slope | undefined }>;

/** The owner's side of a trade: tokens pass between him and their issuer, XRP between him and the path. */
const receive = (draft: Draft, asset: Asset, owner: string, quantity: Quantity): void => {
  if (!isIssued(asset)) creditDrops(draft, owner, quantity as bigint);
  else if (owner !== asset.issuer && isSome(quantity)) {
    moveAlongLine(draft, asset.issuer, owner, asset.currency, quantity as Decimal);
  }
};

const give = (draft: Draft, asset: Asset, owner: string, quantity: Quantity): void => {
  if (!isIssued(asset)) {
    const drops = quantity as bigint;
    if (BigInt(mustAccount(draft, owner).Balance) < drops) {
      throw new PathFailure(`${owner} has not the XRP it gives`);
    }
    creditDrops(draft, owner, -drops);
  } else if (owner !== asset.issuer && isSome(quantity)) {
    moveAlongLine(draft, owner, asset.issuer, asset.currency, quantity as Decimal);
  }
};
