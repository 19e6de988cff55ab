/** A message as it is compared: without hashes of ledgers, and without what the clock and the machine of the recorded server said. */
import type { Json } from './recording.ts';

/**
 * What a server cannot know that starts where a case starts. The total of the ledger cases begins one fee too high: a
 * transaction of the case before was still open.
 */
export const leftOut: readonly string[] = [
  'protocol-fee-queue-03: its server remembers the crowd of the case before',
  'total_coins: its server still had a transaction of the case before',
];

export const isLeftOut = (id: string): boolean =>
  leftOut.some((words) => words.startsWith(`${id}:`));

const unlike: ReadonlySet<string> = new Set([
  'account_hash',
  'transaction_hash',
  'ledger_hash',
  'parent_hash',
  'ledger_data',
  'hostid',
  'pubkey_node',
  'random',
  'time',
  'uptime',
  'age',
  'io_latency_ms',
  'current_activities',
  'counters',
  'total_coins',
]);

const isUnlike = (key: string, value: Json): boolean =>
  unlike.has(key) || key.endsWith('_us') || (key === 'hash' && 'seq' in value);

/** Keys sorted, so that the texts of two can be compared. */
export const comparableMessage = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(comparableMessage);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !isUnlike(key, value as Json))
      .map(([key, inner]) => [key, comparableMessage(inner)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};
