/**
 * The market of a mirrored ledger: others' offers, pool and terms are those of the feed, and a taker takes of our offers what
 * the fill model gives them. All that trades with us is a real crossing; nothing is filled that no trade of the feed explains.
 */
import * as d from '../../ledger/decimal.ts';
import { drops } from '../../ledger/drops.ts';
import { qualityFromHex, rateOf } from '../../ledger/quality.ts';
import { priceOf } from '../../ledger/trades.ts';
import type { Chain, Closing } from '../chain.ts';
import type { Cast } from '../traders/founding.ts';
import { isLive, type Resting, restingOffers } from '../traders/pair.ts';
import { take } from '../traders/scripted-taker.ts';
import type { FeedLedger, FeedLevel, FeedMarket, FeedTrade } from './feed.ts';
import { type Book, emptyModel, type Flow, type Level, type Ours, step } from './fill-model.ts';
import { createOthers } from './others.ts';

export type Mirror = Readonly<{
  /** What the next ledger mirrors; said before it closes. */
  next: (ledger: FeedLedger) => void;
  act: () => Closing;
}>;

export const createMirror = (chain: Chain, cast: Cast): Mirror => {
  const others = createOthers(chain, cast);
  let model = emptyModel;
  let ledger: FeedLedger | undefined;

  const ours = (): readonly Resting[] => {
    const { state, header } = chain.latest();
    return restingOffers(state, cast.wallet.address, cast.issuer.address).filter((offer) =>
      isLive(offer, header.close_time),
    );
  };

  return {
    next: (one) => {
      ledger = one;
    },
    act: () => {
      if (!ledger) return {};
      const { index, market, trades } = ledger;
      const offers = ours();
      const done = step(
        model,
        offers.map(placed),
        trades?.map(flowOf) ?? null,
        market && bookOf(market),
        others.taken(),
      );
      ({ model } = done);
      if (done.given.length === 0) {
        chain.amend(others.as(model.book, market));
        return { index };
      }
      chain.amend(others.away());
      const first = done.given.flatMap(({ sequence, drops: size }) => {
        const target = offers.find((offer) => offer.sequence === sequence);
        return target ? [take(chain, cast, target, drops(size))] : [];
      });
      return { first, amendments: others.as(model.book, market), index };
    },
  };
};

const placed = ({ sequence, side, drops: size, directory }: Resting): Ours => ({
  sequence,
  side,
  price: priceOf(rateOf(qualityFromHex(directory)), side),
  drops: size,
});

const flowOf = ({ price, lastPrice, drops: size, limit, ...trade }: FeedTrade): Flow => ({
  taker: trade.taker,
  through: trade.through,
  limit: trade.own ? d.decimal(limit ?? lastPrice) : null,
  price: d.decimal(price),
  lastPrice: d.decimal(lastPrice),
  drops: BigInt(size),
});

const bookOf = ({ bids, asks }: FeedMarket): Book => ({ bids: levels(bids), asks: levels(asks) });

const levels = (of: readonly FeedLevel[]): readonly Level[] =>
  of.flatMap(({ own, price, drops: size }) =>
    own ? [] : [{ price: d.decimal(price), drops: BigInt(size) }],
  );
