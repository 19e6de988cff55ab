/**
 * Why a session ended, or why it is as it is: the chain of causes from the input to the halt, every trip with its operands and
 * where they came from, what else stood, and the modes in order. A function of the session's rows; it reads nothing else.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { guardIds, type GuardId, type GuardTripped, type Operand } from '../events/guard.ts';
import type { Mode } from '../events/mode.ts';
import { isoTime } from '../ledger/time.ts';
import { standText } from './cause.ts';
import { describe } from './describe.ts';
import { document, type SessionDocument } from './document.ts';
import { evidenceText, guardName } from './evidence.ts';
import { sentence } from './sentence.ts';
import { apply, empty, type SessionState } from './session.ts';
import { chainTo, inputBehind, sources, storyOf, type Story } from './sources.ts';
import { entriesOf } from './trail.ts';

type Row = Recorded<Event>;

/** One event of the story; `elapsed_seconds` since the first tick. */
export type Step = Readonly<{
  seq: number;
  at: string;
  elapsed_seconds: number;
  type: string;
  actor: string;
  kind: Row['kind'];
  cause: number;
  what: string;
}>;

/** What an operand was read from: the event that carried it, and the input behind that. */
export type Source = Readonly<{ carried_by: Step; input: Step | null }>;

export type Trip = Readonly<{
  guard: GuardId;
  /** With its condition, where the guard has several. */
  name: string;
  episode: number;
  seq: number;
  at: string;
  elapsed_seconds: number;
  condition: string | null;
  operands: Readonly<Record<string, Operand>>;
  what: string;
  deadline_at: string | null;
  deadline_elapsed_seconds: number | null;
  /** Null where it stood to the end. */
  recovered_at: string | null;
  recovered_elapsed_seconds: number | null;
  outcome: 'recovered' | 'standing' | 'halted';
  /** Where it did not recover: what the guard saw last, and what would have released it. */
  at_end: string | null;
  chain: readonly Step[];
  sources: readonly Source[];
}>;

export type Explanation = Readonly<{
  session: number;
  network: SessionDocument['network'];
  started_at: string;
  ended_at: string | null;
  sentence: string;
  halt: SessionDocument['halt'];
  halt_elapsed_seconds: number | null;
  /** Where a guard ended the session or stands now: the earliest trip that had not recovered. */
  first_cause: Readonly<{ guard: GuardId; seq: number }> | null;
  /** From the input to the halt; without one, to the last change of mode. */
  chain: readonly Step[];
  /** Where the numbers in the halt's own chain came from. */
  sources: readonly Source[];
  /** Every trip, in order. */
  causes: readonly Trip[];
  /** Guards that stood at the end besides the one that halted, in order of their trips. */
  standing: readonly GuardId[];
  timeline: readonly Readonly<{
    at: string;
    elapsed_seconds: number;
    mode: Mode;
    causes: readonly GuardId[];
  }>[];
  /** Later causes of an end, which changed nothing. */
  ignored: readonly Step[];
  /** The last event before the silence of a session that died. */
  last_before_silence: Step | null;
  /** What closing came to. */
  closing: Step | null;
}>;

export const explanation = (
  rows: readonly Row[],
  about: Readonly<{ session: number; lastHash: string }>,
): Explanation => {
  const story = storyOf(rows);
  const state = rows.reduce(apply, empty);
  const told = document(state, about);
  const teller = tellerOf(state, story);
  const causes = rows.flatMap((row) =>
    row.event.type === 'guard.tripped' ? [trip(teller, rows, row, row.event)] : [],
  );
  const end = state.halt?.seq ?? rows.findLast(({ event }) => event.type === 'mode.changed')?.seq;
  const first = causes.find(({ outcome }) => outcome !== 'recovered');
  const silent = rows.findIndex(({ event }) => event.type === 'session.closed_by_next');
  const before = rows[silent - 1];
  const closing = rows.findLast(({ event }) => event.type === 'session.ended');
  const chain = end === undefined ? [] : chainTo(story, end);
  return {
    session: told.session,
    network: told.network,
    started_at: told.started_at,
    ended_at: told.ended_at,
    sentence: sentence(state, state.lastAt),
    halt: told.halt,
    halt_elapsed_seconds: state.halt && teller.elapsed(state.halt.at),
    first_cause: first && byGuard(state) ? { guard: first.guard, seq: first.seq } : null,
    chain: chain.map(teller.step),
    sources: chain.flatMap((row) => teller.sourcesOf(row)),
    causes,
    standing: state.halt?.standing ?? state.mode.causes,
    timeline: entriesOf(state.mode.timeline).map(({ at, ...entry }) => ({
      at: isoTime(at),
      elapsed_seconds: teller.elapsed(at),
      ...entry,
    })),
    ignored: rows.filter(({ event }) => event.type === 'halt.ignored').map(teller.step),
    last_before_silence: before ? teller.step(before) : null,
    closing: closing ? teller.step(closing) : null,
  };
};

const byGuard = ({ halt }: SessionState): boolean =>
  halt === null || guardIds.some((id) => id === halt.source);

type Teller = Readonly<{
  state: SessionState;
  story: Story;
  elapsed: (at: number) => number;
  step: (row: Row) => Step;
  sourcesOf: (row: Row) => readonly Source[];
}>;

const tellerOf = (state: SessionState, story: Story): Teller => {
  const zero = state.startedAt ?? state.openedAt;
  const elapsed = (at: number): number => (at - zero) / 1000;
  const step = (row: Row): Step => ({
    seq: row.seq,
    at: isoTime(row.at),
    elapsed_seconds: elapsed(row.at),
    type: row.event.type,
    actor: row.actor,
    kind: row.kind,
    cause: row.cause,
    what: describe(row, state.thresholds),
  });
  return {
    state,
    story,
    elapsed,
    step,
    sourcesOf: (row) =>
      sources(story, row).map((source) => {
        const input = inputBehind(story, source);
        return {
          carried_by: step(source),
          input: input && input.seq !== source.seq ? step(input) : null,
        };
      }),
  };
};

const trip = (
  { state, story, elapsed, step, sourcesOf }: Teller,
  rows: readonly Row[],
  row: Row,
  { guard, fact, episode, deadlineAt }: GuardTripped,
): Trip => {
  const recovered = rows.find(
    ({ seq, event }) => seq > row.seq && event.type === 'guard.recovered' && event.guard === guard,
  );
  return {
    guard,
    name: guardName(guard, fact),
    episode,
    seq: row.seq,
    at: isoTime(row.at),
    elapsed_seconds: elapsed(row.at),
    condition: fact.condition,
    operands: fact.operands,
    what: state.thresholds ? evidenceText(guard, fact, state.thresholds) : '',
    deadline_at: deadlineAt === null ? null : isoTime(deadlineAt),
    deadline_elapsed_seconds: deadlineAt === null ? null : elapsed(deadlineAt),
    recovered_at: recovered ? isoTime(recovered.at) : null,
    recovered_elapsed_seconds: recovered ? elapsed(recovered.at) : null,
    at_end: recovered || !state.thresholds ? null : standText(state, state.thresholds, guard),
    outcome: recovered ? 'recovered' : state.halt?.source === guard ? 'halted' : 'standing',
    chain: chainTo(story, row.seq).map(step),
    sources: sourcesOf(row),
  };
};
