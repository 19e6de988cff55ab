/** For each key of the configuration a place where another value of it is seen to matter. A key without one fails the build. */
import * as stories from './core-story.ts';
import * as doors from './door-story.ts';

export type Proof = Readonly<{
  /** What is seen from outside under these settings; it may reject, which is seen too. */
  outcome: (set: readonly string[]) => string | Promise<string>;
  value: string;
  /** What makes the key matter there, beneath its own value. */
  given: readonly string[];
}>;

const core =
  (story: stories.CoreStory, ...always: readonly string[]) =>
  (value: string, ...given: readonly string[]): Proof => ({
    outcome: (set) => stories.tell(story, set),
    value,
    given: [...always, ...given],
  });
const door =
  (outcome: Proof['outcome'], ...always: readonly string[]) =>
  (value: string, ...given: readonly string[]): Proof => ({
    outcome,
    value,
    given: [...always, ...given],
  });

const leaning = core(
  stories.leaning,
  'guards.anchor_saturation.cooldown_ticks=40',
  'guards.anchor_saturation.recovery_ticks=10',
);
const buying = core(
  stories.buying,
  'guards.wallet_truth.enabled=false',
  'guards.inventory_corridor.enabled=false',
  'guards.directional_drift.cooldown_ticks=50',
);
const pricey = core(
  stories.pricey,
  'risk.max_xrp_exposure=1000',
  'guards.inventory_corridor.cooldown_ticks=20',
);
const missing = core(stories.missing, 'risk.max_rpc_failures=1000');
const orphaned = core(stories.orphaned);
const unreachable = core(
  stories.unreachable,
  'risk.max_ledger_age_seconds=3600',
  'risk.max_rpc_failures=1000',
);
const frozen = core(stories.frozen);
const quoting = core(stories.quoting);
const narrow = core(stories.narrow, 'strategy.bid_offset_bps=0');

/** Each in a story in which the guard trips twice. */
const policies = (id: string, told: typeof leaning, recoveryTicks = '20') => ({
  [`guards.${id}.enabled`]: told('false'),
  [`guards.${id}.timeout_seconds`]: told('4'),
  [`guards.${id}.max_episodes`]: told('1'),
  [`guards.${id}.cooldown_ticks`]: told('3000'),
  [`guards.${id}.recovery_ticks`]: told(recoveryTicks),
  [`guards.${id}.recovery_enabled`]: told('false'),
});

const played = door(doors.play);
const ran = door(doors.run);
const shownOn = door(doors.demo);
const wallet = door(doors.wallet);
const checked = door(doors.check);
const alarmed = door(doors.alarmed);

export const proofs: Readonly<Record<string, Proof>> = {
  profile: leaning('legacy-s42'),
  'engine.duration_seconds': ran('7'),
  'engine.tick_interval_seconds': played('8', 'strategy.requote_interval_seconds=4'),
  'engine.wal_checkpoint_interval_seconds': shownOn('1'),
  'engine.database': ran('other.db'),
  'network.name': ran('paper'),
  'network.endpoints': wallet('ws://127.0.0.1:2'),
  'network.requests_per_minute': played('60'),
  'network.network_id': wallet('1', `network.rlusd_issuer=${doors.address}`),
  'network.account': wallet(doors.otherAddress),
  'network.rlusd_issuer': wallet(doors.otherAddress),
  'network.wallet_seed_file': wallet('nowhere'),
  'network.wallet_algorithm': wallet('secp256k1'),
  'strategy.requote_interval_seconds': checked('5'),
  'strategy.enabled': quoting('false'),
  'strategy.requote_threshold_bps': played('50'),
  'strategy.bid_offset_bps': quoting('11'),
  'strategy.ask_offset_bps': quoting('15'),
  'strategy.anchor_max_divergence_bps': quoting('1'),
  'strategy.clob_switch_threshold_bps': quoting('1'),
  'strategy.skew_bps_per_pct': quoting('0.1'),
  'strategy.max_skew_bps': quoting('1'),
  'strategy.target_xrp_pct': quoting('40'),
  'strategy.momentum_filter_enabled': quoting('false'),
  'strategy.momentum_lookback_ticks': quoting('1'),
  'strategy.momentum_threshold_bps': quoting('100'),
  'order_size.base_size_rlusd': quoting('12'),
  'order_size.imbalance_factor': quoting('0.1'),
  'order_size.imbalance_threshold_pct': quoting('40'),
  'orders.lifetime_seconds': quoting('90'),
  'orders.renew_at_seconds': played('20'),
  'orders.max_fee_drops': narrow('20'),
  'orders.max_cancel_fee_drops': orphaned('200'),
  'orders.last_ledger_offset': quoting('7'),
  'orders.post_only': narrow('false'),
  'orders.shutdown_wait_seconds': played('5'),
  'risk.max_xrp_exposure': quoting('90'),
  'risk.max_rlusd_exposure': quoting('70'),
  'risk.max_ledger_age_seconds': core(stories.stale)('20'),
  'risk.max_rpc_failures': core(stories.mute)('3'),
  ...policies('wallet_truth', missing),
  'guards.wallet_truth.interval_seconds': missing('30'),
  'guards.wallet_truth.warn_delta_xrp': missing('2'),
  'guards.wallet_truth.warn_delta_rlusd': missing('4'),
  'guards.wallet_truth.trip_delta_xrp': missing('8'),
  'guards.wallet_truth.trip_delta_rlusd': missing('20'),
  'guards.wallet_truth.unverified_count': missing('2'),
  ...policies('anchor_saturation', leaning),
  'guards.anchor_saturation.lookback_ticks': leaning('20'),
  'guards.anchor_saturation.bias_threshold_bps': leaning('8'),
  'guards.anchor_saturation.prevalence_threshold_bps': leaning('8.9'),
  'guards.anchor_saturation.prevalence_pct': leaning(
    '80',
    'guards.anchor_saturation.prevalence_threshold_bps=8',
  ),
  'guards.anchor_saturation.exit_bias_threshold_bps': leaning('1'),
  'guards.anchor_saturation.exit_prevalence_pct': leaning('10'),
  'guards.anchor_saturation.signal': leaning('residual'),
  'guards.anchor_saturation.ema_window_ticks': leaning(
    '2000',
    'guards.anchor_saturation.signal=residual',
    'guards.anchor_saturation.warmup_ticks=5',
    'guards.anchor_saturation.bias_threshold_bps=4.5',
  ),
  'guards.anchor_saturation.warmup_ticks': leaning('0', 'guards.anchor_saturation.signal=residual'),
  ...policies('directional_drift', buying),
  'guards.directional_drift.burst_fill_count': buying('2'),
  'guards.directional_drift.burst_window_seconds': buying('5'),
  'guards.directional_drift.net_notional_rlusd': buying('10'),
  'guards.directional_drift.net_notional_window_seconds': buying(
    '4',
    'guards.directional_drift.burst_fill_count=10',
  ),
  'guards.directional_drift.no_opposing_fill_ticks': buying('5'),
  'guards.directional_drift.no_opposing_fill_min_fills': buying('2'),
  'guards.directional_drift.condition_c_enabled': buying('false'),
  ...policies('inventory_corridor', pricey),
  'guards.inventory_corridor.min_xrp_pct': pricey('10'),
  'guards.inventory_corridor.max_xrp_pct': pricey('80'),
  'guards.inventory_corridor.lookback_ticks': pricey('1'),
  'guards.inventory_corridor.min_rlusd_floor': pricey('99'),
  'guards.inventory_corridor.min_portfolio_rlusd': pricey('1000'),
  ...policies('order_integrity', orphaned),
  'guards.order_integrity.grace_ticks': orphaned('3'),
  ...policies('ledger_connection', unreachable),
  'guards.ledger_connection.watchdog_seconds': unreachable('4'),
  'guards.ledger_connection.max_load_factor': unreachable('200'),
  'guards.ledger_connection.max_ledger_gap': unreachable('4'),
  ...policies('issuer', frozen),
  'gate.clean_sessions': door(doors.gate)('3'),
  'sandbox.seed': ran('2'),
  'sandbox.ledger_interval_ms': ran('2000'),
  'sandbox.regime': ran('hostile'),
  'sandbox.opening_xrp': ran('50'),
  'sandbox.opening_rlusd': ran('80'),
  'metrics.port': alarmed('taken'),
  'alerts.webhook_url': alarmed('http://127.0.0.1:taken/'),
  'alerts.command': alarmed('tell'),
  'inspector.port': shownOn('5480'),
  'inspector.host': shownOn('localhost'),
};
