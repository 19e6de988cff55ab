/** The ledger entries this ledger keeps, field by field as rippled prints them. Readers never change one. */
import type { Amount } from '../../ledger/quantity.ts';
import type { Asset, Entry } from '../chain.ts';

type Threaded = Readonly<{ PreviousTxnID?: string; PreviousTxnLgrSeq?: number }>;
type Tokens = Exclude<Amount, string>;

export type AccountRoot = Entry &
  Threaded &
  Readonly<{
    LedgerEntryType: 'AccountRoot';
    Account: string;
    Balance: string;
    Flags: number;
    OwnerCount: number;
    Sequence: number;
    AccountTxnID?: string;
    AMMID?: string;
    RegularKey?: string;
    TicketCount?: number;
    TickSize?: number;
    TransferRate?: number;
  }>;

export type RippleState = Entry &
  Threaded &
  Readonly<{
    LedgerEntryType: 'RippleState';
    Balance: Tokens;
    Flags: number;
    HighLimit: Tokens;
    HighNode: string;
    LowLimit: Tokens;
    LowNode: string;
    HighQualityIn?: number;
    HighQualityOut?: number;
    LowQualityIn?: number;
    LowQualityOut?: number;
  }>;

export type Offer = Entry &
  Threaded &
  Readonly<{
    LedgerEntryType: 'Offer';
    Account: string;
    BookDirectory: string;
    BookNode: string;
    Expiration?: number;
    Flags: number;
    OwnerNode: string;
    Sequence: number;
    TakerGets: Amount;
    TakerPays: Amount;
  }>;

export type Directory = Entry &
  Threaded &
  Readonly<{
    LedgerEntryType: 'DirectoryNode';
    Flags: number;
    Indexes: readonly string[];
    RootIndex: string;
    IndexNext?: string;
    IndexPrevious?: string;
    Owner?: string;
    ExchangeRate?: string;
    TakerGetsCurrency?: string;
    TakerGetsIssuer?: string;
    TakerPaysCurrency?: string;
    TakerPaysIssuer?: string;
  }>;

export type Ticket = Entry &
  Threaded &
  Readonly<{
    LedgerEntryType: 'Ticket';
    Account: string;
    Flags: number;
    OwnerNode: string;
    TicketSequence: number;
  }>;

export type VoteSlot = Readonly<{
  VoteEntry: Readonly<{ Account: string; TradingFee?: number; VoteWeight: number }>;
}>;

export type AuctionSlot = Readonly<{
  Account?: string;
  AuthAccounts?: readonly Readonly<{ AuthAccount: Readonly<{ Account: string }> }>[];
  DiscountedFee?: number;
  Expiration: number;
  Price: Tokens;
}>;

export type Amm = Entry &
  Threaded &
  Readonly<{
    LedgerEntryType: 'AMM';
    Account: string;
    Asset: Asset;
    Asset2: Asset;
    AuctionSlot?: AuctionSlot;
    Flags: number;
    LPTokenBalance: Tokens;
    OwnerNode: string;
    TradingFee?: number;
    VoteSlots?: readonly VoteSlot[];
  }>;

/** Flags of entries (xrpl.org, ledger data). */
export const rootFlag = {
  passwordSpent: 0x0001_0000,
  requireDestTag: 0x0002_0000,
  requireAuth: 0x0004_0000,
  disallowXrp: 0x0008_0000,
  disableMaster: 0x0010_0000,
  noFreeze: 0x0020_0000,
  globalFreeze: 0x0040_0000,
  defaultRipple: 0x0080_0000,
  depositAuth: 0x0100_0000,
  disallowIncomingNftOffer: 0x0400_0000,
  disallowIncomingCheck: 0x0800_0000,
  disallowIncomingPayChannel: 0x1000_0000,
  disallowIncomingTrustline: 0x2000_0000,
  allowTrustLineClawback: 0x8000_0000,
} as const;

export const lineFlag = {
  lowReserve: 0x0001_0000,
  highReserve: 0x0002_0000,
  lowAuth: 0x0004_0000,
  highAuth: 0x0008_0000,
  lowNoRipple: 0x0010_0000,
  highNoRipple: 0x0020_0000,
  lowFreeze: 0x0040_0000,
  highFreeze: 0x0080_0000,
  amm: 0x0100_0000,
  lowDeepFreeze: 0x0200_0000,
  highDeepFreeze: 0x0400_0000,
} as const;

export const offerFlag = { passive: 0x0001_0000, sell: 0x0002_0000 } as const;

export const hasFlag = (flags: number, flag: number): boolean => (flags & flag) !== 0;
export const withFlag = (flags: number, flag: number): number => (flags | flag) >>> 0;
export const withoutFlag = (flags: number, flag: number): number => (flags & ~flag) >>> 0;
