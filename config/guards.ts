/** The keys of the seven guards: the policy that each of them has, and the thresholds of its own. Numbers from the operator's record. */
import { amount, choice, flag, type Key, real, whole } from './format.ts';

/** What each guard is allowed to do, whatever it watches. */
export type PolicyKeys = Readonly<{
  enabled: Key<boolean>;
  timeout_seconds: Key<number>;
  max_episodes: Key<number>;
  cooldown_ticks: Key<number>;
  recovery_ticks: Key<number>;
  recovery_enabled: Key<boolean>;
}>;

const ticksMax = 100_000;
const timeoutMax = 604_800;
const bpsMax = 10_000;
const amountMax = 100_000_000;

const policy = (
  timeout: number,
  episodes: number,
  cooldown: number,
  recovery: number,
): PolicyKeys => ({
  enabled: flag(true, 'Whether the guard is asked at all.'),
  timeout_seconds: whole(
    timeout,
    'seconds',
    [0, timeoutMax],
    'From the trip to the halt; 0 waits for ever.',
  ),
  max_episodes: whole(
    episodes,
    'trips',
    [0, 1000],
    'The trip of this number in a session halts; 0 sets no limit.',
  ),
  cooldown_ticks: whole(
    cooldown,
    'ticks',
    [0, ticksMax],
    'From the second trip on, ticks from the trip before the release condition is asked.',
  ),
  recovery_ticks: whole(
    recovery,
    'ticks',
    [1, ticksMax],
    'Ticks in a row on which the release condition must hold.',
  ),
  recovery_enabled: flag(
    true,
    'Whether the guard may recover; false leaves a trip to its timeout.',
  ),
});

export const guardKeys = {
  wallet_truth: {
    ...policy(300, 0, 0, 1),
    interval_seconds: whole(
      60,
      'seconds',
      [1, 86_400],
      'Time between two comparisons of the engine’s balances with the wallet, from session start.',
    ),
    warn_delta_xrp: amount(1, 'XRP', [0, amountMax], 'A larger difference is logged.'),
    warn_delta_rlusd: amount(2, 'RLUSD', [0, amountMax], 'A larger difference is logged.'),
    trip_delta_xrp: amount(5, 'XRP', [0, amountMax], 'A larger difference trips.'),
    trip_delta_rlusd: amount(10, 'RLUSD', [0, amountMax], 'A larger difference trips.'),
    unverified_count: whole(3, 'checks', [1, 1000], 'Failed checks in a row that trip.'),
  },
  anchor_saturation: {
    ...policy(0, 0, 120, 30),
    lookback_ticks: whole(
      25,
      'ticks',
      [1, ticksMax],
      'Length of the window of valid samples; it must be full to trip.',
    ),
    bias_threshold_bps: real(6, 'bps', [0, bpsMax], 'Trips at this |mean| or above.'),
    prevalence_threshold_bps: real(
      5,
      'bps',
      [0, bpsMax],
      'A sample counts to the share when it is further from 0 than this.',
    ),
    prevalence_pct: real(40, '%', [0, 100], 'Trips at this share of such samples or above.'),
    exit_bias_threshold_bps: real(4, 'bps', [0, bpsMax], 'Recovers below this |mean|.'),
    exit_prevalence_pct: real(30, '%', [0, 100], 'Recovers below this share of such samples.'),
    signal: choice(
      'raw',
      ['raw', 'residual'],
      'The anchor error itself, or what is left of it after its moving average.',
    ),
    ema_window_ticks: whole(
      150,
      'ticks',
      [1, ticksMax],
      'Window of the residual’s moving average.',
    ),
    warmup_ticks: whole(
      50,
      'ticks',
      [0, ticksMax],
      'Samples before the residual is used; until then the raw value is.',
    ),
  },
  directional_drift: {
    ...policy(0, 3, 120, 30),
    burst_fill_count: whole(
      3,
      'fills',
      [1, 1000],
      'A: fills of one side, none of the other between them, that trip.',
    ),
    burst_window_seconds: whole(30, 'seconds', [1, 86_400], 'A: the window they fall in.'),
    net_notional_rlusd: amount(
      50,
      'RLUSD',
      [0.000001, amountMax],
      'B: trips at this |sum of signed notional| or above.',
    ),
    net_notional_window_seconds: whole(120, 'seconds', [1, 86_400], 'B: the window of that sum.'),
    no_opposing_fill_ticks: whole(
      15,
      'ticks',
      [1, ticksMax],
      'C: ticks without an opposing fill after a fill that trip.',
    ),
    no_opposing_fill_min_fills: whole(
      1,
      'fills',
      [1, 1000],
      'C: fills of either side it needs, since the session began or the guard recovered.',
    ),
    condition_c_enabled: flag(true, 'C: whether it is asked.'),
  },
  inventory_corridor: {
    ...policy(1800, 3, 120, 3),
    min_xrp_pct: real(25, '%', [0, 100], 'Trips when XRP’s share of the total value is below.'),
    max_xrp_pct: real(75, '%', [0, 100], 'Trips when XRP’s share of the total value is above.'),
    lookback_ticks: whole(
      3,
      'ticks',
      [1, ticksMax],
      'Ticks in a row outside the corridor that trip.',
    ),
    min_rlusd_floor: amount(30, 'RLUSD', [0, amountMax], 'Trips at once when RLUSD is below.'),
    min_portfolio_rlusd: amount(
      50,
      'RLUSD',
      [0, amountMax],
      'The guard is inactive while the total value is below.',
    ),
  },
  order_integrity: {
    ...policy(300, 0, 0, 1),
    grace_ticks: whole(
      1,
      'ticks',
      [0, ticksMax],
      'Ticks on which the fate of an order may be unknown; one more trips.',
    ),
  },
  ledger_connection: {
    ...policy(1800, 0, 0, 1),
    watchdog_seconds: whole(
      12,
      'seconds',
      [1, 3600],
      'Without a closed ledger from any endpoint for this long the gateway is not ready.',
    ),
    max_load_factor: real(
      100,
      '',
      [1, 1_000_000],
      'A server whose load multiplies its fees by more than this is not relied on.',
    ),
    max_ledger_gap: whole(
      0,
      'ledgers',
      [0, 1_000_000],
      'A server that lacks more of its last 16 ledgers than this is not relied on.',
    ),
  },
  issuer: policy(0, 0, 0, 1),
} as const;
