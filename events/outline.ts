/**
 * An event without its evidence: without the fields that quote the ledger and its servers at length. Actors decide by them, and who
 * looks at one event is shown them; who folds a session needs none of them, and they are most of a log.
 */
import type { Event, EventType } from './event.ts';

type Of<Type extends EventType> = Extract<Event, { type: Type }>;

/** By event type; every other event is its own outline. */
export const evidence = {
  'market.read': ['bids', 'asks', 'server', 'fee'],
  'market.traded': ['trades'],
  'transaction.validated': ['tx', 'meta'],
} as const satisfies { readonly [Type in EventType]?: readonly (keyof Of<Type>)[] };

type Evidence = typeof evidence;

export type Outline = {
  [Type in EventType]: Type extends keyof Evidence
    ? Omit<Of<Type>, Evidence[Type][number]>
    : Of<Type>;
}[EventType];
