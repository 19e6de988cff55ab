/**
 * The seeded market: a pool, makers, takers and an arbitrageur around a price that follows from the seed, the regime and
 * the time since the market opened. Nobody remembers anything: each acts on the open ledger and on numbers that belong to the moment.
 */
import * as d from '../../ledger/decimal.ts';
import type { Chain } from '../chain.ts';
import { arbitrage } from './arbitrageur.ts';
import type { Cast } from './founding.ts';
import { make, makings } from './maker.ts';
import type { Market } from './market.ts';
import { tokenOf, xrp } from './pair.ts';
import { createPool } from './pool.ts';
import { drawn } from './random.ts';
import { basisAt, type Regime, sweepAt } from './regime.ts';
import { nibble, sweep } from './taker.ts';

const poolPrice = 1.42;
const poolXrp = 50_000n;
const dropsPerXrp = 1_000_000n;
/** In 1/100,000: wide enough that a basis of some 25 bps is nobody's profit. */
const poolFee = 300;
const bps = 1e4;

export const populationTraders: readonly string[] = [
  ...makings.map(({ role }) => role),
  'taker',
  'sweeper',
  'arbitrageur',
  'pool',
];

export const population = (
  chain: Chain,
  cast: Cast,
  regime: Regime,
  seed: number,
  openedAt: number,
): Market => {
  const fairAt = (seconds: number): number =>
    poolPrice / (1 + basisAt(regime, seconds, seed) / bps);
  return {
    traders: populationTraders,
    act: (closeTime) => {
      const seconds = closeTime - openedAt;
      const before = chain.latest().header.close_time - openedAt;
      const fair = fairAt(seconds);
      if (!chain.open().amm(xrp, tokenOf(cast.issuer.address))) openPool(chain, cast);
      const k = dueSweep(regime, seed, before, seconds);
      if (k === undefined) nibbleSometimes(chain, cast, seed, closeTime);
      else sweep(chain, cast, 'sweeper', sideOf(k, seed), fairAt(before), partOf(k));
      arbitrage(chain, cast, fair);
      for (const making of makings) make(chain, cast, making, fair, closeTime, seed);
      return { first: chain.pending().map(({ hash }) => hash) };
    },
  };
};

const openPool = (chain: Chain, cast: Cast): void => {
  const value = d.multiply(d.integer(poolXrp), d.fromNumber(poolPrice));
  createPool(chain, cast, poolXrp * dropsPerXrp, value, poolFee);
};

/** Which sweep, if any, falls between two ledgers. */
const dueSweep = (
  regime: Regime,
  seed: number,
  after: number,
  until: number,
): number | undefined => {
  const guess = Math.floor(until / regime.sweepEverySeconds);
  return [guess - 1, guess, guess + 1].find((k) => {
    const at = sweepAt(regime, k, seed);
    return k >= 0 && at > after && at <= until;
  });
};

/** One side after the other. */
const sideOf = (k: number, seed: number) => ((k + seed) % 2 === 0 ? 'sell' : 'buy');

const partsTaken = [1, 0.6, 0.55, 1] as const;

/** Of the farthest offer. */
const partOf = (k: number): number => partsTaken[k % partsTaken.length] as number;

const nibblesPerLedger = 0.3;

const nibbleSometimes = (chain: Chain, cast: Cast, seed: number, closeTime: number): void => {
  if (drawn(seed, 3, closeTime) >= nibblesPerLedger) return;
  const side = drawn(seed, 4, closeTime) < 0.5 ? 'buy' : 'sell';
  nibble(chain, cast, 'taker', side, 0.1 + 0.2 * drawn(seed, 5, closeTime));
};
