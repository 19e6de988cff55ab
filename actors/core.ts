/**
 * The pure, synchronous core: an input starts a turn, the stages answer in order, and the sequence of both is the turn's
 * rows. An actor hears the input and what was said before it in this turn; what is said after it reaches it at the start of
 * the next. It reads no clock and does no I/O; an actor that fails stops it for good, with the turn so far in the error.
 */
import { createActor, type AnyActor, type InspectionEvent } from 'xstate';
import type { Recorded } from '../events/envelope.ts';
import { versionOf } from '../events/version.ts';
import type { Decision, Event, EventType, Input, Said } from '../events/event.ts';
import { guardIds, type GuardFact, type GuardId, type GuardsEvaluated } from '../events/guard.ts';
import type { Settings } from '../machines/settings.ts';
import { stages, type Answer, type Part, type Sent, type Stages } from './wiring.ts';

/** What actors that do not run here said in a turn of the record, by actor; of the guards their facts, gathered as they were. */
export type Voices = ReadonlyMap<string, readonly Decision[]>;

export type Core = Readonly<{
  /** One turn: the input's row first, then what was answered. `cause` is the seq of the intent an input answers, else 0. */
  turn: (input: Input, at: number, cause?: number, voices?: Voices) => readonly Recorded<Event>[];
  /** A machine's present state, for the page. */
  snapshot: (actor: string) => unknown;
}>;

export type CoreOptions = Readonly<{
  inspect?: (event: InspectionEvent) => void;
  /** The actors that run; the others speak from a record. Default all. */
  live?: ReadonlySet<string>;
  /** Who hears a turn; default ours. Others are for tests that plant a fault. */
  stages?: Stages;
}>;

/** A broken invariant: an actor failed. `rows` is the turn up to there. */
export class CoreError extends Error {
  override readonly name = 'CoreError';
  readonly rows: readonly Recorded<Event>[];
  constructor(actor: string, cause: unknown, rows: readonly Recorded<Event>[]) {
    super(`actor ${actor} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.rows = rows;
  }
}

const silence: Voices = new Map();

type Live = {
  readonly part: Part;
  readonly actor: AnyActor;
  /** What it has not heard yet, and whether that wakes it. */
  waiting: Recorded<Event>[];
  woken: boolean;
  readonly spared: Map<EventType, Recorded<Event>>;
};

/** A machine looks itself at what it may be spared, in order; a reducer is spared it here, while nothing else waits for it. */
const hear = (live: Live, row: Recorded<Event>): void => {
  const { part, actor, waiting, spared } = live;
  const { type } = row.event;
  const mayBeSpared = part.kind === 'reducer' && waiting.length === 0;
  if (mayBeSpared && part.isStill?.(actor.getSnapshot(), row, spared)) {
    spare(live, row);
    return;
  }
  waiting.push(row);
  live.woken ||= part.wakes.has(type);
};

/** The newest of each type are kept, in order. */
const spare = ({ spared }: Live, row: Recorded<Event>): void => {
  spared.delete(row.event.type);
  spared.set(row.event.type, row);
};

const takeSpared = ({ spared }: Live): readonly Recorded<Event>[] => {
  if (spared.size === 0) return [];
  const rows = [...spared.values()];
  spared.clear();
  return rows;
};

export const createCore = (
  settings: Settings,
  { inspect, live: running, stages: wiring = stages }: CoreOptions = {},
): Core => {
  let seq = 0;
  let turnNumber = 0;
  let lastAt = 0;
  let rows: Recorded<Event>[] = [];
  let hearing: Recorded<Event> | undefined;
  let failure: unknown;
  const facts = new Map<GuardId, GuardFact>();
  const subscribers = new Map<string, Live[]>();

  const append = (
    kind: Recorded['kind'],
    actor: string,
    event: Event,
    cause: number,
  ): Recorded<Event> => {
    seq += 1;
    const row: Recorded<Event> = {
      seq,
      turn: turnNumber,
      at: lastAt,
      kind,
      actor,
      v: versionOf(event.type),
      cause,
      event,
    };
    rows.push(row);
    for (const live of subscribers.get(event.type) ?? []) {
      if (live.part.id !== actor) hear(live, row);
    }
    return row;
  };

  const answered = (actor: string, said: Said, cause: number): void => {
    if (said.type === 'guard.assessed') facts.set(said.guard, said.fact);
    else append('decision', actor, said, cause);
  };

  const runs = ({ id }: Part): boolean => running === undefined || running.has(id);
  const wired = wiring(settings).map((stage) => ({
    ...stage,
    lives: stage.parts.filter(runs).map((part): Live => {
      const actor = createActor(part.logic, { id: part.id, ...(inspect ? { inspect } : {}) });
      actor.subscribe({ error: (error) => (failure = error) });
      actor.on('*', (emitted: Answer | Said) => {
        if (emitted.type === 'answer') answered(part.id, emitted.event, emitted.because.seq);
        else answered(part.id, emitted, hearing?.seq ?? 0);
      });
      actor.start();
      const live = { part, actor, waiting: [], woken: false, spared: new Map() };
      for (const type of part.hears)
        subscribers.set(type, [...(subscribers.get(type) ?? []), live]);
      return live;
    }),
  }));

  const recalled = guardIds.filter((guard) =>
    wired.some(({ parts }) => parts.some((part) => part.id === guard && !runs(part))),
  );

  const deliver = ({ part, actor }: Live, sent: Sent): void => {
    actor.send(sent);
    if (failure !== undefined) throw new CoreError(part.id, failure, rows);
  };

  /** What an actor says does not reach it, so that nothing is added to what waits for it meanwhile. */
  const listen = (live: Live, input: Recorded<Event>): void => {
    const { part, actor, waiting, spared } = live;
    live.waiting = [];
    live.woken = false;
    if (part.kind === 'reducer') {
      const before = takeSpared(live);
      const heard = before.length === 0 ? waiting : [...before, ...waiting];
      deliver(live, { type: 'turn', input, heard });
      return;
    }
    for (const row of waiting) {
      if (part.isStill?.(actor.getSnapshot(), row, spared)) spare(live, row);
      else tell(live, row);
    }
  };

  /** What a machine was spared, in order, and then what it is not. */
  const tell = (live: Live, row: Recorded<Event>): void => {
    for (hearing of takeSpared(live)) {
      deliver(live, { type: hearing.event.type, heard: hearing, spared: true });
    }
    hearing = row;
    deliver(live, { type: row.event.type, heard: row });
  };

  const recite = (parts: readonly Part[], voices: Voices, cause: number): void => {
    for (const { id } of parts) {
      for (const said of voices.get(id) ?? []) append('decision', id, said, cause);
    }
  };

  const gather = (input: Recorded<Event>, recorded: readonly Decision[] | undefined): void => {
    const [before] = recorded ?? [];
    if (before?.type === 'guards.evaluated') recall(before);
    if (facts.size === 0) return;
    const gathered: Partial<Record<GuardId, GuardFact>> = {};
    for (const id of guardIds) {
      const fact = facts.get(id);
      if (fact) gathered[id] = fact;
    }
    facts.clear();
    const observed = rows.find(({ event }) => event.type === 'market.observed');
    const tick = input.event.type === 'tick' ? input.event.index : 0;
    const event: GuardsEvaluated = { type: 'guards.evaluated', tick, facts: gathered };
    append('decision', 'guards', event, (observed ?? input).seq);
  };

  /** A guard that does not run here found what it found. One that is switched off is silent, whatever it found. */
  const recall = ({ facts: found }: GuardsEvaluated): void => {
    for (const id of recalled) {
      const fact = found[id];
      if (fact) facts.set(id, fact);
    }
  };

  return {
    turn: (input, at, cause = 0, voices = silence) => {
      if (failure !== undefined) throw new CoreError('core', failure, []);
      rows = [];
      turnNumber += 1;
      lastAt = Math.max(lastAt, at);
      const row = append('input', 'world', input, cause);
      for (const stage of wired) {
        if (voices.size > 0) recite(stage.parts, voices, row.seq);
        for (const live of stage.lives) if (live.woken) listen(live, row);
        if (stage.gathers) gather(row, voices.get('guards'));
      }
      return rows;
    },
    snapshot: (id) =>
      wired
        .flatMap(({ lives }) => lives)
        .find(({ part }) => part.id === id)
        ?.actor.getSnapshot(),
  };
};
