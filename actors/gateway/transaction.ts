/** A validated transaction as the engine's input, from a stream message or a listing, of API version 1 or 2. */
import type { TransactionValidated } from '../../events/gateway.ts';
import { ledgerSeconds } from '../../ledger/time.ts';
import type { Json } from '../../ledger/transport.ts';
import { count, isObject, object, text } from './json.ts';

export type Validated = TransactionValidated;

/** Undefined for one that is not validated. Throws a ServerError for one that is malformed. */
export const validated = (message: Json): Validated | undefined => {
  if (message['validated'] !== true) return undefined;
  const tx = body(message);
  const meta = object(message, 'meta');
  const ledger = typeof message['ledger_index'] === 'number' ? message : tx;
  return {
    type: 'transaction.validated',
    hash: typeof message['hash'] === 'string' ? message['hash'] : text(tx, 'hash'),
    ledger: count(ledger, 'ledger_index'),
    index: count(meta, 'TransactionIndex'),
    closeTime: closeTime(message, tx),
    result: text(meta, 'TransactionResult'),
    tx,
    meta,
  };
};

const body = (message: Json): Json => {
  for (const field of ['tx_json', 'transaction', 'tx']) {
    const value = message[field];
    if (isObject(value)) return value;
  }
  return object(message, 'tx_json');
};

const closeTime = (message: Json, tx: Json): number => {
  const iso = message['close_time_iso'];
  if (typeof iso === 'string') return ledgerSeconds(Date.parse(iso));
  return count(typeof tx['date'] === 'number' ? tx : message, 'date');
};
