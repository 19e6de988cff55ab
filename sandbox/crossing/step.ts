/** One leg of a payment's path: run from the end it asks for what it needs, run from the start it passes on what came. */
import type { Slope } from '../../ledger/amm.ts';
import type { Quality } from '../../ledger/quality.ts';
import type { Quantity } from '../../ledger/quantity.ts';
import type { Asset } from '../chain.ts';
import type { Draft } from '../state/draft.ts';

/** Does the sender of a leg give tokens back to who issued them, or does he issue them? */
export type Debt = 'issues' | 'redeems';
export type Direction = 'reverse' | 'forward';

export type Moved = Readonly<{ in: Quantity; out: Quantity }>;

export type Run = Readonly<{
  draft: Draft;
  /** The balances before the path ran: tells what was found empty from what became so. */
  untouched: Draft;
  /** Indexes of offers that are dead whatever comes of the payment. */
  removable: Set<string>;
}>;

export type Step = Readonly<{
  /** Two legs of one name are the same leg. */
  name: string;
  reverse: (run: Run, out: Quantity) => Moved;
  forward: (run: Run, paid: Quantity) => Moved;
  /** What the last run moved. */
  moved: () => Moved;
  debt: (draft: Draft, direction: Direction) => Debt;
  /** No leg is better than this; undefined if it has nothing to give. */
  bestQuality: (draft: Draft, before: Debt) => Quality | undefined;
  slope: (draft: Draft, before: Debt) => Slope | undefined;
  /** It has met so many offers that it must not be used again. */
  isWornOut: () => boolean;
  offersMet: () => number;
  /** Who sends, if the leg is a trust line. */
  sender?: string;
  receiver?: string;
  /** What is traded, if the leg is a book. */
  book?: Readonly<{ pays: Asset; gets: Asset }>;
  qualityIn: (draft: Draft) => bigint;
}>;

/** The path cannot run; the payment may have others. */
export class PathFailure extends Error {
  override readonly name = 'PathFailure';
}

/** Pools are asked for little at a time when there are several paths; this counts how often. */
export type PoolUse = {
  /** Who pays: the holder of the auction slot trades at a discount. */
  readonly taker: string;
  severalPaths: boolean;
  used: boolean;
  passes: number;
};
