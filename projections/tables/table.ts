/**
 * A table of the read models: a pure fold of one session's rows that answers with SQL. What several tables need to know is
 * folded once and handed to all; no table reads another, and none decides anything.
 */
import type { Recorded } from '../../events/envelope.ts';
import type { EventType } from '../../events/event.ts';
import type { Outline } from '../../events/outline.ts';
import type { SessionState } from '../session.ts';

/** One statement. Its text is one of few. */
export type Change = Readonly<{ sql: string; parameters: Parameters }>;

type Parameters = readonly (string | number | null)[];

/** A change, or one that says the whole of a row, whatever was there: its parameters are made when it is to be written. */
export type Said = Readonly<{ table: string }> &
  (Change | Readonly<{ row: string; sql: string; parameters: () => Parameters }>);

/**
 * The changes that count where all are written at once: of those that say the whole of one row the last. They come table by table, as
 * no table's depend on another's.
 */
export const lasting = (all: readonly Said[]): readonly Change[] => {
  const last = new Map<string, Said>();
  for (const said of all) if ('row' in said) last.set(said.row, said);
  const changes = new Map<string, Change[]>();
  for (const said of all) {
    if ('row' in said && last.get(said.row) !== said) continue;
    const change = 'row' in said ? { sql: said.sql, parameters: said.parameters() } : said;
    const before = changes.get(said.table);
    if (before) before.push(change);
    else changes.set(said.table, [change]);
  }
  return [...changes.values()].flat();
};

/** One row of the log, and what was known before and after it. */
export type Step = Readonly<{
  /** The local number. */
  session: number;
  recorded: Recorded<Outline>;
  /** The session's own fold. */
  before: SessionState;
  after: SessionState;
  /** Local numbers of the sessions in this log. */
  numbers: ReadonlyMap<string, number>;
}>;

export type Say = (sql: string, ...parameters: Parameters) => void;

/** Says the whole of a row, which goes by any name that is its own. */
export type Replace = (row: string, sql: string, parameters: () => Parameters) => void;

/** It is told what it hears and nothing else. */
export type Table<State> = Readonly<{
  hears: readonly EventType[];
  initial: State;
  on: (state: State, step: Step, say: Say, replace: Replace) => State;
}>;

/** A row's id says where in the log it comes from: session, seq in nine digits, and which of that event's rows it is. */
export const rowId = ({ session, recorded }: Step, which = 0): number =>
  session * 10_000_000_000 + recorded.seq * 10 + which;
