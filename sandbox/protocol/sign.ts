/** `sign` and `random`: this server holds no keys and signs nothing, and its chance follows from its ledgers. */
import { createHash } from 'node:crypto';
import { deriveKeypair } from 'ripple-keypairs';
import { missing } from './params.ts';
import { Refusal } from './refusal.ts';
import type { Command } from './world.ts';

const deprecated =
  'This command has been deprecated and will be removed in a future version of the server. Please migrate to a standalone signing tool.';

export const sign: Command = ({ params }) => {
  const { secret, seed } = params;
  const given = secret ?? seed;
  if (given === undefined) throw missing('secret');
  if (!isSeed(given)) throw new Refusal('badSecret', undefined, { deprecated });
  throw new Refusal('notSupported', 'Signing is not supported by this server.', { deprecated });
};

const isSeed = (text: unknown): boolean => {
  try {
    deriveKeypair(String(text));
    return true;
  } catch {
    return false;
  }
};

let drawn = 0;

export const random: Command = ({ world }) => {
  drawn += 1;
  const { ledger_hash: hash } = world.chain().latest().header;
  const text = createHash('sha256').update(`${hash}${drawn}`).digest('hex');
  return { random: text.toUpperCase() };
};
