/** Every configuration key of the engine, by its dotted name: default, unit, range, meaning, and whether a replay may change it. */
import { parseAddress } from '../ledger/address.ts';
import { rlusdMainnetIssuer } from '../ledger/rlusd.ts';
import {
  amount,
  choice,
  flag,
  type Key,
  list,
  optionalText,
  path,
  real,
  text,
  whole,
} from './format.ts';
import { guardKeys } from './guards.ts';
import { watchKeys } from './watch.ts';

/** The nested object that a tree of keys describes. */
export type Values<S> = {
  readonly [K in keyof S]: S[K] extends Key<infer T> ? T : Values<S[K]>;
};

/** The same keys, refused to a replay for this reason. */
const recorded = <G extends object>(reason: string, group: G): G =>
  Object.fromEntries(
    Object.entries(group).map(([name, key]: [string, object]) => [
      name,
      { ...key, replay: reason },
    ]),
  ) as G;

const inputs = 'ticks and the planned end are recorded inputs';
const place = 'where and how a session was kept is part of its record';
const orders = 'orders are replayed as they were made';
const quotes = 'quotes are decided anew with --fills simulated alone';
const answers = 'what the gateway and the wallet answered is part of the record';
const page = 'a replay serves no page';
const told = 'a replay tells nobody';

const address = { test: (words: string) => parseAddress(words) !== undefined };
const secondsMax = 86_400;
const bpsMax = 10_000;
const amountMax = 100_000_000;
const amountMin = 0.000001;

export const keys = {
  profile: choice(
    'default',
    ['default', 'demo', 'live-stage1', 'legacy-s42'],
    'The named set of values that lies beneath file, environment and flags.',
  ),
  engine: {
    ...recorded(inputs, {
      duration_seconds: real(7200, 'seconds', [1, 2_592_000], 'Planned length of a session.'),
      tick_interval_seconds: whole(4, 'seconds', [1, 3600], 'Time between two evaluations.'),
    }),
    ...recorded(place, {
      wal_checkpoint_interval_seconds: whole(
        60,
        'seconds',
        [0, secondsMax],
        'Time between two checkpoints of the log; 0 makes none before the end.',
      ),
      database: text(
        'neo.db',
        path,
        'the path of a file on a local disk',
        'The log. One file holds one network and one account.',
      ),
    }),
  },
  network: recorded(place, {
    name: choice(
      'sandbox',
      ['sandbox', 'paper', 'live'],
      'The embedded ledger, a real server read only, or a real server and real money.',
    ),
    endpoints: list(
      /^wss?:\/\/[^\s,@]+$/,
      'WebSocket addresses such as wss://xrplcluster.com, without user or password',
      'Servers to use, the first one first. They are part of the record: no keys in them.',
    ),
    requests_per_minute: whole(
      1200,
      'requests',
      [60, 1_000_000],
      'The most that one server is asked in a minute; what cannot wait goes all the same.',
    ),
    network_id: whole(
      0,
      '',
      [0, 4_294_967_295],
      'The network’s id; it is checked after connecting.',
    ),
    account: optionalText(
      address,
      'an account address with its right checksum',
      'The account that trades; it is checked against the wallet.',
    ),
    rlusd_issuer: text(
      rlusdMainnetIssuer,
      address,
      'an account address with its right checksum',
      'The issuer of RLUSD; it is checked after connecting.',
    ),
    wallet_seed_file: optionalText(
      path,
      'the path of a file of mode 0600',
      'Where the wallet’s family seed is read from, unless NEO_WALLET_SEED holds it. Live only.',
    ),
    wallet_algorithm: choice(
      'ed25519',
      ['ed25519', 'secp256k1'],
      'The signing algorithm that goes with the seed.',
    ),
  }),
  strategy: {
    ...recorded(inputs, {
      requote_interval_seconds: whole(
        4,
        'seconds',
        [1, 3600],
        'Time between two quote decisions; it must equal engine.tick_interval_seconds.',
      ),
    }),
    ...recorded(quotes, {
      enabled: flag(
        true,
        'Whether quotes are made; without them a session only records the market.',
      ),
      requote_threshold_bps: real(
        0.5,
        'bps',
        [0, bpsMax],
        'A quote that moved less than this is left alone.',
      ),
      bid_offset_bps: real(10, 'bps', [0, 5000], 'Distance of the bid below the reference price.'),
      ask_offset_bps: real(14, 'bps', [0, 5000], 'Distance of the ask above the reference price.'),
      anchor_max_divergence_bps: real(
        10,
        'bps',
        [0, bpsMax],
        'The pool’s price is used no further from mid than this.',
      ),
      clob_switch_threshold_bps: real(
        3,
        'bps',
        [0.001, bpsMax],
        'Beyond this anchor error the reference price is mid.',
      ),
      skew_bps_per_pct: real(
        0.65,
        'bps',
        [0, 1000],
        'Shift of both quotes per percentage point of inventory off its target.',
      ),
      max_skew_bps: real(10, 'bps', [0, 5000], 'The largest shift.'),
      target_xrp_pct: real(50, '%', [0, 100], 'XRP’s share of the total value that is aimed at.'),
      momentum_filter_enabled: flag(
        true,
        'Whether a running price suppresses the side it runs over.',
      ),
      momentum_lookback_ticks: whole(3, 'ticks', [1, 1000], 'Over which mid is compared.'),
      momentum_threshold_bps: real(
        4,
        'bps',
        [0, bpsMax],
        'Suppresses at this move of mid or more.',
      ),
    }),
  },
  order_size: recorded(quotes, {
    base_size_rlusd: amount(15, 'RLUSD', [amountMin, amountMax], 'Notional of a balanced quote.'),
    imbalance_factor: real(
      0.3,
      '',
      [0, 0.99],
      'The side that reduces the imbalance grows by this part, the other shrinks by it.',
    ),
    imbalance_threshold_pct: real(
      1,
      '%',
      [0, 100],
      'Percentage points off target beyond which sizes differ.',
    ),
  }),
  orders: recorded(orders, {
    lifetime_seconds: whole(
      60,
      'seconds',
      [2, secondsMax],
      'An offer’s Expiration: how long it can outlive the engine.',
    ),
    renew_at_seconds: whole(40, 'seconds', [1, secondsMax], 'Age at which an offer is renewed.'),
    max_fee_drops: whole(100, 'drops', [10, 1_000_000], 'The most that an OfferCreate pays.'),
    max_cancel_fee_drops: whole(
      10_000,
      'drops',
      [10, 10_000_000],
      'The most that a cancel, or what takes a lost create’s place, pays.',
    ),
    last_ledger_offset: whole(
      4,
      'ledgers',
      [1, 100],
      'LastLedgerSequence lies this far past the last validated ledger.',
    ),
    post_only: flag(true, 'Whether a quote that would cross is priced back until it does not.'),
    shutdown_wait_seconds: whole(
      90,
      'seconds',
      [0, 3600],
      'The longest wait at the end for proof that nothing is left on the ledger.',
    ),
  }),
  risk: {
    max_xrp_exposure: amount(
      150,
      'RLUSD',
      [amountMin, amountMax],
      'Halts above this value of XRP.',
    ),
    max_rlusd_exposure: amount(
      150,
      'RLUSD',
      [amountMin, amountMax],
      'Halts above this much RLUSD.',
    ),
    max_ledger_age_seconds: whole(
      30,
      'seconds',
      [1, 3600],
      'Halts this long after the last validated ledger while a server answers.',
    ),
    max_rpc_failures: whole(
      5,
      'ticks',
      [1, 100_000],
      'Halts after this many ticks in a row on which reads failed at every endpoint.',
    ),
  },
  guards: {
    ...guardKeys,
    wallet_truth: {
      ...guardKeys.wallet_truth,
      ...recorded(answers, { interval_seconds: guardKeys.wallet_truth.interval_seconds }),
    },
    ledger_connection: {
      ...guardKeys.ledger_connection,
      ...recorded(answers, {
        watchdog_seconds: guardKeys.ledger_connection.watchdog_seconds,
        max_load_factor: guardKeys.ledger_connection.max_load_factor,
        max_ledger_gap: guardKeys.ledger_connection.max_ledger_gap,
      }),
    },
  },
  gate: recorded(place, {
    clean_sessions: whole(
      0,
      'sessions',
      [0, 1000],
      'So many sessions in a row, under the same profile and not started against advice, must have ended clean before a live one.',
    ),
  }),
  sandbox: recorded(place, {
    seed: whole(1, '', [0, Number.MAX_SAFE_INTEGER], 'Decides everything that chance decides.'),
    ledger_interval_ms: whole(4000, 'milliseconds', [50, 60_000], 'Time between two closes.'),
    regime: choice(
      'calm',
      ['demo', 'calm', 'hostile', 'discount', 'premium', 'field'],
      'The seeded market. The pool against the book: demo −8.5 bps for half a minute and then 0, calm 0, hostile +16, discount −17, premium +20, field from −20 to +23 with a flip some every two hours.',
    ),
    opening_xrp: amount(
      66.82,
      'XRP',
      [0, amountMax],
      'The wallet’s XRP at first start, on the sandbox and on paper.',
    ),
    opening_rlusd: amount(
      97.61,
      'RLUSD',
      [0, amountMax],
      'The wallet’s RLUSD at first start, on the sandbox and on paper.',
    ),
  }),
  inspector: recorded(page, watchKeys.inspector),
  metrics: recorded(page, watchKeys.metrics),
  alerts: recorded(told, watchKeys.alerts),
} as const;

/** The effective configuration: plain values, nested as the dotted names say. */
export type Config = Values<typeof keys>;

/** Every key by its dotted name, in the order of the reference. */
export const table: ReadonlyMap<string, Key<unknown>> = new Map(leaves(keys, ''));

/** The name under which the environment sets a key. */
export const environmentName = (name: string): string =>
  `NEO_${name.toUpperCase().replaceAll('.', '_')}`;

function* leaves(node: object, prefix: string): Generator<[string, Key<unknown>]> {
  for (const [name, child] of Object.entries(node) as [string, object][]) {
    if ('default' in child) yield [prefix + name, child as Key<unknown>];
    else yield* leaves(child, `${prefix}${name}.`);
  }
}
