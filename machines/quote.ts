/** The quote's arithmetic (spec §5): reference, skew, size, what may not be crossed, what is not affordable. Pure. */
import type { MarketObserved, MarketRead } from '../events/market.ts';
import type { Quote, QuoteDecided } from '../events/quote.ts';
import {
  add,
  compare,
  decimal,
  divide,
  format,
  fromNumber,
  isPositive,
  minimum,
  maximum,
  multiply,
  normalize,
  toDigits,
  toNumber,
  type Decimal,
} from '../ledger/decimal.ts';
import { dropsOf, parseDrops, xrpOf, type Drops } from '../ledger/drops.ts';
import { nearestTo } from '../ledger/exact.ts';
import { lately } from '../ledger/recent.ts';
import { best, poolPrice } from './market.ts';
import type { OrderSizeSettings, OrdersSettings, StrategySettings } from './settings.ts';

export type QuoteSettings = Readonly<{
  strategy: StrategySettings;
  order_size: OrderSizeSettings;
  orders: Pick<OrdersSettings, 'post_only' | 'max_fee_drops'>;
}>;

type Held = Readonly<{ drops: Drops; rlusd: Decimal }>;

export type QuoteInput = Readonly<{
  observed: MarketObserved;
  read: MarketRead;
  held: Held;
  mids: readonly (number | null)[];
}>;

/** The most that one side is ever quoted at, in RLUSD. */
export const largestQuote = ({
  base_size_rlusd: base,
  imbalance_factor: lean,
}: OrderSizeSettings): Decimal => multiply(fromNumber(base), fromNumber(1 + lean));

/** Digits of a price where the issuer sets no TickSize: what RLUSD's books show (xrpl.md F5). */
const priceDigits = 7;

/** Undefined where there is no mid. */
export const quote = (settings: QuoteSettings, input: QuoteInput): QuoteDecided | undefined => {
  const { observed, read, held } = input;
  const { mid, amm, anchorErrorBps } = observed;
  if (mid === null) return undefined;
  const { strategy: rules, orders } = settings;
  const digits = read.issuer.tickSize ?? priceDigits;
  const { ask, bid } = orders.post_only ? touchOf(read) : { ask: null, bid: null };
  const wanted = wantedOf(settings, held, mid, amm, anchorErrorBps, ask, bid, digits);

  const moved = momentum(rules, input.mids);
  const isDear = feeOf(read) > BigInt(orders.max_fee_drops);
  const free = spendable(orders, read);
  const bidWithheld =
    moved !== null && moved <= -rules.momentum_threshold_bps
      ? 'momentum'
      : compare(wanted.bidSize, minimum(held.rlusd, nearestTo(read.line?.rlusd ?? '0'))) > 0
        ? 'funds'
        : free < 0n
          ? 'reserve'
          : isDear
            ? 'fees'
            : null;
  const askWithheld =
    moved !== null && moved >= rules.momentum_threshold_bps
      ? 'momentum'
      : wanted.askDrops > free
        ? 'funds'
        : isDear
          ? 'fees'
          : null;
  return {
    type: 'quote.decided',
    tick: observed.tick,
    bid: bidWithheld ? null : wanted.bid,
    ask: askWithheld ? null : wanted.ask,
    reference: wanted.reference,
    referenceIs: wanted.is,
    skewBps: wanted.skewBps,
    driftPct: wanted.driftPct,
    withheld: { bid: bidWithheld, ask: askWithheld },
  };
};

/** Both quotes where nothing withholds them: what follows from the market's prices and from what is held alone. */
const wantedOf = lately(
  (
    { strategy: rules, order_size: sizes }: QuoteSettings,
    held: Held,
    midText: string,
    amm: string | null,
    anchorErrorBps: number | null,
    othersAsk: Decimal | null,
    othersBid: Decimal | null,
    digits: number,
  ) => {
    const mid = decimal(midText);
    const { price: reference, is } = referenceOf(rules, mid, amm, anchorErrorBps);

    const value = multiply(xrpOf(held.drops), mid);
    const total = add(value, held.rlusd);
    const xrpPct = isPositive(total)
      ? (toNumber(value) * 100) / toNumber(total)
      : rules.target_xrp_pct;
    const driftPct = xrpPct - rules.target_xrp_pct;
    const skewBps = clamp(driftPct * rules.skew_bps_per_pct, rules.max_skew_bps);

    const bidLimit = below(othersAsk, digits);
    const askLimit = above(othersBid, digits);
    const wantedBid = toDigits(
      shifted(reference, -(rules.bid_offset_bps + skewBps)),
      digits,
      'down',
    );
    const wantedAsk = toDigits(shifted(reference, rules.ask_offset_bps - skewBps), digits, 'up');
    const bidPrice = bidLimit ? minimum(wantedBid, bidLimit) : wantedBid;
    const askPrice = askLimit ? maximum(wantedAsk, askLimit) : wantedAsk;

    const lean = Math.abs(driftPct) > sizes.imbalance_threshold_pct ? sizes.imbalance_factor : 0;
    const buyFactor = driftPct < 0 ? 1 + lean : 1 - lean;
    const sellFactor = driftPct < 0 ? 1 - lean : 1 + lean;
    const bidSize = multiply(fromNumber(sizes.base_size_rlusd), fromNumber(buyFactor));
    const askSize = multiply(fromNumber(sizes.base_size_rlusd), fromNumber(sellFactor));
    return {
      bid: quoteOf(bidPrice, bidSize),
      ask: quoteOf(askPrice, askSize),
      bidSize,
      askDrops: dropsOf(divide(askSize, askPrice)),
      reference: format(reference),
      is,
      skewBps,
      driftPct,
    };
  },
);

const quoteOf = (price: Decimal, rlusd: Decimal): Quote => ({
  price: format(price),
  rlusd: format(rlusd),
});

const clamp = (x: number, limit: number): number => Math.max(-limit, Math.min(limit, x));

/** The pool's price held within the allowed divergence of mid; mid itself where they disagree by more than the switch. */
const referenceOf = (
  rules: StrategySettings,
  mid: Decimal,
  amm: string | null,
  raw: number | null,
): Readonly<{ price: Decimal; is: QuoteDecided['referenceIs'] }> => {
  if (amm === null || raw === null) return { price: mid, is: 'mid' };
  const error = clamp(raw, rules.anchor_max_divergence_bps);
  if (rounded(Math.abs(error)) > rules.clob_switch_threshold_bps) return { price: mid, is: 'mid' };
  return { price: error === raw ? decimal(amm) : shifted(mid, error), is: 'anchor' };
};

const shifted = (price: Decimal, bps: number): Decimal =>
  multiply(price, fromNumber(1 + bps / 10_000));

/** Move of mid over the lookback in bps; null where there was none at either end of it. */
const momentum = (rules: StrategySettings, mids: readonly (number | null)[]): number | null => {
  const [first = null, last = null] = [mids[0], mids.at(-1)];
  if (!rules.momentum_filter_enabled || mids.length <= rules.momentum_lookback_ticks) return null;
  if (first === null || last === null) return null;
  return rounded(((last - first) / first) * 10_000);
};

/** To 1e-9 bps, so that a binary digit does not decide at a threshold. */
const rounded = (x: number): number => Math.round(x * 1e9) / 1e9;

/** The last price below the given one, at that precision. */
const below = (price: Decimal | null, digits: number): Decimal | null => {
  if (!price) return null;
  const cut = toDigits(price, digits, 'down');
  return compare(cut, price) < 0 ? cut : toDigits(step(price, digits, -1n), digits, 'down');
};

const above = (price: Decimal | null, digits: number): Decimal | null => {
  if (!price) return null;
  const cut = toDigits(price, digits, 'up');
  return compare(cut, price) > 0 ? cut : toDigits(step(price, digits, 1n), digits, 'up');
};

const step = (price: Decimal, digits: number, direction: 1n | -1n): Decimal =>
  normalize(price.mantissa + direction * (lastDigits[digits] ?? 1n), price.exponent);

/** One in the last of so many digits of a mantissa. */
const lastDigits = Array.from({ length: 17 }, (_, digits) => 10n ** BigInt(16 - digits));

/** What a buyer of XRP meets first: the best ask of others, or the pool with its fee; and what a seller meets. */
const touchOf = (read: MarketRead): Readonly<{ ask: Decimal | null; bid: Decimal | null }> => {
  const spot = read.amm && poolPrice(read.amm);
  const pool = read.amm && spot && poolTouch(spot, read.amm.feeHundredThousandths);
  return {
    ask: least(best(read.asks), pool?.ask ?? null, minimum),
    bid: least(best(read.bids), pool?.bid ?? null, maximum),
  };
};

const least = (
  a: Decimal | null,
  b: Decimal | null,
  choose: (a: Decimal, b: Decimal) => Decimal,
): Decimal | null => (a && b ? choose(a, b) : (a ?? b));

/** The pool's marginal prices with its fee: what it gives is never better than these. */
const poolTouch = lately((spot: Decimal, feeHundredThousandths: number) => {
  const kept = fromNumber((100_000 - feeHundredThousandths) / 100_000);
  return { ask: divide(spot, kept), bid: multiply(spot, kept) };
});

/** What a transaction pays to get into the next ledger, in drops. */
export const feeOf = ({ fee }: Pick<MarketRead, 'fee'>): bigint => {
  const [base, open] = [parseDrops(fee.baseDrops), parseDrops(fee.openLedgerDrops)];
  return open > base ? open : base;
};

/** One offer a side. */
const sides = 2;

/**
 * XRP that an offer may promise: what is above the reserve with an object for each side that does not stand yet, less a fee
 * for each (xrpl.org reserves). Below zero no further offer can be placed at all.
 */
const spendable = ({ max_fee_drops: fee }: QuoteSettings['orders'], read: MarketRead): bigint => {
  const { reserveBaseDrops, reserveIncrementDrops } = read.server;
  const standing = read.offers.filter(
    ({ side, expiration }) => side !== 'other' && (expiration ?? Infinity) > read.ledger.closeTime,
  ).length;
  const objects = BigInt(read.account.ownerCount + Math.max(0, sides - standing));
  const reserve = parseDrops(reserveBaseDrops) + objects * parseDrops(reserveIncrementDrops);
  return parseDrops(read.account.drops) - reserve - BigInt(sides * fee);
};
