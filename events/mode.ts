/** The engine's mode and the causes it stands on. */
import type { GuardId } from './guard.ts';

export type Mode = 'OK' | 'DEGRADED' | 'HALT';

/** Said whenever the mode or its causes change. `causes` are the guards that are not armed, in order of their trips. */
export type ModeChanged = Readonly<{
  type: 'mode.changed';
  mode: Mode;
  causes: readonly GuardId[];
}>;
