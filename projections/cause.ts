/**
 * A guard that is not armed, in words: what it sees against its thresholds, what ends it and how far off that is, its deadline
 * and its episodes. It says what the log and the recorded configuration say, and foretells nothing else.
 */
import type { GuardFact, GuardId } from '../events/guard.ts';
import { amount, deltaText, guardName, opposing, words } from './evidence.ts';
import { wayBack } from './corridor.ts';
import type { SessionState } from './session.ts';
import type { Thresholds } from './thresholds.ts';
import { beside, counted, fixed, limitText, signed, span } from './wording.ts';

/** "directional_drift C (41 ticks without a buy; ends with 30 quiet ticks, 12/30; episode 1 of 3)". `session` is its local number. */
export const causeText = (
  session: number,
  state: SessionState,
  thresholds: Thresholds,
  id: GuardId,
  now: number,
): string => {
  const { episode, evidence } = state.mode.guards[id];
  if (!evidence) return id;
  const limits = thresholds.guards[id];
  const said = [standText(session, state, thresholds, id)];
  const check = id === 'wallet_truth' ? nextCheck(state, thresholds, now) : null;
  if (check) said.push(check);
  if (episode.deadlineAt !== null) said.push(deadline(episode.deadlineAt - now));
  if (limits.max_episodes > 0) said.push(`episode ${episode.trips} of ${limits.max_episodes}`);
  return `${guardName(id, evidence)} (${said.join('; ')})`;
};

/** What it sees and what would release it: "41 ticks without a buy; ends with 30 quiet ticks, 12/30". */
export const standText = (
  session: number,
  state: SessionState,
  thresholds: Thresholds,
  id: GuardId,
): string => {
  const { episode, evidence } = state.mode.guards[id];
  if (!evidence) return 'never tripped';
  const seen = sight(id, episode.fact ?? evidence, evidence, thresholds);
  const { recovery_enabled: mayRecover } = thresholds.guards[id];
  return `${seen}; ${mayRecover ? ending(session, state, thresholds, id) : 'its recovery is switched off'}`;
};

const deadline = (leftMs: number): string =>
  leftMs > 0 ? `HALT in ${span(leftMs)}` : 'its deadline has come';

/** What the guard sees now. */
const sight = (
  id: GuardId,
  fact: GuardFact,
  evidence: GuardFact,
  { guards }: Thresholds,
): string => {
  switch (id) {
    case 'wallet_truth':
      return fact.condition === 'unverified'
        ? `${counted(amount(fact, 'unverified'), 'wallet check')} in a row could not be made`
        : deltaText(fact);
    case 'anchor_saturation': {
      const { exit_bias_threshold_bps: bias, exit_prevalence_pct: share } = guards[id];
      return `mean ${beside(amount(fact, 'meanBps'), bias, 1)} bps, share ${beside(amount(fact, 'sharePct'), share, 0)} %`;
    }
    case 'directional_drift':
      return driftSight(fact, evidence, guards[id].burst_window_seconds);
    case 'inventory_corridor':
      return `XRP share ${fixed(amount(fact, 'xrpPct'), 1)} %, ${fixed(amount(fact, 'rlusd'), 2)} RLUSD`;
    case 'order_integrity':
      return `${counted(amount(fact, 'unknown'), 'order')} of unknown fate`;
    case 'ledger_connection':
      return `gateway ${words(fact, 'gateway') ?? '?'}: ${words(fact, 'why') ?? '?'}`;
    case 'issuer':
      return words(fact, 'found') ?? 'nothing found any more';
  }
};

const driftSight = (fact: GuardFact, evidence: GuardFact, window: number): string => {
  switch (evidence.condition) {
    case 'A':
      return `${counted(amount(evidence, 'sameSideFills'), words(evidence, 'side') ?? 'fill')} within ${window} s`;
    case 'B':
      return `net ${signed(amount(fact, 'netRlusd'), 2)} RLUSD`;
    default:
      return `${counted(amount(fact, 'ticksWithoutOpposing'), 'tick')} without a ${opposing(fact)}`;
  }
};

/** What lets it go, and how much of that is reached. */
const ending = (
  session: number,
  state: SessionState,
  thresholds: Thresholds,
  id: GuardId,
): string => {
  const { guards } = thresholds;
  const { evidence, episode } = state.mode.guards[id];
  const fact = episode.fact ?? evidence;
  const noun = id === 'directional_drift' ? '' : ' ticks';
  const count = progress(state, thresholds, id, noun);
  switch (id) {
    case 'wallet_truth': {
      const { trip_delta_xrp: xrp, trip_delta_rlusd: rlusd } = guards[id];
      return `ends with a check within ±${limitText(xrp)} XRP and ±${limitText(rlusd)} RLUSD${count}`;
    }
    case 'anchor_saturation': {
      const { exit_bias_threshold_bps: bias, exit_prevalence_pct: share } = guards[id];
      return `needs |mean| < ${limitText(bias)} and share < ${share} %${count}`;
    }
    case 'directional_drift': {
      const { net_notional_rlusd: net, recovery_ticks: ticks } = guards[id];
      const also = evidence?.condition === 'B' ? `|net| < ${net} and ` : '';
      return `ends with ${also}${ticks} quiet ticks${count}`;
    }
    case 'inventory_corridor':
      return `${fact ? wayBack(fact, guards[id]) : 'ends inside'}${count}`;
    case 'order_integrity':
      return `ends when the ledger accounts for every order${count}`;
    case 'ledger_connection':
      return `ends when it is ready and its gap filled${count}`;
    case 'issuer':
      return `ends when undone, or acknowledged with neo acknowledge${named(session, fact)}${count}`;
  }
};

/** The event that an acknowledgement must name. */
const named = (session: number, fact: GuardFact | null): string => {
  const trip = fact?.operands['trip'];
  return typeof trip === 'number' ? ` ${session} ${trip} --note TEXT` : '';
};

/** ", 12/30 ticks, at best in 1m12s"; nothing for a guard that one good tick releases. */
const progress = (
  { mode }: SessionState,
  { guards, engine }: Thresholds,
  id: GuardId,
  noun: string,
): string => {
  const { phase, count, untilTick } = mode.guards[id].episode;
  const needed = guards[id].recovery_ticks;
  const intervalMs = engine.tick_interval_seconds * 1000;
  if (phase === 'cooling') {
    const left = Math.max(0, (untilTick ?? 0) - mode.tick);
    return `, not asked for ${counted(left, 'more tick')} (${span(left * intervalMs)})`;
  }
  if (needed === 1) return '';
  const soonest =
    count > 0 && count < needed ? `, at best in ${span((needed - count) * intervalMs)}` : '';
  return `, ${count}/${needed}${noun}${soonest}`;
};

/** Checks count from the session's start, each on the first tick at or after its time. */
const nextCheck = (state: SessionState, { guards }: Thresholds, now: number): string | null => {
  if (state.startedAt === null) return null;
  const intervalMs = guards.wallet_truth.interval_seconds * 1000;
  const sinceLast = (now - state.startedAt) % intervalMs;
  return `next check in ${span(intervalMs - sinceLast)}`;
};
