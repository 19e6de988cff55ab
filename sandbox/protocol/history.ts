/** Where each transaction of the kept ledgers is, and which accounts each one touched: what `tx` and `account_tx` look up. */
import { isObject } from './params.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Applied, Chain, ClosedLedger } from '../chain.ts';
import { parseAddress } from '../../ledger/address.ts';

export type Place = Readonly<{ ledgerIndex: number; transactionIndex: number }>;

export type Found = Readonly<{ ledger: ClosedLedger; applied: Applied; place: Place }>;

export type History = Readonly<{
  add: (ledger: ClosedLedger) => void;
  byHash: (hash: string) => Found | undefined;
  at: (place: Place) => Found | undefined;
  /** Oldest first. */
  of: (address: string) => readonly Place[];
}>;

/** Reads what the chain still has; later ledgers are added as they close. What is looked up is what `shown` has at the time. */
export const historyOf = (chain: Chain, shown: () => Chain): History => {
  const places = new Map<string, Place>();
  const touched = new Map<string, Place[]>();
  const at = (place: Place): Found | undefined => {
    const ledger = shown().at(place.ledgerIndex);
    const applied = ledger?.transactions[place.transactionIndex];
    return ledger && applied ? { ledger, applied, place } : undefined;
  };
  let indexed = 0;
  const prune = (): void => {
    const oldest = chain.oldest();
    for (const [hash, place] of places) {
      if (place.ledgerIndex >= oldest) break;
      places.delete(hash);
    }
    for (const [address, list] of touched) {
      const kept = list.filter((place) => place.ledgerIndex >= oldest);
      if (kept.length === 0) touched.delete(address);
      else touched.set(address, kept);
    }
  };
  const add = (ledger: ClosedLedger): void => {
    for (const [transactionIndex, applied] of ledger.transactions.entries()) {
      const place = { ledgerIndex: ledger.header.ledger_index, transactionIndex };
      places.set(applied.hash, place);
      for (const address of accountsIn(applied)) {
        const list = touched.get(address);
        if (list) list.push(place);
        else touched.set(address, [place]);
      }
    }
    indexed += 1;
    if (indexed % pruneEveryLedgers === 0) prune();
  };
  for (let index = chain.oldest(); index <= chain.latest().header.ledger_index; index += 1) {
    const ledger = chain.at(index);
    if (ledger) add(ledger);
  }
  return {
    add,
    byHash: (hash) => {
      const place = places.get(hash);
      return place && at(place);
    },
    at,
    of: (address) => {
      const oldest = chain.oldest();
      return (touched.get(address) ?? []).filter((place) => place.ledgerIndex >= oldest);
    },
  };
};

const pruneEveryLedgers = 256;

/** The accounts whose entries or tokens a transaction's metadata names (rippled `TxMeta::getAffectedAccounts`). */
export const accountsIn = ({ meta }: Applied): ReadonlySet<string> => {
  const accounts = new Set<string>();
  for (const wrapped of nodesOf(meta)) {
    const fields = wrapped['NewFields'] ?? wrapped['FinalFields'];
    if (!isObject(fields)) continue;
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === 'string') {
        if (value.startsWith('r') && parseAddress(value) !== undefined) accounts.add(value);
      } else if (issuedFields.has(name) && isObject(value)) {
        const issuer = value['issuer'];
        if (typeof issuer === 'string') accounts.add(issuer);
      }
    }
  }
  return accounts;
};

const issuedFields: ReadonlySet<string> = new Set([
  'LowLimit',
  'HighLimit',
  'TakerPays',
  'TakerGets',
]);

/** The nodes without their CreatedNode, ModifiedNode or DeletedNode around them. */
export const nodesOf = function* (meta: Json): Iterable<Json> {
  const nodes = meta['AffectedNodes'];
  if (!Array.isArray(nodes)) return;
  for (const wrapped of nodes as readonly Json[]) {
    for (const node of Object.values(wrapped)) if (isObject(node)) yield node;
  }
};
