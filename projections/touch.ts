/** How far our quotes stood from the touch, over a session: shares, mean, median and buckets of the distances in bps. */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import type { SideTouch } from '../events/market.ts';
import { added, entriesOf, type Trail } from './trail.ts';

export type TouchSide = Readonly<{
  /** Distances in bps, many to an entry: so one takes eight bytes, and alone eight times as many. */
  samples: Trail<readonly number[]>;
  count: number;
  sum: number;
  within: number;
  buckets: readonly [number, number, number, number];
}>;

export type Touch = Readonly<{ bid: TouchSide; ask: TouchSide }>;

/** Of one side; null where nothing was measured. Buckets count 0–2, 2–5, 5–10 and above 10 bps, their upper ends included. */
export type TouchShares = Readonly<{
  within_2bps: number | null;
  mean: number | null;
  median: number | null;
  buckets: TouchSide['buckets'];
}>;

const unmeasured: TouchSide = {
  samples: null,
  count: 0,
  sum: 0,
  within: 0,
  buckets: [0, 0, 0, 0],
};

export const empty: Touch = { bid: unmeasured, ask: unmeasured };

export const apply = (touch: Touch, { event }: Recorded<Outline>): Touch =>
  event.type === 'touch.measured'
    ? { bid: measured(touch.bid, event.bid), ask: measured(touch.ask, event.ask) }
    : touch;

const measured = (side: TouchSide, sample: SideTouch | null): TouchSide => {
  if (!sample) return side;
  const { distanceBps, within2bps } = sample;
  const [near, close, off, far] = side.buckets;
  return {
    samples: withSample(side.samples, distanceBps),
    count: side.count + 1,
    sum: side.sum + distanceBps,
    within: side.within + (within2bps ? 1 : 0),
    buckets:
      distanceBps <= 2
        ? [near + 1, close, off, far]
        : distanceBps <= 5
          ? [near, close + 1, off, far]
          : distanceBps <= 10
            ? [near, close, off + 1, far]
            : [near, close, off, far + 1],
  };
};

const samplesAnEntry = 64;

const withSample = (samples: TouchSide['samples'], sample: number): TouchSide['samples'] =>
  samples && samples.entry.length < samplesAnEntry
    ? added(samples.before, [...samples.entry, sample])
    : added(samples, [sample]);

export const shares = (side: TouchSide): TouchShares => ({
  within_2bps: side.count === 0 ? null : side.within / side.count,
  mean: side.count === 0 ? null : side.sum / side.count,
  median: median(side.samples),
  buckets: side.buckets,
});

/** Of numbers alone, which are sorted without being compared one by one: a month has hundreds of thousands. */
const median = (samples: TouchSide['samples']): number | null => {
  const sorted = Float64Array.from(entriesOf(samples).flat()).sort();
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half];
  const lower = sorted[sorted.length % 2 === 1 ? half : half - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
};
