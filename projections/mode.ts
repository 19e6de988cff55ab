/**
 * The mode and what it stands on, as the log tells it: each guard's episode with its facts, the causes, and every change of
 * mode or causes. It repeats what the chart said and decides nothing; with the halt everything but the mode stands still.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import { guardIds, type GuardFact, type GuardId, type GuardsEvaluated } from '../events/guard.ts';
import type { Mode } from '../events/mode.ts';
import { armed, counted, type Episode } from './episode.ts';
import { added, type Trail } from './trail.ts';

export type ModeEntry = Readonly<{ at: number; mode: Mode; causes: readonly GuardId[] }>;

export type GuardHistory = Readonly<{
  episode: Episode;
  trippedAt: Trail<number>;
  /** What tripped it last; null before its first trip. */
  evidence: GuardFact | null;
}>;

export type ModeHistory = Readonly<{
  mode: Mode;
  /** When this mode began, in Unix milliseconds; OK begins with the session's start. Another cause does not begin it anew. */
  since: number;
  /** Guards that are not armed, in order of their trips. */
  causes: readonly GuardId[];
  guards: Readonly<Record<GuardId, GuardHistory>>;
  /** Every change of mode or causes. */
  timeline: Trail<ModeEntry>;
  /** The latest tick at which guards were evaluated. */
  tick: number;
  halted: boolean;
}>;

const quiet: GuardHistory = { episode: armed, trippedAt: null, evidence: null };

export const empty: ModeHistory = {
  mode: 'OK',
  since: 0,
  causes: [],
  guards: Object.fromEntries(guardIds.map((id) => [id, quiet])) as ModeHistory['guards'],
  timeline: null,
  tick: 0,
  halted: false,
};

export const apply = (state: ModeHistory, { at, event }: Recorded<Outline>): ModeHistory => {
  switch (event.type) {
    case 'session.opened':
    case 'session.started':
      return { ...state, since: at };
    case 'guards.evaluated':
      return state.halted ? state : evaluated(state, event);
    case 'guard.tripped': {
      const { trippedAt } = state.guards[event.guard];
      return changed(
        state,
        event.guard,
        {
          phase: 'tripped',
          trips: event.episode,
          trippedAt: at,
          trippedTick: state.tick,
          deadlineAt: event.deadlineAt,
          untilTick: null,
          count: 0,
          fact: event.fact,
        },
        { trippedAt: added(trippedAt, at), evidence: event.fact },
      );
    }
    case 'guard.cooled':
      return changed(state, event.guard, { phase: 'cooling', untilTick: event.untilTick });
    case 'guard.recovering':
      return changed(state, event.guard, { phase: 'recovering', count: event.count });
    case 'guard.recovered': {
      const { recoveries } = state.guards[event.guard].episode;
      return changed(state, event.guard, {
        phase: 'armed',
        recoveries: recoveries + 1,
        deadlineAt: null,
        untilTick: null,
        count: 0,
      });
    }
    case 'mode.changed':
      return {
        ...state,
        mode: event.mode,
        since: event.mode === state.mode ? state.since : at,
        causes: event.causes,
        timeline: added(state.timeline, { at, mode: event.mode, causes: event.causes }),
      };
    case 'halt':
      return { ...state, halted: true };
    default:
      return state;
  }
};

/** Every guard's newest fact; in a region that recovers the tick counts as it does in the chart. */
const evaluated = (state: ModeHistory, { tick, facts }: GuardsEvaluated): ModeHistory => {
  const guards = { ...state.guards };
  for (const id of guardIds) {
    const fact = facts[id];
    if (!fact) continue;
    const { episode, trippedAt, evidence } = guards[id];
    guards[id] = { episode: seen(episode, fact), trippedAt, evidence };
  }
  return { ...state, tick, guards };
};

/** Its fields are named one by one, as copying them by `...` takes many times as long. */
const seen = (episode: Episode, fact: GuardFact): Episode => ({
  phase: episode.phase,
  trips: episode.trips,
  recoveries: episode.recoveries,
  trippedAt: episode.trippedAt,
  trippedTick: episode.trippedTick,
  deadlineAt: episode.deadlineAt,
  untilTick: episode.untilTick,
  count: episode.phase === 'recovering' ? counted(episode.count, fact.release) : episode.count,
  fact,
});

const changed = (
  state: ModeHistory,
  guard: GuardId,
  episode: Partial<Episode>,
  history: Partial<GuardHistory> = {},
): ModeHistory => {
  const before = state.guards[guard];
  const after = { ...before, ...history, episode: { ...before.episode, ...episode } };
  return { ...state, guards: { ...state.guards, [guard]: after } };
};
