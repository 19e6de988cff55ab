/** The weather of the seeded market, by name: where the book stands against the pool, how it wanders, and how often somebody sweeps it. */
import { between, wander } from './random.ts';

/** At so many seconds the pool is so far above the middle of the book (below, if negative); straight between two. */
type Waypoint = readonly [seconds: number, basisBps: number];

export type Regime = Readonly<{
  /** A path, or spells: as the field has it, for hours on one side and then on the other. */
  basis: readonly Waypoint[] | 'spells';
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
  /** The pool and the book agree. */
  calm: { basis: [[0, 0]], noiseBps: 1.5, sweepEverySeconds: 25 },
  /** The pool stays far above the book. */
  hostile: { basis: [[0, 16]], noiseBps: 3, sweepEverySeconds: 40 },
  discount: { basis: [[0, -17]], noiseBps: 3, sweepEverySeconds: 40 },
  premium: { basis: [[0, 20]], noiseBps: 3, sweepEverySeconds: 40 },
  /** From one to the other and back, from −20 to +23 bps, some two hours each. */
  field: { basis: 'spells', noiseBps: 1.5, sweepEverySeconds: 30 },
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
  (basis === 'spells' ? spellAt(seconds, seed) : along(basis, seconds)) +
  noiseBps * wander(seconds, noiseStepSeconds, seed, 1);

const spellSeconds = 7200;
const startsWithinSeconds = 1800;
const turnSeconds = 600;
const belowBps = [-18.5, -4] as const;
const aboveBps = [4, 21.5] as const;

/** The k-th spell: when it begins and where it stays; one side after the other. */
const spell = (k: number, seed: number): Waypoint => {
  const [least, most] = (k + seed) % 2 === 0 ? belowBps : aboveBps;
  const late = k <= 0 ? 0 : between(-startsWithinSeconds, startsWithinSeconds, seed, 6, k);
  return [k * spellSeconds + late, between(least, most, seed, 7, k)];
};

const spellAt = (seconds: number, seed: number): number => {
  const guess = Math.max(0, Math.floor(seconds / spellSeconds));
  const k = [guess + 1, guess, guess - 1].find((n) => n <= 0 || spell(n, seed)[0] <= seconds) ?? 0;
  const [begins, level] = spell(Math.max(0, k), seed);
  if (k <= 0) return level;
  const turned = Math.min(1, (seconds - begins) / turnSeconds);
  const [, before] = spell(k - 1, seed);
  return before + (level - before) * turned;
};

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
