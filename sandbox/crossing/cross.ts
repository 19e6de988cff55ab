/** An OfferCreate as a taker: what it can take at its limit, and what of the offer is left to rest. */
import { num } from '../../ledger/number.ts';
import {
  above,
  difference,
  isSome,
  none,
  parity,
  type Quantity,
  sign,
} from '../../ledger/quantity.ts';
import {
  divideRounded,
  multiplyRounded,
  qualityOf,
  rateOf,
  type Trade,
} from '../../ledger/quality.ts';
import type { Asset } from '../chain.ts';
import { isIssued } from '../state/asset.ts';
import { removeOffer } from '../state/book.ts';
import { adopt, type Draft, fork, read } from '../state/draft.ts';
import type { Offer } from '../state/entry.ts';
import { funds, transferRate } from '../state/funds.ts';
import type { Result } from '../transactions/result.ts';
import { flow } from './flow.ts';
import { legsOf } from './path.ts';
import type { PathElement, Route } from './route.ts';
import type { PoolUse, Step } from './step.ts';

export type Taking = Readonly<{
  account: string;
  /** What the taker gives, and what he wants for it. */
  pays: Asset;
  gets: Asset;
  trade: Trade;
  passive: boolean;
  sell: boolean;
  fillOrKill: boolean;
}>;

export type Taken = Readonly<{ result: Result; left: Trade }>;

const dropsMost = 9_000_000_000_000_000_000n;
const tokensMost = { mantissa: 4_999_999_999_999_999n, exponent: 80 };
const rateExponent = -9;

/** Takes on `draft`; dead offers that were met are removed there and on `onlyDead`. */
export const cross = (draft: Draft, onlyDead: Draft, taking: Taking): Taken => {
  try {
    return taken(draft, onlyDead, taking);
  } catch (error) {
    if (error instanceof RangeError) return { result: 'tecINTERNAL', left: taking.trade };
    throw error;
  }
};

const taken = (draft: Draft, onlyDead: Draft, taking: Taking): Taken => {
  const { account, pays, gets, trade, sell } = taking;
  const payment = fork(draft, true);
  const available = funds(payment, account, pays, trade.pays);
  if (!isSome(available)) return { result: 'tecUNFUNDED_OFFER', left: trade };
  const rate =
    isIssued(pays) && pays.issuer !== account ? transferRate(draft, pays.issuer) : parity;
  const gross = withFee(trade.pays, rate, true);
  const exact = qualityOf({ pays: gross, gets: trade.gets });
  const limit = taking.passive ? exact - 1n : exact;
  const spend = above(gross, available) ? available : gross;
  const poolUse: PoolUse = { taker: account, severalPaths: false, used: false, passes: 0 };
  const paths = pathsOf(payment, {
    sender: account,
    receiver: account,
    deliver: gets,
    spend: pays,
    crossing: { limit },
    poolUse,
  });
  if (paths.length === 0) return { result: 'tesSUCCESS', left: trade };
  const flowed = flow(
    payment,
    {
      paths,
      out: sell ? most(trade.gets) : trade.gets,
      spend,
      limit,
      partial: !taking.fillOrKill,
      crossing: sell ? 'sell' : 'buy',
      poolUse,
    },
    none(trade.pays),
  );
  for (const index of flowed.removable) {
    for (const at of [payment, onlyDead]) {
      const offer = read(at, index) as Offer | undefined;
      if (offer) removeOffer(at, offer);
    }
  }
  const left = flowed.result === 'tesSUCCESS' ? leftOf(payment, taking, rate, flowed) : trade;
  adopt(draft, payment);
  return { result: 'tesSUCCESS', left };
};

const most = (like: Quantity): Quantity => (typeof like === 'bigint' ? dropsMost : tokensMost);

const withFee = (net: Quantity, rate: bigint, roundUp: boolean): Quantity =>
  rate === parity ? net : multiplyRounded(net, num(rate, rateExponent), none(net), roundUp);

const withoutFee = (gross: Quantity, rate: bigint): Quantity =>
  rate === parity ? gross : divideRounded(gross, num(rate, rateExponent), none(gross), true);

/** Straight, and by way of XRP if neither side is XRP. No path at all if the straight one is barred. */
const pathsOf = (draft: Draft, route: Route): readonly (readonly Step[])[] => {
  const straight = legsOf(draft, route, []);
  const between = isIssued(route.deliver) && route.spend !== undefined && isIssued(route.spend);
  if ('result' in straight && (!between || straight.result.startsWith('tem'))) return [];
  const byXrp: readonly PathElement[] = [{ currency: 'XRP' }];
  const bridged = between ? legsOf(draft, route, byXrp) : undefined;
  return [straight, bridged].flatMap((legs) => (legs && 'steps' in legs ? [legs.steps] : []));
};

/** The rest keeps the price that the offer was made at. */
const leftOf = (
  draft: Draft,
  { account, pays, trade, sell }: Taking,
  rate: bigint,
  moved: Readonly<{ in: Quantity; out: Quantity }>,
): Trade => {
  const nothing = { pays: none(trade.pays), gets: none(trade.gets) };
  if (!isSome(funds(draft, account, pays, trade.pays))) return nothing;
  const price = rateOf(qualityOf(trade));
  if (sell) {
    const rest = atLeastNone(difference(trade.pays, withoutFee(moved.in, rate)));
    return { pays: rest, gets: divideRounded(rest, price, nothing.gets, false, 'strict') };
  }
  const rest = atLeastNone(difference(trade.gets, moved.out));
  return { pays: multiplyRounded(rest, price, nothing.pays, true), gets: rest };
};

const atLeastNone = (q: Quantity): Quantity => (sign(q) < 0 ? none(q) : q);
