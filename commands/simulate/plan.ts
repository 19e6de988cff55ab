/** What one simulated session suffers and when: everything follows from its seed, its length and the faults asked of it. */
import { type FaultName, faultNames } from '../../sandbox/faults/names.ts';
import { between, drawn } from '../../sandbox/traders/random.ts';

/** Deaths of the process: before a turn is written; after it, before what it intends has left; after it has. */
export const crashNames = ['crash_before_append', 'crash_before_send', 'crash_after_send'] as const;

export type CrashName = (typeof crashNames)[number];
export type Suffered = FaultName | CrashName;

export const sufferedNames: readonly Suffered[] = [...faultNames, ...crashNames];

export const isCrash = (name: Suffered): name is CrashName =>
  crashNames.some((crash) => crash === name);

/** "all", "none", or names with commas between. Throws a RangeError naming what is unknown. */
export const parseSuffered = (text: string): readonly Suffered[] => {
  if (text === 'all') return sufferedNames;
  if (text === 'none') return [];
  const asked = text.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !sufferedNames.some((known) => known === name));
  if (unknown === undefined) return sufferedNames.filter((name) => asked.includes(name));
  const choice = `all, none, or of ${sufferedNames.join(', ')}`;
  throw new RangeError(`no fault "${unknown}": choose ${choice}`);
};

export type Plan = Readonly<{
  seed: number;
  seconds: number;
  /** Seconds after the start, ascending; each of the names at least once. */
  blows: readonly Readonly<{ name: Suffered; at: number }>[];
}>;

/** Late blows would have nothing left to strike. */
const struckUntil = 0.7;
const firstBlowSeconds = 8;
const secondsBetweenBlows = 1800;

/** Each name draws for itself, so that one more name changes nothing for the others. */
export const planOf = (seed: number, seconds: number, names: readonly Suffered[]): Plan => {
  const last = Math.max(firstBlowSeconds + 1, seconds * struckUntil);
  const times = Math.max(1, Math.round(seconds / secondsBetweenBlows));
  const blows = names.flatMap((name) =>
    Array.from({ length: times }, (_, n) => ({
      name,
      at: between(firstBlowSeconds, last, seed, sufferedNames.indexOf(name), n),
    })),
  );
  return { seed, seconds, blows: blows.toSorted((a, b) => a.at - b.at) };
};

const calmEvery = 9;
const wildEvery = 11;
const secondsPerName = 60;

/**
 * Which of the faults asked for the session of that place has: in turn, so that each comes to several sessions; now and then
 * none, now and then all.
 */
export const shareOf = (
  names: readonly Suffered[],
  place: number,
  sessions: number,
  seconds: number,
): readonly Suffered[] => {
  const { length } = names;
  const rounds = Math.ceil((2 * length) / sessions);
  const each = Math.min(length, Math.max(rounds, Math.round(seconds / secondsPerName)));
  const isLong = sessions > 2 * calmEvery;
  if (isLong && place % wildEvery === wildEvery - 1) return names;
  if (isLong && place % calmEvery === calmEvery - 1) return [];
  const wanted = new Set(Array.from({ length: each }, (_, n) => (place * each + n) % length));
  return names.filter((_, index) => wanted.has(index));
};

/** A number of [0, 1) for one matter of one session. */
export const draw = (seed: number, matter: number, ...parts: readonly number[]): number =>
  drawn(seed, matter, ...parts);
