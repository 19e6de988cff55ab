/** `book_offers`: one side of a book with what each owner can pay. The pool's liquidity is not in it, as on rippled. */
import { parseAddress } from '../../ledger/address.ts';
import * as d from '../../ledger/decimal.ts';
import {
  above,
  difference,
  isDrops,
  least,
  quantityOf,
  withQuantity,
  type Amount,
  type Quantity,
} from '../../ledger/quantity.ts';
import { qualityFromHex, rateOf } from '../../ledger/quality.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Asset, Entry, View } from '../chain.ts';
import { qualityText } from './account-offers.ts';
import { bookOf } from './asset.ts';
import type { Book } from './book.ts';
import { invalid, type Limits, limitOf } from './params.ts';
import { holdings, isFrozenGlobally, textOf } from './wallet.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command } from './world.ts';

const limits: Limits = { least: 0, usual: 60, most: 100 };
const parity = 1_000_000_000n;
const rateExponent = -9;

export const bookOffers: Command = ({ params, world }) => {
  const { view, fields } = whichLedger(world.chain(), params);
  const book = bookOf(params);
  const { taker } = params;
  if (taker !== undefined && (typeof taker !== 'string' || parseAddress(taker) === undefined)) {
    throw invalid('taker');
  }
  const limit = limitOf(params, limits);
  return { ...fields, offers: offersOf(view, book, limit, taker as string | undefined) };
};

/** The best `limit` offers. Owners' funds are used up from the best offer down. */
export const offersOf = (
  view: View,
  book: Book,
  limit: number,
  taker?: string,
): readonly Json[] => {
  const left = new Map<string, Quantity>();
  const offers: Json[] = [];
  const rate = transferRate(view, book.gets);
  const frozen = [book.gets, book.pays].some(({ issuer }) => isFrozenGlobally(view, issuer));
  if (limit === 0) return offers;
  for (const entry of view.book(book.pays, book.gets)) {
    offers.push(offer(view, entry, book, left, frozen, taker === book.gets.issuer ? parity : rate));
    if (offers.length === limit) break;
  }
  return offers;
};

const transferRate = (view: View, { issuer }: Asset): bigint => {
  const rate = issuer === undefined ? undefined : view.account(issuer)?.['TransferRate'];
  return rate === undefined ? parity : BigInt(Number(rate));
};

const offer = (
  view: View,
  entry: Entry,
  { gets }: Book,
  left: Map<string, Quantity>,
  frozen: boolean,
  issuerRate: bigint,
): Json => {
  const owner = String(entry['Account']);
  const takerGets = entry['TakerGets'] as Amount;
  const wanted = quantityOf(takerGets);
  const known = left.get(owner);
  const ownTokens = gets.issuer === owner;
  const funds =
    known ??
    (ownTokens ? wanted : frozen ? difference(wanted, wanted) : holdings(view, owner, gets));
  const rate = ownTokens ? parity : issuerRate;
  const reachable = rate === parity ? funds : d.divide(funds as d.Decimal, decimalRate(rate));
  const short = above(wanted, reachable);
  const funded = short ? reachable : wanted;
  if (!ownTokens) left.set(owner, difference(funds, spentFor(funded, rate, funds)));
  return {
    ...entry,
    ...(known === undefined ? { owner_funds: textOf(funds) } : {}),
    quality: qualityText(entry),
    ...(short ? fundedFields(entry, funded) : {}),
  };
};

const decimalRate = (rate: bigint): d.Decimal => d.normalize(rate, rateExponent);

const spentFor = (funded: Quantity, rate: bigint, funds: Quantity): Quantity =>
  rate === parity || isDrops(funded) ? funded : least(funds, d.multiply(funded, decimalRate(rate)));

const fundedFields = (entry: Entry, funded: Quantity): Json => {
  const takerPays = entry['TakerPays'] as Amount;
  const rate = rateOf(qualityFromHex(String(entry['BookDirectory'])));
  const paid = d.multiply(isDrops(funded) ? d.integer(funded) : funded, rate);
  const pays = typeof takerPays === 'string' ? d.toInteger(paid, 'nearest') : paid;
  return {
    taker_gets_funded: withQuantity(entry['TakerGets'] as Amount, funded),
    taker_pays_funded: withQuantity(takerPays, least(quantityOf(takerPays), pays)),
  };
};
