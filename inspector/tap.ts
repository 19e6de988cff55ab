/**
 * Listens to XState's inspection of the running actors and to the durable rows, and keeps the newest frame. A tap, never the
 * log: it is told, nobody is told by it what to do; what an actor did is held back until the row it came from is durable.
 */
import { Subject, type Observable } from 'rxjs';
import type { AnyMachineSnapshot, AnyTransitionDefinition, InspectionEvent } from 'xstate';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { guardIds } from '../events/guard.ts';
import { apply, empty } from '../projections/mode.ts';
import { changesMax, drawnActors, type DrawnActor, type Frame, type Taken } from './frame.ts';
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
  last: Taken | null;
}>;

export const createTap = (): Tap => {
  const updates = new Subject<void>();
  const edges = new Map<DrawnActor, readonly string[]>();
  let held: Held[] = [];
  let known = nothing;
  let history = empty;

  const settle = (seq: number): void => {
    if (held.length === 0) return;
    known = held.filter((one) => one.seq <= seq).reduce(shown, known);
    held = held.filter((one) => one.seq > seq);
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
      const moved = heard && taken.length > 0;
      const last = moved
        ? { seq: heard.seq, at: heard.at, event: heard.event.type, edges: taken }
        : null;
      const snapshot = event.snapshot as AnyMachineSnapshot;
      held.push({ seq: heard?.seq ?? 0, actor, snapshot, last });
      if (!heard) settle(0);
    },
    durable: (row) => {
      history = apply(history, row);
      known = told(known, row);
      settle(row.seq);
      updates.next();
    },
    frame: () => ({
      ...known,
      mode: history.mode,
      since: known.openedAt === null ? null : history.since,
      guards: Object.fromEntries(
        guardIds.map((id) => [id, { episode: history.guards[id].episode }]),
      ) as Frame['guards'],
      timeline: history.timeline.slice(-changesMax),
      changes: history.timeline.length,
    }),
    updates,
  };
};

const actorOf = ({ actorRef }: InspectionEvent): DrawnActor | undefined => {
  const { id } = actorRef as { readonly id?: unknown };
  return drawnActors.find((drawn) => drawn === id);
};

const leads = ({ target }: AnyTransitionDefinition): boolean => target !== undefined;

/** What a frame has beside the mode's history. */
type Known = Omit<Frame, 'mode' | 'since' | 'guards' | 'timeline' | 'changes'>;

const nowhere = { active: [], last: null };

const nothing: Known = {
  seq: 0,
  at: null,
  tick: null,
  openedAt: null,
  plannedEndAt: null,
  actors: { mode: nowhere, gateway: nowhere, session: nowhere },
  halt: null,
};

/** Folds what an actor did. */
const shown = (known: Known, { actor, snapshot, last }: Held): Known => {
  const active = activeIds(snapshot.machine, snapshot.value);
  const view = { active, last: last ?? known.actors[actor].last };
  return { ...known, actors: { ...known.actors, [actor]: view } };
};

/** Folds a durable row. */
const told = (before: Known, { seq, at, event }: Recorded<Event>): Known => {
  const known = { ...before, seq, at };
  switch (event.type) {
    case 'session.opened':
      return { ...known, openedAt: at };
    case 'session.started':
      return { ...known, plannedEndAt: event.plannedEndAt };
    case 'tick':
      return { ...known, tick: event.index };
    case 'halt': {
      const { reason, source, detail } = event;
      return { ...known, halt: { reason, source, detail } };
    }
    default:
      return known;
  }
};
