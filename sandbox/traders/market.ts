/** Whoever trades in a sandbox besides the engine. */

export type Market = Readonly<{
  /** Accounts to be founded with plenty of both assets. */
  traders: readonly string[];
  /** Acts right before a ledger closes, in the knowledge of what is in the open one; answers the order in which the ledger takes its transactions (the rest follows as the ledger orders them). */
  act: (closeTime: number) => readonly string[];
}>;

export const nobody: Market = { traders: [], act: () => [] };
