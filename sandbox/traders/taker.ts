/** Takers of the seeded market: small orders against the touch, and sweeps that work through all that is visible near the price. */
import * as d from '../../ledger/decimal.ts';
import { drops, dropsOf, xrpOf, type Drops } from '../../ledger/drops.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Chain } from '../chain.ts';
import { send } from './desk.ts';
import type { Cast } from './founding.ts';
import type { Account } from './keys.ts';
import { bookSide, isLive, priceOf, type Resting, type Side, tokens } from './pair.ts';

const immediateOrCancel = 0x00020000;
const bps = 1e4;

/** How far from the price a sweep looks: beyond a market maker's wide quotes, short of the deep book. */
const sweepReachBps = 30;

/** Takes a little of the best offer of a side. */
export const nibble = (chain: Chain, cast: Cast, role: string, side: Side, part: number): void => {
  const taker = cast.trader(role);
  const [best] = visible(chain, cast, side, taker, Number.POSITIVE_INFINITY, 0);
  if (best) order(chain, cast, taker, side, scaled(best, part), priceOf(best));
};

/**
 * Takes everything visible on a side within reach of the price, and of the farthest offer only a part. `side` is the
 * makers': a sweep of the buys sells XRP.
 */
export const sweep = (
  chain: Chain,
  cast: Cast,
  role: string,
  side: Side,
  fair: number,
  part: number,
): void => {
  const taker = cast.trader(role);
  const offers = visible(chain, cast, side, taker, sweepReachBps, fair);
  const last = offers.at(-1);
  if (!last) return;
  const whole = offers.slice(0, -1);
  const total = [...whole, scaled(last, part)].reduce(
    (sum, one) => ({
      ...sum,
      drops: drops(sum.drops + one.drops),
      rlusd: d.add(sum.rlusd, one.rlusd),
    }),
    { drops: drops(0n), rlusd: d.zero },
  );
  order(chain, cast, taker, side, total, limitFor(side, fair));
};

type Size = Readonly<{ drops: Drops; rlusd: d.Decimal }>;

/** What can trade, best first, as long as it is within reach. */
const visible = (
  chain: Chain,
  cast: Cast,
  side: Side,
  taker: Account,
  reachBps: number,
  fair: number,
): readonly Resting[] => {
  const parentCloseTime = chain.latest().header.close_time;
  const offers: Resting[] = [];
  for (const offer of bookSide(chain.open(), cast.issuer.address, side)) {
    if (reachBps === Number.POSITIVE_INFINITY && offers.length === 1) break;
    const off = fair === 0 ? 0 : Math.abs(d.toNumber(priceOf(offer)) / fair - 1) * bps;
    if (off > reachBps) break;
    if (offer.account !== taker.address && isLive(offer, parentCloseTime)) offers.push(offer);
  }
  return offers;
};

const scaled = (offer: Resting, part: number): Size => {
  const factor = d.fromNumber(part);
  return {
    drops: dropsOf(d.multiply(xrpOf(offer.drops), factor), 'up'),
    rlusd: d.multiply(offer.rlusd, factor),
  };
};

const limitFor = (side: Side, fair: number): d.Decimal =>
  d.fromNumber(fair * (1 + (side === 'buy' ? -sweepReachBps : sweepReachBps) / bps));

/** Asks for exactly what was counted, and pays up to the limit for it. */
const order = (
  chain: Chain,
  cast: Cast,
  taker: Account,
  side: Side,
  size: Size,
  limit: d.Decimal,
): void => {
  const issuer = cast.issuer.address;
  const amounts: Json =
    side === 'buy'
      ? {
          TakerPays: tokens(issuer, size.rlusd),
          TakerGets: String(dropsOf(d.divide(size.rlusd, limit), 'up')),
        }
      : {
          TakerPays: String(size.drops),
          TakerGets: tokens(issuer, d.multiply(xrpOf(size.drops), limit)),
        };
  send(chain, taker, { TransactionType: 'OfferCreate', Flags: immediateOrCancel, ...amounts });
};
