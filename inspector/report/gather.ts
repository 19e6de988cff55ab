/**
 * One pass over a session's rows for its report, in memory that does not grow with their number: the session's own fold, the
 * ticks in as many bins as are drawn, what stood when, and the first and last of every list.
 */
import type { Recorded } from '../../events/envelope.ts';
import type { Outline } from '../../events/outline.ts';
import { guardIds, type GuardFact, type GuardId } from '../../events/guard.ts';
import type { FillRecorded, TruthChecked, TruthStatus } from '../../events/inventory.ts';
import type { Mode } from '../../events/mode.ts';
import type { SessionOpened } from '../../events/session.ts';
import * as accounting from '../../projections/accounting.ts';
import { apply, empty, type Moment } from '../../projections/moment.ts';
import { markOf, tickOf, type Mark } from '../../projections/strip.ts';
import { createBins, type Bin } from './bins.ts';
import { createListing, type Listed } from './listing.ts';
import { createRested, type Rested } from './rested.ts';
import { createSpans, type Span } from './spans.ts';

type Row = Recorded<Outline>;

export type ModeSpan = Readonly<{ mode: Mode; causes: readonly GuardId[] }>;
export type Phase = Readonly<{ phase: string; count: number; needed: number }>;

export type Trip = Readonly<{
  seq: number;
  at: number;
  guard: GuardId;
  fact: GuardFact;
  episode: number;
  deadlineAt: number | null;
}> & { recoveredAt: number | null };

export type Check = Readonly<{ at: number; check: TruthChecked }>;
export type FillMark = Extract<Mark, { kind: 'fill' }>;
export type TruthMark = Extract<Mark, { kind: 'truth' }>;

export type Gathered = Readonly<{
  from: number;
  to: number;
  moment: Moment;
  accounting: accounting.Accounting;
  opened: SessionOpened | null;
  bins: readonly Bin[];
  modes: readonly Span<ModeSpan>[];
  phases: Readonly<Record<GuardId, readonly Span<Phase>[]>>;
  /** The last change of mode or causes; null before the first. */
  changed: number | null;
  trips: Listed<Trip>;
  causes: readonly Rested[];
  fills: Listed<Readonly<{ at: number; fill: FillRecorded }>>;
  fillMarks: readonly FillMark[];
  /** The first, the last, and those that were not ok. */
  checks: Listed<Check>;
  checkCounts: Readonly<Record<TruthStatus, number>>;
  truthMarks: readonly TruthMark[];
  /** What is wrong with the first row that could not be read; null where all could. */
  damage: string | null;
}>;

/** `columns`: how many points a line may have. */
export type Frame = Readonly<{ from: number; to: number; columns: number }>;

const rowsListed = 24;
const phaseRank = ['armed', 'recovering', 'cooling', 'tripped'];
const modeRank = ['OK', 'DEGRADED', 'HALT'];
const statusRank: readonly string[] = ['ok', 'warn', 'unverified', 'trip'];

/** Rows that cannot be read end it, and it says so. */
export const gather = async (rows: AsyncIterable<Row>, frame: Frame): Promise<Gathered> => {
  const { from, to, columns } = frame;
  const pixel = Math.max(1, (to - from) / columns);
  const columnOf = (at: number): number => Math.floor((at - from) / pixel);
  const bins = createBins(from, to, columns);
  const modes = createSpans<ModeSpan>(from, { mode: 'OK', causes: [] }, pixel, (a, b) =>
    modeRank.indexOf(a.mode) > modeRank.indexOf(b.mode) ? a : b,
  );
  const regions = new Map(
    guardIds.map((id) => [
      id,
      createSpans<Phase>(from, { phase: 'armed', count: 0, needed: 0 }, pixel, (a, b) =>
        phaseRank.indexOf(a.phase) > phaseRank.indexOf(b.phase) ? a : b,
      ),
    ]),
  );
  const trips = createListing<Trip>(rowsListed);
  const standing = new Map<GuardId, Trip>();
  const rested = createRested();
  const fills = createListing<Readonly<{ at: number; fill: FillRecorded }>>(rowsListed);
  const fillMarks = new Map<string, FillMark>();
  const checks = createListing<Check>(rowsListed);
  const checkCounts = { ok: 0, warn: 0, trip: 0, unverified: 0 };
  const truthMarks = new Map<number, TruthMark>();
  let opened: SessionOpened | null = null;
  let moment = empty;
  let account = accounting.empty;
  let ticked = false;
  let changed: number | null = null;
  let unlisted: Check | null = null;

  const list = ({ seq, at, event }: Row): void => {
    switch (event.type) {
      case 'session.opened':
        opened = event;
        break;
      case 'guard.tripped': {
        const { guard, fact, episode, deadlineAt } = event;
        const trip: Trip = { seq, at, guard, fact, episode, deadlineAt, recoveredAt: null };
        trips.add(trip);
        standing.set(guard, trip);
        break;
      }
      case 'guard.recovered': {
        const trip = standing.get(event.guard);
        if (trip) trip.recoveredAt = at;
        break;
      }
      case 'fill.recorded':
        fills.add({ at, fill: event });
        break;
      case 'mode.changed':
        changed = seq;
        break;
      case 'truth.checked': {
        checkCounts[event.status] += 1;
        const isListed = event.status !== 'ok' || checks.listed().count === 0;
        if (isListed) checks.add({ at, check: event });
        unlisted = isListed ? null : { at, check: event };
        break;
      }
    }
  };

  const draw = (mark: Mark): void => {
    switch (mark.kind) {
      case 'mode':
        return modes.begin(mark.at, { mode: mark.mode as Mode, causes: mark.causes });
      case 'guard':
        return regions.get(mark.guard)?.begin(mark.at, mark);
      case 'fill':
        return void fillMarks.set(`${columnOf(mark.at)} ${mark.side}`, mark);
      case 'truth': {
        const before = truthMarks.get(columnOf(mark.at));
        const isBetter =
          before && statusRank.indexOf(before.status) > statusRank.indexOf(mark.status);
        if (!isBetter) truthMarks.set(columnOf(mark.at), mark);
        return;
      }
      case 'end':
        return;
    }
  };

  const take = (row: Row): void => {
    if (row.turn !== moment.turn && ticked) {
      bins.push(tickOf(moment));
      ticked = false;
    }
    moment = apply(moment, row);
    account = accounting.apply(account, row);
    rested.take(row);
    if (row.event.type === 'tick') ticked = true;
    list(row);
    const mark = markOf(row);
    if (mark) draw(mark);
  };

  let damage: string | null = null;
  try {
    for await (const row of rows) take(row);
  } catch (error) {
    if (moment.seq === 0) throw error;
    damage = error instanceof Error ? error.message : String(error);
  }
  if (ticked) bins.push(tickOf(moment));
  if (unlisted) checks.add(unlisted);
  const end = Math.min(moment.at, to);
  return {
    from,
    to,
    moment,
    accounting: account,
    opened,
    bins: bins.all(),
    modes: modes.until(end),
    phases: Object.fromEntries(
      [...regions].map(([id, spans]) => [id, spans.until(end)]),
    ) as unknown as Gathered['phases'],
    changed,
    trips: trips.listed(),
    causes: rested.told(),
    fills: fills.listed(),
    fillMarks: [...fillMarks.values()],
    checks: checks.listed(),
    checkCounts,
    truthMarks: [...truthMarks.values()],
    damage,
  };
};
