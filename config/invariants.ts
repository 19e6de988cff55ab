/** What must hold between keys. Each rule names both keys, both values and the cure; none of them changes a value. */
import { rlusdMainnetIssuer } from '../ledger/rlusd.ts';
import type { Config } from './keys.ts';

/** The sentences of the rules that the configuration breaks, in the order of the reference. */
export const broken = (config: Config): readonly string[] =>
  rules.flatMap((rule) => rule(config) ?? []);

type Rule = (config: Config) => string | undefined;

/** Compares two numbers by their dotted names and says what is wrong in their own words. */
const ordered =
  (low: string, high: string, cure: string): Rule =>
  (config) => {
    const [lower, higher] = [at(config, low), at(config, high)];
    return lower < higher
      ? undefined
      : `${low} = ${lower} is not below ${high} = ${higher}: ${cure}.`;
  };

const rules: readonly Rule[] = [
  ({ engine, strategy }) =>
    strategy.requote_interval_seconds === engine.tick_interval_seconds
      ? undefined
      : `strategy.requote_interval_seconds = ${strategy.requote_interval_seconds} differs from ` +
        `engine.tick_interval_seconds = ${engine.tick_interval_seconds}: set both to the same number of seconds.`,
  ordered(
    'engine.tick_interval_seconds',
    'orders.renew_at_seconds',
    'an offer is renewed on a tick, so renew later or tick more often',
  ),
  ordered(
    'orders.renew_at_seconds',
    'orders.lifetime_seconds',
    'an offer must be renewed before it expires, so renew earlier or let it live longer',
  ),
  ({ orders }) =>
    orders.max_cancel_fee_drops * 4 >= orders.max_fee_drops * 5
      ? undefined
      : `orders.max_cancel_fee_drops = ${orders.max_cancel_fee_drops} is less than 1.25 times ` +
        `orders.max_fee_drops = ${orders.max_fee_drops}: raise it, or a cancel could not take a queued create’s place.`,
  ordered(
    'guards.wallet_truth.warn_delta_xrp',
    'guards.wallet_truth.trip_delta_xrp',
    'a warning comes before a trip',
  ),
  ordered(
    'guards.wallet_truth.warn_delta_rlusd',
    'guards.wallet_truth.trip_delta_rlusd',
    'a warning comes before a trip',
  ),
  ordered(
    'guards.anchor_saturation.exit_bias_threshold_bps',
    'guards.anchor_saturation.bias_threshold_bps',
    'lower the exit, or the guard would trip again at once',
  ),
  ordered(
    'guards.anchor_saturation.exit_prevalence_pct',
    'guards.anchor_saturation.prevalence_pct',
    'lower the exit, or the guard would trip again at once',
  ),
  ordered(
    'guards.inventory_corridor.min_xrp_pct',
    'guards.inventory_corridor.max_xrp_pct',
    'the corridor needs room between its walls',
  ),
  ({ network }) =>
    network.name === 'sandbox' || network.endpoints.length > 0
      ? undefined
      : `network.endpoints is empty on network ${network.name}: name a server, such as wss://xrplcluster.com.`,
  ({ network }) => {
    const hrefs = network.endpoints.map((one) => (URL.canParse(one) ? new URL(one).href : one));
    const twice = network.endpoints.find((_, place) => hrefs.indexOf(hrefs[place] ?? '') < place);
    return twice === undefined
      ? undefined
      : `network.endpoints names ${twice} twice: what a server says counts once, so name each once.`;
  },
  ({ network }) =>
    network.rlusd_issuer !== rlusdMainnetIssuer || network.network_id === 0
      ? undefined
      : `network.rlusd_issuer is the main network’s but network.network_id = ${network.network_id}: ` +
        'name the issuer of that network, or set network.network_id to 0.',
  ({ network }) =>
    network.name !== 'live' || network.account !== null
      ? undefined
      : 'network.account = null on network live: name the account that the wallet must have.',
  ({ network, guards }) =>
    network.name !== 'live' || guards.wallet_truth.enabled
      ? undefined
      : 'guards.wallet_truth.enabled = false on network live: set it to true, real money is not traded unchecked.',
  ({ network, profile }) =>
    network.name !== 'live' || profile !== 'demo'
      ? undefined
      : 'profile = demo on network live: it is made for the embedded ledger, use live-stage1 or default.',
];

/** The number that a dotted name stands for. */
const at = (config: Config, name: string): number => {
  let node: unknown = config;
  for (const part of name.split('.')) node = (node as Readonly<Record<string, unknown>>)[part];
  return node as number;
};
