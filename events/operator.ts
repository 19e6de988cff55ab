/** What an operator asked for, through the inbox or the page. Inputs. */

export type OperatorInput =
  | OperatorKill
  | OperatorClear
  | OperatorStop
  | OperatorCapital
  | OperatorRealign
  | OperatorAcknowledge;

export type OperatorKill = Readonly<{ type: 'operator.kill'; note: string }>;
export type OperatorClear = Readonly<{ type: 'operator.clear'; by: string; note: string }>;
export type OperatorStop = Readonly<{ type: 'operator.stop'; note: string }>;
/** Announces a deposit (positive) or a withdrawal (negative): nothing moves before its validated payment is seen. */
export type OperatorCapital = Readonly<{
  type: 'operator.capital';
  drops: string;
  rlusd: string;
  note: string;
}>;
/** Adopts the chain's balances at the next read as a realignment. */
export type OperatorRealign = Readonly<{ type: 'operator.realign'; note: string }>;
/** Says that a named event of a named session has been looked at. */
export type OperatorAcknowledge = Readonly<{
  type: 'operator.acknowledge';
  session: number;
  seq: number;
  note: string;
}>;
