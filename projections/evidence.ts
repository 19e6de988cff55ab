/** Why a guard tripped, in words: the operands of its fact against the thresholds of its session. */
import type { GuardFact, GuardId } from '../events/guard.ts';
import type { Thresholds } from './thresholds.ts';
import { beside, counted, fixed, limitText, signed } from './wording.ts';

/** A numeric operand; NaN where it is missing, which words write as "?". */
export const amount = (fact: GuardFact, key: string): number => {
  const value = fact.operands[key];
  return typeof value === 'number' ? value : Number.NaN;
};

/** An operand as text; undefined where it is missing. */
export const words = (fact: GuardFact, key: string): string | undefined => {
  const value = fact.operands[key];
  return value === null || value === undefined ? undefined : String(value);
};

/** A guard with the condition that tripped it, where it has several: "directional_drift C". */
export const guardName = (id: GuardId, evidence: GuardFact | null): string =>
  id === 'directional_drift' && evidence?.condition ? `${id} ${evidence.condition}` : id;

/** The side whose fill has not come, as its noun. */
export const opposing = (fact: GuardFact): 'buy' | 'sell' =>
  fact.operands['side'] === 'buy' ? 'sell' : 'buy';

/** "mean −7.07 bps (limit ±6.0) and 100 % of 25 samples beyond 5.0 bps (limit 40 %)". */
export const evidenceText = (id: GuardId, fact: GuardFact, { guards }: Thresholds): string => {
  switch (id) {
    case 'wallet_truth': {
      const { trip_delta_xrp: xrp, trip_delta_rlusd: rlusd, unverified_count: count } = guards[id];
      if (fact.condition === 'unverified') {
        return `${counted(amount(fact, 'unverified'), 'wallet check')} in a row could not be made (limit ${count})`;
      }
      return `${deltaText(fact)} (limits ${limitText(xrp)} XRP and ${limitText(rlusd)} RLUSD)`;
    }
    case 'anchor_saturation': {
      const limits = guards[id];
      const mean = beside(amount(fact, 'meanBps'), limits.bias_threshold_bps, 2);
      const share = fixed(amount(fact, 'sharePct'), 0);
      return (
        `mean ${mean} bps (limit ±${limitText(limits.bias_threshold_bps)}) and ${share} % of ` +
        `${counted(amount(fact, 'samples'), 'sample')} beyond ` +
        `${limitText(limits.prevalence_threshold_bps)} bps (limit ${limits.prevalence_pct} %)`
      );
    }
    case 'directional_drift':
      return driftText(fact, guards[id]);
    case 'inventory_corridor': {
      const limits = guards[id];
      if (fact.condition === 'floor') {
        const rlusd = beside(amount(fact, 'rlusd'), limits.min_rlusd_floor, 2);
        return `${rlusd} RLUSD (floor ${limits.min_rlusd_floor})`;
      }
      const edge = fact.condition === 'xrp_high' ? limits.max_xrp_pct : limits.min_xrp_pct;
      const share = beside(amount(fact, 'xrpPct'), edge, 1);
      return `XRP share ${share} % (limit ${edge} %) for ${counted(amount(fact, 'ticksOutside'), 'tick')}`;
    }
    case 'order_integrity': {
      const first = words(fact, 'first');
      const orders = counted(amount(fact, 'unknown'), 'order');
      const named = first === undefined ? '' : `, ${first} first`;
      return `${orders} of unknown fate${named} (grace ${counted(guards[id].grace_ticks, 'tick')})`;
    }
    case 'ledger_connection':
      return `the gateway was ${words(fact, 'gateway') ?? 'not ready'} (${words(fact, 'why') ?? '?'})`;
    case 'issuer':
      return words(fact, 'found') ?? fact.condition ?? 'the issuer changed its terms';
  }
};

/** "books − wallet −7.3 XRP and 0 RLUSD". */
export const deltaText = (fact: GuardFact): string => {
  const [xrp, rlusd] = [words(fact, 'deltaXrp'), words(fact, 'deltaRlusd')];
  const minus = (text = '?'): string => text.replace('-', '−');
  return `books − wallet = ${minus(xrp)} XRP and ${minus(rlusd)} RLUSD`;
};

const driftText = (fact: GuardFact, limits: Thresholds['guards']['directional_drift']): string => {
  const side = words(fact, 'side') ?? 'fill';
  switch (fact.condition) {
    case 'A':
      return `${counted(amount(fact, 'sameSideFills'), side)} within ${limits.burst_window_seconds} s and no ${opposing(fact)} between them (limit ${limits.burst_fill_count})`;
    case 'B':
      return `net ${signed(amount(fact, 'netRlusd'), 2)} RLUSD within ${limits.net_notional_window_seconds} s (limit ±${limits.net_notional_rlusd})`;
    default:
      return `${counted(amount(fact, 'ticksWithoutOpposing'), 'tick')} without a ${opposing(fact)} (limit ${limits.no_opposing_fill_ticks})`;
  }
};
