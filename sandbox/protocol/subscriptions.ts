/** What one connection wants to hear. Ends with the connection. */
import type { Json } from '../../ledger/transport.ts';
import type { Book } from './book.ts';

export type ApiVersion = 1 | 2;

/** The streams that this server feeds. */
export type Stream = 'ledger' | 'transactions' | 'transactions_proposed' | 'book_changes';

export type Subscriptions = {
  readonly streams: Set<Stream>;
  readonly accounts: Set<string>;
  readonly accountsProposed: Set<string>;
  /** By `bookKey`: offers that give `pays` for `gets` are told, as on rippled. */
  readonly books: Map<string, Book>;
  /** The version of the last subscribe decides how transactions are told. */
  version: ApiVersion;
  readonly send: (message: Json) => void;
};

export const subscriptionsOf = (send: (message: Json) => void): Subscriptions => ({
  streams: new Set(),
  accounts: new Set(),
  accountsProposed: new Set(),
  books: new Map(),
  version: 1,
  send,
});
