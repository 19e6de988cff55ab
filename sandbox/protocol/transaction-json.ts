/** A transaction as `tx`, `account_tx`, `ledger` and the streams print it: the first version of the protocol and the second place things differently. */
import { encode } from 'ripple-binary-codec';
import type { Json } from '../../ledger/transport.ts';
import type { Applied, ClosedLedger } from '../chain.ts';
import type { Found } from './history.ts';
import { closeTimeIso } from './times.ts';
import type { ApiVersion } from './subscriptions.ts';

/** Ledger, place and network in one: 0xC, 28 bits, 16 bits, 16 bits. */
export const ctid = (ledgerIndex: number, transactionIndex: number, networkId: number): string =>
  `C${hex(ledgerIndex, 7)}${hex(transactionIndex, 4)}${hex(networkId, 4)}`;

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0');

/** The transaction alone, with what rippled adds for readers (DeliverMax); in version 2 without its hash. */
export const plain = (tx: Json, hash: unknown, version: ApiVersion): Json => {
  const { hash: _, Amount: amount, ...rest } = tx;
  const named = version === 1 ? { hash } : {};
  if (amount === undefined) return { ...rest, ...named };
  if (tx['TransactionType'] !== 'Payment') return { ...rest, Amount: amount, ...named };
  const delivered = version === 1 ? { Amount: amount } : {};
  return { ...rest, ...delivered, DeliverMax: amount, ...named };
};

/** Metadata in binary; what the server adds for readers is left out. */
export const metaBlob = (meta: Json): string => {
  const { delivered_amount: _, ...stored } = meta;
  return encode(stored);
};

/** An item of `account_tx`. */
export const listed = (
  found: Found,
  version: ApiVersion,
  binary: boolean,
  networkId: number,
): Json => {
  const { ledger, applied, place } = found;
  const { ledger_index, ledger_hash, close_time } = ledger.header;
  if (binary) {
    const meta = metaBlob(applied.meta);
    return {
      ledger_index,
      ...(version === 1 ? { meta } : { meta_blob: meta }),
      tx_blob: applied.blob,
      validated: true,
    };
  }
  const common = {
    ctid: ctid(ledger_index, place.transactionIndex, networkId),
    date: close_time,
    ledger_index,
  };
  if (version === 1) {
    return {
      meta: applied.meta,
      tx: { ...plain(applied.tx, applied.hash, 1), ...common, inLedger: ledger_index },
      validated: true,
    };
  }
  return {
    close_time_iso: closeTimeIso(close_time),
    hash: applied.hash,
    ledger_hash,
    ledger_index,
    meta: applied.meta,
    tx_json: { ...plain(applied.tx, applied.hash, 2), ...common },
    validated: true,
  };
};

/** A transaction in an expanded `ledger`. */
export const inLedger = (
  applied: Applied,
  ledger: ClosedLedger,
  version: ApiVersion,
  binary: boolean,
): Json => {
  if (binary) {
    const meta = metaBlob(applied.meta);
    return version === 1
      ? { meta, tx_blob: applied.blob }
      : { hash: applied.hash, meta_blob: meta, tx_blob: applied.blob };
  }
  if (version === 1) return { ...plain(applied.tx, applied.hash, 1), metaData: applied.meta };
  return {
    close_time_iso: closeTimeIso(ledger.header.close_time),
    hash: applied.hash,
    ledger_hash: ledger.header.ledger_hash,
    ledger_index: ledger.header.ledger_index,
    meta: applied.meta,
    tx_json: plain(applied.tx, applied.hash, 2),
    validated: true,
  };
};
