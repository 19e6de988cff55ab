/**
 * The port by which a scenario moves the world: books, pool, takers, races and transfers. The engine cannot reach it; all
 * that trades with the engine through it is a real crossing, and every movement of its wallet is a validated transaction.
 */

export type Side = 'buy' | 'sell';

/** Decimal strings, RLUSD per XRP; null: no such side, no pool. */
export type MarketPoint = Readonly<{ bid: string | null; ask: string | null; amm: string | null }>;

/** Signed decimal strings, seen from the engine's wallet. */
export type Change = Readonly<{ xrp: string; rlusd: string }>;

/** Everything takes effect in the next ledger that closes. */
export type Script = Readonly<{
  /** Holds until the next call. */
  market: (point: MarketPoint) => void;
  /** A taker fills this part (decimal string, 0 < part ≤ 1) of what is left of the engine's resting order; nothing happens where none can trade. */
  take: (side: Side, fraction: string) => void;
  /** Armed until used: the taker is ahead of the engine's next cancel or replace of that order, in the same ledger. */
  race: (side: Side) => void;
  /** The wallet changes by so much, without the engine and without its Sequence. */
  transfer: (change: Change) => void;
}>;
