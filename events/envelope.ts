/**
 * The row of the log: who said what, in which turn, because of what. `seq` alone orders; `cause` is the `seq` of the
 * event whose handling produced this one, or 0 for what the world said unasked.
 */

/** What every event has. `data` fields stand beside `type`. */
export type AnyEvent = Readonly<{ type: string }>;

/** An input is what the world said; a decision is what an actor answered. */
export type Kind = 'input' | 'decision';

export type Recorded<E extends AnyEvent = AnyEvent> = Readonly<{
  /** Counts from 1 in each session. */
  seq: number;
  /** Counts from 1 in each session; all events of a turn are one transaction. */
  turn: number;
  /** Unix milliseconds; never goes back within a session. */
  at: number;
  kind: Kind;
  actor: string;
  /** Version of the event type's shape; what is read is in the newest. */
  v: number;
  cause: number;
  event: E;
}>;

/** A row as it is stored: the event's fields are still JSON text. */
export type Written = Omit<Recorded, 'event'> & Readonly<{ type: string; data: string }>;
