/** A session's life: what it brought in, when it began, who asked it to end, and what the ledger said at its end. */
import type { GuardId } from './guard.ts';
import type { HaltReason, HaltSource } from './halt.ts';
import type { OrderId, Side } from './order.ts';
import type { Json } from '../ledger/transport.ts';

export type SessionEvent = SessionStarted | SessionEnding | SessionEnded | ForeignOffersFound;
export type SessionInput =
  | SessionOpened
  | SessionClosedByNext
  | ClockCompared
  | GateAnswered
  | Tick
  | TimeDue
  | SignalReceived;

/** The inventory as an earlier session left it. Amounts in drops and RLUSD text; `cost` is what the XRP held cost in RLUSD. */
export type InventoryBrought = Readonly<{
  openingDrops: string;
  openingRlusd: string;
  fillsDrops: string;
  fillsRlusd: string;
  overlayDrops: string;
  overlayRlusd: string;
  feeDrops: string;
  cost: string;
  uncostedDrops: string;
  realised: string;
  proposed: readonly CapitalProposal[];
  announced: readonly CapitalAnnounced[];
  /** Asked for, and not done yet: the wallet is adopted at the next read, the average cost is committed to. */
  realign: boolean;
  basis: string | null;
}>;

/** A movement seen on the ledger that nobody had announced: it moves no balance until an operator confirms it. */
export type CapitalProposal = Readonly<{ hash: string; drops: string; rlusd: string }>;

/** A deposit (positive) or withdrawal (negative) that the operator announced and that has not been seen yet. */
export type CapitalAnnounced = Readonly<{ drops: string; rlusd: string; note: string }>;

/** An order that an earlier session left without a final state, with what a look-up of its fate needs. */
export type OrderBrought = Readonly<{
  id: OrderId;
  side: Side;
  sequence: number;
  drops: string;
  rlusd: string;
  price: string;
  state: string;
  hash: string | null;
  blob: string | null;
  lastLedger: number;
  expiration: number;
}>;

/**
 * The issuer's terms as a session left them: agreed to, found otherwise, accepted, and the event that an acknowledgement names,
 * with what it then accepts.
 */
export type IssuerBrought = Readonly<{
  terms: Readonly<{ transferRate: number | null; tickSize: number | null }>;
  found: readonly string[];
  accepted: readonly string[];
  trip: Readonly<{ uuid: string; seq: number; standing: readonly string[] }> | null;
  /** The newest that named us and that nobody has acknowledged, in words. */
  clawback: string | null;
}>;

/** The event that says so: `seq` of the session with that UUID; `session` is its local number, for the operator. */
export type DriftLeft = Readonly<{ uuid: string; session: number; seq: number }>;

/** Input. The manifest, and all state that this session starts from: a replay reads nothing else. */
export type SessionOpened = Readonly<{
  type: 'session.opened';
  uuid: string;
  parent: { readonly uuid: string; readonly lastHash: string } | null;
  build: string;
  versions: Readonly<Record<string, string>>;
  network: 'sandbox' | 'paper' | 'live';
  /** What the server must say it is. */
  networkId: number;
  account: string;
  issuer: string;
  currency: string;
  /** As configured: dotted keys by layer, and the effective values, nested. */
  config: Readonly<{ layers: Readonly<Record<string, Json>>; effective: Json }>;
  plannedSeconds: number;
  /** What can still be traded after this process died: at most so much RLUSD, for so many seconds. */
  worstCase: Readonly<{ rlusd: string; seconds: number }>;
  cancelForeign: boolean;
  override: string | null;
  brought: Readonly<{
    inventory: InventoryBrought | null;
    orders: readonly OrderBrought[];
    /** Up to this validated ledger everything that touched the account is in the log; null in a new database. */
    coveredLedger: number | null;
    /** Transactions of later ledgers that are in the log all the same. */
    booked: readonly Readonly<{ hash: string; ledger: number }>[];
    /** Offers of this log that have expired, by their Sequences, as far as they still stand on the account. */
    expired: readonly number[];
    /** Hashes that were signed and are not known to be final, of cancels too. */
    signed: readonly string[];
    killLatched: { readonly note: string } | null;
    /** An end at which books and wallet were apart and which nobody has acknowledged. */
    driftUnacknowledged: DriftLeft | null;
    /** Null where no session has read them yet. */
    issuer: IssuerBrought | null;
  }>;
}>;

/** Input, written by the next start at the end of a session that never said how it ended. */
export type SessionClosedByNext = Readonly<{
  type: 'session.closed_by_next';
  uuid: string;
  silentMs: number;
}>;

/** Input. This clock at the first read, less the close time of the ledger read: what rounding and validation take, or a wrong clock. */
export type ClockCompared = Readonly<{ type: 'clock.compared'; ledger: number; skewMs: number }>;

/** One question of the gate before a live start, and what was found. */
export type GateLine = Readonly<{ check: string; pass: boolean; evidence: string }>;

/** Input. What the gate said of the log, once a dead session is closed and the gap to the ledger filled. */
export type GateAnswered = Readonly<{
  type: 'gate.answered';
  go: boolean;
  lines: readonly GateLine[];
}>;

/** Input. One evaluation; `index` counts from 0. */
export type Tick = Readonly<{ type: 'tick'; index: number }>;

/** Input. The planned end, at which there is no tick; or, while the session closes, the pulse of its waits. */
export type TimeDue = Readonly<{ type: 'time.due'; subject: 'end' | 'closing' }>;

export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGBREAK' | 'SIGHUP';
/** Input. The process got a signal that asks it to end. */
export type SignalReceived = Readonly<{ type: 'signal'; name: SignalName }>;

/** The start's checks passed: quoting may begin. */
export type SessionStarted = Readonly<{ type: 'session.started'; plannedEndAt: number }>;

/** Somebody asks for the end; the mode answers with the one `halt`. */
export type SessionEnding = Readonly<{
  type: 'session.ending';
  reason: HaltReason;
  source: HaltSource | GuardId;
  detail: string;
}>;

/** What closing came to. `proof` names the validated ledger at which nothing of ours was left. */
export type SessionEnded = Readonly<{
  type: 'session.ended';
  outcome: 'nothing_left' | 'left_to_expire' | 'nothing_sent';
  proof: { readonly ledger: number } | null;
  left: readonly OrderId[];
  untilMs: number | null;
}>;

/** Offers on the account that the log does not know: the start refuses unless told to cancel them. */
export type ForeignOffersFound = Readonly<{
  type: 'session.foreign_offers_found';
  sequences: readonly number[];
}>;
