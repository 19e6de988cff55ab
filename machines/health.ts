/** Whether a server can be trusted to be whole and in touch, by its own words. */
import type { MarketRead } from '../events/market.ts';
import { missingUpTo, parseRanges } from '../ledger/ranges.ts';
import type { ConnectionSettings } from './settings.ts';

/** Server states in which rippled follows the network (server_state). */
const inSync: ReadonlySet<string> = new Set(['full', 'validating', 'proposing']);

export type HealthLimits = Pick<ConnectionSettings, 'max_load_factor' | 'max_ledger_gap'>;

/** A gap further back than this is no matter of ours: what we need is asked for each ledger. */
const recentLedgers = 16;

/** What is against asking it, in words: it cannot follow the network at all, or is ill. Null where nothing is. */
export const unfitness = (
  limits: HealthLimits,
  market: Pick<MarketRead, 'server' | 'ledger'>,
): string | null =>
  market.server.amendmentBlocked ? 'amendment blocked' : ailment(limits, market);

/** What is wrong with it, in words; null where nothing is. */
export const ailment = (
  limits: HealthLimits,
  { server, ledger }: Pick<MarketRead, 'server' | 'ledger'>,
): string | null => {
  if (!inSync.has(server.state)) return `the server is ${server.state}`;
  if (server.loadFactor > limits.max_load_factor) {
    return `the server's load factor is ${server.loadFactor} (limit ${limits.max_load_factor})`;
  }
  const ranges = parseRanges(server.completeLedgers) ?? [];
  const gap = missingUpTo(ranges, ledger.index, recentLedgers);
  if (gap <= limits.max_ledger_gap) return null;
  return `the server lacks ${gap} of the last ${recentLedgers} ledgers (limit ${limits.max_ledger_gap})`;
};
