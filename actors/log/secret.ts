/** What must never leave in a file: a wallet's family seed, and credentials within an address. A net; neither belongs in a log. */
import { holdsSeed } from '../../ledger/seed.ts';

/** Which kind of secret this text holds; undefined where it holds none. */
export const secretIn = (text: string): string | undefined => {
  if (credentials.test(text)) return 'credentials in an address';
  return holdsSeed(text) ? 'a wallet seed' : undefined;
};

const credentials = /\b\w+:\/\/[^\s"/@]+:[^\s"/@]+@/;
