/** What holds for every transaction: its fee, its number, its last ledger, and who may sign. */
import { deriveAddress } from 'ripple-keypairs';
import { type Draft, mustAccount, read, readAccount } from '../state/draft.ts';
import { hasFlag, rootFlag } from '../state/entry.ts';
import { baseFee } from '../state/account.ts';
import { ticketIndex } from '../state/keylet.ts';
import type { Result } from './result.ts';
import type { Kind, Tx } from './transaction.ts';

const tfFullyCanonicalSig = 0x8000_0000;
const feeMost = 100_000_000_000_000_000n;

/** By itself. */
export const checkCommon = (tx: Tx, kind: Kind): Result => {
  if (tx.NetworkID !== undefined) return 'telNETWORK_ID_MAKES_TX_NON_CANONICAL';
  const fee = BigInt(tx.Fee);
  if (fee < 0n || fee > feeMost) return 'temBAD_FEE';
  const byTicket = tx.TicketSequence !== undefined && tx.Sequence === 0;
  if (byTicket && tx.AccountTxnID !== undefined) return 'temINVALID';
  const allowed = (kind.flags | tfFullyCanonicalSig) >>> 0;
  return ((tx.Flags ?? 0) & ~allowed) === 0 ? 'tesSUCCESS' : 'temINVALID_FLAG';
};

/** Against the ledger. */
export const claimCommon = (draft: Draft, tx: Tx, kind: Kind): Result => {
  const account = readAccount(draft, tx.Account);
  if (!account) return 'terNO_ACCOUNT';
  const number = checkNumber(draft, tx, account.Sequence);
  if (number !== 'tesSUCCESS') return number;
  if (tx.AccountTxnID !== undefined && tx.AccountTxnID !== account.AccountTxnID) {
    return 'tefWRONG_PRIOR';
  }
  if (tx.LastLedgerSequence !== undefined && draft.ground.index > tx.LastLedgerSequence) {
    return 'tefMAX_LEDGER';
  }
  const fee = BigInt(tx.Fee);
  const asked = (kind.fee?.(draft, tx) ?? baseFee) * BigInt(draft.ground.loadFactor);
  if (draft.ground.open && fee < asked) return 'telINSUF_FEE_P';
  const balance = BigInt(account.Balance);
  if (fee === 0n || balance >= fee) return 'tesSUCCESS';
  return balance > 0n && !draft.ground.open ? 'tecINSUFF_FEE' : 'terINSUF_FEE_B';
};

const checkNumber = (draft: Draft, tx: Tx, next: number): Result => {
  if (tx.TicketSequence !== undefined) {
    if (tx.Sequence !== 0) return 'temSEQ_AND_TICKET';
    if (next <= tx.TicketSequence) return 'terPRE_TICKET';
    return read(draft, ticketIndex(tx.Account, tx.TicketSequence)) ? 'tesSUCCESS' : 'tefNO_TICKET';
  }
  if (tx.Sequence === next) return 'tesSUCCESS';
  return tx.Sequence > next ? 'terPRE_SEQ' : 'tefPAST_SEQ';
};

const signersMost = 10_000;
const signers = new Map<string, string>();

/** The address of a public key. */
const signerOf = (publicKey: string): string => {
  const known = signers.get(publicKey);
  if (known !== undefined) return known;
  if (signers.size >= signersMost) signers.clear();
  const address = deriveAddress(publicKey);
  signers.set(publicKey, address);
  return address;
};

/** Signed with the account's own first key, not with one that it named later. */
export const isByMaster = (tx: Tx): boolean =>
  Boolean(tx.SigningPubKey) && signerOf(tx.SigningPubKey as string) === tx.Account;

/** The signature itself was looked at when the transaction came in; here it is whether its key may sign. */
export const authorizationOf = (draft: Draft, tx: Tx): Result => {
  if (tx.Signers !== undefined) return 'tefNOT_MULTI_SIGNING';
  if (!tx.SigningPubKey) return 'tefBAD_AUTH';
  const account = mustAccount(draft, tx.Account);
  const signer = signerOf(tx.SigningPubKey);
  if (signer === account.RegularKey) return 'tesSUCCESS';
  if (signer !== tx.Account) return 'tefBAD_AUTH';
  return hasFlag(account.Flags, rootFlag.disableMaster) ? 'tefMASTER_DISABLED' : 'tesSUCCESS';
};
