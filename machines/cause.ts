/** Who asks for a session's end, in the specification's tokens: a limit, an operator, the session, or a guard's own exit. */
import type { GuardId } from '../events/guard.ts';
import type { HaltReason, HaltSource } from '../events/halt.ts';
import type { Delivered } from './delivered.ts';
import type { Policies } from './settings.ts';

export type Cause = Readonly<{ reason: HaltReason; source: HaltSource | GuardId; detail: string }>;

/** A guard's own exit to HALT. */
export type HaltBy = Readonly<{ guard: GuardId; exit: 'timed out' | 'exhausted' }>;

/** Undefined for an event that asks for no end. */
export const causeOf = (
  policies: Policies,
  event: Delivered,
  by: HaltBy | undefined,
): Cause | undefined => {
  if (by?.exit === 'exhausted') {
    const detail = `episode ${policies[by.guard].max_episodes} of ${policies[by.guard].max_episodes}`;
    return { reason: 'degraded_episode_limit_halt', source: by.guard, detail };
  }
  if (by) {
    const detail = `degraded_timeout_exceeded_${policies[by.guard].timeout_seconds}s`;
    return { reason: timeoutReason(by.guard), source: by.guard, detail };
  }
  switch (event.type) {
    case 'limit.breached': {
      const { reason, detail } = event.heard.event;
      return { reason, source: 'limits', detail };
    }
    case 'operator.kill': {
      const { note, cleared } = event.heard.event;
      return cleared ? undefined : { reason: 'kill_switch', source: 'operator', detail: note };
    }
    case 'session.ending': {
      const { reason, source, detail } = event.heard.event;
      return { reason, source, detail };
    }
    default:
      return undefined;
  }
};

const timeoutReason = (guard: GuardId): HaltReason =>
  guard === 'wallet_truth'
    ? 'inventory_truth_halt'
    : guard === 'order_integrity'
      ? 'reconciler_halt'
      : 'degraded_timeout';
