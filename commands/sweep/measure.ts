/**
 * One variant of one session, measured. The session is read once and is shared by all variants of it that this process measures;
 * of a variant nothing is kept but its figures.
 */
import { ConfigError, type Fills } from '../../config.ts';
import type { Figures, Measured, Place } from './figures.ts';
import type { Variant } from './grid.ts';
import { recordedSession } from './recorded.ts';
import { simulatedSession } from './simulated.ts';

/** A variant by its place in the grid; the base: the session under its own settings; and, where fills are simulated, as it really was. */
export type Which = number | 'base' | 'actual';

/** `along`: sets that show which keys will be changed. */
export type Job = Place &
  Readonly<{ fills: Fills; along: readonly Variant[]; variant: Which; set: Variant }>;

export type Outcome = Readonly<{ session: number; variant: Which }> &
  (
    | Readonly<{ figures: Figures }>
    /** The values do not go together. */
    | Readonly<{ refused: string }>
    /** The session cannot be read, or not be simulated. */
    | Readonly<{ failure: string }>
  );

/** One at a time, so that memory grows with neither sessions nor variants. */
let current: Readonly<{ key: string; measured: Promise<Measured> }> | undefined;

export const measure = async (job: Job): Promise<Outcome> => {
  const { session, variant, set } = job;
  try {
    const measured = await sessionOf(job);
    return { session, variant, figures: await measured(set) };
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    const refuses = error instanceof ConfigError && error.isContradiction;
    return { session, variant, ...(refuses ? { refused: told } : { failure: told }) };
  }
};

const sessionOf = ({ database, session, to, fills, along }: Job): Promise<Measured> => {
  const key = JSON.stringify([database, session, to, fills]);
  if (current?.key !== key) {
    const place = { database, session, to };
    const measured =
      fills === 'simulated' ? simulatedSession(place) : recordedSession(place, along);
    current = { key, measured };
  }
  return current.measured;
};
