/**
 * What others trade in the pair, ledger by ledger and whole: every line and every offer of a token names its issuer, so the
 * issuer's account_tx lists all of it, of the pool too. It waits for no one and nobody waits for it; what it could not have
 * is asked for again with the next read, and a gap too long to fill is left open.
 */
import type { MarketRead, MarketTraded, Trade } from '../../events/market.ts';
import { format } from '../../ledger/decimal.ts';
import { limitOf, tradesIn } from '../../ledger/trades.ts';
import { readTransactions } from './history.ts';
import type { ReadTarget, Request } from './read.ts';
import type { Validated } from './transaction.ts';

/** More than that is not worth the load on a server that has just come back. */
export const ledgersMost = 64;

export type Trades = Readonly<{
  /** Asks for what is not known up to this read's ledger. Never rejects. */
  upTo: (request: Request, market: MarketRead) => Promise<void>;
}>;

/** The first read is where it begins. */
export const createTrades = (target: ReadTarget, post: (traded: MarketTraded) => void): Trades => {
  let covered: number | null = null;
  let asking = false;
  return {
    upTo: async (request, { ledger, amm }) => {
      const to = ledger.index;
      if (asking || to <= (covered ?? 0)) return;
      if (covered === null || to - covered > ledgersMost) {
        covered = to;
        return;
      }
      const from = covered + 1;
      asking = true;
      try {
        const trades = await readTrades(request, target, {
          from,
          to,
          fee: amm?.feeHundredThousandths ?? 0,
        });
        covered = to;
        post({ type: 'market.traded', from, to, trades });
      } catch {
        // Nothing of it was used; the next read asks again.
      } finally {
        asking = false;
      }
    },
  };
};

/** In the ledger's order. Rejects as `readTransactions`. */
export const readTrades = async (
  request: Request,
  target: ReadTarget,
  { from, to, fee }: Readonly<{ from: number; to: number; fee: number }>,
): Promise<readonly Trade[]> => {
  const { issuer } = target.token;
  const listed = await readTransactions(request, { ...target, account: issuer }, from, to);
  return listed.flatMap((one) => tradesOf(one, target, fee));
};

/** What we took ourselves is in the log as our own transaction. */
const tradesOf = (
  { ledger, index, hash, tx, meta }: Validated,
  { account, token }: ReadTarget,
  fee: number,
): readonly Trade[] => {
  if (tx['Account'] === account) return [];
  const limit = limitOf(tx, token);
  return tradesIn(meta, token, fee).map(
    ({ taker, through, maker, price, lastPrice, drops, rlusd }): Trade => ({
      ledger,
      index,
      hash,
      taker,
      through,
      own: maker === account,
      price: format(price),
      lastPrice: format(lastPrice),
      limit: limit && format(limit),
      drops: String(drops),
      rlusd: format(rlusd),
    }),
  );
};
