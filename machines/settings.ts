/** The configuration that decisions depend on, by its dotted keys' own words. Values are checked where they are read in. */
import type { GuardId } from '../events/guard.ts';
import type { SessionOpened } from '../events/session.ts';

/** When a tripped guard may come back, and when it may not. */
export type Policy = Readonly<{
  enabled: boolean;
  /** From its trip; 0 waits for ever. */
  timeout_seconds: number;
  /** The Nth trip of a session halts; 0 is unlimited. */
  max_episodes: number;
  /** From the second episode on, not asked about recovery before that many ticks. */
  cooldown_ticks: number;
  /** Consecutive ticks on which the release condition holds. */
  recovery_ticks: number;
  recovery_enabled: boolean;
}>;

export type WalletTruthSettings = Policy &
  Readonly<{
    interval_seconds: number;
    warn_delta_xrp: number;
    warn_delta_rlusd: number;
    trip_delta_xrp: number;
    trip_delta_rlusd: number;
    unverified_count: number;
  }>;

export type AnchorSettings = Policy &
  Readonly<{
    lookback_ticks: number;
    bias_threshold_bps: number;
    prevalence_threshold_bps: number;
    prevalence_pct: number;
    exit_bias_threshold_bps: number;
    exit_prevalence_pct: number;
    signal: 'raw' | 'residual';
    ema_window_ticks: number;
    warmup_ticks: number;
  }>;

export type DriftSettings = Policy &
  Readonly<{
    burst_fill_count: number;
    burst_window_seconds: number;
    net_notional_rlusd: number;
    net_notional_window_seconds: number;
    no_opposing_fill_ticks: number;
    no_opposing_fill_min_fills: number;
    condition_c_enabled: boolean;
  }>;

export type CorridorSettings = Policy &
  Readonly<{
    min_xrp_pct: number;
    max_xrp_pct: number;
    lookback_ticks: number;
    min_rlusd_floor: number;
    min_portfolio_rlusd: number;
  }>;

export type IntegritySettings = Policy & Readonly<{ grace_ticks: number }>;

export type ConnectionSettings = Policy &
  Readonly<{ watchdog_seconds: number; max_load_factor: number; max_ledger_gap: number }>;

export type StrategySettings = Readonly<{
  enabled: boolean;
  requote_threshold_bps: number;
  bid_offset_bps: number;
  ask_offset_bps: number;
  anchor_max_divergence_bps: number;
  clob_switch_threshold_bps: number;
  skew_bps_per_pct: number;
  max_skew_bps: number;
  target_xrp_pct: number;
  momentum_filter_enabled: boolean;
  momentum_lookback_ticks: number;
  momentum_threshold_bps: number;
}>;

export type OrderSizeSettings = Readonly<{
  base_size_rlusd: number;
  imbalance_factor: number;
  imbalance_threshold_pct: number;
}>;

export type OrdersSettings = Readonly<{
  lifetime_seconds: number;
  renew_at_seconds: number;
  max_fee_drops: number;
  max_cancel_fee_drops: number;
  last_ledger_offset: number;
  post_only: boolean;
  shutdown_wait_seconds: number;
}>;

export type RiskSettings = Readonly<{
  max_xrp_exposure: number;
  max_rlusd_exposure: number;
  max_ledger_age_seconds: number;
  max_rpc_failures: number;
}>;

export type Settings = Readonly<{
  engine: Readonly<{ tick_interval_seconds: number }>;
  network: Readonly<{ requests_per_minute: number }>;
  strategy: StrategySettings;
  order_size: OrderSizeSettings;
  orders: OrdersSettings;
  risk: RiskSettings;
  guards: Readonly<{
    wallet_truth: WalletTruthSettings;
    anchor_saturation: AnchorSettings;
    directional_drift: DriftSettings;
    inventory_corridor: CorridorSettings;
    order_integrity: IntegritySettings;
    ledger_connection: ConnectionSettings;
    issuer: Policy;
  }>;
}>;

export type Policies = Readonly<Record<GuardId, Policy>>;

/** The settings under which a session was opened: they were judged before they were written. */
export const settingsOf = ({ config }: Pick<SessionOpened, 'config'>): Settings =>
  config.effective as unknown as Settings;
