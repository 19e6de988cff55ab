/** Whoever trades in a sandbox besides the engine. */
import type { Closing } from '../chain.ts';

export type Market = Readonly<{
  /** Accounts to be founded with plenty of both assets. */
  traders: readonly string[];
  /** Acts right before a ledger closes, in the knowledge of what is in the open one; answers how it closes. */
  act: (closeTime: number) => Closing;
}>;

export const nobody: Market = { traders: [], act: () => ({}) };
