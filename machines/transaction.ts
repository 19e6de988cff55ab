/** The unsigned transactions of a market maker: an offer placed or replaced, an offer cancelled, a Sequence used up. Amounts exact, fields in the ledger's words. */
import type { Side } from '../events/order.ts';
import { decimal, divide, format, type Decimal } from '../ledger/decimal.ts';
import { dropsOf, type Drops } from '../ledger/drops.ts';
import type { Token } from '../ledger/metadata.ts';
import type { Json } from '../ledger/transport.ts';

/** tfSell: exact XRP on asks, so that tick rounding shaves nothing off it (xrpl.md F5). */
const tfSell = 0x0008_0000;

export type Envelope = Readonly<{
  account: string;
  sequence: number;
  feeDrops: string;
  lastLedger: number;
}>;

export type Offer = Readonly<{
  side: Side;
  price: string;
  rlusd: string;
  expiration: number;
  /** The offer's number that this one takes the place of. */
  replaces: number | null;
}>;

/** XRP for that much RLUSD at that price, rounded against ourselves never: a buy asks for no less, a sell gives no more. */
export const offerDrops = (side: Side, price: Decimal, rlusd: Decimal): Drops =>
  dropsOf(divide(rlusd, price), side === 'buy' ? 'up' : 'down');

export const offerCreate = (envelope: Envelope, token: Token, offer: Offer): Json => {
  const rlusd = decimal(offer.rlusd);
  const drops = String(offerDrops(offer.side, decimal(offer.price), rlusd));
  const { currency, issuer } = token;
  const amount = { currency, issuer, value: format(rlusd) };
  const sell = offer.side === 'sell';
  return {
    TransactionType: 'OfferCreate',
    ...common(envelope, sell ? tfSell : 0),
    TakerGets: sell ? drops : amount,
    TakerPays: sell ? amount : drops,
    Expiration: offer.expiration,
    ...(offer.replaces === null ? {} : { OfferSequence: offer.replaces }),
  };
};

export const offerCancel = (envelope: Envelope, offerSequence: number): Json => ({
  TransactionType: 'OfferCancel',
  ...common(envelope, 0),
  OfferSequence: offerSequence,
});

/** Uses its Sequence and does nothing else (xrpl.org "cancel or skip a transaction"). */
export const noOperation = (envelope: Envelope): Json => ({
  TransactionType: 'AccountSet',
  ...common(envelope, 0),
});

const common = ({ account, sequence, feeDrops, lastLedger }: Envelope, flags: number): Json => ({
  Account: account,
  Sequence: sequence,
  Fee: feeDrops,
  LastLedgerSequence: lastLedger,
  Flags: flags,
});
