/** The ledger's hash: the first half of SHA-512, in upper-case hex. */
import { createHash } from 'node:crypto';

export const half = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(typeof part === 'string' ? Buffer.from(part, 'hex') : part);
  return hash.digest('hex').slice(0, 64).toUpperCase();
};

/** "TXN\0", in front of a transaction's blob when its hash is taken. */
const transactionPrefix = '54584E00';

/** What a transaction goes by, of its signed blob in hex. */
export const transactionHash = (blob: string): string => half(transactionPrefix, blob);
