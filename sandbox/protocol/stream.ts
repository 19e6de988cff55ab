/**
 * What connections hear when a ledger closes: ledgerClosed first, then the transactions in their order, each once for every
 * kind of subscription that it matches.
 */
import type { Amount } from '../../ledger/quantity.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Applied, ClosedLedger } from '../chain.ts';
import { codeOf, messageOf, type Result } from '../transactions/result.ts';
import { bookChanges } from './book-changes.ts';
import type { Book } from './book.ts';
import { feeFields } from './fees.ts';
import { accountsIn, nodesOf } from './history.ts';
import { isObject } from './params.ts';
import { completeLedgers } from './server-info.ts';
import { hearsBook } from './subscribe.ts';
import type { ApiVersion, Subscriptions } from './subscriptions.ts';
import { closeTimeIso } from './times.ts';
import { ctid, plain } from './transaction-json.ts';
import { assetOf, ownerFunds } from './wallet.ts';
import { openIndex } from './which-ledger.ts';
import type { World } from './world.ts';

export const publish = (
  world: World,
  ledger: ClosedLedger,
  connections: Iterable<Subscriptions>,
): void => {
  const listening = [...connections].filter(isListening);
  if (listening.length === 0) return;
  const closed = ledgerClosed(world, ledger);
  for (const each of listening) if (each.streams.has('ledger')) each.send(closed);
  if (listening.some(({ streams }) => streams.has('book_changes'))) {
    const changes = { ...bookChanges(ledger), type: 'bookChanges' };
    for (const each of listening) if (each.streams.has('book_changes')) each.send(changes);
  }
  for (const applied of ledger.transactions) tell(world, ledger, applied, listening);
};

/** A transaction that the open ledger has taken. */
export const publishProposed = (
  world: World,
  answer: Json,
  connections: Iterable<Subscriptions>,
): void => {
  const tx = answer['tx_json'] as Json;
  for (const each of connections) {
    const copies =
      Number(each.streams.has('transactions_proposed')) +
      Number(each.accountsProposed.has(String(tx['Account'])));
    for (let copy = 0; copy < copies; copy += 1) {
      each.send({
        engine_result: answer['engine_result'],
        engine_result_code: answer['engine_result_code'],
        engine_result_message: answer['engine_result_message'],
        ledger_current_index: openIndex(world.chain()),
        status: 'proposed',
        ...body(tx, tx['hash'], each.version, ownerFunds(world.chain().open(), tx)),
        type: 'transaction',
        validated: false,
      });
    }
  }
};

const isListening = ({ streams, accounts, accountsProposed, books }: Subscriptions): boolean =>
  streams.size + accounts.size + accountsProposed.size + books.size > 0;

const ledgerClosed = (world: World, { header, transactions }: ClosedLedger): Json => ({
  ...feeFields(world.networkId),
  ledger_hash: header.ledger_hash,
  ledger_index: header.ledger_index,
  ledger_time: header.close_time,
  txn_count: transactions.length,
  type: 'ledgerClosed',
  validated_ledgers: completeLedgers(world),
});

const tell = (
  world: World,
  ledger: ClosedLedger,
  applied: Applied,
  listening: readonly Subscriptions[],
): void => {
  const accounts = accountsIn(applied);
  const books = booksIn(applied);
  const messages: Partial<Record<ApiVersion, Json>> = {};
  for (const each of listening) {
    const copies =
      Number(each.streams.has('transactions')) +
      Number(each.streams.has('transactions_proposed')) +
      Number(hears(each.accounts, accounts)) +
      Number(hears(each.accountsProposed, accounts)) +
      Number(books.some((book) => hearsBook(each, book)));
    if (copies === 0) continue;
    const message = (messages[each.version] ??= validated(world, ledger, applied, each.version));
    for (let copy = 0; copy < copies; copy += 1) each.send(message);
  }
};

const hears = (wanted: ReadonlySet<string>, touched: ReadonlySet<string>): boolean => {
  for (const address of wanted) if (touched.has(address)) return true;
  return false;
};

/** The books whose offers a successful transaction made, changed in amount or removed (rippled `OrderBookDB::processTxn`). */
const booksIn = ({ meta, result }: Applied): readonly Book[] => {
  if (result !== 'tesSUCCESS') return [];
  const books: Book[] = [];
  const wrapped = meta['AffectedNodes'];
  if (!Array.isArray(wrapped)) return books;
  for (const node of nodesOf(meta)) {
    if (node['LedgerEntryType'] !== 'Offer') continue;
    for (const fields of offerFields(node, wrapped as readonly Json[])) {
      books.push({
        pays: assetOf(fields['TakerGets'] as Amount),
        gets: assetOf(fields['TakerPays'] as Amount),
      });
    }
  }
  return books;
};

const offerFields = (node: Json, wrapped: readonly Json[]): readonly Json[] => {
  const isDeleted = wrapped.some((each) => each['DeletedNode'] === node);
  const fields = node['NewFields'] ?? (isDeleted ? node['FinalFields'] : node['PreviousFields']);
  return isObject(fields) && fields['TakerGets'] !== undefined && fields['TakerPays'] !== undefined
    ? [fields]
    : [];
};

const validated = (
  world: World,
  { header, state }: ClosedLedger,
  applied: Applied,
  version: ApiVersion,
): Json => ({
  close_time_iso: closeTimeIso(header.close_time),
  ctid: ctid(header.ledger_index, Number(applied.meta['TransactionIndex']), world.networkId),
  engine_result: applied.result,
  engine_result_code: codeOf(applied.result as Result),
  engine_result_message: messageOf(applied.result as Result),
  ledger_hash: header.ledger_hash,
  ledger_index: header.ledger_index,
  meta: applied.meta,
  status: 'closed',
  ...body(applied.tx, applied.hash, version, {
    date: header.close_time,
    ...ownerFunds(state, applied.tx),
  }),
  type: 'transaction',
  validated: true,
});

const body = (tx: Json, hash: unknown, version: ApiVersion, more: Json): Json =>
  version === 1
    ? { transaction: { ...plain(tx, hash, 1), ...more } }
    : { hash, tx_json: { ...plain(tx, hash, 2), ...more } };
