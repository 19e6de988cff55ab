/** The makers and the pool behind a script's prices: deep, exact, and set without transactions, so that a change costs next to nothing. */
import * as d from '../../ledger/decimal.ts';
import { drops } from '../../ledger/drops.ts';
import type { Amendment, Chain } from '../chain.ts';
import { sendSigned, signed } from './desk.ts';
import type { Cast } from './founding.ts';
import { offerFields, priceOf, quoteOf, restingOffers, type Side, tokens } from './pair.ts';
import { closePool, createPool } from './pool.ts';

export type MarketPoint = Readonly<{ bid: string | null; ask: string | null; amm: string | null }>;

export const scriptedTraders: readonly string[] = ['maker', 'taker', 'pool'];

const sizeDrops = drops(100_000n * 1_000_000n);
const poolDrops = 100_000n * 1_000_000n;
const poolXrp = d.decimal('100000');
/** In 1/100,000. */
const poolFee = 1000;

/** Numbers below the first Sequence that an account can have here. */
const ownNumbers: Readonly<Record<Side, number>> = { buy: 1, sell: 2 };

type Standing = Readonly<{ price: string; sequence: number }>;

export type ScriptedBook = Readonly<{
  /** Makes the book of the next ledger be as said. */
  set: (point: MarketPoint) => void;
  /** Takes a side's maker away for the next ledger; called, the answer puts it back behind what has been sent by then. */
  stepAside: (side: Side) => () => string | undefined;
}>;

/** Throws a RangeError for a price that is no decimal above zero. */
export const scriptedBook = (chain: Chain, cast: Cast): ScriptedBook => {
  const maker = cast.trader('maker');
  const issuer = cast.issuer.address;
  const standing: Partial<Record<Side, Standing>> = {};
  let pool: string | null = null;

  /** One that was put back may have taken away what stood on the other side. */
  const stands = ({ sequence }: Standing): boolean =>
    restingOffers(chain.open(), maker.address, issuer).some((one) => one.sequence === sequence);

  const removal = (side: Side): readonly Amendment[] => {
    const old = standing[side];
    delete standing[side];
    if (!old || !stands(old)) return [];
    return [{ set: 'no offer', account: maker.address, sequence: old.sequence }];
  };

  const moved = (side: Side, price: string | null): readonly Amendment[] => {
    if (standing[side]?.price === price) return [];
    const removed = removal(side);
    if (price === null) return removed;
    const sequence = ownNumbers[side];
    standing[side] = { price, sequence };
    const quote = quoteOf(issuer, side, sizeDrops, checked(price));
    return [...removed, { set: 'offer', account: maker.address, sequence, ...quote }];
  };

  const movedPool = (price: string | null): readonly Amendment[] => {
    if (price === pool) return [];
    const was = pool;
    pool = price;
    if (price === null) {
      closePool(chain, cast);
      return [];
    }
    const value = tokens(issuer, d.multiply(poolXrp, checked(price)));
    if (was !== null) return [{ set: 'pool', amounts: [String(poolDrops), value] }];
    createPool(chain, cast, poolDrops, d.multiply(poolXrp, checked(price)), poolFee);
    return [];
  };

  /** A maker put back by a transaction must not trade with the wallet: then he stays away until the next ledger. */
  const wouldCross = (side: Side, price: d.Decimal): boolean =>
    restingOffers(chain.open(), cast.wallet.address, issuer).some(
      (offer) =>
        offer.side !== side && d.compare(priceOf(offer), price) * (side === 'buy' ? 1 : -1) <= 0,
    );

  return {
    set: ({ bid, ask, amm }) => {
      const amendments = [...moved('buy', bid), ...moved('sell', ask), ...movedPool(amm)];
      if (amendments.length > 0) chain.amend(amendments);
    },
    stepAside: (side) => {
      const old = standing[side];
      if (!old) return () => undefined;
      chain.amend(removal(side));
      return () => {
        if (wouldCross(side, d.decimal(old.price))) return undefined;
        const quote = quoteOf(issuer, side, sizeDrops, d.decimal(old.price));
        const back = signed(chain, maker.address, maker, offerFields(quote));
        const { tx_json: tx } = sendSigned(chain, back);
        standing[side] = { price: old.price, sequence: Number(tx['Sequence']) };
        return back.hash;
      };
    },
  };
};

const checked = (price: string): d.Decimal => {
  const value = d.parseDecimal(price);
  if (!value || !d.isPositive(value)) throw new RangeError(`not a price: "${price}"`);
  return value;
};
