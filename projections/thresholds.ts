/** The part of a session's recorded configuration that its words need: when each guard trips, and what lets it go. */

/** When a tripped guard may come back, and when it may not. */
type Patience = Readonly<{
  /** From its trip; 0 waits for ever. */
  timeout_seconds: number;
  /** The Nth trip halts; 0 is unlimited. */
  max_episodes: number;
  recovery_ticks: number;
  recovery_enabled: boolean;
}>;

export type Thresholds = Readonly<{
  engine: Readonly<{ tick_interval_seconds: number }>;
  strategy?: Readonly<{ enabled: boolean }>;
  guards: Readonly<{
    wallet_truth: Patience &
      Readonly<{
        interval_seconds: number;
        trip_delta_xrp: number;
        trip_delta_rlusd: number;
        unverified_count: number;
      }>;
    anchor_saturation: Patience &
      Readonly<{
        bias_threshold_bps: number;
        prevalence_threshold_bps: number;
        prevalence_pct: number;
        exit_bias_threshold_bps: number;
        exit_prevalence_pct: number;
      }>;
    directional_drift: Patience &
      Readonly<{
        burst_fill_count: number;
        burst_window_seconds: number;
        net_notional_rlusd: number;
        net_notional_window_seconds: number;
        no_opposing_fill_ticks: number;
        condition_c_enabled: boolean;
      }>;
    inventory_corridor: Patience &
      Readonly<{
        min_xrp_pct: number;
        max_xrp_pct: number;
        lookback_ticks: number;
        min_rlusd_floor: number;
      }>;
    order_integrity: Patience & Readonly<{ grace_ticks: number }>;
    ledger_connection: Patience;
    issuer: Patience;
  }>;
}>;
