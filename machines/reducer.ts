/** The shape of an actor that is a thing and not a mode: it folds what it hears, and may answer. Pure. */
import type { Recorded } from '../events/envelope.ts';
import type { Event, EventType, Said } from '../events/event.ts';

export type Heard = Recorded<Event>;
/** Answers. The answer's cause is what is being heard (in `decide`: the turn's input), unless another is named. */
export type Say = (event: Said, because?: Heard) => void;

export type Reducer<State> = Readonly<{
  id: string;
  /** What it listens to; nothing else reaches it. */
  hears: readonly EventType[];
  /** What of that it may answer, where that is not all: the rest it takes note of, and hears with the next thing that it may answer. */
  answers?: readonly EventType[];
  /**
   * Whether, as it can tell cheaply, nothing will come of it now, nor of all but the newest of its type: that one is heard
   * before the next thing of which something may.
   */
  isStill?: (state: State, heard: Heard) => boolean;
  initial: State;
  on: (state: State, heard: Heard, say: Say) => State;
  /** Once in each turn in which it heard something, after all of that: for what depends on the whole of a turn. */
  decide?: (state: State, input: Heard, say: Say) => State;
}>;
