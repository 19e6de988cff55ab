/**
 * One variant of one session, measured. The session is read once, its tape and its fills are shared by all variants of it that
 * this process measures, and nothing is kept of a variant but its figures.
 */
import type { Reader } from '../../actors/log/reader.ts';
import { openReader } from '../../actors/log/reader.ts';
import { rerun, type Rerun } from '../../actors/rerun.ts';
import { anewUnder, settingsOf, tapeOf, type Anew, type Tape } from '../../actors/tape.ts';
import { ConfigError, readConfigForReplay } from '../../config.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { SideTouch } from '../../events/market.ts';
import type { SessionOpened } from '../../events/session.ts';
import type { Settings } from '../../machines/settings.ts';
import * as accounting from '../../projections/accounting.ts';
import { closed, type JudgedFill } from '../../projections/markout.ts';
import { none, plus, totalsDocument } from '../../projections/totals.ts';
import type { Figures } from './figures.ts';
import type { Variant } from './grid.ts';

type Row = Recorded<Event>;

/** `to`: the last event of the session when the sweep began. `along`: sets that show which keys will be changed. */
export type Job = Readonly<{
  database: string;
  session: number;
  to: number;
  along: readonly Variant[];
  /** Null is the base: the session under its own settings. */
  variant: number | null;
  set: Variant;
}>;

export type Outcome = Readonly<{ session: number; variant: number | null }> &
  (
    | Readonly<{ figures: Figures }>
    /** The values do not go together. */
    | Readonly<{ refused: string }>
    /** The session cannot be read. */
    | Readonly<{ failure: string }>
  );

export const measure = async (job: Job): Promise<Outcome> => {
  const { session, variant } = job;
  try {
    return { session, variant, figures: await figuresOf(job) };
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    if (error instanceof ConfigError && error.isContradiction) {
      return { session, variant, refused: told };
    }
    return { session, variant, failure: told };
  }
};

type Touched = Readonly<{ seq: number; bid: SideTouch | null; ask: SideTouch | null }>;

type Loaded = Readonly<{
  opened: SessionOpened;
  openedAt: number;
  anew: Anew;
  tape: Tape;
  record: Traded;
  /** Of all of it: most variants go to its end. */
  whole: AsRecorded;
}>;

/** What no variant changes: it is counted up to each one's end. */
type Traded = Readonly<{ fills: readonly JudgedFill[]; touches: readonly Touched[] }>;
type AsRecorded = Pick<Figures, 'fills' | 'touch_bid' | 'touch_ask'>;

/** The session at hand: one at a time, so that memory grows with neither sessions nor variants. */
let current: Readonly<{ key: string; loaded: Promise<Loaded> }> | undefined;

const figuresOf = async (job: Job): Promise<Figures> => {
  const { database, session, to, set, along } = job;
  const key = JSON.stringify([database, session, to]);
  if (current?.key !== key) current = { key, loaded: load(job, along) };
  let loaded = await current.loaded;
  const settings = readConfigForReplay(loaded.opened.config, { set }).effective;
  const { actors } = anewUnder(settingsOf(loaded.opened), [settings]);
  if ([...actors].some((actor) => !loaded.anew.actors.has(actor))) {
    current = { key, loaded: load(job, [...along, set]) };
    loaded = await current.loaded;
  }
  return figures(loaded, settings);
};

const load = async ({ database, session, to }: Job, along: readonly Variant[]): Promise<Loaded> => {
  const reader = await openReader(database);
  try {
    return await loadFrom(reader, session, to, along);
  } finally {
    await reader.close();
  }
};

const loadFrom = async (
  reader: Reader,
  session: number,
  to: number,
  along: readonly Variant[],
): Promise<Loaded> => {
  const rows: Row[] = [];
  const fills: JudgedFill[] = [];
  const touches: Touched[] = [];
  let account = accounting.empty;
  for await (const page of reader.readSession(session, { to })) {
    for (const row of page as readonly Row[]) {
      rows.push(row);
      account = accounting.apply(account, row);
      fills.push(...account.completed);
      const { seq, event } = row;
      if (event.type === 'touch.measured') touches.push({ seq, bid: event.bid, ask: event.ask });
    }
  }
  fills.push(...account.open.map(closed));
  const [first] = rows;
  if (first?.event.type !== 'session.opened') throw new Error('it does not begin with its opening');
  const opened = first.event;
  const anew = anewUnder(
    settingsOf(opened),
    along.flatMap((set) => settingsWith(opened, set)),
  );
  const record = { fills: fills.toSorted((a, b) => a.seq - b.seq), touches };
  const tape = tapeOf(rows, anew);
  return { opened, openedAt: first.at, anew, tape, record, whole: asRecorded(record, Infinity) };
};

const asRecorded = ({ fills, touches }: Traded, upTo: number): AsRecorded => ({
  fills: totalsDocument(fills.filter(({ seq }) => seq <= upTo).reduce(plus, none)),
  touch_bid: within(touches, upTo, ({ bid }) => bid),
  touch_ask: within(touches, upTo, ({ ask }) => ask),
});

/** None where the values do not go together: what they would change others change too. */
const settingsWith = ({ config }: SessionOpened, set: Variant): readonly Settings[] => {
  try {
    return [readConfigForReplay(config, { set }).effective];
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
};

/** Guards only: orders, fills and touch as recorded, up to the end that this variant comes to. */
const figures = (loaded: Loaded, settings: Settings): Figures => {
  const { tape, anew, openedAt, record, whole } = loaded;
  const degraded: { from: number; to: number }[] = [];
  let trips = 0;
  const { divergedAt, halt, stoppedAt } = rerun(tape, settings, anew, (rows) => {
    for (const { at, event } of rows) {
      if (event.type === 'guard.tripped') trips += 1;
      if (event.type !== 'mode.changed') continue;
      const last = degraded.at(-1);
      if (last?.to === Infinity) last.to = at;
      if (event.mode === 'DEGRADED') degraded.push({ from: at, to: Infinity });
    }
  });
  const upTo = stoppedAt ?? Infinity;
  const unquoted = record.fills.filter(
    ({ seq, at }) => seq <= upTo && degraded.some(({ from, to }) => from < at && at <= to),
  );
  return {
    diverged_at: divergedAt?.seq ?? null,
    halt: ended(halt, openedAt),
    degraded_seconds:
      degraded.reduce((sum, { from, to }) => sum + Math.min(to, halt.at) - from, 0) / 1000,
    trips,
    fills_unquoted: unquoted.length,
    ...(stoppedAt === null ? whole : asRecorded(record, upTo)),
  };
};

const ended = ({ reason, source, at }: Rerun['halt'], openedAt: number): Figures['halt'] => ({
  reason,
  source,
  after_seconds: (at - openedAt) / 1000,
});

const within = (
  touches: readonly Touched[],
  upTo: number,
  sideOf: (touched: Touched) => SideTouch | null,
): number | null => {
  let [count, near] = [0, 0];
  for (const touched of touches) {
    const side = touched.seq <= upTo ? sideOf(touched) : null;
    if (!side) continue;
    count += 1;
    if (side.within2bps) near += 1;
  }
  return count === 0 ? null : near / count;
};
