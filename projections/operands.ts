/**
 * A guard's operands beside their lines: where each trips, where it lets go, and how far off the nearer one is. Facts from the
 * log against the thresholds of its session.
 */
import type { GuardFact, GuardId } from '../events/guard.ts';
import { amount, words } from './evidence.ts';
import type { Column } from './strip.ts';
import type { Thresholds } from './thresholds.ts';
import { counted as fills, fixed, limitText, signed } from './wording.ts';

export type Operand = Readonly<{
  name: string;
  /** In words; "?" where it is unknown. */
  value: string;
  /** To the line that matters now, in words. */
  distance: string;
  /** Null where there is nothing to draw along. */
  bar: Bar | null;
  /** The column of the lanes that has its history. */
  history: Column | null;
  /** It is beyond its trip line. */
  beyond: boolean;
}>;

/** Along one axis from `from` to `to`; a trip line has its forbidden side up to that end of the axis. */
export type Bar = Readonly<{
  from: number;
  to: number;
  at: number | null;
  trips: readonly number[];
  releases: readonly number[];
}>;

/** `armed`: the distance is to the trip, else to the release. Empty before the first tick. */
export const operandsOf = (
  id: GuardId,
  fact: GuardFact | null,
  armed: boolean,
  { guards }: Thresholds,
): readonly Operand[] => {
  if (!fact) return [];
  switch (id) {
    case 'wallet_truth': {
      const { trip_delta_xrp: xrp, trip_delta_rlusd: rlusd, unverified_count: most } = guards[id];
      return [
        delta('|ΔXRP|', fact, 'deltaXrp', xrp, armed),
        delta('|ΔRLUSD|', fact, 'deltaRlusd', rlusd, armed),
        counted('unverified', amount(fact, 'unverified'), most),
      ];
    }
    case 'anchor_saturation':
      return anchor(fact, armed, guards[id]);
    case 'directional_drift':
      return drift(fact, guards[id]);
    case 'inventory_corridor':
      return corridor(fact, armed, guards[id]);
    case 'order_integrity':
      return integrity(fact, guards[id]);
    case 'ledger_connection':
      return [
        plain('gateway', words(fact, 'gateway') ?? '?', words(fact, 'why') ?? ''),
        counted('ticks down', amount(fact, 'ticksDown'), 1),
      ];
    case 'issuer':
      return [plain('found', words(fact, 'found') ?? 'nothing', armed ? 'any change trips' : '')];
  }
};

type Limits<G extends GuardId> = Thresholds['guards'][G];

const plain = (name: string, value: string, distance: string): Operand => ({
  name,
  value,
  distance,
  bar: null,
  history: null,
  beyond: false,
});

/** Trips when it has counted to `limit`. */
const counted = (name: string, value: number, limit: number): Operand => ({
  ...plain(name, fixed(value, 0), value >= limit ? 'reached' : toLine(limit - value, 0, 'trip')),
  bar: { from: 0, to: 2 * limit, at: known(value), trips: [limit], releases: [] },
  beyond: value >= limit,
});

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** "1.2 to trip", or "3.1 past trip" where it is over the line; the sign of `left` says which. */
const toLine = (left: number, places: number, line: 'trip' | 'release'): string => {
  if (!Number.isFinite(left)) return '';
  if (line === 'release') return left > 0 ? `${fixed(left, places)} to release` : 'would release';
  return left > 0 ? `${fixed(left, places)} to trip` : `${fixed(-left, places)} past trip`;
};

const delta = (
  name: string,
  fact: GuardFact,
  key: string,
  limit: number,
  armed: boolean,
): Operand => {
  const value = Math.abs(Number(words(fact, key) ?? Number.NaN));
  return {
    ...plain(
      name,
      fixed(value, 2),
      toLine(armed ? limit - value : value - limit, 1, armed ? 'trip' : 'release'),
    ),
    bar: { from: 0, to: limit * 1.25, at: known(value), trips: [limit], releases: [] },
    beyond: value > limit,
  };
};

const anchor = (
  fact: GuardFact,
  armed: boolean,
  limits: Limits<'anchor_saturation'>,
): readonly Operand[] => {
  const samples = amount(fact, 'samples');
  const mean = samples > 0 ? amount(fact, 'meanBps') : Number.NaN;
  const share = samples > 0 ? amount(fact, 'sharePct') : Number.NaN;
  const window = amount(fact, 'window');
  const { bias_threshold_bps: trip, exit_bias_threshold_bps: exit } = limits;
  const { prevalence_pct: most, exit_prevalence_pct: least } = limits;
  const size = Math.abs(mean);
  const filling = samples < window ? `window ${fixed(samples, 0)}/${fixed(window, 0)}` : null;
  return [
    {
      name: '|mean|',
      value: `${fixed(size, 2)} bps`,
      distance:
        filling ?? (armed ? toLine(trip - size, 2, 'trip') : toLine(size - exit, 2, 'release')),
      bar: { from: 0, to: trip * 1.7, at: known(size), trips: [trip], releases: [exit] },
      history: 'mean',
      beyond: size >= trip,
    },
    {
      name: `share > ${limitText(limits.prevalence_threshold_bps)}`,
      value: `${fixed(share, 0)} %`,
      distance:
        filling ?? (armed ? toLine(most - share, 0, 'trip') : toLine(share - least, 0, 'release')),
      bar: { from: 0, to: 100, at: known(share), trips: [most], releases: [least] },
      history: 'share',
      beyond: share >= most,
    },
  ];
};

/** An order may be of unknown fate for the grace; the tick behind that trips. */
const integrity = (
  fact: GuardFact,
  { grace_ticks: grace }: Limits<'order_integrity'>,
): readonly Operand[] => {
  const unknown = amount(fact, 'unknown');
  const left = unknown > 0 ? (fact.toTrip ?? Number.NaN) : grace + 1;
  return [
    plain('unknown', fixed(unknown, 0), words(fact, 'first') ?? ''),
    counted('ticks so', grace + 1 - left, grace + 1),
  ];
};

const drift = (fact: GuardFact, limits: Limits<'directional_drift'>): readonly Operand[] => {
  const run = amount(fact, 'sameSideFills');
  const net = amount(fact, 'netRlusd');
  const silence = amount(fact, 'ticksWithoutOpposing');
  const { burst_fill_count: burst, net_notional_rlusd: most } = limits;
  const { no_opposing_fill_ticks: ticks, condition_c_enabled: isOn } = limits;
  return [
    {
      ...counted('A run', run, burst),
      distance: run >= burst ? 'reached' : `${fills(burst - run, 'fill')} to trip`,
      value: `${fixed(run, 0)} of ${burst}`,
      history: 'run',
    },
    {
      name: 'B net',
      value: signed(net, 1),
      distance: toLine(most - Math.abs(net), 1, 'trip'),
      bar: {
        from: -most * 1.3,
        to: most * 1.3,
        at: known(net),
        trips: [-most, most],
        releases: [],
      },
      history: 'net',
      beyond: Math.abs(net) >= most,
    },
    {
      name: 'C silence',
      value: Number.isFinite(silence) ? `${fixed(silence, 0)} of ${ticks}` : 'no fill',
      distance: isOn ? toLine(ticks - silence, 0, 'trip') : 'switched off',
      bar: {
        from: 0,
        to: ticks * 3,
        at: known(Math.min(silence, ticks * 3)),
        trips: [ticks],
        releases: [],
      },
      history: 'silence',
      beyond: isOn && silence >= ticks,
    },
  ];
};

const corridor = (
  fact: GuardFact,
  armed: boolean,
  limits: Limits<'inventory_corridor'>,
): readonly Operand[] => {
  const share = amount(fact, 'xrpPct');
  const rlusd = amount(fact, 'rlusd');
  const { min_xrp_pct: low, max_xrp_pct: high, min_rlusd_floor: floor } = limits;
  const { lookback_ticks: ticks } = limits;
  const line = armed ? 'trip' : 'release';
  const sign = armed ? 1 : -1;
  return [
    {
      name: 'XRP share',
      value: `${fixed(share, 1)} %`,
      distance: toLine(sign * Math.min(share - low, high - share), 1, line),
      bar: { from: 0, to: 100, at: known(share), trips: [low, high], releases: [] },
      history: 'xrp',
      beyond: share < low || share > high,
    },
    {
      name: 'RLUSD',
      value: fixed(rlusd, 2),
      distance: toLine(sign * (rlusd - floor), 1, line).replace('trip', 'floor'),
      bar: {
        from: 0,
        to: Math.max(floor * 4, Number.isFinite(rlusd) ? rlusd * 1.1 : 0),
        at: known(rlusd),
        trips: [floor],
        releases: [],
      },
      history: 'rlusd',
      beyond: rlusd < floor,
    },
    counted('ticks outside', amount(fact, 'ticksOutside'), ticks),
  ];
};
