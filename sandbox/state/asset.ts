/** Of what an amount is: XRP, or a currency of an issuer. */
import type { Amount, Quantity } from '../../ledger/quantity.ts';
import * as d from '../../ledger/decimal.ts';
import type { Asset } from '../chain.ts';

const xrp: Asset = { currency: 'XRP' };

export type Issued = Readonly<{ currency: string; issuer: string }>;

export const assetOf = (amount: Amount): Asset =>
  typeof amount === 'string' ? xrp : { currency: amount.currency, issuer: amount.issuer };

export const isIssued = (asset: Asset): asset is Issued => asset.issuer !== undefined;

export const isSameAsset = (a: Asset, b: Asset): boolean =>
  a.currency === b.currency && a.issuer === b.issuer;

/** A quantity of an asset as on the wire. */
export const amountOf = (asset: Asset, quantity: Quantity): Amount =>
  isIssued(asset)
    ? {
        currency: asset.currency,
        issuer: asset.issuer,
        value: d.format(quantity as d.Decimal),
      }
    : String(quantity as bigint);

/** Nothing, in the kind of quantity that the asset is counted in. */
export const zeroOf = (asset: Asset): Quantity => (isIssued(asset) ? d.zero : 0n);
