/** Why a session ended: a closed list of tokens, who asked, and the one terminal event. */
import type { GuardId } from './guard.ts';

export type HaltReason =
  | 'duration_elapsed'
  | 'interrupted_sigint'
  | 'interrupted_sigterm'
  | 'interrupted_sigbreak'
  | 'interrupted_sighup'
  | 'kill_switch'
  | LimitReason
  | 'inventory_truth_halt'
  | 'degraded_timeout'
  | 'degraded_episode_limit_halt'
  | 'reconciler_halt'
  | 'replay_exhausted'
  | 'startup_failure'
  | 'config_mismatch'
  | 'engine_requested_halt'
  | 'unexpected_halt';

/** Hard limits: straight to HALT. */
export type LimitReason =
  | 'risk_xrp_exposure'
  | 'risk_rlusd_exposure'
  | 'risk_rpc_failure'
  | 'risk_stale_ledger'
  | 'risk_gateway_unhealthy'
  | 'account_in_use';

export type HaltSource = 'limits' | 'operator' | 'session' | 'startup' | 'replay' | 'recovery';

/** The one terminal event of every end. Written by the mode alone, once a session. */
export type Halt = Readonly<{
  type: 'halt';
  reason: HaltReason;
  source: HaltSource | GuardId;
  detail: string;
  /** `seq` of the event that caused it. */
  event: number;
  /** Guards that were not armed at that moment, the halting one left out. */
  standing: readonly GuardId[];
}>;

/** A later cause, after the first had ended the session. */
export type HaltIgnored = Readonly<{
  type: 'halt.ignored';
  reason: HaltReason;
  source: HaltSource | GuardId;
  detail: string;
}>;

export type HaltEvent = Halt | HaltIgnored;

/** Ends that protect: the state HALT goes with them, and exit code 3. */
export const isProtective = (reason: HaltReason): boolean => protective.has(reason);

const protective: ReadonlySet<HaltReason> = new Set<HaltReason>([
  'kill_switch',
  'risk_xrp_exposure',
  'risk_rlusd_exposure',
  'risk_rpc_failure',
  'risk_stale_ledger',
  'risk_gateway_unhealthy',
  'account_in_use',
  'inventory_truth_halt',
  'degraded_timeout',
  'degraded_episode_limit_halt',
  'reconciler_halt',
]);
