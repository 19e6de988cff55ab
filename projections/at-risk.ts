/** What a dead engine could still trade: every offer that was signed and is not final, until its Expiration. */
import { add, decimal, format, zero, type Decimal } from '../ledger/decimal.ts';
import { isoTime, unixMs } from '../ledger/time.ts';
import type { Orders } from './orders.ts';
import type { SessionState } from './session.ts';

export type AtRisk = Readonly<{
  rlusd: Decimal;
  /** The latest Expiration among them, in ledger seconds; null where there is none. */
  until: number | null;
}>;

/** At that instant (Unix ms). A replace and what it replaces both count: both may trade. */
export const atRisk = ({ open }: Orders, at: number): AtRisk => {
  let risk: AtRisk = { rlusd: zero, until: null };
  for (const { hash, gone, expiration, rlusd } of open.values()) {
    if (hash === null || gone || unixMs(expiration) <= at) continue;
    const until = Math.max(risk.until ?? 0, expiration);
    risk = { rlusd: add(risk.rlusd, decimal(rlusd)), until };
  }
  return risk;
};

/** The bound that a session stated in its manifest, and what can still trade as of its last event; null before there is one. */
export const riskLine = ({ worstCase, orders, lastAt }: SessionState): string | null => {
  if (!worstCase) return null;
  const { rlusd, until } = atRisk(orders, lastAt);
  const now = until === null ? 'nothing' : `${format(rlusd)} RLUSD until ${isoTime(unixMs(until))}`;
  const { rlusd: most, seconds } = worstCase;
  return `could trade after a death: at most ${most} RLUSD within ${seconds} s; now: ${now}`;
};
