/**
 * What one validated transaction traded in the pair, read from its metadata alone: each offer of the book that it took from,
 * and what it took of the pool. What its sender's own balances did is not asked: of a payment through the book all is told.
 */
import {
  add,
  compare,
  divide,
  fromNumber,
  isNegative,
  isPositive,
  multiply,
  negate,
  subtract,
  toDigits,
  zero,
  absolute,
  type Decimal,
} from './decimal.ts';
import { drops, xrpOf, type Drops } from './drops.ts';
import {
  nodes,
  pairAmounts,
  lineBalances,
  xrpBalances,
  type Node,
  type Token,
} from './metadata.ts';
import { qualityFromHex, rateOf } from './quality.ts';
import type { Json } from './transport.ts';

/** Prices are RLUSD per XRP: of the first XRP and of the last, which differ where the pool gave it. */
export type Traded = Readonly<{
  taker: 'buy' | 'sell';
  through: 'book' | 'pool';
  /** The maker's account; the pool's. */
  maker: string;
  price: Decimal;
  lastPrice: Decimal;
  drops: Drops;
  rlusd: Decimal;
}>;

/** `feeHundredThousandths` is the pool's trading fee. In the order in which a taker meets them: best for him first. */
export const tradesIn = (
  meta: Json,
  token: Token,
  feeHundredThousandths: number,
): readonly Traded[] => {
  const all = [...nodes(meta)];
  const found = [
    ...all.flatMap((node) => offerTrade(node, token) ?? []),
    ...all.flatMap((node) => poolTrade(node, all, token, feeHundredThousandths) ?? []),
  ];
  return found.toSorted((a, b) => compare(a.price, b.price) * (a.taker === 'buy' ? 1 : -1));
};

/** Of an offer's own price, which every part of it that is taken has but for rounding. */
const offerTrade = (node: Node, token: Token): Traded | undefined => {
  const { type, kind, fields, previous } = node;
  const touched = previous['TakerGets'] !== undefined || previous['TakerPays'] !== undefined;
  if (type !== 'Offer' || kind === 'CreatedNode' || !touched) return undefined;
  const left = pairAmounts(fields, token);
  const before = pairAmounts({ ...fields, ...previous }, token);
  const directory = fields['BookDirectory'];
  if (!left || !before || typeof directory !== 'string') return undefined;
  const taken = drops(before.drops - left.drops);
  const paid = subtract(before.rlusd, left.rlusd);
  if (taken <= 0n || !isPositive(paid)) return undefined;
  const price = priceOf(rateOf(qualityFromHex(directory)), left.side);
  return {
    taker: left.side === 'sell' ? 'buy' : 'sell',
    through: 'book',
    maker: String(fields['Account']),
    price,
    lastPrice: price,
    drops: taken,
    rlusd: paid,
  };
};

/** The worst price that an OfferCreate of the pair takes, in RLUSD per XRP; null for any other transaction. */
export const limitOf = (tx: Json, token: Token): Decimal | null => {
  const offer = tx['TransactionType'] === 'OfferCreate' ? pairAmounts(tx, token) : undefined;
  if (!offer || offer.drops === 0n) return null;
  return toDigits(divide(offer.rlusd, xrpOf(offer.drops)), priceDigits);
};

const dropsPerXrp = fromNumber(1_000_000);
const priceDigits = 15;

/** RLUSD per XRP of an offer that sells or buys XRP, from what it asks for in terms of what it gives (both in its own units). */
export const priceOf = (rate: Decimal, side: 'buy' | 'sell'): Decimal =>
  toDigits(side === 'sell' ? multiply(rate, dropsPerXrp) : divide(dropsPerXrp, rate), priceDigits);

const hundredThousand = fromNumber(100_000);

/** An account with an AMMID whose XRP and tokens went opposite ways; a deposit moves both the same way, or one. */
const poolTrade = (
  node: Node,
  all: readonly Node[],
  token: Token,
  feeHundredThousandths: number,
): Traded | undefined => {
  const { type, kind, fields } = node;
  if (type !== 'AccountRoot' || kind !== 'ModifiedNode' || fields['AMMID'] === undefined) {
    return undefined;
  }
  const account = String(fields['Account']);
  const [xrpBefore, xrpNow] = xrpBalances(node);
  const line = all.find((one) => lineBalances(one, account, token) !== undefined);
  const [heldBefore, heldNow] = (line && lineBalances(line, account, token)) ?? [zero, zero];
  const change = subtract(heldNow, heldBefore);
  const isBuy = xrpNow < xrpBefore && isPositive(change);
  const isSell = xrpNow > xrpBefore && isNegative(change);
  if (!(isBuy || isSell) || xrpBefore <= 0n || xrpNow <= 0n) return undefined;
  const kept = divide(
    add(hundredThousand, negate(fromNumber(feeHundredThousandths))),
    hundredThousand,
  );
  const spot = (held: Decimal, xrp: bigint): Decimal => {
    const price = divide(held, xrpOf(drops(xrp)));
    return toDigits(isBuy ? divide(price, kept) : multiply(price, kept), priceDigits);
  };
  return {
    taker: isBuy ? 'buy' : 'sell',
    through: 'pool',
    maker: account,
    price: spot(heldBefore, xrpBefore),
    lastPrice: spot(heldNow, xrpNow),
    drops: drops(isBuy ? xrpBefore - xrpNow : xrpNow - xrpBefore),
    rlusd: absolute(change),
  };
};
