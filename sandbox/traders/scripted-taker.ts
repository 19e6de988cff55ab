/** The script's taker: an immediate order made so that it fills a given part of one resting offer of the wallet, and nothing else. */
import * as d from '../../ledger/decimal.ts';
import { type Drops, dropsOf, xrpOf } from '../../ledger/drops.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Chain, View } from '../chain.ts';
import { sendSigned, signed } from './desk.ts';
import type { Cast } from './founding.ts';
import { isLive, priceOf, type Resting, restingOffers, type Side, tokens } from './pair.ts';

const immediateOrCancel = 0x00020000;
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

/** Sends the taker's order into the open ledger; its hash. */
export const take = (chain: Chain, cast: Cast, target: Resting, fraction: d.Decimal): string => {
  const taker = cast.trader('taker');
  const order = signed(chain, taker.address, taker, orderFields(cast, target, fraction));
  sendSigned(chain, order);
  return order.hash;
};

/** Asks for what the offer gives, to the last digit, and offers a little more than it asks for. */
const orderFields = (cast: Cast, target: Resting, fraction: d.Decimal): Json => {
  const issuer = cast.issuer.address;
  const common = { TransactionType: 'OfferCreate', Flags: immediateOrCancel };
  if (target.side === 'buy') {
    const wanted = d.multiply(target.rlusd, fraction);
    const given = d.multiply(d.multiply(xrpOf(target.drops), fraction), slack);
    return { ...common, TakerPays: tokens(issuer, wanted), TakerGets: String(whole(given)) };
  }
  const wanted = whole(d.multiply(xrpOf(target.drops), fraction));
  const given = d.multiply(d.multiply(target.rlusd, fraction), slack);
  return { ...common, TakerPays: String(wanted), TakerGets: tokens(issuer, given) };
};

const whole = (xrp: d.Decimal): Drops => dropsOf(xrp, 'up');
