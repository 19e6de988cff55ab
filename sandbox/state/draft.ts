/**
 * Work on a state that may be thrown away: reads and writes entries, remembers how an entry was when it was erased, and
 * can be forked and adopted at no cost. It knows nothing of what the entries mean.
 */
import type { Quantity } from '../../ledger/quantity.ts';
import type { Entry } from '../chain.ts';
import type { AccountRoot, Amm, Offer, RippleState } from './entry.ts';
import { accountIndex, ammIndex, lineIndex, offerIndex } from './keylet.ts';
import { get, remove, set, type Trie } from './trie.ts';
import type { Asset } from '../chain.ts';

/** The ledger that is being worked on. */
export type Ground = Readonly<{
  index: number;
  parentCloseTime: number;
  parentHash: string;
  /** The open ledger is a guess: some rules are stricter there. */
  open: boolean;
  /** A loaded server asks for so many times the usual fee. */
  loadFactor: number;
  /** The account that a new pool gets. */
  poolAccount: (poolIndex: string, parentHash: string) => string;
}>;

/** What one payment moved so far: what was received in it cannot be spent in it, what was freed in it is not yet free. */
export type Deferred = Readonly<{
  index: string;
  /** Paid by the low account (or the account, of XRP) and received by it, and what it had before the first. */
  debits: Quantity;
  credits: Quantity;
  before: Quantity | undefined;
  ownersMost: number;
}>;

export type Draft = {
  readonly ground: Ground;
  root: Trie<Entry>;
  erased: Trie<Entry>;
  /** Kept only while a payment runs. */
  deferred: Trie<Deferred>;
  readonly defers: boolean;
  /** Every index that was written or erased, also on forks that were thrown away. */
  readonly touched: Set<string>;
};

export const draftOf = (root: Trie<Entry>, ground: Ground): Draft => ({
  ground,
  root,
  erased: undefined,
  deferred: undefined,
  defers: false,
  touched: new Set(),
});

export const fork = (draft: Draft, defers: boolean = draft.defers): Draft => ({ ...draft, defers });

/** Takes over what was done on a fork. */
export const adopt = (draft: Draft, forked: Draft): void => {
  draft.root = forked.root;
  draft.erased = forked.erased;
  draft.deferred = draft.defers ? forked.deferred : undefined;
};

export const read = (draft: Draft, index: string): Entry | undefined => get(draft.root, index);

export const write = (draft: Draft, entry: Entry): void => {
  draft.root = set(draft.root, entry);
  draft.touched.add(entry.index);
};

export type Difference = readonly [before: Entry | undefined, now: Entry | undefined];

/** What the work has changed so far, in ascending order of index. */
export const changesSince = (before: Trie<Entry>, draft: Draft): readonly Difference[] =>
  [...draft.touched]
    .sort()
    .map((index): Difference => [get(before, index), get(draft.root, index)])
    .filter(([was, is]) => was !== is);

/** Takes the entry away; `entry` is how it last was. */
export const erase = (draft: Draft, entry: Entry): void => {
  draft.root = remove(draft.root, entry.index);
  draft.touched.add(entry.index);
  draft.erased = set(draft.erased, entry);
};

export const readAccount = (draft: Draft, address: string): AccountRoot | undefined =>
  read(draft, accountIndex(address)) as AccountRoot | undefined;

/** An account that must be there. Throws an Error naming it if it is not: the caller is broken. */
export const mustAccount = (draft: Draft, address: string): AccountRoot => {
  const account = readAccount(draft, address);
  if (!account) throw new Error(`no account ${address} in ledger ${draft.ground.index}`);
  return account;
};

export const readLine = (
  draft: Draft,
  a: string,
  b: string,
  currency: string,
): RippleState | undefined => read(draft, lineIndex(a, b, currency)) as RippleState | undefined;

export const readOffer = (draft: Draft, address: string, sequence: number): Offer | undefined =>
  read(draft, offerIndex(address, sequence)) as Offer | undefined;

export const readAmm = (draft: Draft, a: Asset, b: Asset): Amm | undefined =>
  read(draft, ammIndex(a, b)) as Amm | undefined;
