/** Offers in their book and in their owner's directory: placing, removing, and walking a book from its best offer. */
import { type Quality, qualityFromHex, qualityHex } from '../../ledger/quality.ts';
import { currencyHex } from '../../ledger/currency.ts';
import type { Asset, Entry } from '../chain.ts';
import { adjustOwners } from './account.ts';
import { assetOf } from './asset.ts';
import { addToDirectory, addToOwner, members, removeFromDirectory } from './directory.ts';
import { type Draft, erase, write } from './draft.ts';
import type { Directory, Offer } from './entry.ts';
import { bookBase, bookDirIndex, issuerHex, offerIndex, ownerDirIndex } from './keylet.ts';
import { after, get, type Trie } from './trie.ts';

export type NewOffer = Pick<
  Offer,
  'Account' | 'Sequence' | 'TakerPays' | 'TakerGets' | 'Flags' | 'Expiration'
>;

/** Puts an offer at the end of its quality's queue. The quality is the one it was made at, whatever is left of it. */
export const placeOffer = (draft: Draft, offer: NewOffer, quality: Quality): void => {
  const pays = assetOf(offer.TakerPays);
  const gets = assetOf(offer.TakerGets);
  const index = offerIndex(offer.Account, offer.Sequence);
  const hex = qualityHex(quality);
  const directory = bookDirIndex(bookBase(pays, gets), hex);
  const ownerNode = addToOwner(draft, offer.Account, index);
  adjustOwners(draft, offer.Account, 1);
  const fields: Partial<Directory> = {
    ExchangeRate: quality.toString(16),
    TakerGetsCurrency: currencyHex(gets.currency),
    TakerGetsIssuer: issuerHex(gets),
    TakerPaysCurrency: currencyHex(pays.currency),
    TakerPaysIssuer: issuerHex(pays),
  };
  const bookNode = addToDirectory(draft, directory, index, fields, 'arrival');
  write(draft, {
    LedgerEntryType: 'Offer',
    ...offer,
    BookDirectory: directory,
    BookNode: bookNode,
    OwnerNode: ownerNode,
    index,
  });
};

export const removeOffer = (draft: Draft, offer: Offer): void => {
  removeFromDirectory(draft, ownerDirIndex(offer.Account), offer.OwnerNode, offer.index);
  removeFromDirectory(draft, offer.BookDirectory, offer.BookNode, offer.index);
  adjustOwners(draft, offer.Account, -1);
  erase(draft, offer);
};

export type Tip = Readonly<{ offer: Offer; quality: Quality }>;

/** The best offer of a book, found without a walk. */
export const bestOffer = (root: Trie<Entry>, pays: Asset, gets: Asset): Tip | undefined => {
  const base = bookBase(pays, gets);
  const page = after(root, base);
  if (!page || !page.index.startsWith(base.slice(0, baseDigits))) return undefined;
  const index = members((at) => get(root, at), page.index).next();
  if (index.done) return undefined;
  const offer = get(root, index.value) as Offer;
  return { offer, quality: qualityFromHex(page.index) };
};

const baseDigits = 48;

/** All offers of a book, best quality first, within one quality in order of arrival; lazily. */
export function* bookOffers(root: Trie<Entry>, pays: Asset, gets: Asset): Generator<Offer> {
  const base = bookBase(pays, gets);
  const prefix = base.slice(0, baseDigits);
  let page = after(root, base);
  while (page && page.index.startsWith(prefix)) {
    for (const index of members((at) => get(root, at), page.index)) {
      yield get(root, index) as Offer;
    }
    page = after(root, page.index);
  }
}
