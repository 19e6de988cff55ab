/**
 * A table of the read models: a pure fold of one session's rows that answers with SQL. What several tables need to know is
 * folded once and handed to all; no table reads another, and none decides anything.
 */
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { Decimal } from '../../ledger/decimal.ts';
import type { Inventory } from '../inventory.ts';
import type { Orders } from '../orders.ts';

/** One statement. Its text is one of few: each is prepared once. */
export type Change = Readonly<{ sql: string; parameters: readonly (string | number | null)[] }>;

/** Folded with the actors' own `apply`. */
export type Known = Readonly<{
  inventory: Inventory;
  orders: Orders;
  /** Of the newest tick that had one. */
  mid: Decimal | null;
}>;

/** One row of the log, and what was known before and after it. */
export type Step = Readonly<{
  /** The local number. */
  session: number;
  recorded: Recorded<Event>;
  before: Known;
  after: Known;
  /** Local numbers of the sessions in this log. */
  numbers: ReadonlyMap<string, number>;
}>;

export type Say = (sql: string, ...parameters: Change['parameters']) => void;

export type Table<State> = Readonly<{
  initial: State;
  on: (state: State, step: Step, say: Say) => State;
}>;

/** A row's id says where in the log it comes from: session, seq in nine digits, and which of that event's rows it is. */
export const rowId = ({ session, recorded }: Step, which = 0): number =>
  session * 10_000_000_000 + recorded.seq * 10 + which;
