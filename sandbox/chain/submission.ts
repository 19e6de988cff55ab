/** A signed blob as it comes in: decoded, its signature looked at. What does not pass is an error in the server's words. */
import { decode, encode, encodeForSigning } from 'ripple-binary-codec';
import { transactionHash } from '../../ledger/hash.ts';
import { fieldFault } from '../transactions/fields.ts';
import type { Tx } from '../transactions/transaction.ts';
import type { Waiting } from './order.ts';
import { isSignedBy } from './signature.ts';

export type SubmitError = Readonly<{
  error: string;
  error_code?: number;
  error_message?: string;
  error_exception?: string;
}>;

const hexOnly = /^[0-9A-Fa-f]+$/;
const bytesLeast = 32;
const bytesMost = 1024 * 1024;
const memoBytesMost = 1024;
/** The marks around a list: one byte before, one behind. */
const listMarkBytes = 2;

const invalid = (why: string): SubmitError => ({
  error: 'invalidTransaction',
  error_exception: why,
});

export const decodeSubmission = (text: string): Waiting | SubmitError => {
  if (!hexOnly.test(text)) {
    return { error: 'invalidParams', error_code: 31, error_message: 'Invalid parameters.' };
  }
  const blob = (text.length % 2 === 0 ? text : `0${text}`).toUpperCase();
  const bytes = blob.length / 2;
  if (bytes < bytesLeast || bytes > bytesMost) return invalid('Transaction length invalid');
  let tx: Tx;
  try {
    tx = decode(blob) as unknown as Tx;
  } catch (error) {
    return invalid(serverWords(blob, error instanceof Error ? error.message : ''));
  }
  const fault = fieldFault(tx);
  if (fault !== undefined) return invalid(fault);
  if (tx.Paths?.length === 0) return invalid('invalid SerialIter get8');
  if (memoBytes(tx) > memoBytesMost) {
    return invalid('fails local checks: The memo exceeds the maximum allowed size.');
  }
  if (!isSigned(tx)) return invalid('fails local checks: Invalid signature.');
  return { hash: transactionHash(blob), blob, tx };
};

const memoBytes = ({ Memos }: Tx): number =>
  Memos === undefined ? 0 : encode({ Memos }).length / 2 - listMarkBytes;

const isSigned = (tx: Tx): boolean =>
  tx.SigningPubKey !== undefined &&
  tx.TxnSignature !== undefined &&
  isSignedBy(encodeForSigning(tx), tx.TxnSignature, tx.SigningPubKey);

const readers: Readonly<Record<string, string>> = { 1: 'get8', 2: 'get16', 4: 'get32', 8: 'get64' };

/** What the server says where the codec stumbles. */
const serverWords = (blob: string, why: string): string => {
  const short = /requested (\d+) bytes/.exec(why);
  if (short) return `invalid SerialIter ${readers[short[1] ?? ''] ?? 'getRaw'}`;
  const type = /type_code (\d+) out of range/.exec(why);
  if (type) return `gFID: uncommon type out of range ${type[1]}`;
  if (why.includes('TransactionType')) {
    return `Invalid transaction type ${Number.parseInt(blob.slice(2, 6), 16)}`;
  }
  return 'Unknown field';
};
