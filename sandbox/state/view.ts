/** The readers' side of a state: by index, by owner, by book, by pool. */
import type { Asset, Entry, View } from '../chain.ts';
import { bookOffers } from './book.ts';
import { members } from './directory.ts';
import { accountIndex, ammIndex, lineIndex, ownerDirIndex } from './keylet.ts';
import { get, type Trie } from './trie.ts';

export const viewOf = (root: Trie<Entry>): View => {
  const read = (index: string): Entry | undefined => get(root, index);
  return {
    read,
    account: (address) => read(accountIndex(address)),
    line: (address, peer, currency) => read(lineIndex(address, peer, currency)),
    owned: (address) =>
      [...members(read, ownerDirIndex(address))].flatMap((index) => read(index) ?? []),
    book: (pays: Asset, gets: Asset) => bookOffers(root, pays, gets),
    amm: (a, b) => read(ammIndex(a, b)),
  };
};
