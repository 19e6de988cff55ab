/** The script's taker: an immediate order made so that it fills a given part of one resting offer of the wallet, and nothing else. */
import * as d from '../../ledger/decimal.ts';
import { type Drops, dropsOf, xrpOf } from '../../ledger/drops.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Chain, View } from '../chain.ts';
import { sendSigned, signed } from './desk.ts';
import type { Cast } from './founding.ts';
import { isLive, priceOf, type Resting, restingOffers, type Side, tokens } from './pair.ts';

const immediateOrCancel = 0x00020000;
/** tfSell: all of TakerGets is sold, also where that brings more than TakerPays. */
const sellAll = 0x00080000;
/** How much worse than the offer's the taker's limit is, so that rounding never keeps them apart. */
const slack = d.decimal('1.001');

/** The wallet's best offer of a side that can still trade in the next ledger. */
export const targetOf = (
  chain: Chain,
  view: View,
  { wallet, issuer }: Cast,
  side: Side,
): Resting | undefined => {
  const parentCloseTime = chain.latest().header.close_time;
  const live = restingOffers(view, wallet.address, issuer.address).filter(
    (offer) => offer.side === side && isLive(offer, parentCloseTime),
  );
  return live.toSorted((a, b) => d.compare(priceOf(a), priceOf(b)) * (side === 'buy' ? -1 : 1))[0];
};

/** So much of what it stands for, rounded up. */
export const partOf = (target: Resting, fraction: d.Decimal): Drops =>
  dropsOf(d.multiply(xrpOf(target.drops), fraction), 'up');

/** Sends the taker's order for `size` of the target into the open ledger; its hash. */
export const take = (chain: Chain, cast: Cast, target: Resting, size: Drops): string => {
  const taker = cast.trader('taker');
  const order = signed(chain, taker.address, taker, orderFields(cast, target, size));
  sendSigned(chain, order);
  return order.hash;
};

/** Counted in XRP, which is whole drops: sold to a buy with a limit a little below its price, bought from a sell a little above. */
const orderFields = (cast: Cast, target: Resting, drops: Drops): Json => {
  const issuer = cast.issuer.address;
  const size = String(drops);
  const value = d.multiply(priceOf(target), xrpOf(drops));
  if (target.side === 'buy') {
    return {
      TransactionType: 'OfferCreate',
      Flags: immediateOrCancel | sellAll,
      TakerGets: size,
      TakerPays: tokens(issuer, d.divide(value, slack)),
    };
  }
  return {
    TransactionType: 'OfferCreate',
    Flags: immediateOrCancel,
    TakerPays: size,
    TakerGets: tokens(issuer, d.multiply(value, slack)),
  };
};
