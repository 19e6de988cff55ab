/** The weather of the seeded market, by name: where the book stands against the pool, how it wanders, and how often somebody sweeps it. */
import { between, wander } from './random.ts';

/** At so many seconds the pool is so far above the middle of the book (below, if negative); straight between two. */
type Waypoint = readonly [seconds: number, basisBps: number];

export type Regime = Readonly<{
  basis: readonly Waypoint[];
  /** Added to the basis: a path within ± so much. */
  noiseBps: number;
  sweepEverySeconds: number;
}>;

const regimes = {
  /** A basis that saturates the anchor for half a minute, then a quiet market with takers on both sides. */
  demo: {
    basis: [
      [0, -8.5],
      [27, -8.5],
      [37, 0],
    ],
    noiseBps: 1,
    sweepEverySeconds: 9,
  },
  calm: { basis: [[0, 0]], noiseBps: 1.5, sweepEverySeconds: 25 },
  hostile: { basis: [[0, 16]], noiseBps: 3, sweepEverySeconds: 40 },
} as const satisfies Readonly<Record<string, Regime>>;

export const regimeNames: readonly string[] = Object.keys(regimes);

/** Throws a RangeError that lists the names. */
export const regimeOf = (name: string): Regime => {
  if (Object.hasOwn(regimes, name)) return regimes[name as keyof typeof regimes];
  throw new RangeError(`no regime "${name}": choose one of ${regimeNames.join(', ')}`);
};

const noiseStepSeconds = 6;

/** (pool − middle)/middle, in bps, so many seconds after the market opened. */
export const basisAt = ({ basis, noiseBps }: Regime, seconds: number, seed: number): number =>
  along(basis, seconds) + noiseBps * wander(seconds, noiseStepSeconds, seed, 1);

const along = (path: readonly Waypoint[], at: number): number => {
  const next = path.findIndex(([seconds]) => seconds > at);
  if (next < 0) return path.at(-1)?.[1] ?? 0;
  const [from, to] = [path[Math.max(0, next - 1)], path[next]] as [Waypoint, Waypoint];
  if (to[0] === from[0]) return to[1];
  return from[1] + ((to[1] - from[1]) * (at - from[0])) / (to[0] - from[0]);
};

/** When the k-th sweep comes: the cadence, and a second or so early or late. */
export const sweepAt = ({ sweepEverySeconds }: Regime, k: number, seed: number): number =>
  sweepEverySeconds * (k + firstSweepPart) + between(-1, 1, seed, 2, k);

const firstSweepPart = 0.7;
