/** A wallet's family seed within a text, known by its checksum: what only looks like one is none. */
import { decodeSeed } from 'ripple-keypairs';

/** Base58 in the ledger's alphabet, as long as a seed of either algorithm; the younger ones are told by their beginning, whatever stands before it. */
const seedLike = /sEd[1-9A-HJ-NP-Za-km-z]{28}|(?<![1-9A-HJ-NP-Za-km-z])s[1-9A-HJ-NP-Za-km-z]{28}/g;

/** The text with something else in the place of each. */
export const withoutSeeds = (text: string, instead: string): string =>
  text.replace(seedLike, (word) => (isSeed(word) ? instead : word));

export const holdsSeed = (text: string): boolean => withoutSeeds(text, '') !== text;

const isSeed = (word: string): boolean => {
  try {
    return decodeSeed(word).bytes.length === 16;
  } catch {
    return false;
  }
};
