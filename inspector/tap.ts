/**
 * Listens to XState's inspection of the running actors and to the durable rows, and keeps the newest frame. A tap, never the
 * log: it is told, nobody is told by it what to do; what an actor did is held back until the row it came from is durable.
 */
import { Subject, type Observable } from 'rxjs';
import type { AnyMachineSnapshot, AnyTransitionDefinition, InspectionEvent } from 'xstate';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { guardIds } from '../events/guard.ts';
import type { Episode } from '../projections/episode.ts';
import { changesMax, drawnActors, type DrawnActor, type Frame } from './frame.ts';
import { activeIds, edgeId } from './statechart.ts';

export type Tap = Readonly<{
  /** For `createActor(…, { inspect })`. Never throws. */
  inspect: (event: InspectionEvent) => void;
  /** For every durable row, in order. */
  durable: (row: Recorded<Event>) => void;
  frame: () => Frame;
  /** Says that the frame is another. */
  updates: Observable<void>;
}>;

/** What an actor did at one row, not durable yet. */
type Held = Readonly<{
  seq: number;
  actor: DrawnActor;
  snapshot: AnyMachineSnapshot;
  taken: Readonly<{ at: number; event: string; edges: readonly string[] }> | null;
}>;

export const createTap = (): Tap => {
  const updates = new Subject<void>();
  const edges = new Map<DrawnActor, string[]>();
  let held: Held[] = [];
  let frame = emptyFrame;

  const settle = (seq: number): void => {
    const due = held.filter((one) => one.seq <= seq);
    held = held.filter((one) => one.seq > seq);
    frame = due.reduce(shown, frame);
  };

  return {
    inspect: (event) => {
      const actor = actorOf(event);
      if (!actor) return;
      if (event.type === '@xstate.microstep') {
        const taken = event._transitions.filter(leads).map(edgeId);
        edges.set(actor, [...(edges.get(actor) ?? []), ...taken]);
      }
      if (event.type !== '@xstate.snapshot') return;
      const { heard } = event.event as { heard?: Recorded };
      const taken = edges.get(actor) ?? [];
      edges.delete(actor);
      held.push({
        seq: heard?.seq ?? 0,
        actor,
        snapshot: event.snapshot as AnyMachineSnapshot,
        taken:
          heard && taken.length > 0
            ? { at: heard.at, event: heard.event.type, edges: taken }
            : null,
      });
      if (!heard) settle(0);
    },
    durable: (row) => {
      frame = told(frame, row);
      settle(row.seq);
      updates.next();
    },
    frame: () => frame,
    updates,
  };
};

const actorOf = ({ actorRef }: InspectionEvent): DrawnActor | undefined => {
  const { id } = actorRef as { readonly id?: unknown };
  return drawnActors.find((drawn) => drawn === id);
};

const leads = ({ target }: AnyTransitionDefinition): boolean => target !== undefined;

/** Folds what an actor did into the frame. */
const shown = (frame: Frame, { actor, snapshot, taken, seq }: Held): Frame => {
  const last = taken ? { seq, ...taken } : frame.actors[actor].last;
  const active = activeIds(snapshot.machine, snapshot.value);
  const actors = { ...frame.actors, [actor]: { active, last } };
  const { episodes } = snapshot.context as { episodes?: Record<string, Episode> };
  if (actor !== 'mode' || !episodes) return { ...frame, actors };
  const guards = { ...frame.guards };
  for (const id of guardIds) {
    const episode = episodes[id];
    if (episode) guards[id] = { episode, fact: frame.guards[id]?.fact ?? null };
  }
  return { ...frame, actors, guards };
};

/** Folds a durable row into the frame. */
const told = (before: Frame, { seq, at, event }: Recorded<Event>): Frame => {
  const frame: Frame = { ...before, seq, at };
  switch (event.type) {
    case 'session.opened':
      return { ...frame, openedAt: at, since: at };
    case 'session.started':
      return { ...frame, plannedEndAt: event.plannedEndAt };
    case 'tick':
      return { ...frame, tick: event.index };
    case 'guards.evaluated': {
      const guards = { ...frame.guards };
      for (const id of guardIds) {
        const view = guards[id];
        if (view) guards[id] = { ...view, fact: event.facts[id] ?? null };
      }
      return { ...frame, guards };
    }
    case 'mode.changed': {
      const { mode, causes } = event;
      const since = mode === frame.mode ? frame.since : at;
      const timeline = [...frame.timeline, { seq, at, mode, causes }].slice(-changesMax);
      return { ...frame, mode, since, timeline, changes: frame.changes + 1 };
    }
    case 'halt': {
      const { reason, source, detail } = event;
      return { ...frame, halt: { reason, source, detail } };
    }
    default:
      return frame;
  }
};

const nowhere = { active: [], last: null };

const emptyFrame: Frame = {
  seq: 0,
  at: null,
  tick: null,
  openedAt: null,
  mode: 'OK',
  since: null,
  plannedEndAt: null,
  actors: { mode: nowhere, gateway: nowhere, session: nowhere },
  guards: {},
  timeline: [],
  changes: 0,
  halt: null,
};
