/**
 * The read models of a session: its rows folded, in order, to the SQL that brings the tables to where the log is. Pure. A
 * session's statements depend on its own rows and on which sessions there are, never on what the tables hold.
 */
import type { Recorded } from '../events/envelope.ts';
import type { EventType } from '../events/event.ts';
import type { Outline } from '../events/outline.ts';
import { apply as applyChapter, blank, type Chapter } from './chapter.ts';
import { balances } from './tables/balances.ts';
import { breakers } from './tables/breakers.ts';
import { capital } from './tables/capital.ts';
import { tellChapter } from './tables/chapters.ts';
import { engine } from './tables/engine.ts';
import { fills } from './tables/fills.ts';
import { market } from './tables/market.ts';
import { orders } from './tables/orders.ts';
import { sessions } from './tables/sessions.ts';
import type { Replace, Said, Say, Step, Table } from './tables/table.ts';
import { truth } from './tables/truth.ts';

/** Every table with what names its rows, in the order of the digest. */
export const tableKeys = {
  sessions: ['session_id'],
  engine_state: ['key'],
  orders: ['id'],
  fills: ['id'],
  inventory_ledger: ['id'],
  capital_events: ['id'],
  circuit_breaker_events: ['id'],
  market_snapshots: ['session_id', 'ts'],
  inventory_truth_snapshots: ['rowid'],
  chapters: ['session_id', 'last_seq'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Which sessions the log holds. */
export type Sessions = Readonly<{
  /** Local numbers by UUID. */
  numbers: ReadonlyMap<string, number>;
  /** The newest one, of this log's own where there are any. */
  newest: number;
}>;

/** By the name that each has in SQL. Chapters are not among them: one may end with an event of any type. */
export const readModels = {
  sessions,
  engine_state: engine,
  orders,
  fills,
  inventory_ledger: balances,
  capital_events: capital,
  circuit_breaker_events: breakers,
  market_snapshots: market,
  inventory_truth_snapshots: truth,
} as const;

type Name = keyof typeof readModels;
type States = Readonly<Record<Name, unknown>>;
export type Tables = Readonly<{ session: number; chapter: Chapter; states: States }>;

const all = Object.entries(readModels) as readonly [Name, Table<unknown>][];
const initial = Object.fromEntries(all.map(([name, table]) => [name, table.initial])) as States;

/** Before the first row of a session. */
export const emptyTables = (session: number): Tables => ({
  session,
  chapter: blank,
  states: initial,
});

const hearing = new Map<EventType, [Name, Table<unknown>][]>();
for (const [name, table] of all) {
  for (const type of table.hears) hearing.set(type, [...(hearing.get(type) ?? []), [name, table]]);
}

type Told = Readonly<{ tables: Tables; said: readonly Said[] }>;

/** `engine_state` is the newest session's alone. Throws where an order's event is no legal move. */
export const apply = (
  { session, chapter: before, states }: Tables,
  recorded: Recorded<Outline>,
  among: Sessions,
): Told => {
  const { chapter, ended } = applyChapter(before, recorded);
  const heard = hearing.get(recorded.event.type);
  if (!heard && !ended) return { tables: { session, chapter, states }, said: nothing };
  const said: Said[] = [];
  const next = { ...states };
  const step: Step = {
    session,
    recorded,
    before: before.moment.session,
    after: chapter.moment.session,
    numbers: among.numbers,
  };
  for (const [name, table] of heard ?? []) {
    if (name === 'engine_state' && session !== among.newest) continue;
    const replace: Replace = (row, sql, parameters) =>
      void said.push({ table: name, row, sql, parameters });
    next[name] = table.on(states[name], step, saying(name, said), replace);
  }
  if (ended) tellChapter(session, ended, saying('chapters', said));
  return { tables: { session, chapter, states: next }, said };
};

const nothing: readonly Said[] = [];

const saying =
  (table: string, said: Said[]): Say =>
  (sql, ...parameters) =>
    void said.push({ table, sql, parameters });
