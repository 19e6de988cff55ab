/** One transaction of ours on its way: what is known of it until it is final, and which of several is meant. */
import type { IntentWithheld } from '../events/gateway.ts';
import type { OrderId, Side } from '../events/order.ts';
import type { Json } from '../ledger/transport.ts';

/** A transaction of ours that is not final yet. Two may have the same Sequence: then at most one of them is applied. */
export type Pending = Readonly<{
  purpose: 'submit' | 'cancel';
  side: Side | null;
  order: OrderId | null;
  /** The order that a replace or a cancel removes. */
  target: OrderId | null;
  offerSequence: number | null;
  sequence: number;
  lastLedger: number;
  feeDrops: bigint;
  /** Null until it is signed, with the seq of its intent. */
  hash: string | null;
  intent: number | null;
  /** What a server said of it last; null before any said or failed to say anything. */
  answer: { readonly result: string | null } | null;
}>;

type All = readonly Pending[];

export const byHash = (all: All, hash: string | null): Pending | undefined =>
  hash === null ? undefined : all.find((one) => one.hash === hash);

/** The one whose intent was withheld: known by its intent where it was signed already, else by its Sequence. */
export const byIntent = (all: All, { intent, sequence }: IntentWithheld): Pending | undefined =>
  all.find((one) => one.intent === intent) ??
  all.find((one) => one.sequence === sequence && one.hash === null);

/** Signed ones of the same Sequence: once one of them is validated the others never can be. */
export const rivalsOf = (all: All, { sequence, hash }: Pending): All =>
  all.filter((one) => one.sequence === sequence && one.hash !== null && one.hash !== hash);

/** What is known of a transaction that is not signed yet. */
export const unsigned = (tx: Json): Pick<Pending, 'feeDrops' | 'hash' | 'intent' | 'answer'> => ({
  feeDrops: BigInt(String(tx['Fee'] ?? 0)),
  hash: null,
  intent: null,
  answer: null,
});
