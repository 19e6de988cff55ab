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

/** `first` names transactions that go ahead of all others, in that order. */
export const applyAll = (
  start: Trie<Entry>,
  ground: Ground,
  waiting: readonly Waiting[],
  first: readonly string[],
): Closed => {
  const ahead = first.flatMap((hash) => waiting.filter((one) => one.hash === hash));
  let left: readonly Waiting[] = [
    ...ahead,
    ...canonicalOrder(waiting).filter((one) => !ahead.includes(one)),
  ];
  let root = start;
  let fees = 0n;
  let retry = true;
  const applied: Applied[] = [];
  for (let pass = 0; pass < passesMost && left.length > 0; pass += 1) {
    const again: Waiting[] = [];
    const before = applied.length;
    for (const one of left) {
      const mode = { retry, failHard: false };
      const outcome = applyTransaction(root, ground, one.tx, one.hash, applied.length, mode);
      if (outcome.applied) {
        root = outcome.root;
        fees += outcome.fee;
        applied.push({
          hash: one.hash,
          blob: one.blob,
          tx: one.tx,
          meta: outcome.meta,
          result: outcome.result,
        });
      } else if (isRetry(outcome.result) || isClaim(outcome.result)) again.push(one);
    }
    left = again;
    const changed = applied.length > before;
    if (!changed && !retry) break;
    if (!changed || pass >= retryingPasses) retry = false;
  }
  return { root, applied, left, fees };
};
