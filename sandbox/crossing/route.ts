/** Where a payment comes from and goes to, and what its path says of the way between. */
import type { Quality } from '../../ledger/quality.ts';
import type { Asset } from '../chain.ts';
import type { Result } from '../transactions/result.ts';
import type { PoolUse, Step } from './step.ts';

export type PathElement = Readonly<{ account?: string; currency?: string; issuer?: string }>;

export type Route = Readonly<{
  sender: string;
  receiver: string;
  deliver: Asset;
  /** What may be spent, if it is said. */
  spend: Asset | undefined;
  crossing: Readonly<{ limit: Quality }> | undefined;
  poolUse: PoolUse;
}>;

export type Legs = Readonly<{ steps: readonly Step[] }> | Readonly<{ result: Result }>;
