/** Where a sandbox's ledger is kept between runs: one line of JSON for each closed ledger. */
import type { Kept, Saved } from './chain.ts';

export type Store = Readonly<{
  /** What was there when it was opened. */
  saved: Saved | undefined;
  append: (ledger: Kept) => void;
  close: () => void;
}>;

/** Opens or makes the file. Throws an Error that names the file and the cure where it cannot. */
export declare const openStore: (path: string) => Store;
