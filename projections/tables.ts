/**
 * The read models of a session: its rows folded, in order, to the SQL that brings the tables to where the log is. Pure. A
 * session's statements depend on its own rows and on which sessions there are, never on what the tables hold.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import { apply as applyChapter, blank, type Chapter } from './chapter.ts';
import { balances } from './tables/balances.ts';
import { breakers } from './tables/breakers.ts';
import { capital } from './tables/capital.ts';
import { chapters } from './tables/chapters.ts';
import { engine } from './tables/engine.ts';
import { fills } from './tables/fills.ts';
import { market } from './tables/market.ts';
import { orders } from './tables/orders.ts';
import { sessions } from './tables/sessions.ts';
import type { Replace, Said, Say, Step } from './tables/table.ts';
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

export type Tables = Readonly<{ session: number; chapter: Chapter; states: typeof initial }>;

/** Before the first row of a session. */
export const emptyTables = (session: number): Tables => ({
  session,
  chapter: blank,
  states: initial,
});

const initial = {
  sessions: sessions.initial,
  engine: engine.initial,
  orders: orders.initial,
  fills: fills.initial,
  balances: balances.initial,
  capital: capital.initial,
  breakers: breakers.initial,
  market: market.initial,
  truth: truth.initial,
  chapters: chapters.initial,
} as const;

/** `engine_state` is the newest session's alone. Throws where an order's event is no legal move. */
export const apply = (
  { session, chapter: before, states }: Tables,
  recorded: Recorded<Outline>,
  among: Sessions,
): Readonly<{ tables: Tables; said: readonly Said[] }> => {
  const said: Said[] = [];
  const say: Say = (sql, ...parameters) => void said.push({ sql, parameters });
  const replace: Replace = (row, sql, parameters) => void said.push({ row, sql, parameters });
  const { chapter, ended } = applyChapter(before, recorded);
  const step: Step = {
    session,
    recorded,
    before: before.moment.session,
    after: chapter.moment.session,
    ended,
    numbers: among.numbers,
  };
  const tables: Tables = {
    session,
    chapter,
    states: {
      sessions: sessions.on(states.sessions, step, say, replace),
      engine:
        session === among.newest ? engine.on(states.engine, step, say, replace) : states.engine,
      orders: orders.on(states.orders, step, say, replace),
      fills: fills.on(states.fills, step, say, replace),
      balances: balances.on(states.balances, step, say, replace),
      capital: capital.on(states.capital, step, say, replace),
      breakers: breakers.on(states.breakers, step, say, replace),
      market: market.on(states.market, step, say, replace),
      truth: truth.on(states.truth, step, say, replace),
      chapters: chapters.on(states.chapters, step, say, replace),
    },
  };
  return { tables, said };
};
