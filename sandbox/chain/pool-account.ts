/** The account of a new pool: named by its pair and by the ledger before, so that nobody can have made it already. */
import { createHash } from 'node:crypto';
import { addressOf } from '../../ledger/address.ts';
import { half } from '../../ledger/hash.ts';

const firstAttempt = '0000';

export const poolAccount = (poolIndex: string, parentHash: string): string => {
  const seed = half(firstAttempt, parentHash, poolIndex);
  const once = createHash('sha256').update(Buffer.from(seed, 'hex')).digest();
  return addressOf(createHash('ripemd160').update(once).digest('hex').toUpperCase());
};
