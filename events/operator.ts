/** What an operator asked for, through the inbox or the page. Inputs; each may have `request`, the id of its file in the inbox. */

/** A file of that id which is found again is not heard again: its process ended before it was gone. */
type Requested = Readonly<{ request?: string }>;

export type OperatorInput = Requested & OperatorWords;

type OperatorWords =
  | OperatorKill
  | OperatorClear
  | OperatorStop
  | OperatorCapital
  | OperatorBasis
  | OperatorRealign
  | OperatorAcknowledge;

/**
 * Input. The kill switch: latched across sessions until it is cleared. `cleared` where that had come before any session heard
 * this one: then it ends no session and latches nothing, and the `operator.clear` that follows says by whom.
 */
export type OperatorKill = Readonly<{ type: 'operator.kill'; note: string; cleared?: true }>;
/** Input. Somebody has cleared the kill switch, with a name and a note. */
export type OperatorClear = Readonly<{ type: 'operator.clear'; by: string; note: string }>;
/** Input. Somebody asks for a graceful end. */
export type OperatorStop = Readonly<{ type: 'operator.stop'; note: string }>;
/** Announces a deposit (positive) or a withdrawal (negative): nothing moves before its validated payment is seen. */
export type OperatorCapital = Readonly<{
  type: 'operator.capital';
  drops: string;
  rlusd: string;
  note: string;
}>;
/** Commits the XRP held to an average cost, RLUSD per XRP: it moves no balance. */
export type OperatorBasis = Readonly<{ type: 'operator.basis'; price: string; note: string }>;
/** Adopts the chain's balances at the next read as a realignment. */
export type OperatorRealign = Readonly<{ type: 'operator.realign'; note: string }>;
/**
 * Says that one event has been looked at: `seq` of the session with that UUID, which the operator knew by its local
 * number. It answers that event and no other.
 */
export type OperatorAcknowledge = Readonly<{
  type: 'operator.acknowledge';
  session: number;
  uuid: string;
  seq: number;
  note: string;
}>;
