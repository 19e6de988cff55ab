/** Validated transactions with metadata as the ledger writes it, put together node by node. No test itself. */
import type { TransactionValidated } from '../events/gateway.ts';
import type { OrderSubmit, Side } from '../events/order.ts';
import type { Json } from '../ledger/transport.ts';
import { account, token } from './given.ts';

export type Amounts = Readonly<{ drops: string; rlusd: string }>;

const sides = (side: Side, { drops, rlusd }: Amounts): Json => {
  const value = { ...token, value: rlusd };
  return side === 'buy'
    ? { TakerGets: value, TakerPays: drops }
    : { TakerGets: drops, TakerPays: value };
};

type Offer = Readonly<{
  sequence: number;
  side: Side;
  left: Amounts;
  /** What stood there before; absent where nothing traded. */
  before?: Amounts;
  expiration?: number;
  owner?: string;
}>;

const fields = ({ sequence, side, left, expiration, owner = account }: Offer): Json => ({
  Account: owner,
  Sequence: sequence,
  Flags: side === 'sell' ? 0x0002_0000 : 0,
  BookDirectory: 'D'.repeat(64),
  BookNode: '0',
  OwnerNode: '0',
  ...(expiration === undefined ? {} : { Expiration: expiration }),
  ...sides(side, left),
});

const previous = ({ side, before }: Offer): Json => (before ? sides(side, before) : {});

export const createdOffer = (offer: Offer): Json => ({
  CreatedNode: { LedgerEntryType: 'Offer', LedgerIndex: 'A', NewFields: fields(offer) },
});
export const modifiedOffer = (offer: Offer): Json => ({
  ModifiedNode: {
    LedgerEntryType: 'Offer',
    LedgerIndex: 'A',
    FinalFields: fields(offer),
    PreviousFields: previous(offer),
  },
});
export const deletedOffer = (offer: Offer): Json => ({
  DeletedNode: {
    LedgerEntryType: 'Offer',
    LedgerIndex: 'A',
    FinalFields: fields(offer),
    ...(offer.before ? { PreviousFields: previous(offer) } : {}),
  },
});

export const root = (before: string, after: string, owner = account): Json => ({
  ModifiedNode: {
    LedgerEntryType: 'AccountRoot',
    LedgerIndex: 'B',
    FinalFields: { Account: owner, Balance: after, Flags: 0, OwnerCount: 1, Sequence: 21 },
    PreviousFields: before === after ? { Sequence: 20 } : { Balance: before, Sequence: 20 },
  },
});

/** Our line; `low` where we are the low account. */
export const line = (before: string, after: string, low = true): Json => {
  const signed = (value: string): string =>
    low ? value : value.startsWith('-') ? value.slice(1) : `-${value}`;
  const balance = (value: string) => ({
    currency: token.currency,
    issuer: 'rrrrrrrrrrrrrrrrrrrrBZbvji',
    value: signed(value),
  });
  const limit = (issuer: string, value: string) => ({ currency: token.currency, issuer, value });
  return {
    ModifiedNode: {
      LedgerEntryType: 'RippleState',
      LedgerIndex: 'C',
      FinalFields: {
        Balance: balance(after),
        Flags: 65536,
        LowLimit: low ? limit(account, '1000000') : limit(token.issuer, '0'),
        HighLimit: low ? limit(token.issuer, '0') : limit(account, '1000000'),
      },
      PreviousFields: { Balance: balance(before) },
    },
  };
};

export const validated = (
  hash: string,
  ledger: number,
  tx: Json,
  nodes: readonly Json[],
  result = 'tesSUCCESS',
): TransactionValidated => ({
  type: 'transaction.validated',
  hash,
  ledger,
  index: 0,
  closeTime: ledger * 4,
  result,
  tx: { Account: account, Fee: '10', ...tx },
  meta: { TransactionResult: result, TransactionIndex: 0, AffectedNodes: nodes },
});

/** Somebody else's transaction. */
export const taken = (
  hash: string,
  ledger: number,
  nodes: readonly Json[],
  tx: Json = {},
): TransactionValidated =>
  validated(hash, ledger, { TransactionType: 'OfferCreate', ...tx, Account: 'rTaker' }, nodes);

export const submit = (sequence: number, given: Partial<OrderSubmit> = {}): OrderSubmit => ({
  type: 'order.submit',
  order: `${given.side === 'sell' ? 'ask' : 'bid'}-${sequence}`,
  side: 'buy',
  price: '1.42',
  drops: '10000000',
  rlusd: '14.2',
  sequence,
  lastLedger: 104,
  expiration: 460,
  replaces: null,
  tx: {},
  ...given,
});

export const ten: Amounts = { drops: '10000000', rlusd: '14.2' };
export const four: Amounts = { drops: '4000000', rlusd: '5.68' };
export const nothing: Amounts = { drops: '0', rlusd: '0' };
