/** What a transaction is once decoded, and what each type must be able to say and do. */
import type { Amount } from '../../ledger/quantity.ts';
import type { PathElement } from '../crossing/route.ts';
import type { Asset } from '../chain.ts';
import type { Draft } from '../state/draft.ts';
import type { Result } from './result.ts';

export type Transaction = Readonly<{
  TransactionType: string;
  Account: string;
  Fee: string;
  Sequence: number;
  Flags?: number;
  AccountTxnID?: string;
  LastLedgerSequence?: number;
  NetworkID?: number;
  SigningPubKey?: string;
  TicketSequence?: number;
  TxnSignature?: string;
  Signers?: readonly unknown[];
  Memos?: readonly unknown[];
}>;

/** The fields of one type beside those that all have. */
export type Fields = Readonly<{
  Amount?: Amount;
  Amount2?: Amount;
  Asset?: Asset;
  Asset2?: Asset;
  AuthAccounts?: readonly Readonly<{ AuthAccount: Readonly<{ Account: string }> }>[];
  BidMax?: Amount;
  BidMin?: Amount;
  ClearFlag?: number;
  CredentialIDs?: readonly string[];
  DeliverMin?: Amount;
  Destination?: string;
  DestinationTag?: number;
  Domain?: string;
  DomainID?: string;
  EmailHash?: string;
  EPrice?: Amount;
  Expiration?: number;
  Holder?: string;
  InvoiceID?: string;
  LimitAmount?: Amount;
  LPTokenIn?: Amount;
  LPTokenOut?: Amount;
  MessageKey?: string;
  NFTokenMinter?: string;
  OfferSequence?: number;
  Paths?: readonly (readonly PathElement[])[];
  QualityIn?: number;
  QualityOut?: number;
  RegularKey?: string;
  SendMax?: Amount;
  SetFlag?: number;
  TakerGets?: Amount;
  TakerPays?: Amount;
  TicketCount?: number;
  TickSize?: number;
  TradingFee?: number;
  TransferRate?: number;
  WalletLocator?: string;
  WalletSize?: number;
}>;

export type Tx = Transaction & Fields;

export type Applying = Readonly<{
  tx: Tx;
  draft: Draft;
  hash: string;
  /** What the sender had before the fee: reserves are measured by it. */
  balanceBefore: bigint;
  /** Notes what really arrived, where it is not what was asked for. */
  deliver: (amount: Amount) => void;
}>;

export type Kind = Readonly<{
  /** The flags that it may have beside the universal ones. */
  flags: number;
  /** By itself, without a ledger. */
  check: (tx: Tx) => Result;
  /** Against the ledger, before the fee. `retry`: it will be tried again. */
  claim: (draft: Draft, tx: Tx, retry: boolean) => Result;
  apply: (applying: Applying) => Result;
  /** Drops that the open ledger asks for at least; the usual fee if it is not said. */
  fee?: (draft: Draft, tx: Tx) => bigint;
}>;

/** A ticket's number stands in for the sequence. */
export const sequenceOf = (tx: Tx): number => tx.TicketSequence ?? tx.Sequence;

export const has = (tx: Tx, flag: number): boolean => ((tx.Flags ?? 0) & flag) !== 0;

export const noClaim = (): Result => 'tesSUCCESS';
