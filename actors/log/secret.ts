/** What must never leave in a file: a wallet's family seed, and credentials within an address. A net; neither belongs in a log. */
import { decodeSeed } from 'ripple-keypairs';

/** Which kind of secret this text holds; undefined where it holds none. */
export const secretIn = (text: string): string | undefined => {
  if (credentials.test(text)) return 'credentials in an address';
  for (const [word] of text.matchAll(seedLike)) if (isSeed(word)) return 'a wallet seed';
  return undefined;
};

const credentials = /\b\w+:\/\/[^\s"/@]+:[^\s"/@]+@/;
/** Base58 in the ledger's alphabet, as long as a seed of either algorithm. */
const seedLike = /\bs[1-9A-HJ-NP-Za-km-z]{27,30}\b/g;

/** Its checksum says so. */
const isSeed = (word: string): boolean => {
  try {
    return decodeSeed(word).bytes.length === 16;
  } catch {
    return false;
  }
};
