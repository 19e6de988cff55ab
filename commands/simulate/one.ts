/** One simulated seed from its founding to its proof, in a folder of its own; what broke becomes a sentence. */
import { join } from 'node:path';
import { inScratch } from '../scratch.ts';
import { planOf, type Suffered } from './plan.ts';
import { prove } from './proof.ts';
import type { Tally } from './tally.ts';
import { Violation } from './watch.ts';
import { live, type Planted } from './world.ts';

export type Job = Readonly<{ seed: number; seconds: number; names: readonly Suffered[] }>;

export type Outcome =
  | Readonly<{ job: Job; tally: Tally }>
  | Readonly<{ job: Job; violation: string }>;

/** `keep` names the database that stays; without it nothing does. */
export const simulateOne = (job: Job, keep?: string, planted: Planted = {}): Promise<Outcome> =>
  inScratch('simulate', async (folder) => {
    const file = keep ?? join(folder, 'neo.db');
    try {
      const tally = await live(planOf(job.seed, job.seconds, job.names), file, planted);
      await prove(file);
      return { job, tally };
    } catch (cause) {
      return { job, violation: said(cause) };
    }
  });

/** A broken invariant speaks for itself; anything else says where it broke. */
const said = (cause: unknown): string => {
  if (cause instanceof Violation) return cause.message;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
};
