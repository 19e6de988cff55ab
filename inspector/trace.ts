/**
 * Why an event happened and what came of it: its causes up to the input that began it, its consequences down as a tree, and
 * beside them, as evidence and not as cause, the events that its operands came from.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { brief } from '../projections/brief.ts';
import { eventAt } from '../projections/lineage.ts';
import { createMemory, inputBehind, seqsOf } from '../projections/sources.ts';
import type { Thresholds } from '../projections/thresholds.ts';
import { rowsBetween, type LogSource } from './source.ts';

type Row = Recorded<Event>;

/** An event as a line of a list. */
export type Line = Readonly<{
  seq: number;
  turn: number;
  at: number;
  kind: Row['kind'];
  actor: string;
  type: string;
  cause: number;
  /** The guard or mode that it speaks of; null for most. */
  about: string | null;
  what: string;
}>;

export type Traced = Readonly<{
  /** From the input to the event itself. */
  up: readonly Line[];
  /** What followed, each below what it followed from. `depth` counts from 1. */
  down: readonly (Line & Readonly<{ depth: number }>)[];
  /** What else was decided in its turn after it, as far as it is no consequence of it. */
  beside: readonly Line[];
  evidence: readonly Line[];
  /** The whole row. */
  row: Row;
}>;

/** Answers to an intent come within a few ledgers. */
const rowsAhead = 600;
/** How far back its evidence is looked for: a thousand ticks. */
const rowsBehind = 10_000;
const linesMax = 80;

export const lineOf = (row: Row, thresholds: Thresholds | null): Line => {
  const { seq, turn, at, kind, actor, cause, event } = row;
  return {
    seq,
    turn,
    at,
    kind,
    actor,
    type: event.type,
    cause,
    about: aboutOf(event),
    what: brief(row, thresholds),
  };
};

const aboutOf = (event: Event): string | null => {
  if ('guard' in event) return event.guard;
  if (event.type === 'mode.changed') return event.mode;
  if (event.type === 'halt') return 'HALT';
  return event.type === 'fill.recorded' ? 'directional_drift' : null;
};

type Source = Pick<LogSource, 'read' | 'outlines' | 'lineage'>;

/** Undefined where there is no such event. */
export const trace = async (
  source: Source,
  session: number,
  seq: number,
  { last, thresholds }: Readonly<{ last: number; thresholds: Thresholds | null }>,
): Promise<Traced | undefined> => {
  const after = await rowsBetween(source.read, session, seq, Math.min(last, seq + rowsAhead));
  const [row, ...later] = after;
  if (!row) return undefined;
  const line = (one: Row): Line => lineOf(one, thresholds);
  const down = consequences(row, later);
  const beside = later.filter(
    (one) => one.turn === row.turn && !down.some((follower) => follower.row === one),
  );
  return {
    up: (await chain(source, session, row)).map(line),
    down: down.map(({ row: one, depth }) => ({ ...line(one), depth })),
    beside: beside.map(line),
    evidence: (await evidenceOf(source, session, row)).map(line),
    row,
  };
};

/** What the numbers of a trip or a breach came from, with the inputs that brought it, in order. */
const evidenceOf = async (
  source: Source,
  session: number,
  { seq, event }: Row,
): Promise<readonly Row[]> => {
  if (event.type !== 'guard.tripped' && event.type !== 'limit.breached') return [];
  const memory = createMemory();
  const before = await rowsBetween(source.outlines, session, seq - rowsBehind, seq - 1);
  for (const row of before) memory.take(row);
  const sources = memory.behind(event);
  const lineage = await source.lineage(session, seqsOf(sources));
  const rows = sources.flatMap((one) => [
    eventAt(lineage, one.seq),
    inputBehind(one, lineage) ?? [],
  ]);
  return [...new Set(rows.flat())].toSorted((a, b) => a.seq - b.seq);
};

const chain = async (source: Source, session: number, row: Row): Promise<readonly Row[]> => {
  const found = [row];
  for (let next = row.cause; next > 0 && found.length < linesMax;) {
    const [cause] = await rowsBetween(source.read, session, next, next);
    if (!cause) break;
    found.unshift(cause);
    next = cause.cause;
  }
  return found;
};

type Follower = Readonly<{ row: Row; depth: number }>;

const consequences = (row: Row, later: readonly Row[]): readonly Follower[] => {
  const byCause = new Map<number, Row[]>();
  for (const one of later) byCause.set(one.cause, [...(byCause.get(one.cause) ?? []), one]);
  const found: Follower[] = [];
  const below = (seq: number, depth: number): void => {
    for (const one of byCause.get(seq) ?? []) {
      if (found.length >= linesMax) return;
      found.push({ row: one, depth });
      below(one.seq, depth + 1);
    }
  };
  below(row.seq, 1);
  return found;
};
