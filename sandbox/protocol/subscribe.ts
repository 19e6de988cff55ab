/** `subscribe` and `unsubscribe`: streams, accounts and books, with a snapshot of a book where asked. */
import { parseAddress } from '../../ledger/address.ts';
import type { Json } from '../../ledger/transport.ts';
import { subscribedBook } from './asset.ts';
import { bookKey, reversed, type Book } from './book.ts';
import { offersOf } from './book-offers.ts';
import { feeFields } from './fees.ts';
import { address, flag, isObject } from './params.ts';
import { Refusal } from './refusal.ts';
import { completeLedgers, serverStream } from './server-info.ts';
import type { Stream, Subscriptions } from './subscriptions.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command, Request, World } from './world.ts';

const snapshotOffersMax = 300;

const fed: readonly Stream[] = ['ledger', 'transactions', 'transactions_proposed', 'book_changes'];
/** Known to rippled, and silent in a network of one server. */
const silent: ReadonlySet<unknown> = new Set(['server', 'validations', 'manifests', 'consensus']);

export const subscribe: Command = (request) => {
  const { params, version, world, subscriptions } = request;
  subscriptions.version = version;
  const fields: Json[] = [];
  for (const name of listOf(params, 'streams')) {
    const stream = streamOf(name);
    if (stream !== undefined) subscriptions.streams.add(stream);
    if (stream === 'ledger') fields.push(ledgerFields(world));
    if (name === 'server') fields.push(serverStream(world));
  }
  for (const each of addressesOf(params, 'accounts_proposed'))
    subscriptions.accountsProposed.add(each);
  for (const each of addressesOf(params, 'accounts')) subscriptions.accounts.add(each);
  for (const { book, both, wanted } of booksOf(params)) {
    subscriptions.books.set(bookKey(book), book);
    if (both) subscriptions.books.set(bookKey(reversed(book)), reversed(book));
    if (wanted) fields.push(snapshot(request, book, both));
  }
  return Object.assign({}, ...fields) as Json;
};

export const unsubscribe: Command = ({ params, subscriptions }) => {
  for (const name of listOf(params, 'streams')) {
    const stream = streamOf(name);
    if (stream !== undefined) subscriptions.streams.delete(stream);
  }
  for (const each of addressesOf(params, 'accounts_proposed'))
    subscriptions.accountsProposed.delete(each);
  for (const each of addressesOf(params, 'accounts')) subscriptions.accounts.delete(each);
  for (const { book, both } of booksOf(params)) {
    subscriptions.books.delete(bookKey(book));
    if (both) subscriptions.books.delete(bookKey(reversed(book)));
  }
  return {};
};

/** Does the connection hear of this book? */
export const hearsBook = ({ books }: Subscriptions, book: Book): boolean =>
  books.has(bookKey(book));

const listOf = (params: Json, name: string): readonly unknown[] => {
  const list = params[name];
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new Refusal('invalidParams');
  return list as readonly unknown[];
};

const streamOf = (name: unknown): Stream | undefined => {
  if (name === 'peer_status') throw new Refusal('noPermission');
  const stream = fed.find((each) => each === name);
  if (stream === undefined && !silent.has(name)) throw new Refusal('malformedStream');
  return stream;
};

const addressesOf = (params: Json, name: string): readonly string[] => {
  const list = listOf(params, name);
  if (params[name] !== undefined && list.length === 0) throw new Refusal('actMalformed');
  return list.map((each) => address(each));
};

type Wanted = Readonly<{ book: Book; both: boolean; wanted: boolean }>;

const booksOf = (params: Json): readonly Wanted[] =>
  listOf(params, 'books').map((each) => {
    if (!isObject(each)) throw new Refusal('invalidParams');
    const book = subscribedBook(each);
    const { taker, domain } = each;
    if (taker !== undefined && (typeof taker !== 'string' || parseAddress(taker) === undefined)) {
      throw new Refusal('badIssuer');
    }
    if (domain !== undefined) throw new Refusal('domainMalformed');
    return {
      book,
      both: flag(each['both']) || flag(each['both_sides']),
      wanted: flag(each['snapshot']) || flag(each['state_now']),
    };
  });

const ledgerFields = (world: World): Json => {
  const { header } = world.chain().latest();
  return {
    ...feeFields(world.networkId),
    ledger_hash: header.ledger_hash,
    ledger_index: header.ledger_index,
    ledger_time: header.close_time,
    validated_ledgers: completeLedgers(world),
  };
};

/** With both sides, `bids` holds the side that was asked for, as on rippled. */
const snapshot = ({ world }: Request, book: Book, both: boolean): Json => {
  const { view } = whichLedger(world.chain(), { ledger_index: 'validated' });
  const offers = offersOf(view, book, snapshotOffersMax);
  if (!both) return { offers };
  return { asks: offersOf(view, reversed(book), snapshotOffersMax), bids: offers };
};
