/** A sweep's results over its sessions: the mean of every measure, its difference from the base, and how far that is spread. */
import { measures, measuresDocument, type Figures, type Measure } from './figures.ts';
import type { Variant } from './grid.ts';
import type { Result } from './results.ts';

/** Of `n` sessions in which it could be measured; null of none. `sd` is the sample's deviation, null of fewer than two. */
export type Spread = Readonly<{ mean: number | null; sd: number | null; n: number }>;

export type Summary = Readonly<{
  /** Null is the base. */
  variant: number | null;
  set: Variant;
  /** By session, as far as it could be measured. */
  figures: ReadonlyMap<number, Figures>;
  /** Why the values do not go together; null where they do. */
  refused: string | null;
  means: ReadonlyMap<string, Spread>;
  /** This variant's less the base's, session by session. */
  differences: ReadonlyMap<string, Spread>;
  /** How many sessions ended how: "duration_elapsed", "degraded_timeout (anchor_saturation)". */
  ends: ReadonlyMap<string, number>;
}>;

/** The base first. */
export const summaries = (
  results: readonly Result[],
  variants: readonly Variant[],
): readonly Summary[] => {
  const found = new Map<number | null, Map<number, Figures>>();
  const refusals = new Map<number | null, string>();
  for (const result of results) {
    if ('refused' in result) refusals.set(result.variant, result.refused);
    else {
      const sessions = found.get(result.variant) ?? new Map<number, Figures>();
      found.set(result.variant, sessions.set(result.session, result.figures));
    }
  }
  const base = found.get(null) ?? new Map<number, Figures>();
  const summary = (variant: number | null, set: Variant): Summary => {
    const figures = found.get(variant) ?? new Map<number, Figures>();
    return {
      variant,
      set,
      figures,
      refused: refusals.get(variant) ?? null,
      means: spreads((measure) => [...figures.values()].map(measure.of)),
      differences: spreads((measure) =>
        [...figures].map(([session, own]) => difference(measure, own, base.get(session))),
      ),
      ends: endsOf([...figures.values()]),
    };
  };
  return [summary(null, []), ...variants.map((set, variant) => summary(variant, set))];
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

export const summaryDocument = ({ set, figures, refused, means, differences, ends }: Summary) => ({
  set: Object.fromEntries(set.map((pair) => pair.split(/=(.*)/s).slice(0, 2))) as object,
  refused,
  mean: measuresDocument(({ name }) => means.get(name)),
  difference: measuresDocument(({ name }) => differences.get(name)),
  ends: Object.fromEntries(ends),
  sessions: [...figures]
    .toSorted(([a], [b]) => a - b)
    .map(([session, own]) => ({ session, counterfactual: own.diverged_at !== null, ...own })),
});
