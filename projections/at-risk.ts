/** What a dead engine could still trade: every offer that was signed and is not final, until its Expiration has passed for sure. */
import { add, decimal, format, zero, type Decimal } from '../ledger/decimal.ts';
import { isoTime, unixMs } from '../ledger/time.ts';
import { isLive } from './order.ts';
import type { Orders } from './orders.ts';
import type { SessionState } from './session.ts';

/** Unix milliseconds from which on an offer of that Expiration (ledger seconds) trades no more: close times are rounded and late. */
export const tradableUntil = (expiration: number): number => unixMs(expiration + slackSeconds);

export const slackSeconds = 20;

export type AtRisk = Readonly<{
  rlusd: Decimal;
  /** From when on the last of them trades no more, in Unix milliseconds; null where there is none. */
  until: number | null;
  /** How many of them are known to rest; the others are signed, and what became of them is not known yet. */
  resting: number;
  unsettled: number;
}>;

/** At that instant (Unix ms). A replace and what it replaces both count: both may trade. */
export const atRisk = ({ open }: Orders, at: number): AtRisk => {
  let risk: AtRisk = { rlusd: zero, until: null, resting: 0, unsettled: 0 };
  for (const order of open.values()) {
    const { hash, gone, expiration, rlusd } = order;
    const lastMs = tradableUntil(expiration);
    if (hash === null || gone || lastMs <= at) continue;
    const rests = isLive(order) ? 1 : 0;
    risk = {
      rlusd: add(risk.rlusd, decimal(rlusd)),
      until: Math.max(risk.until ?? 0, lastMs),
      resting: risk.resting + rests,
      unsettled: risk.unsettled + 1 - rests,
    };
  }
  return risk;
};

/**
 * The bound that a session stated in its manifest, and what can still trade as of its last event, until the instant that an end which left
 * it has named; null before there is one.
 */
export const riskLine = ({ worstCase, orders, lastAt, ended }: SessionState): string | null => {
  if (!worstCase) return null;
  const { rlusd, until, resting, unsettled } = atRisk(orders, lastAt);
  const known = `${resting === 0 ? 'none is' : resting} known to rest`;
  const doubt = unsettled === 0 ? '' : `, ${unsettled} signed and not final`;
  const now =
    until === null
      ? 'nothing'
      : `at most ${format(rlusd)} RLUSD until ${isoTime(ended?.untilMs ?? until)} (${known}${doubt})`;
  const { rlusd: most, seconds } = worstCase;
  return `could trade after a death: at most ${most} RLUSD within ${seconds} s; now: ${now}`;
};
