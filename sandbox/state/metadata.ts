/**
 * What a transaction did, as rippled prints it: every entry it touched, with the transaction threaded through the
 * entries and their owners. Built from the state before and after; it changes nothing but the threads.
 */
import type { Entry } from '../chain.ts';
import { changesSince, type Draft } from './draft.ts';
import { accountIndex } from './keylet.ts';
import { get, set, type Trie } from './trie.ts';

export type AffectedNode = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const threaded = new Set(['AccountRoot', 'RippleState', 'Offer', 'Ticket', 'DirectoryNode', 'AMM']);
const never = new Set(['LedgerEntryType', 'index', 'Indexes']);
const always = new Set(['RootIndex']);

export type Affected = Readonly<{ root: Trie<Entry>; nodes: readonly AffectedNode[] }>;

/** The nodes in ascending order of index, and the state with the transaction threaded into it. */
export const affected = (before: Trie<Entry>, draft: Draft, hash: string): Affected => {
  const changes = changesSince(before, draft).filter(([was, is]) => !isEqual(was, is));
  const thread = { PreviousTxnID: hash, PreviousTxnLgrSeq: draft.ground.index };
  const touched = new Set<string>();
  for (const [was, is] of changes) {
    const entry = is ?? was;
    if (was && is) continue;
    for (const owner of entry ? owners(entry) : []) touched.add(accountIndex(owner));
  }
  let { root } = draft;
  const nodes = new Map<string, AffectedNode>();
  for (const [was, is] of changes) {
    if (!is) {
      const gone = was as Entry;
      nodes.set(gone.index, deleted(gone, get(draft.erased, gone.index) ?? gone));
      continue;
    }
    touched.delete(is.index);
    if (threaded.has(is.LedgerEntryType)) root = set(root, { ...is, ...thread });
    nodes.set(is.index, was ? modified(was, is) : created(is));
  }
  for (const index of touched) {
    const entry = get(root, index);
    if (!entry) continue;
    root = set(root, { ...entry, ...thread });
    nodes.set(index, { ModifiedNode: { ...name(entry), ...previousThread(entry) } });
  }
  const sorted = [...nodes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, node]) => node);
  return { root, nodes: sorted };
};

const owners = (entry: Entry): readonly string[] => {
  if (entry.LedgerEntryType === 'AccountRoot') return [];
  if (entry.LedgerEntryType === 'RippleState') {
    return [entry['LowLimit'], entry['HighLimit']].map(
      (limit) => (limit as { issuer: string }).issuer,
    );
  }
  return typeof entry['Account'] === 'string' ? [entry['Account']] : [];
};

const name = (entry: Entry) => ({
  LedgerEntryType: entry.LedgerEntryType,
  LedgerIndex: entry.index,
});

const previousThread = (entry: Entry): Readonly<Record<string, unknown>> =>
  entry['PreviousTxnID'] === undefined
    ? {}
    : {
        PreviousTxnID: entry['PreviousTxnID'],
        PreviousTxnLgrSeq: entry['PreviousTxnLgrSeq'],
      };

const pick = (
  entry: Entry,
  keep: (field: string, value: unknown) => boolean,
): Readonly<Record<string, unknown>> | undefined => {
  const kept: Record<string, unknown> = {};
  let isEmpty = true;
  for (const field in entry) {
    const value = entry[field];
    if (value === undefined || never.has(field) || !keep(field, value)) continue;
    kept[field] = value;
    isEmpty = false;
  }
  return isEmpty ? undefined : kept;
};

const isThread = (field: string): boolean =>
  field === 'PreviousTxnID' || field === 'PreviousTxnLgrSeq';

/** What changed, as it was. A field that is new makes the list appear though it has nothing to show. */
const previousFields = (was: Entry, is: Entry): Readonly<Record<string, unknown>> | undefined => {
  const tells = (field: string): boolean => !isThread(field) && !always.has(field);
  const changed = pick(was, (field, value) => tells(field) && !isEqual(value, is[field]));
  if (changed) return changed;
  const isNew = (field: string): boolean => was[field] === undefined && is[field] !== undefined;
  return Object.keys(is).some((field) => tells(field) && isNew(field)) ? {} : undefined;
};

const created = (is: Entry): AffectedNode => {
  const fields = pick(is, (field, value) => !isThread(field) && !isDefault(value));
  return { CreatedNode: { ...name(is), ...(fields ? { NewFields: fields } : {}) } };
};

const modified = (was: Entry, is: Entry): AffectedNode => {
  const final = pick(is, (field) => !isThread(field));
  const previous = previousFields(was, is);
  return {
    ModifiedNode: {
      ...(final ? { FinalFields: final } : {}),
      ...name(is),
      ...(previous ? { PreviousFields: previous } : {}),
      ...previousThread(is),
    },
  };
};

const deleted = (was: Entry, last: Entry): AffectedNode => {
  const final = pick(last, () => true);
  const previous = previousFields(was, last);
  return {
    DeletedNode: {
      ...(final ? { FinalFields: final } : {}),
      ...name(last),
      ...(previous ? { PreviousFields: previous } : {}),
    },
  };
};

/** Fields at their type's default are left out of NewFields. A token amount of zero is none. */
const isDefault = (value: unknown): boolean => {
  if (value === 0 || value === '') return true;
  if (typeof value === 'string') return /^0+$/.test(value);
  if (Array.isArray(value)) return value.length === 0;
  return isXrpAsset(value);
};

const isXrpAsset = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 1 &&
  (value as { currency?: unknown }).currency === 'XRP';

const isEqual = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  for (const key of keys) {
    if (one[key] !== other[key] && !isEqual(one[key], other[key])) return false;
  }
  return true;
};
