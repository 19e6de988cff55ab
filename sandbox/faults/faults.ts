/**
 * When faults happen: each name draws for itself, second by second, from the seed alone, so that one more name changes
 * nothing for the others. What they do is done where it belongs: by the line, the host, the protocol and the issuer.
 */
import type { Clock } from '../clock.ts';
import { between, drawn } from '../traders/random.ts';
import { type FaultName, faultNames, natureOf } from './names.ts';

export type Counts = Readonly<Record<FaultName, number>>;

export type Faults = Readonly<{
  /** How often each has happened. */
  counts: () => Counts;
  /** Lets one happen now, whether it is switched on or not: at its next occasion, or for its time. */
  strike: (name: FaultName) => void;
  /** Draws what happens by itself up to now; the sandbox calls it ahead of each close. */
  pass: (newestLedger: number) => void;
  /** Is this the occasion that a fault has waited for? Then it is counted. */
  happens: (name: FaultName) => boolean;
  /** Does one that has a time hold now? */
  holds: (name: FaultName) => boolean;
  /** A number of [0, 1) that belongs to the newest stroke of a fault and to `part`. */
  drawnFor: (name: FaultName, part?: number) => number;
  /** The newest ledger when a fault struck last. */
  struckAt: (name: FaultName) => number;
  /** Calls `fn` when the fault strikes. Answers what calls it off. */
  onStrike: (name: FaultName, fn: () => void) => () => void;
}>;

export type FaultsOptions = Readonly<{
  seed: number;
  /** Those that happen by themselves. */
  names: readonly FaultName[];
  clock: Clock;
  /** Each happens once in so many seconds, in the mean; default 900. */
  everySeconds?: number;
}>;

const everySecondsUsual = 900;
/** What keeps these draws apart from those of the traders. */
const salt = 0x0fa0_17ed;
/** A clock that has jumped further than this is not made up for. */
const secondsAtOnceMost = 3600;

export const createFaults = ({
  seed,
  names,
  clock,
  everySeconds = everySecondsUsual,
}: FaultsOptions): Faults => {
  const counts = Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<
    FaultName,
    number
  >;
  const strokes = { ...counts };
  const waiting = { ...counts };
  const struckAt = { ...counts };
  const until = new Map<FaultName, number>();
  const heard = new Map<FaultName, Set<() => void>>();
  let newest = 0;
  let second: number | undefined;

  const numberOf = (name: FaultName): number => faultNames.indexOf(name);

  const drawnFor = (name: FaultName, part = 0): number =>
    drawn(salt, seed, numberOf(name), strokes[name], part);

  const strike = (name: FaultName): void => {
    strokes[name] += 1;
    struckAt[name] = newest;
    const { seconds, atOnce } = natureOf(name);
    const listeners = [...(heard.get(name) ?? [])];
    if (seconds) {
      const [least, most] = seconds;
      const lasts = between(least, most, salt, seed, numberOf(name), strokes[name], -1);
      until.set(name, clock.now() + Math.round(lasts * 1000));
      counts[name] += 1;
    } else if (atOnce) counts[name] += Math.min(1, listeners.length);
    else waiting[name] += 1;
    for (const fn of listeners) fn();
  };

  return {
    counts: () => ({ ...counts }),
    strike,
    pass: (newestLedger) => {
      newest = newestLedger;
      const now = Math.floor(clock.now() / 1000);
      const from = Math.max((second ?? now) + 1, now - secondsAtOnceMost);
      second = Math.max(now, second ?? now);
      for (let at = from; at <= now; at += 1) {
        for (const name of names) {
          if (drawn(salt, seed, numberOf(name), at) * everySeconds < 1) strike(name);
        }
      }
    },
    happens: (name) => {
      if (waiting[name] === 0) return false;
      waiting[name] -= 1;
      counts[name] += 1;
      return true;
    },
    holds: (name) => clock.now() < (until.get(name) ?? 0),
    drawnFor,
    struckAt: (name) => struckAt[name],
    onStrike: (name, fn) => {
      const listeners = heard.get(name) ?? new Set();
      heard.set(name, listeners.add(fn));
      return () => void listeners.delete(fn);
    },
  };
};
