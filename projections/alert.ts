/** Which events somebody who is away should hear of, and in which words. It decides nothing: whoever sends them knows how often. */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { describe } from './describe.ts';
import { sentence } from './sentence.ts';
import type { SessionState } from './session.ts';

/** The most urgent first. */
export const alertKinds = [
  'broken',
  'halt',
  'mode',
  'truth',
  'inbox',
  'backup',
  'checkpoint',
  'disk',
] as const;
export type AlertKind = (typeof alertKinds)[number];

export type Alert = Readonly<{ kind: AlertKind; sentence: string }>;

/** `state` has heard the event; `session` is its local number. Null where it is nobody's business; the mode HALT comes with its halt. */
export const alertOf = (
  session: number,
  state: SessionState,
  row: Recorded<Event>,
): Alert | null => {
  const { event, at } = row;
  switch (event.type) {
    case 'halt':
      return { kind: 'halt', sentence: sentence(session, state, at) };
    case 'mode.changed':
      return event.mode === 'HALT'
        ? null
        : { kind: 'mode', sentence: sentence(session, state, at) };
    // What the alert of the halt has left open, and a proven end answers by itself.
    case 'session.ended':
      return event.outcome === 'left_to_expire'
        ? { kind: 'halt', sentence: sentence(session, state, at) }
        : null;
    case 'truth.checked':
      return event.status === 'ok'
        ? null
        : { kind: 'truth', sentence: describe(row, state.thresholds) };
    case 'inventory.drift_at_shutdown':
      return { kind: 'truth', sentence: describe(row, state.thresholds) };
    default:
      return null;
  }
};
