/** The XRP/RLUSD pair as traders see it: whose side an offer is on, its price, and amounts from a size and a price. */
import * as d from '../../ledger/decimal.ts';
import { type Drops, drops, xrpOf } from '../../ledger/drops.ts';
import type { Amount, Asset, Entry, View } from '../chain.ts';
import { rlusd } from './founding.ts';

export type Side = 'buy' | 'sell';

export type Quote = Readonly<{ taker_gets: Amount; taker_pays: Amount }>;

/** An offer that rests: a buy gives RLUSD for XRP. */
export type Resting = Readonly<{
  account: string;
  sequence: number;
  side: Side;
  drops: Drops;
  rlusd: d.Decimal;
  expiration: number | undefined;
  /** Of the book; its last digits are the price. */
  directory: string;
}>;

export const xrp: Asset = { currency: 'XRP' };

export const tokenOf = (issuer: string): Asset & Readonly<{ issuer: string }> => ({
  currency: rlusd,
  issuer,
});

export const tokens = (issuer: string, value: d.Decimal): Exclude<Amount, string> => ({
  currency: rlusd,
  issuer,
  value: d.format(value),
});

/** What an offer of this side, size and price gives and asks for; the price times the size, in 16 digits. */
export const quoteOf = (issuer: string, side: Side, size: Drops, price: d.Decimal): Quote => {
  const value = tokens(issuer, d.multiply(xrpOf(size), price));
  return side === 'buy'
    ? { taker_gets: value, taker_pays: String(size) }
    : { taker_gets: String(size), taker_pays: value };
};

/** The same as the fields of an OfferCreate. */
export const offerFields = ({ taker_gets, taker_pays }: Quote) => ({
  TransactionType: 'OfferCreate',
  TakerGets: taker_gets,
  TakerPays: taker_pays,
});

/** Undefined for an entry that is no offer of the pair. */
const restingOf = (entry: Entry, issuer: string): Resting | undefined => {
  if (entry.LedgerEntryType !== 'Offer') return undefined;
  const [gets, pays] = [entry['TakerGets'] as Amount, entry['TakerPays'] as Amount];
  const common = {
    account: String(entry['Account']),
    sequence: Number(entry['Sequence']),
    expiration: entry['Expiration'] as number | undefined,
    directory: String(entry['BookDirectory']),
  };
  if (typeof gets === 'string' && isTokens(pays, issuer)) {
    return { ...common, side: 'sell', drops: drops(BigInt(gets)), rlusd: d.decimal(pays.value) };
  }
  if (typeof pays === 'string' && isTokens(gets, issuer)) {
    return { ...common, side: 'buy', drops: drops(BigInt(pays)), rlusd: d.decimal(gets.value) };
  }
  return undefined;
};

const isTokens = (amount: Amount, issuer: string): amount is Exclude<Amount, string> =>
  typeof amount !== 'string' && amount.currency === rlusd && amount.issuer === issuer;

/** RLUSD per XRP. */
export const priceOf = ({ drops: size, rlusd: value }: Resting): d.Decimal =>
  d.divide(value, xrpOf(size));

/** Can it still trade in the ledger after the one that closed at `parentCloseTime`? */
export const isLive = ({ expiration }: Resting, parentCloseTime: number): boolean =>
  expiration === undefined || expiration > parentCloseTime;

/** What an account has resting in the pair. */
export const restingOffers = (view: View, account: string, issuer: string): readonly Resting[] =>
  view.owned(account).flatMap((entry) => restingOf(entry, issuer) ?? []);

/** One side of the book as a taker meets it, best first. */
export const bookSide = function* (view: View, issuer: string, side: Side): Iterable<Resting> {
  const token = tokenOf(issuer);
  const entries = side === 'buy' ? view.book(xrp, token) : view.book(token, xrp);
  for (const entry of entries) {
    const offer = restingOf(entry, issuer);
    if (offer) yield offer;
  }
};
