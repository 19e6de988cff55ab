/** Reads the two sides of a book off a request, and refuses them in rippled's words. */
import { parseAddress } from '../../ledger/address.ts';
import { currencyCode, currencyHex, xrpHex } from '../../ledger/currency.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Asset } from '../chain.ts';
import type { Book } from './book.ts';
import { isObject, missing, notA } from './params.ts';
import { type Code, Refusal } from './refusal.ts';

type Side = Readonly<{ name: 'taker_pays' | 'taker_gets'; currency: Code; issuer: Code }>;

const pays: Side = { name: 'taker_pays', currency: 'srcCurMalformed', issuer: 'srcIsrMalformed' };
const gets: Side = { name: 'taker_gets', currency: 'dstAmtMalformed', issuer: 'dstIsrMalformed' };

export const bookOf = (params: Json): Book => {
  for (const { name } of [pays, gets]) if (params[name] === undefined) throw missing(name);
  for (const { name } of [pays, gets]) if (!isObject(params[name])) throw notA(name, 'object');
  for (const { name } of [pays, gets]) {
    const { currency } = params[name] as Json;
    if (currency === undefined) throw missing(`${name}.currency`);
    if (typeof currency !== 'string') throw notA(`${name}.currency`, 'string');
  }
  const codes = [pays, gets].map((side) => codeOf(params, side)) as [string, string];
  const book = { pays: assetOf(params, pays, codes[0]), gets: assetOf(params, gets, codes[1]) };
  refuseOneAsset(book);
  return book;
};

/** A book to subscribe to: the same, in fewer words. */
export const subscribedBook = (params: Json): Book => {
  const sides = [params['taker_pays'], params['taker_gets']];
  if (!sides.every(isObject)) throw new Refusal('invalidParams');
  try {
    return bookOf(params);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'badMarket') throw error;
    throw new Refusal(error.code);
  }
};

const refuseOneAsset = (book: Book): void => {
  if (book.pays.currency === book.gets.currency && book.pays.issuer === book.gets.issuer) {
    throw new Refusal('badMarket');
  }
};

const codeOf = (params: Json, side: Side): string => {
  const text = String((params[side.name] as Json)['currency']);
  try {
    return currencyCode(text === '' ? xrpHex : currencyHex(text));
  } catch {
    throw new Refusal(side.currency, `Invalid field '${side.name}.currency', bad currency.`);
  }
};

const assetOf = (params: Json, side: Side, currency: string): Asset => {
  const { issuer } = params[side.name] as Json;
  if (issuer !== undefined && typeof issuer !== 'string')
    throw notA(`${side.name}.issuer`, 'string');
  if (issuer !== undefined && parseAddress(issuer) === undefined) {
    throw new Refusal(side.issuer, `Invalid field '${side.name}.issuer', bad issuer.`);
  }
  if (currency === 'XRP') {
    if (issuer === undefined) return { currency };
    throw new Refusal(
      side.issuer,
      `Unneeded field '${side.name}.issuer' for XRP currency specification.`,
    );
  }
  if (issuer === undefined) {
    throw new Refusal(side.issuer, `Invalid field '${side.name}.issuer', expected non-XRP issuer.`);
  }
  return { currency, issuer };
};
