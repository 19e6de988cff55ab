/** What the market looked like: one consistent read at one validated ledger, and what each tick made of it. */

export type MarketInput = MarketRead | ReadFailed | LedgerClosed | MarketTraded;
export type MarketEvent = MarketObserved | TouchMeasured;

/** A resting offer of the book. `price` is RLUSD per XRP; `own` marks ours. */
export type Level = Readonly<{ price: string; drops: string; rlusd: string; own: boolean }>;

/** An offer of our account as account_offers lists it. `expiration` in ledger seconds. */
export type OwnOffer = Readonly<{
  sequence: number;
  side: 'buy' | 'sell' | 'other';
  drops: string;
  rlusd: string;
  expiration: number | null;
}>;

export type Pool = Readonly<{
  drops: string;
  rlusd: string;
  feeHundredThousandths: number;
  frozen: boolean;
}>;

/** Input. Everything below `server` and `fee` is as of the one validated ledger. */
export type MarketRead = Readonly<{
  type: 'market.read';
  ledger: Readonly<{ index: number; closeTime: number }>;
  bids: readonly Level[];
  asks: readonly Level[];
  amm: Pool | null;
  account: Readonly<{ drops: string; sequence: number; ownerCount: number; flags: number }>;
  /** Our trust line to the issuer; null where there is none. */
  line: Readonly<{ rlusd: string; limit: string; frozen: boolean; deepFrozen: boolean }> | null;
  offers: readonly OwnOffer[];
  issuer: Readonly<{ flags: number; transferRate: number | null; tickSize: number | null }>;
  /** As answered beside the ledger. */
  server: Readonly<{
    state: string;
    completeLedgers: string;
    loadFactor: number;
    amendmentBlocked: boolean;
    networkId: number;
    reserveBaseDrops: string;
    reserveIncrementDrops: string;
  }>;
  fee: Readonly<{ baseDrops: string; openLedgerDrops: string }>;
}>;

/** Input. A read that was tried on a standing connection and failed. */
export type ReadFailed = Readonly<{ type: 'read.failed'; code: string; message: string }>;

/** Input. `closeTime` in ledger seconds. */
export type LedgerClosed = Readonly<{
  type: 'ledger.closed';
  index: number;
  hash: string;
  closeTime: number;
  baseFeeDrops: number;
}>;

/**
 * One part of what somebody else's transaction traded in the pair: one offer of the book, or all that it took of the pool.
 * Prices are RLUSD per XRP. `price` is that of its first XRP and `lastPrice` that of its last: an offer has one price, the
 * pool's moves. `own`: it was our offer. `limit` is the worst price that the taker would have taken; null where that is not said.
 */
export type Trade = Readonly<{
  ledger: number;
  index: number;
  hash: string;
  taker: 'buy' | 'sell';
  through: 'book' | 'pool';
  own: boolean;
  price: string;
  lastPrice: string;
  limit: string | null;
  drops: string;
  rlusd: string;
}>;

/**
 * Input. All that others traded in the pair in the ledgers `from` to `to`, in the ledger's order. A ledger between two of
 * these that neither names is one whose trades are not known.
 */
export type MarketTraded = Readonly<{
  type: 'market.traded';
  from: number;
  to: number;
  trades: readonly Trade[];
}>;

/** What a tick sees. Null is unknown, never a guess. `missing` says why there is no mid. */
export type MarketObserved = Readonly<{
  type: 'market.observed';
  tick: number;
  ledger: number | null;
  /** Close time of that ledger in ledger seconds. */
  closeTime: number | null;
  bestBid: string | null;
  bestAsk: string | null;
  mid: string | null;
  amm: string | null;
  anchorErrorBps: number | null;
  missing: 'no_read' | 'no_bid' | 'no_ask' | 'crossed' | null;
}>;

export type SideTouch = Readonly<{ price: string; distanceBps: number; within2bps: boolean }>;

/** Distance of our quote to the touch; a side without a price of ours or of the market is null. */
export type TouchMeasured = Readonly<{
  type: 'touch.measured';
  tick: number;
  bid: SideTouch | null;
  ask: SideTouch | null;
}>;
