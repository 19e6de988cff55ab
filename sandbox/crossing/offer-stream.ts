/** A book's live offers, best first. Dead ones met on the way are taken out; they stay out only if they were dead before. */
import {
  below,
  isSome,
  isNothing,
  order,
  type Quantity,
  quantityOf,
  same,
  smallest,
} from '../../ledger/quantity.ts';
import { limitGets, qualityOf, type Trade } from '../../ledger/quality.ts';
import type { Asset } from '../chain.ts';
import { isIssued } from '../state/asset.ts';
import { bestOffer, removeOffer, type Tip } from '../state/book.ts';
import { read, readAccount, readLine } from '../state/draft.ts';
import type { Offer } from '../state/entry.ts';
import { funds } from '../state/funds.ts';
import { isDeepFrozenLine } from '../state/line.ts';
import type { Run } from './step.ts';

export type LiveOffer = Tip & Readonly<{ trade: Trade; funds: Quantity }>;

export type OfferStream = Readonly<{
  /** Takes the present offer out of the book and finds the next that lives. */
  next: () => LiveOffer | undefined;
  met: () => number;
}>;

export const offerStream = (run: Run, pays: Asset, gets: Asset, mostMet: number): OfferStream => {
  const { draft, untouched, removable } = run;
  const exists = (asset: Asset): boolean =>
    !isIssued(asset) || readAccount(draft, asset.issuer) !== undefined;
  const valid = exists(pays) && exists(gets);
  let met = 0;
  let present: Offer | undefined;

  const leave = (): void => {
    const offer = present && (read(draft, present.index) as Offer | undefined);
    if (offer) removeOffer(draft, offer);
    present = undefined;
  };

  const examine = (tip: Tip): LiveOffer | undefined => {
    const { offer } = tip;
    const trade = { pays: quantityOf(offer.TakerPays), gets: quantityOf(offer.TakerGets) };
    const dead =
      (offer.Expiration !== undefined && offer.Expiration <= draft.ground.parentCloseTime) ||
      isNothing(trade.pays) ||
      isNothing(trade.gets) ||
      isDeepFrozen(run, offer.Account, pays);
    if (dead) {
      removable.add(offer.index);
      return undefined;
    }
    const available = funds(draft, offer.Account, gets, trade.gets);
    if (isSome(available) && !isWorseThanItSays(tip, trade, gets, available)) {
      return { ...tip, trade, funds: available };
    }
    const before = funds(untouched, offer.Account, gets, trade.gets);
    if (same(before, available)) removable.add(offer.index);
    return undefined;
  };

  return {
    met: () => met,
    next: () => {
      if (!valid) return undefined;
      for (;;) {
        leave();
        const tip = bestOffer(draft.root, pays, gets);
        if (!tip || met >= mostMet) return undefined;
        present = tip.offer;
        met += 1;
        const live = examine(tip);
        if (live) return live;
      }
    },
  };
};

const isDeepFrozen = ({ draft }: Run, holder: string, asset: Asset): boolean => {
  if (!isIssued(asset) || asset.issuer === holder) return false;
  const line = readLine(draft, holder, asset.issuer, asset.currency);
  return line !== undefined && isDeepFrozenLine(line);
};

/** So little is left, or can be paid for, that rounding would make the taker pay more than the offer's quality. */
const isWorseThanItSays = (
  { offer, quality }: Tip,
  trade: Trade,
  gets: Asset,
  available: Quantity,
): boolean => {
  if (!isIssued(gets)) return false;
  if (typeof trade.pays !== 'bigint' && order(trade.pays, trade.gets) >= 0) return false;
  const short = offer.Account !== gets.issuer && below(available, trade.gets);
  const part = short ? limitGets(quality, trade, available, false) : trade;
  if (!isSome(part.pays) || !isSome(part.gets)) return true;
  if (order(part.pays, smallest(part.pays)) > 0) return false;
  return qualityOf(part) > quality;
};
