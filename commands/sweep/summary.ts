/** A sweep's results over its sessions: the mean of every measure, its difference from the base, and how far that is spread. */
import type { Fills } from '../../config.ts';
import { measures, measuresDocument, type Figures, type Measure } from './figures.ts';
import type { Variant } from './grid.ts';
import type { Which } from './measure.ts';
import type { Result } from './results.ts';

/** Of `n` sessions in which it could be measured; null of none. `sd` is the sample's deviation, null of fewer than two. */
export type Spread = Readonly<{ mean: number | null; sd: number | null; n: number }>;

export type Summary = Readonly<{
  variant: Which;
  set: Variant;
  /** By session, as far as it could be measured. */
  figures: ReadonlyMap<number, Figures>;
  /** Why the values do not go together; null where they do. */
  refused: string | null;
  means: ReadonlyMap<string, Spread>;
  /** Session by session: a variant's less the base's; of a simulated base less what really happened, which is the model's error. */
  differences: ReadonlyMap<string, Spread>;
  /** How many sessions ended how: "duration_elapsed", "degraded_timeout (anchor_saturation)". */
  ends: ReadonlyMap<string, number>;
}>;

/** What really happened first, where the base is not that itself; then the base, then the variants. */
export const summaries = (
  results: readonly Result[],
  variants: readonly Variant[],
  fills: Fills,
): readonly Summary[] => {
  const found = new Map<Which, Map<number, Figures>>();
  const refusals = new Map<Which, string>();
  for (const result of results) {
    if ('refused' in result) refusals.set(result.variant, result.refused);
    else {
      const sessions = found.get(result.variant) ?? new Map<number, Figures>();
      found.set(result.variant, sessions.set(result.session, result.figures));
    }
  }
  const summary = (variant: Which, set: Variant, than: Which): Summary => {
    const figures = found.get(variant) ?? new Map<number, Figures>();
    const before = found.get(than);
    return {
      variant,
      set,
      figures,
      refused: refusals.get(variant) ?? null,
      means: spreads((measure) => [...figures.values()].map(measure.of)),
      differences: spreads((measure) =>
        [...figures].map(([session, own]) => difference(measure, own, before?.get(session))),
      ),
      ends: endsOf([...figures.values()]),
    };
  };
  /** Of recordings of a market nothing happened that a model could be held against. */
  const isHeld = fills === 'simulated' && found.has('actual');
  return [
    ...(isHeld ? [summary('actual', [], 'actual')] : []),
    summary('base', [], isHeld ? 'actual' : 'base'),
    ...variants.map((set, variant) => summary(variant, set, 'base')),
  ];
};

const difference = (measure: Measure, own: Figures, base: Figures | undefined): number | null => {
  const [here, there] = [measure.of(own), base ? measure.of(base) : null];
  return here === null || there === null ? null : here - there;
};

const spreads = (
  values: (measure: Measure) => readonly (number | null)[],
): ReadonlyMap<string, Spread> =>
  new Map(measures.map((measure) => [measure.name, spreadOf(values(measure))]));

export const spreadOf = (values: readonly (number | null)[]): Spread => {
  const known = values.filter((value) => value !== null);
  const n = known.length;
  if (n === 0) return { mean: null, sd: null, n };
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  const squares = known.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, sd: n < 2 ? null : Math.sqrt(squares / (n - 1)), n };
};

const endsOf = (figures: readonly Figures[]): ReadonlyMap<string, number> => {
  const ends = new Map<string, number>();
  for (const { halt } of figures) {
    const end = halt.source === 'session' ? halt.reason : `${halt.reason} (${halt.source})`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return ends;
};

/** Of simulated fills everything is counterfactual, of recorded ones what comes after `diverged_at`. */
export const summaryDocument = (
  { variant, set, figures, refused, means, differences, ends }: Summary,
  fills: Fills,
) => ({
  set: Object.fromEntries(set.map((pair) => pair.split(/=(.*)/s).slice(0, 2))) as object,
  refused,
  mean: measuresDocument(({ name }) => means.get(name)),
  difference: measuresDocument(({ name }) => differences.get(name)),
  ends: Object.fromEntries(ends),
  sessions: [...figures]
    .toSorted(([a], [b]) => a - b)
    .map(([session, own]) => ({
      session,
      counterfactual: own.diverged_at !== null || (fills === 'simulated' && variant !== 'actual'),
      ...own,
    })),
});
