/** `ledger_accept` and `sandbox_reset`: closing by hand, and starting anew. Only where ledgers do not close by the clock. */
import type { Json } from '../../ledger/transport.ts';
import { invalid, missing } from './params.ts';
import { Refusal } from './refusal.ts';
import { openIndex } from './which-ledger.ts';
import type { Command } from './world.ts';

/** `close_time` is in ledger seconds; without it the clock's, and never before the last one. */
export const ledgerAccept: Command = ({ params, world }) => {
  if (!world.manual) throw new Refusal('forbidden');
  const closeTime = params['close_time'] === undefined ? undefined : integer(params, 'close_time');
  world.manual.accept(closeTime);
  return { ledger_current_index: openIndex(world.chain()) };
};

/** Everything is forgotten; the ledger named is the last closed one, and the genesis account is all there is. */
export const sandboxReset: Command = ({ params, world }) => {
  if (!world.manual) throw new Refusal('forbidden');
  world.manual.reset({
    ledger_index: integer(params, 'ledger_index'),
    close_time: integer(params, 'close_time'),
    parent_close_time: integer(params, 'parent_close_time'),
    genesis_balance: drops(params, 'genesis_balance'),
    genesis_sequence: integer(params, 'genesis_sequence'),
    total_coins: drops(params, 'total_coins'),
  });
  return { ledger_current_index: openIndex(world.chain()) };
};

const uint32Max = 0xffff_ffff;

const integer = (params: Json, name: string): number => {
  const value = params[name];
  if (value === undefined) throw missing(name);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > uint32Max) {
    throw invalid(name);
  }
  return value;
};

const drops = (params: Json, name: string): string => {
  const value = params[name];
  if (value === undefined) throw missing(name);
  if (typeof value !== 'string' || !/^\d{1,18}$/.test(value)) throw invalid(name);
  return value;
};
