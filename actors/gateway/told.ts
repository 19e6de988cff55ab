/**
 * How far the account's transactions are told. A stream says that there is one; only a listing tells it, with whatever a stream
 * has lost before it, so that the log has them in the ledger's order and each once.
 */
import { readTransactions } from './history.ts';
import type { ReadTarget, Request } from './read.ts';
import { provenBy, type Validated } from './transaction.ts';

export type Told = Readonly<{
  /** Up to this ledger everything is told; null while nothing can be. */
  covered: () => number | null;
  has: (transaction: Validated) => boolean;
  /** Takes note of what somebody says. */
  hear: (transaction: Validated) => void;
  /** The newest ledger of which something was heard and not told. */
  heardUpTo: () => number | undefined;
  /** What a server has behind the ledger covered. Rejects with a ServerError where that is not the whole. */
  list: (request: Request, to: number) => Promise<readonly Validated[]>;
  /** Tells what is new in that listing. Throws a ServerError, and tells nothing, where something heard is not in it. */
  tell: (listed: readonly Validated[], to: number) => void;
  /** Everything up to this ledger is told. */
  cover: (ledger: number) => void;
}>;

export const createTold = (
  target: ReadTarget,
  from: number | null,
  post: (transaction: Validated) => void,
): Told => {
  let covered = from;
  /** Of ledgers not covered: what was heard or told, and the hashes of what was told. */
  const known = new Map<string, Validated>();
  const told = new Set<string>();
  const isCovered = ({ ledger }: Validated): boolean => ledger <= (covered ?? 0);
  const has = (transaction: Validated): boolean =>
    isCovered(transaction) || told.has(transaction.hash);

  return {
    covered: () => covered,
    has,
    hear: (transaction) => {
      if (isCovered(transaction) || known.has(transaction.hash)) return;
      known.set(transaction.hash, transaction);
    },
    heardUpTo: () => {
      const untold = [...known.values()].filter((one) => !has(one));
      return untold.length > 0 ? Math.max(...untold.map(({ ledger }) => ledger)) : undefined;
    },
    list: async (request, to) =>
      covered === null || to <= covered ? [] : readTransactions(request, target, covered + 1, to),
    tell: (listed, to) => {
      provenBy(listed, [...known.values()], { from: (covered ?? 0) + 1, to });
      for (const transaction of listed) {
        if (has(transaction)) continue;
        known.set(transaction.hash, transaction);
        told.add(transaction.hash);
        post(transaction);
      }
    },
    cover: (ledger) => {
      covered = Math.max(covered ?? 0, ledger);
      for (const [hash, one] of known) {
        if (isCovered(one) && known.delete(hash)) told.delete(hash);
      }
    },
  };
};
