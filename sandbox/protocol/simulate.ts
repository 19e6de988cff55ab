/** `simulate`: what an unsigned transaction would do to the open ledger. */
import { decode, encode } from 'ripple-binary-codec';
import { parseAddress } from '../../ledger/address.ts';
import type { Json } from '../../ledger/transport.ts';
import { transactionHash } from '../../ledger/hash.ts';
import { baseFeeDrops } from './reserves.ts';
import { flag, isObject } from './params.ts';
import { Refusal } from './refusal.ts';
import { metaBlob } from './transaction-json.ts';
import { openIndex } from './which-ledger.ts';
import type { Command, World } from './world.ts';

const wouldApply = 'The simulated transaction would have been applied.';

export const simulate: Command = ({ params, world }) => {
  const tx = filledIn(given(params), world);
  const blob = encoded(tx);
  const { meta, ...result } = world.chain().simulate(tx);
  const binary = flag(params['binary']);
  return {
    ...result,
    ...(result.engine_result === 'tesSUCCESS' ? { engine_result_message: wouldApply } : {}),
    ledger_index: openIndex(world.chain()),
    ...(meta === undefined ? {} : binary ? { meta_blob: metaBlob(meta) } : { meta }),
    ...(binary ? { tx_blob: blob } : { tx_json: { ...tx, hash: transactionHash(blob) } }),
  };
};

const given = (params: Json): Json => {
  const { tx_blob: blob, tx_json: tx } = params;
  if (blob !== undefined && tx !== undefined) {
    throw new Refusal('invalidParams', 'Can only include one of `tx_blob` and `tx_json`.');
  }
  if (blob === undefined && tx === undefined) {
    throw new Refusal('invalidParams', 'Neither `tx_blob` nor `tx_json` included.');
  }
  if (isObject(tx)) return tx;
  try {
    return decode(String(blob)) as Json;
  } catch {
    throw new Refusal('invalidParams', "Invalid field 'tx_blob'.");
  }
};

const filledIn = (tx: Json, world: World): Json => {
  const { TransactionType: type, Account: account } = tx;
  if (type === undefined) throw new Refusal('invalidParams', "Missing field 'tx.TransactionType'.");
  if (account === undefined) throw new Refusal('invalidParams', "Missing field 'tx.Account'.");
  if (typeof account !== 'string' || parseAddress(account) === undefined) {
    throw new Refusal('srcActMalformed', "Invalid field 'tx.Account'.");
  }
  const signature = tx['TxnSignature'];
  if (signature !== undefined && signature !== '') throw new Refusal('transactionSigned');
  const root = world.chain().open().account(account);
  if (!root && tx['Sequence'] === undefined) throw new Refusal('srcActNotFound');
  const ticket = tx['TicketSequence'] !== undefined;
  return {
    ...tx,
    Fee: tx['Fee'] ?? String(baseFeeDrops),
    Sequence: tx['Sequence'] ?? (ticket ? 0 : root?.['Sequence']),
    SigningPubKey: tx['SigningPubKey'] ?? '',
    TxnSignature: '',
  };
};

const encoded = (tx: Json): string => {
  try {
    return encode(tx as Record<string, unknown>);
  } catch {
    const type = tx['TransactionType'];
    throw new Refusal(
      'invalidParams',
      typeof type === 'string' && !isKnownType(type)
        ? "Field 'tx_json.TransactionType' has invalid data."
        : 'Invalid parameters.',
    );
  }
};

const isKnownType = (type: string): boolean => {
  try {
    encode({ TransactionType: type });
    return true;
  } catch {
    return false;
  }
};
