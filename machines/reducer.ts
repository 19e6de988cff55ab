/** The shape of an actor that is a thing and not a mode: it folds what it hears, and may answer. Pure. */
import type { Recorded } from '../events/envelope.ts';
import type { Event, EventType, Said } from '../events/event.ts';

export type Heard = Recorded<Event>;
export type Say = (event: Said) => void;

export type Reducer<State> = Readonly<{
  id: string;
  /** What it listens to; nothing else reaches it. */
  hears: readonly EventType[];
  initial: State;
  on: (state: State, heard: Heard, say: Say) => State;
}>;
