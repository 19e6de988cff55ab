/**
 * A table of the read models: a pure fold of one session's rows that answers with SQL. What several tables need to know is
 * folded once and handed to all; no table reads another, and none decides anything.
 */
import type { Recorded } from '../../events/envelope.ts';
import type { Outline } from '../../events/outline.ts';
import type { Chapter } from '../chapter.ts';
import type { SessionState } from '../session.ts';

/** One statement. Its text is one of few. */
export type Change = Readonly<{ sql: string; parameters: Parameters }>;

type Parameters = readonly (string | number | null)[];

/** A change, or one that says the whole of a row, whatever was there: its parameters are made when it is to be written. */
export type Said = Change | Readonly<{ row: string; sql: string; parameters: () => Parameters }>;

/** The changes that count where all are written at once: of those that say the whole of one row the last. */
export const lasting = (all: readonly Said[]): readonly Change[] => {
  const last = new Map<string, Said>();
  for (const said of all) if ('row' in said) last.set(said.row, said);
  const changes: Change[] = [];
  for (const said of all) {
    if (!('row' in said)) changes.push(said);
    else if (last.get(said.row) === said)
      changes.push({ sql: said.sql, parameters: said.parameters() });
  }
  return changes;
};

/** One row of the log, and what was known before and after it. */
export type Step = Readonly<{
  /** The local number. */
  session: number;
  recorded: Recorded<Outline>;
  /** The session's own fold. */
  before: SessionState;
  after: SessionState;
  /** The chapter that this row ends by beginning another turn, where it does. */
  ended: Chapter | null;
  /** Local numbers of the sessions in this log. */
  numbers: ReadonlyMap<string, number>;
}>;

export type Say = (sql: string, ...parameters: Parameters) => void;

/** Says the whole of a row, which goes by any name that is its own. */
export type Replace = (row: string, sql: string, parameters: () => Parameters) => void;

export type Table<State> = Readonly<{
  initial: State;
  on: (state: State, step: Step, say: Say, replace: Replace) => State;
}>;

/** A row's id says where in the log it comes from: session, seq in nine digits, and which of that event's rows it is. */
export const rowId = ({ session, recorded }: Step, which = 0): number =>
  session * 10_000_000_000 + recorded.seq * 10 + which;
