/** What the strategy wants to rest in the book. */

/** One side's quote: price in RLUSD per XRP, size in RLUSD. */
export type Quote = Readonly<{ price: string; rlusd: string }>;

/** A side that is not quoted is null, and `withheld` says why: fees (above the cap), momentum, funds or reserve. */
export type QuoteDecided = Readonly<{
  type: 'quote.decided';
  tick: number;
  bid: Quote | null;
  ask: Quote | null;
  reference: string;
  referenceIs: 'mid' | 'anchor';
  skewBps: number;
  driftPct: number;
  withheld: Readonly<{ bid: string | null; ask: string | null }>;
}>;
