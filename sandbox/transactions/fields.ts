/** Which fields a transaction of each type must and may have (xrpl.org, transaction formats). One that breaks this is none. */
import type { Fields, Transaction } from './transaction.ts';

type Name = keyof Fields | keyof Transaction;
type Format = Readonly<{ required: readonly Name[]; optional: readonly Name[] }>;

const everyRequired: readonly Name[] = [
  'TransactionType',
  'Account',
  'Fee',
  'Sequence',
  'SigningPubKey',
];
const everyOptional: ReadonlySet<string> = new Set([
  'AccountTxnID',
  'Delegate',
  'Flags',
  'LastLedgerSequence',
  'Memos',
  'NetworkID',
  'PreviousTxnID',
  'OperationLimit',
  'Signers',
  'SourceTag',
  'TicketSequence',
  'TxnSignature',
]);

const pair: readonly Name[] = ['Asset', 'Asset2'];

const formats: Readonly<Record<string, Format>> = {
  AMMBid: { required: pair, optional: ['BidMin', 'BidMax', 'AuthAccounts'] },
  AMMCreate: { required: ['Amount', 'Amount2', 'TradingFee'], optional: [] },
  AMMDelete: { required: pair, optional: [] },
  AMMDeposit: {
    required: pair,
    optional: ['Amount', 'Amount2', 'EPrice', 'LPTokenOut', 'TradingFee'],
  },
  AMMVote: { required: [...pair, 'TradingFee'], optional: [] },
  AMMWithdraw: { required: pair, optional: ['Amount', 'Amount2', 'EPrice', 'LPTokenIn'] },
  AccountDelete: { required: ['Destination'], optional: ['DestinationTag', 'CredentialIDs'] },
  AccountSet: {
    required: [],
    optional: [
      'EmailHash',
      'WalletLocator',
      'WalletSize',
      'MessageKey',
      'Domain',
      'SetFlag',
      'ClearFlag',
      'TransferRate',
      'TickSize',
      'NFTokenMinter',
    ],
  },
  Clawback: { required: ['Amount'], optional: ['Holder'] },
  OfferCancel: { required: ['OfferSequence'], optional: [] },
  OfferCreate: {
    required: ['TakerPays', 'TakerGets'],
    optional: ['Expiration', 'OfferSequence', 'DomainID'],
  },
  Payment: {
    required: ['Destination', 'Amount'],
    optional: [
      'SendMax',
      'Paths',
      'InvoiceID',
      'DestinationTag',
      'DeliverMin',
      'CredentialIDs',
      'DomainID',
    ],
  },
  SetRegularKey: { required: [], optional: ['RegularKey'] },
  TicketCreate: { required: ['TicketCount'], optional: [] },
  TrustSet: { required: ['LimitAmount'], optional: ['QualityIn', 'QualityOut'] },
};

/** The server's words for what is wrong with the fields; undefined if nothing is, or if the type is not known here. */
export const fieldFault = (tx: Readonly<Record<string, unknown>>): string | undefined => {
  const format = formats[String(tx['TransactionType'])];
  if (!format) return undefined;
  const required: readonly string[] = [...everyRequired, ...format.required];
  const missing = required.find((name) => tx[name] === undefined);
  if (missing !== undefined) return `Field '${missing}' is required but missing.`;
  const optional: readonly string[] = format.optional;
  const isKnown = (name: string): boolean =>
    required.includes(name) || everyOptional.has(name) || optional.includes(name);
  const other = Object.keys(tx).find((name) => !isKnown(name));
  if (other !== undefined) return `Field '${other}' found in disallowed location.`;
  const isMultiPurpose = Object.values(tx).some(
    (value) => typeof value === 'object' && value !== null && 'mpt_issuance_id' in value,
  );
  return isMultiPurpose ? 'fails local checks: Amount can not be MPT.' : undefined;
};
