/** The session S42 as the memo tells it, in this engine's events, and the words to tell others like it. */
import type { GuardFact, GuardId } from '../events/guard.ts';
import type { HaltReason, HaltSource } from '../events/halt.ts';
import { observed, opened, type Happening } from './story.ts';

export const fact = (fields: Partial<GuardFact>): GuardFact => ({
  trip: true,
  release: 'broken',
  condition: null,
  operands: {},
  toTrip: null,
  toRelease: null,
  ...fields,
});

export const tick = (seconds: number, ...decisions: readonly Decided[]): Happening => {
  const index = Math.floor(seconds / 4);
  return [seconds, { type: 'tick', index }, observed(index), ...decisions];
};
export type Decided = Happening[2] & object;

export const tripped = (guard: GuardId, found: GuardFact): Decided => ({
  type: 'guard.tripped',
  guard,
  episode: 1,
  fact: found,
  deadlineAt: null,
});
export const mode = (to: 'OK' | 'DEGRADED' | 'HALT', ...causes: readonly GuardId[]): Decided => ({
  type: 'mode.changed',
  mode: to,
  causes,
});
export const halt = (
  reason: HaltReason,
  source: HaltSource | GuardId,
  detail: string,
): Decided => ({
  type: 'halt',
  reason,
  source,
  detail,
  event: 1,
  standing: [],
});
export const started: Decided = { type: 'session.started', plannedEndAt: 0 };
export const ended: Decided = {
  type: 'session.ended',
  outcome: 'nothing_left',
  proof: { ledger: 200 },
  left: [],
  untilMs: null,
};
export const truth: Decided = {
  type: 'truth.checked',
  source: 'shutdown',
  status: 'warn',
  ledger: 200,
  internal: { drops: '66820000', rlusd: '97.61' },
  chain: { drops: '65620000', rlusd: '97.61' },
  deltaDrops: '1200000',
  deltaRlusd: '0',
  note: '',
};
export const baseline: Happening = [
  0.5,
  { type: 'gateway.synced', from: 1, to: 100 },
  { type: 'inventory.opened', drops: '66820000', rlusd: '97.61', ledger: 100 },
];

/** S42 under the old policy: both causes, and the end 300 s after the first. */
export const s42: readonly Happening[] = [
  [0, opened('a1111111-0000-4000-8000-000000000001')],
  baseline,
  tick(1, started),
  tick(
    178,
    tripped('anchor_saturation', fact({ operands: { meanBps: -7.903, sharePct: 100 } })),
    mode('DEGRADED', 'anchor_saturation'),
  ),
  tick(
    266,
    tripped(
      'directional_drift',
      fact({ condition: 'C', operands: { ticksSinceOpposing: 15, lastSide: 'sell' } }),
    ),
    mode('DEGRADED', 'anchor_saturation', 'directional_drift'),
  ),
  tick(
    478,
    halt('degraded_timeout', 'anchor_saturation', 'degraded_timeout_exceeded_300s'),
    mode('HALT', 'anchor_saturation', 'directional_drift'),
  ),
  [480, { type: 'time.due', subject: 'closing' }, ended, truth],
];
