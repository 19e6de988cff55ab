/** Composes the embedded ledger: genesis, issuer, the engine's account, pool, traders and the protocol. The caller owns the timer. */
import type { Chain, ClosedLedger } from './chain.ts';
import type { Clock } from './clock.ts';
import type { Node } from './protocol/node.ts';
import type { Script } from './script.ts';
import type { Store } from './store.ts';

export type SandboxOptions = Readonly<{
  seed: number;
  clock: Clock;
  /** `off`: nobody trades. `on`: the seeded population. `scripted`: what `script` sets. */
  market: 'on' | 'off' | 'scripted';
  /** The population's weather where the market is on; default "demo". */
  regime?: string;
  /** How often the caller means to close a ledger. */
  intervalMs: number;
  /** The wallet's total balances before the first ledger that the engine sees, as decimal strings: XRP (reserve included) and RLUSD. */
  opening: Readonly<{ xrp: string; rlusd: string }>;
  /** Where the ledger is kept. One that already holds a ledger is resumed, whatever `opening` says. */
  store?: Store;
}>;

export type Sandbox = Readonly<{
  /** The engine's account, its family seed, and the issuer of its RLUSD. All follow from the seed. */
  address: string;
  seed: string;
  issuer: string;
  networkId: number;
  chain: Chain;
  /** For `createLink` and `serve`. */
  node: Node;
  /** Null unless the market is scripted. */
  script: Script | null;
  /** Unix milliseconds: the clock handed in, but never behind the last close. */
  now: () => number;
  /** Closes one ledger (close time in ledger seconds, default the clock's) and lets the traders act for the next. */
  closeLedger: (closeTimeSeconds?: number) => ClosedLedger;
}>;

/** Throws a RangeError where the options cannot be met (an opening below the reserve, an unknown regime). */
export declare const createSandbox: (options: SandboxOptions) => Sandbox;
