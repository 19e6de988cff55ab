/** What is known of a real ledger, as the mirror takes it: amounts are text as in the log, prices RLUSD per XRP. */

/** An offer of the book; `own` ones were ours, and are not there for others. */
export type FeedLevel = Readonly<{ price: string; drops: string; own: boolean }>;

export type FeedMarket = Readonly<{
  /** Best first. */
  bids: readonly FeedLevel[];
  asks: readonly FeedLevel[];
  amm: Readonly<{ drops: string; rlusd: string; feeHundredThousandths: number }> | null;
  issuer: Readonly<{ flags: number; transferRate: number | null; tickSize: number | null }>;
}>;

/**
 * One part of a trade: an offer of the book has one price, the pool's moves from `price` to `lastPrice`. `own`: it was an offer of
 * ours, which is not there here. `limit` is the worst price that the taker would have taken, as far as that is known.
 */
export type FeedTrade = Readonly<{
  taker: 'buy' | 'sell';
  through: 'book' | 'pool';
  price: string;
  lastPrice: string;
  own: boolean;
  limit: string | null;
  drops: string;
}>;

export type FeedLedger = Readonly<{
  index: number;
  /** In ledger seconds. */
  closeTime: number;
  /** Null where it was not read: then the book stands as it last was. */
  market: FeedMarket | null;
  /** In the ledger's order. Null where they are not known: then nothing is filled. */
  trades: readonly FeedTrade[] | null;
}>;
