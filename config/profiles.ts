/** The named sets of values that lie beneath file, environment and flags. A profile lists only what it changes. */

export type ProfileName = 'default' | 'demo' | 'live-stage1' | 'legacy-s42';

/** The old engine: one timer for all of its guards, and no way back. */
const oneWay = (guard: string): Record<string, unknown> => ({
  [`guards.${guard}.timeout_seconds`]: 300,
  [`guards.${guard}.recovery_enabled`]: false,
});

export const profiles: Readonly<Record<ProfileName, Readonly<Record<string, unknown>>>> = {
  default: {},
  demo: {
    'engine.duration_seconds': 120,
    'engine.tick_interval_seconds': 1,
    'strategy.requote_interval_seconds': 1,
    'guards.directional_drift.max_episodes': 0,
    'guards.inventory_corridor.max_episodes': 0,
    'sandbox.ledger_interval_ms': 1000,
    'sandbox.regime': 'demo',
  },
  'live-stage1': {
    'order_size.base_size_rlusd': 10,
    'risk.max_rpc_failures': 3,
    'guards.anchor_saturation.max_episodes': 10,
    'guards.order_integrity.max_episodes': 2,
    'guards.ledger_connection.max_episodes': 5,
  },
  'legacy-s42': {
    ...oneWay('wallet_truth'),
    ...oneWay('anchor_saturation'),
    ...oneWay('directional_drift'),
    ...oneWay('inventory_corridor'),
  },
};
