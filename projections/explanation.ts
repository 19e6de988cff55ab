/**
 * Why a session ended, or why it is as it is: the chain of causes from the input to the halt, every trip with its operands and
 * where they came from, what else stood, and the modes in order. A function of the session's rows, which are heard one by one;
 * what is kept of them are the numbers of those that are told.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { guardIds, type GuardId, type GuardTripped, type Operand } from '../events/guard.ts';
import type { Mode } from '../events/mode.ts';
import type { Outline } from '../events/outline.ts';
import { isoTime } from '../ledger/time.ts';
import { standText } from './cause.ts';
import { describe } from './describe.ts';
import { document, type SessionDocument } from './document.ts';
import { evidenceText, guardName } from './evidence.ts';
import { sentence } from './sentence.ts';
import { chainTo, eventAt, type Lineage } from './lineage.ts';
import { apply, empty, type SessionState } from './session.ts';
import { createMemory, inputBehind, seqsOf, type Source as Carrier } from './sources.ts';
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
  died_at: string | null;
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

/** What a session's rows come to, as far as an explanation needs it. Events are named by their seq. */
export type Heard = Readonly<{
  state: SessionState;
  trips: readonly TripHeard[];
  /** What the numbers of trips and breached limits rest on. */
  carriers: ReadonlyMap<number, readonly Carrier[]>;
  /** The halt; without one the last change of mode. */
  end: number | null;
  ignored: readonly number[];
  beforeSilence: number | null;
  closing: number | null;
}>;

type TripHeard = Readonly<{ seq: number; at: number; event: GuardTripped }> & {
  recoveredAt: number | null;
};

/** Takes a session's rows from its first on. */
export const createListener = (): Readonly<{
  take: (row: Recorded<Outline>) => void;
  heard: () => Heard;
}> => {
  const memory = createMemory();
  const trips: TripHeard[] = [];
  const standing = new Map<GuardId, TripHeard>();
  const carriers = new Map<number, readonly Carrier[]>();
  const ignored: number[] = [];
  let state = empty;
  let moved: number | null = null;
  let beforeSilence: number | null = null;
  let closing: number | null = null;

  const take = (row: Recorded<Outline>): void => {
    const { seq, at, event } = row;
    state = apply(state, row);
    memory.take(row);
    switch (event.type) {
      case 'guard.tripped': {
        const trip: TripHeard = { seq, at, event, recoveredAt: null };
        trips.push(trip);
        standing.set(event.guard, trip);
        carriers.set(seq, memory.behind(event));
        return;
      }
      case 'guard.recovered': {
        const trip = standing.get(event.guard);
        if (trip) trip.recoveredAt = at;
        standing.delete(event.guard);
        return;
      }
      case 'limit.breached':
        carriers.set(seq, memory.behind(event));
        return;
      case 'mode.changed':
        moved = seq;
        return;
      case 'halt.ignored':
        ignored.push(seq);
        return;
      case 'session.closed_by_next':
        beforeSilence = seq - 1;
        return;
      case 'session.ended':
        closing = seq;
    }
  };

  return {
    take,
    heard: () => ({
      state,
      trips,
      carriers,
      end: state.halt?.seq ?? moved,
      ignored,
      beforeSilence,
      closing,
    }),
  };
};

/** The events of which an explanation needs the lineage. */
export const toldOf = ({
  trips,
  carriers,
  end,
  ignored,
  beforeSilence,
  closing,
}: Heard): ReadonlySet<number> =>
  new Set([
    ...trips.map(({ seq }) => seq),
    ...[...carriers.values()].flatMap(seqsOf),
    ...ignored,
    ...[end, beforeSilence, closing].filter((seq) => seq !== null),
  ]);

export const explanation = (
  heard: Heard,
  lineage: Lineage,
  about: Readonly<{ session: number; lastHash: string; isWritten: boolean }>,
): Explanation => {
  const { state } = heard;
  const told = document(state, about);
  const teller = tellerOf(heard, lineage);
  const causes = heard.trips.map((one) => trip(about.session, teller, one));
  const first = causes.find(({ outcome }) => outcome !== 'recovered');
  const chain = teller.chain(heard.end ?? 0);
  return {
    session: told.session,
    network: told.network,
    started_at: told.started_at,
    ended_at: told.ended_at,
    died_at: told.died_at,
    sentence: sentence(about.session, state, state.lastAt, about.isWritten),
    halt: told.halt,
    halt_elapsed_seconds: state.halt && teller.elapsed(state.halt.at),
    first_cause: first && byGuard(state) ? { guard: first.guard, seq: first.seq } : null,
    chain,
    sources: chain.flatMap(({ seq }) => teller.sourcesOf(seq)),
    causes,
    standing: state.halt?.standing ?? state.mode.causes,
    timeline: entriesOf(state.mode.timeline).map(({ at, ...entry }) => ({
      at: isoTime(at),
      elapsed_seconds: teller.elapsed(at),
      ...entry,
    })),
    ignored: heard.ignored.map(teller.step),
    last_before_silence: heard.beforeSilence === null ? null : teller.step(heard.beforeSilence),
    closing:
      heard.closing === null || told.orders.remains === null
        ? null
        : { ...teller.step(heard.closing), what: told.orders.remains },
  };
};

const byGuard = ({ halt }: SessionState): boolean =>
  halt === null || guardIds.some((id) => id === halt.source);

type Teller = Readonly<{
  state: SessionState;
  elapsed: (at: number) => number;
  step: (seq: number) => Step;
  chain: (seq: number) => readonly Step[];
  sourcesOf: (seq: number) => readonly Source[];
}>;

const tellerOf = ({ state, carriers }: Heard, lineage: Lineage): Teller => {
  const zero = state.startedAt ?? state.openedAt;
  const elapsed = (at: number): number => (at - zero) / 1000;
  const stepOf = (row: Row): Step => ({
    seq: row.seq,
    at: isoTime(row.at),
    elapsed_seconds: elapsed(row.at),
    type: row.event.type,
    actor: row.actor,
    kind: row.kind,
    cause: row.cause,
    what: describe(row, state.thresholds),
  });
  const step = (seq: number): Step => stepOf(eventAt(lineage, seq));
  return {
    state,
    elapsed,
    step,
    chain: (seq) => chainTo(lineage, seq).map(stepOf),
    sourcesOf: (seq) =>
      (carriers.get(seq) ?? []).map((carrier) => {
        const input = inputBehind(carrier, lineage);
        return { carried_by: step(carrier.seq), input: input && stepOf(input) };
      }),
  };
};

const trip = (
  session: number,
  { state, elapsed, chain, sourcesOf }: Teller,
  { seq, at, event: { guard, fact, episode, deadlineAt }, recoveredAt }: TripHeard,
): Trip => ({
  guard,
  name: guardName(guard, fact),
  episode,
  seq,
  at: isoTime(at),
  elapsed_seconds: elapsed(at),
  condition: fact.condition,
  operands: fact.operands,
  what: state.thresholds ? evidenceText(guard, fact, state.thresholds) : '',
  deadline_at: deadlineAt === null ? null : isoTime(deadlineAt),
  deadline_elapsed_seconds: deadlineAt === null ? null : elapsed(deadlineAt),
  recovered_at: recoveredAt === null ? null : isoTime(recoveredAt),
  recovered_elapsed_seconds: recoveredAt === null ? null : elapsed(recoveredAt),
  at_end:
    recoveredAt !== null || !state.thresholds
      ? null
      : standText(session, state, state.thresholds, guard),
  outcome:
    recoveredAt !== null ? 'recovered' : state.halt?.source === guard ? 'halted' : 'standing',
  chain: chain(seq),
  sources: sourcesOf(seq),
});
