/** `server_definitions`: the tables of the binary format, as the codec in use knows them. */
import { createRequire } from 'node:module';
import type { Json } from '../../ledger/transport.ts';
import { half } from '../../ledger/hash.ts';
import { Refusal } from './refusal.ts';
import type { Command } from './world.ts';

let read: Readonly<{ tables: Json; hash: string }> | undefined;

const definitions = (): Readonly<{ tables: Json; hash: string }> => {
  if (read) return read;
  const load = createRequire(import.meta.url);
  const tables = load('ripple-binary-codec/dist/enums/definitions.json') as Json;
  const text = Buffer.from(JSON.stringify(tables)).toString('hex');
  read = { tables, hash: half(text) };
  return read;
};

export const serverDefinitions: Command = ({ params }) => {
  const { tables, hash } = definitions();
  const known = params['hash'];
  if (known === undefined) return { ...tables, hash };
  if (typeof known !== 'string' || !/^[0-9A-Fa-f]{64}$/.test(known)) {
    throw new Refusal('invalidParams', "Invalid field 'hash'.");
  }
  return known.toUpperCase() === hash ? { hash } : { ...tables, hash };
};
