/** Applies the transactions of a closing ledger in their order, and again those that could not be applied yet. */
import type { Applied, Entry } from '../chain.ts';
import type { Ground } from '../state/draft.ts';
import type { Trie } from '../state/trie.ts';
import { applyTransaction } from '../transactions/apply.ts';
import { isRetry, isClaim } from '../transactions/result.ts';
import { canonicalOrder, type Waiting } from './order.ts';

export type Closed = Readonly<{
  root: Trie<Entry>;
  applied: readonly Applied[];
  /** What may still apply in a later ledger. */
  left: readonly Waiting[];
  fees: bigint;
}>;

const passesMost = 3;
const retryingPasses = 1;

export type Order = Readonly<{
  /** Hashes of those that go ahead of all others, in that order. */
  first: readonly string[];
  /** What is done to the state between those and the rest. */
  amend: (root: Trie<Entry>) => Trie<Entry>;
}>;

export const applyAll = (
  start: Trie<Entry>,
  ground: Ground,
  waiting: readonly Waiting[],
  { first, amend }: Order,
): Closed => {
  let root = start;
  let fees = 0n;
  const applied: Applied[] = [];
  /** Answers what could not be applied yet. */
  const passed = (those: readonly Waiting[], retry: boolean): readonly Waiting[] =>
    those.filter((one) => {
      const mode = { retry, failHard: false };
      const outcome = applyTransaction(root, ground, one.tx, one.hash, applied.length, mode);
      if (!outcome.applied) return isRetry(outcome.result) || isClaim(outcome.result);
      root = outcome.root;
      fees += outcome.fee;
      applied.push({
        hash: one.hash,
        blob: one.blob,
        tx: one.tx,
        meta: outcome.meta,
        result: outcome.result,
      });
      return false;
    });

  const ahead = first.flatMap((hash) => waiting.filter((one) => one.hash === hash));
  const rest = canonicalOrder(waiting).filter((one) => !ahead.includes(one));
  let left = passed(ahead, true);
  root = amend(root);
  left = [...left, ...passed(rest, true)];
  let changed = applied.length > 0;
  let retry = changed;
  for (let pass = 1; pass < passesMost && left.length > 0; pass += 1) {
    const before = applied.length;
    left = passed(left, retry);
    changed = applied.length > before;
    if (!changed && !retry) break;
    if (!changed || pass >= retryingPasses) retry = false;
  }
  return { root, applied, left, fees };
};
