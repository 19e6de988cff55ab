/** Rows of one session from events and their times, for tests of folds; no test itself. */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { GuardFact, GuardId, GuardsEvaluated } from '../events/guard.ts';

/** Numbered from 1, each a turn of its own without a cause, at so many seconds. */
export const recorded = (
  events: readonly (readonly [seconds: number, event: Event])[],
): readonly Recorded<Event>[] =>
  events.map(([seconds, event], index) => ({
    seq: index + 1,
    turn: index + 1,
    at: seconds * 1000,
    kind: 'decision',
    actor: 'test',
    v: 1,
    cause: 0,
    event,
  }));

export const fact = (more: Partial<GuardFact> = {}): GuardFact => ({
  trip: false,
  release: 'broken',
  condition: null,
  operands: {},
  toTrip: null,
  toRelease: null,
  ...more,
});

export const evaluated = (
  tick: number,
  guard: GuardId,
  more: Partial<GuardFact> = {},
): GuardsEvaluated => ({
  type: 'guards.evaluated',
  tick,
  facts: { [guard]: fact(more) },
});
