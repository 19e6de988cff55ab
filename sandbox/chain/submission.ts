/** A signed blob as it comes in: decoded, its signature looked at. What does not pass is an error in the server's words. */
import { decode, encodeForSigning } from 'ripple-binary-codec';
import { verify } from 'ripple-keypairs';
import { half } from '../state/hash.ts';
import type { Tx } from '../transactions/transaction.ts';
import type { Waiting } from './order.ts';

export type SubmitError = Readonly<{
  error: string;
  error_code?: number;
  error_message?: string;
  error_exception?: string;
}>;

const idPrefix = '54584E00';
const hexOnly = /^(?:[0-9A-Fa-f]{2})+$/;

const invalid = (why: string): SubmitError => ({
  error: 'invalidTransaction',
  error_exception: why,
});

export const decodeSubmission = (blob: string): Waiting | SubmitError => {
  if (!hexOnly.test(blob)) {
    return { error: 'invalidParams', error_code: 31, error_message: 'Invalid parameters.' };
  }
  const upper = blob.toUpperCase();
  let tx: Tx;
  try {
    tx = decode(upper) as unknown as Tx;
  } catch (error) {
    return invalid(error instanceof Error ? error.message : 'Transaction does not decode');
  }
  if (!isSigned(tx)) return invalid('fails local checks: Invalid signature.');
  return { hash: half(idPrefix, upper), blob: upper, tx };
};

const isSigned = (tx: Tx): boolean => {
  if (!tx.SigningPubKey || !tx.TxnSignature) return false;
  try {
    return verify(encodeForSigning(tx), tx.TxnSignature, tx.SigningPubKey);
  } catch {
    return false;
  }
};
