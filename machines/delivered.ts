/** How a recorded event reaches a machine: by its own type, with its place in the log. */
import type { Recorded } from '../events/envelope.ts';
import type { Event, EventType } from '../events/event.ts';

export type Delivered = {
  [T in EventType]: Readonly<{
    type: T;
    heard: Recorded<Extract<Event, { type: T }>>;
    /** It comes late, and alone of several: nothing came of it when it was said, and nothing may now. */
    spared?: true;
  }>;
}[EventType];

/** What a machine was spared since it last heard something, the newest of each type: it hears that before the next. */
export type Spared = ReadonlyMap<EventType, Recorded<Event>>;
