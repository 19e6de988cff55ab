/**
 * Runs a recorded session anew under other settings of its guards, limits and policies: session, limits, guards and mode as far
 * as the change concerns them, with orders, fills and inventory as recorded. What comes after the first difference never
 * happened: it is counterfactual.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Decision, Event } from '../events/event.ts';
import type { GuardId } from '../events/guard.ts';
import type { Halt } from '../events/halt.ts';
import { settingsOf, type Settings } from '../machines/settings.ts';
import { createCore } from './core.ts';
import { anewUnder, createCutter, type Anew, type Step, type Tape } from './tape.ts';

type Row = Recorded<Event>;

/** Hears each turn; numbers are those of the run. */
export type Listener = (rows: readonly Row[], counterfactual: boolean) => void;

export type Rerun = Readonly<{
  /** The recorded event at which the first decision differs, and its time; null where none does. */
  divergedAt: Readonly<{ seq: number; at: number }> | null;
  /** `replay_exhausted` where the record ended first. */
  halt: Pick<Halt, 'reason' | 'source' | 'detail'> & Readonly<{ at: number }>;
  /** The last recorded event that it took in where it stopped before the record's end, else null. */
  stoppedAt: number | null;
  /** Guards that stood at the end, and when each would time out. */
  standing: readonly Readonly<{ guard: GuardId; deadlineAt: number | null }>[];
}>;

export const rerun = (
  tape: Tape,
  settings: Settings,
  { actors }: Anew,
  listen?: Listener,
): Rerun => {
  const run = begin(settings, actors, listen);
  const goesOn = tape.every(run.play);
  return run.end(goesOn);
};

/** The same on a session read page by page, of which everything is heard. Its first row must be its opening. */
export const rerunPages = async (
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  settings: Settings,
  listen: Listener,
): Promise<Rerun> => {
  let run: Run | undefined;
  let cutter: ReturnType<typeof createCutter> | undefined;
  const take = (row: Row): boolean => {
    if (!run || !cutter) {
      if (row.event.type !== 'session.opened') throw new Error('a session begins with its opening');
      const anew = anewUnder(settingsOf(row.event), [settings]);
      run = begin(settings, anew.actors, listen);
      cutter = createCutter(anew.actors);
    }
    const step = cutter.take(row);
    return !step || run.play(step);
  };
  let goesOn = true;
  for await (const page of pages) {
    goesOn = page.every(take);
    if (!goesOn) break;
  }
  const last = cutter?.rest();
  if (!run) throw new Error('a session has at least one event');
  if (goesOn && last) goesOn = run.play(last);
  return run.end(goesOn);
};

type Run = Readonly<{
  /** Whether there is more to play. */
  play: (step: Step) => boolean;
  /** Once, after the last, with whether there was more to play. Inputs that ran out end the session as `replay_exhausted`. */
  end: (goesOn: boolean) => Rerun;
}>;

const begin = (
  settings: Settings,
  anew: ReadonlySet<string>,
  listen: Listener = () => undefined,
): Run => {
  const core = createCore(settings, { live: anew });
  const standing = new Map<GuardId, number | null>();
  let divergedAt: Rerun['divergedAt'] = null;
  let halt: Rerun['halt'] | undefined;
  let recordedHalt = false;
  let lastAt = 0;
  let lastSeq = 0;

  const hear = (rows: readonly Row[], counterfactual: boolean): void => {
    for (const { actor, at, event } of rows) {
      if (actor !== 'mode') continue;
      if (event.type === 'guard.tripped') standing.set(event.guard, event.deadlineAt);
      if (event.type === 'guard.recovered') standing.delete(event.guard);
      if (event.type !== 'halt') continue;
      const { reason, source, detail } = event;
      halt = { reason, source, detail, at };
    }
    listen(rows, counterfactual);
  };

  return {
    play: (step) => {
      if (recordedHalt && !halt) return false;
      const { input, voices, before } = step;
      const rows = core.turn(input.event, input.at, 0, voices);
      const seq = divergedAt ? undefined : firstDifference(step, rows, anew);
      if (seq !== undefined) divergedAt = { seq, at: input.at };
      lastAt = input.at;
      lastSeq = step.lastSeq;
      hear(rows, divergedAt !== null);
      recordedHalt ||= before.some(({ event }) => event.type === 'halt');
      return !halt || divergedAt === null;
    },
    end: (goesOn) => {
      if (!halt)
        hear(core.turn({ type: 'time.due', subject: 'closing' }, lastAt, 0, exhausted), true);
      if (!halt) throw new Error('a run that was told to end has no halt');
      return {
        divergedAt,
        halt,
        stoppedAt: goesOn ? null : lastSeq,
        standing: [...standing].map(([guard, deadlineAt]) => ({ guard, deadlineAt })),
      };
    },
  };
};

/** Compares what was decided again, in order. Distances to a line that was moved are no decision, and causes may differ. */
const firstDifference = (
  { before, lastSeq }: Step,
  rows: readonly Row[],
  anew: ReadonlySet<string>,
): number | undefined => {
  let index = 0;
  for (const { kind, actor, event } of rows) {
    if (kind !== 'decision' || !anew.has(actor)) continue;
    const one = before[index];
    if (!one) return lastSeq;
    if (one.event.type !== event.type || wordOf(one.event) !== wordOf(event)) return one.seq;
    index += 1;
  }
  return before[index]?.seq;
};

const wordOf = (event: Event): string => {
  switch (event.type) {
    /** It names a seq, which counts other rows in a run. */
    case 'halt':
      return JSON.stringify({ ...event, event: 0 });
    case 'guard.tripped':
      return JSON.stringify({ ...event, fact: event.fact.condition });
    case 'guard.recovering':
      return JSON.stringify({ ...event, needed: 0 });
    default:
      return JSON.stringify(event);
  }
};

const ending: Decision = {
  type: 'session.ending',
  reason: 'replay_exhausted',
  source: 'replay',
  detail: 'the recorded inputs ended before the session did',
};
const exhausted = new Map([['session', [ending]]]);
