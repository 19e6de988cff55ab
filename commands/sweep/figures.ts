/** What one variant of one session came to, in numbers that can be compared and in words that can be counted. */
import type { Rerun } from '../../actors/rerun.ts';
import { horizons } from '../../projections/markout.ts';
import { regimes, segments, type Regime, type Segment } from '../../projections/regime.ts';
import type { TotalsDocument } from '../../projections/totals.ts';
import type { Variant } from './grid.ts';

/** Null where nothing could be measured. Touch: the share of ticks within 2 bps. Times in seconds. */
export type Figures = Readonly<{
  diverged_at: number | null;
  halt: Readonly<{ reason: Rerun['halt']['reason']; source: string; after_seconds: number }>;
  degraded_seconds: number;
  trips: number;
  /** Of the record, up to this variant's end. */
  fills: TotalsDocument;
  /** The same by drift of the inventory and by regime of the basis. */
  drift: Readonly<Record<Segment, PartFigures>>;
  basis: Readonly<Record<Regime, PartFigures>>;
  spread_dominance: number | null;
  /** Of those, what came while this variant would have been DEGRADED and had no quotes. */
  fills_unquoted: number;
  touch_bid: number | null;
  touch_ask: number | null;
}>;

export type PartFigures = Pick<TotalsDocument, 'fills' | 'vw_spread_bps' | 'toxic'>;

/** `to`: the last event of the session when the sweep began. */
export type Place = Readonly<{ database: string; session: number; to: number }>;

/** A session that is ready to be measured under any settings. */
export type Measured = (set: Variant) => Promise<Figures>;

/** A number of a variant that is averaged over sessions and compared with the base. */
export type Measure = Readonly<{
  name: string;
  /** Of a table's column; null of what stands in CSV and JSON alone. */
  head: string | null;
  places: number;
  of: (figures: Figures) => number | null;
}>;

const toxicShare = ({ toxic }: PartFigures): number | null =>
  toxic.n > 0 ? toxic.fills / toxic.n : null;

const measuresOf = (name: string, of: (figures: Figures) => PartFigures): readonly Measure[] => {
  const measure = (what: string, value: (part: PartFigures) => number | null): Measure => ({
    name: `${what}_${name}`,
    head: null,
    places: 2,
    of: (figures) => value(of(figures)),
  });
  return [
    measure('fills', ({ fills }) => fills),
    measure('vw_spread_bps', ({ vw_spread_bps }) => vw_spread_bps),
    measure('toxic_share', toxicShare),
  ];
};

export const measures: readonly Measure[] = [
  { name: 'fills', head: 'fills', places: 1, of: ({ fills }) => fills.fills },
  { name: 'vw_spread_bps', head: 'VW bps', places: 2, of: ({ fills }) => fills.vw_spread_bps },
  ...horizons.map((seconds, index) => ({
    name: `markout_${seconds}s_bps`,
    head: `${seconds} s`,
    places: 2,
    of: ({ fills }: Figures) => fills.markout_bps[index]?.mean ?? null,
  })),
  {
    name: 'toxic_share',
    head: 'toxic',
    places: 2,
    of: ({ fills }) => toxicShare(fills),
  },
  { name: 'touch_bid', head: 'touch bid', places: 2, of: ({ touch_bid }) => touch_bid },
  { name: 'touch_ask', head: 'ask', places: 2, of: ({ touch_ask }) => touch_ask },
  {
    name: 'degraded_seconds',
    head: 'DEGRADED s',
    places: 0,
    of: ({ degraded_seconds }) => degraded_seconds,
  },
  {
    name: 'fills_unquoted',
    head: 'unquoted',
    places: 1,
    of: ({ fills_unquoted }) => fills_unquoted,
  },
  { name: 'trips', head: 'trips', places: 1, of: ({ trips }) => trips },
  {
    name: 'spread_dominance',
    head: null,
    places: 2,
    of: ({ spread_dominance }) => spread_dominance,
  },
  ...segments.flatMap((name) => measuresOf(`drift_${name}`, ({ drift }) => drift[name])),
  ...regimes.flatMap((name) => measuresOf(`basis_${name}`, ({ basis }) => basis[name])),
];

export const measuresDocument = (
  of: (measure: Measure) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(measures.map((measure) => [measure.name, of(measure)]));
