/**
 * A validated transaction as the engine's input, from a stream message or a listing, of API version 1 or 2. One whose
 * metadata cannot be read to its end, or which cannot be true, is malformed and never reaches the core.
 */
import { messageOf } from '../log/failure.ts';
import type { TransactionValidated } from '../../events/gateway.ts';
import { isNegative } from '../../ledger/decimal.ts';
import { effects, type Token } from '../../ledger/metadata.ts';
import { ledgerSeconds } from '../../ledger/time.ts';
import { ServerError, type Json } from '../../ledger/transport.ts';
import { count, isObject, list, object, resultCode, text } from './json.ts';

export type Validated = TransactionValidated;
type Target = Readonly<{ account: string; token: Token }>;

/** Undefined for one that is not validated. Throws a ServerError for one that is malformed. */
export const validated = (message: Json, target: Target): Validated | undefined => {
  if (message['validated'] !== true) return undefined;
  const tx = body(message);
  const meta = object(message, 'meta');
  const ledger = typeof message['ledger_index'] === 'number' ? message : tx;
  const transaction: Validated = {
    type: 'transaction.validated',
    hash: typeof message['hash'] === 'string' ? message['hash'] : text(tx, 'hash'),
    ledger: count(ledger, 'ledger_index'),
    index: count(meta, 'TransactionIndex'),
    closeTime: closeTime(message, tx),
    result: resultCode(meta, 'TransactionResult'),
    tx,
    meta,
  };
  refuseUnreadable(transaction, target);
  return transaction;
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
  if (typeof iso !== 'string') return count(typeof tx['date'] === 'number' ? tx : message, 'date');
  const seconds = ledgerSeconds(Date.parse(iso));
  if (Number.isSafeInteger(seconds)) return seconds;
  throw new ServerError('malformedAnswer', `the close time ${iso.slice(0, 40)} is none`);
};

/** Reads it as the core will: what throws here would stop the core. */
const refuseUnreadable = ({ hash, tx, meta }: Validated, { account, token }: Target): void => {
  if (!/^[0-9A-F]{64}$/.test(hash)) throw wrong('its hash is none');
  text(tx, 'TransactionType');
  if (text(tx, 'Account') === account) count(tx, 'Sequence');
  list(meta, 'AffectedNodes');
  try {
    const { offers } = effects(tx, meta, account, token);
    for (const { sequence, traded, left } of offers) {
      if (!Number.isSafeInteger(sequence)) throw wrong('an offer has no Sequence');
      const impossible =
        left.drops < 0n ||
        isNegative(left.rlusd) ||
        (traded !== null && (traded.drops < 0n || isNegative(traded.rlusd)));
      if (impossible) throw wrong('an offer grew by being traded with');
    }
  } catch (error) {
    if (error instanceof ServerError) throw error;
    throw wrong(messageOf(error));
  }
};

const wrong = (why: string): ServerError =>
  new ServerError('malformedAnswer', `a transaction cannot be read: ${why}`);

/**
 * What was heard of these ledgers stands in the listing, and the same. Throws a ServerError: then one of the two is not
 * true, and nothing of the listing is used.
 */
export const provenBy = (
  listed: readonly Validated[],
  heard: readonly Validated[],
  { from, to }: Readonly<{ from: number; to: number }>,
): void => {
  const byHash = new Map(listed.map((one) => [one.hash, one]));
  for (const one of heard) {
    if (one.ledger < from || one.ledger > to) continue;
    const same = byHash.get(one.hash);
    const agrees =
      same?.ledger === one.ledger && same.index === one.index && same.result === one.result;
    if (agrees) continue;
    const why = same ? 'is listed otherwise' : 'is not listed';
    throw new ServerError('contradiction', `transaction ${one.hash} was heard of and ${why}`);
  }
};
