/**
 * Fills, fees, movements, roundings and what they did to the balances. Amounts are drops and RLUSD as exact text: what the ledger
 * states has at most 16 digits; a sum of it (balances, totals, differences) has as many as it needs, and is read by `exact`.
 */
import type { OrderId, Side } from './order.ts';

export type ReconcilerEvent = FillRecorded | FeePaid | MovementSeen | LineRounded;
export type InventoryEvent =
  | InventoryOpened
  | InventoryChanged
  | TruthChecked
  | DriftAtShutdown
  | CapitalProposed
  | BasisCommitted;

/** An effect on our offer in a validated transaction's metadata; once per (hash, offer). `order` is null for an offer no log knows. */
export type FillRecorded = Readonly<{
  type: 'fill.recorded';
  hash: string;
  order: OrderId | null;
  offerSequence: number;
  side: Side;
  role: 'maker' | 'taker';
  drops: string;
  rlusd: string;
  price: string;
  /** Mid at the last tick before it, and the spread earned against it; null where there was none. */
  mid: string | null;
  spreadBps: number | null;
  spreadPnl: string | null;
  ledger: number;
  closeTime: number;
  /** True for a fill of an earlier session's time, found at start: it feeds no guard of this session. */
  late: boolean;
}>;

/** The cost of a transaction of ours, whatever its result. */
export type FeePaid = Readonly<{ type: 'fee.paid'; hash: string; drops: string; ledger: number }>;

/** A change of our balances that is no fill and no fee of ours. Signed amounts. */
export type MovementSeen = Readonly<{
  type: 'movement.seen';
  hash: string;
  kind: 'payment' | 'clawback' | 'other';
  drops: string;
  rlusd: string;
  ledger: number;
}>;

/**
 * Our line keeps 16 digits, and so do our offers: what the ledger dropped or added beyond them in one transaction, so that its fills,
 * its movement and this are the whole change of the line. Signed, as it changed the balance.
 */
export type LineRounded = Readonly<{
  type: 'line.rounded';
  hash: string;
  rlusd: string;
  ledger: number;
}>;

export type Balances = Readonly<{
  drops: string;
  rlusd: string;
  fillsDrops: string;
  fillsRlusd: string;
  overlayDrops: string;
  overlayRlusd: string;
}>;

/** The baseline adopted from the ledger by a new database. */
export type InventoryOpened = Readonly<{
  type: 'inventory.opened';
  drops: string;
  rlusd: string;
  ledger: number;
}>;

/** After a fill, a fee, a rounding or confirmed capital: the change and the new balances. */
export type InventoryChanged = Readonly<{
  type: 'inventory.changed';
  why: 'opened' | 'fill' | 'fee' | 'rounding' | 'deposit' | 'withdrawal' | 'realignment';
  deltaDrops: string;
  deltaRlusd: string;
  balances: Balances;
  /** Average cost of the XRP held, RLUSD per XRP; null where it is unknown. */
  wac: string | null;
}>;

/** A movement nobody announced: it moves no balance until an operator confirms it. */
export type CapitalProposed = Readonly<{
  type: 'capital.proposed';
  hash: string;
  drops: string;
  rlusd: string;
}>;

/** The XRP held was given an average cost: `price` in RLUSD per XRP, and by how much its cost changed. No balance moved. */
export type BasisCommitted = Readonly<{
  type: 'capital.basis_committed';
  drops: string;
  price: string;
  deltaRlusd: string;
}>;

export type TruthStatus = 'ok' | 'warn' | 'trip' | 'unverified';

/** The engine's balances against the wallet's at one validated ledger; delta = internal − chain. */
export type TruthChecked = Readonly<{
  type: 'truth.checked';
  source: 'start' | 'periodic' | 'shutdown';
  status: TruthStatus;
  ledger: number | null;
  internal: { readonly drops: string; readonly rlusd: string };
  chain: { readonly drops: string; readonly rlusd: string } | null;
  deltaDrops: string | null;
  deltaRlusd: string | null;
  note: string;
}>;

/** Engine and chain disagreed at the end by more than the tolerance. In RLUSD. */
export type DriftAtShutdown = Readonly<{
  type: 'inventory.drift_at_shutdown';
  engineTotal: string;
  chainTotal: string;
  tolerance: string;
}>;
