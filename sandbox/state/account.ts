/** Account roots: reserves, owner counts and XRP that can be spent. Says nothing of tokens. */
import { type Deferred, type Draft, mustAccount, readAccount, write } from './draft.ts';
import type { AccountRoot } from './entry.ts';
import { get, set } from './trie.ts';

/** Drops, as on the recorded server and on the main network today. */
export const baseFee = 10n;
export const baseReserve = 1_000_000n;
export const ownerReserve = 200_000n;

export const reserveFor = (owners: number): bigint => baseReserve + ownerReserve * BigInt(owners);

export const deferredOf = (draft: Draft, index: string, zero: Deferred['debits']): Deferred =>
  get(draft.deferred, index) ?? {
    index,
    debits: zero,
    credits: zero,
    before: undefined,
    ownersMost: 0,
  };

export const defer = (draft: Draft, deferred: Deferred): void => {
  draft.deferred = set(draft.deferred, deferred);
};

export const updateAccount = (
  draft: Draft,
  address: string,
  fields: Readonly<Partial<AccountRoot>>,
): void => write(draft, { ...mustAccount(draft, address), ...fields });

/** One object more or fewer for the account to keep a reserve for. */
export const adjustOwners = (draft: Draft, address: string, by: number): void => {
  const account = mustAccount(draft, address);
  const owners = Math.max(0, account.OwnerCount + by);
  if (draft.defers) {
    const known = deferredOf(draft, account.index, 0n);
    const ownersMost = Math.max(known.ownersMost, account.OwnerCount, owners);
    defer(draft, { ...known, ownersMost });
  }
  write(draft, { ...account, OwnerCount: owners });
};

/** What the account can spend of its XRP, keeping the reserve for its objects and `more`. A pool keeps none. */
export const spendableDrops = (draft: Draft, address: string, more = 0): bigint => {
  const account = readAccount(draft, address);
  if (!account) return 0n;
  const known = draft.defers ? get(draft.deferred, account.index) : undefined;
  const owners = Math.max(0, Math.max(account.OwnerCount, known?.ownersMost ?? 0) + more);
  const reserve = account.AMMID === undefined ? reserveFor(owners) : 0n;
  const balance = usableDrops(BigInt(account.Balance), known);
  return balance < reserve ? 0n : balance - reserve;
};

const usableDrops = (balance: bigint, known: Deferred | undefined): bigint => {
  if (known?.before === undefined) return balance;
  const before = known.before as bigint;
  const usable = [balance, before - (known.debits as bigint), before].reduce((a, b) =>
    a < b ? a : b,
  );
  return usable < 0n ? 0n : usable;
};

/** Adds to an account's XRP (or takes, if negative). */
export const creditDrops = (draft: Draft, address: string, drops: bigint): void => {
  const account = mustAccount(draft, address);
  const balance = BigInt(account.Balance);
  if (draft.defers) {
    const known = deferredOf(draft, account.index, 0n);
    defer(draft, {
      ...known,
      before: known.before ?? balance,
      debits: drops < 0n ? (known.debits as bigint) - drops : known.debits,
      credits: drops > 0n ? (known.credits as bigint) + drops : known.credits,
    });
  }
  write(draft, { ...account, Balance: String(balance + drops) });
};
