/** The configuration: what is accepted, what is refused and in which words, what a replay may change, and what is never shown. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { UsageError } from '../commands/command.ts';
import { configCommand as command } from '../commands/config.ts';
import {
  type Config,
  ConfigError,
  environmentName,
  loadConfig,
  readConfigForReplay,
  type Sources,
  table,
} from '../config.ts';
import { profiles } from '../config/profiles.ts';
import { fromNumber, format } from '../ledger/decimal.ts';
import type { Settings } from '../machines/settings.ts';
import { regimeNames } from '../sandbox/traders/regime.ts';

const load = (sources: Partial<Sources> = {}) => loadConfig({ env: {}, set: [], ...sources });

const refusal = (sources: Partial<Sources>): string => {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof ConfigError && error.exitCode === 2) return error.message;
    throw error;
  }
  return 'accepted';
};

const seed = 'sEdTM1uX8pu2do5XvTnutH6HsouMaM2';

test('an address with a user and a password is refused, and neither is shown', (t) => {
  const set = ['network.endpoints=wss://alice:s3cret@host'];
  const refusal = t.throws(() => loadConfig({ env: {}, set }), { instanceOf: ConfigError });
  const message = refusal?.message ?? '';
  t.regex(message, /network\.endpoints = "wss:\/\/\(hidden\)@host".*without user or password/);
  t.false(message.includes('s3cret'));
});

test('the defaults are the specification’s', (t) => {
  const { effective, origin } = load();
  const settings: Settings = effective;
  t.is(settings.engine.tick_interval_seconds, 4);
  t.is(effective.engine.duration_seconds, 7200);
  t.is(effective.engine.database, 'neo.db');
  t.is(effective.profile, 'default');
  t.is(effective.inspector.port, 4480);
  t.is(origin('engine.duration_seconds'), 'default');
  const policies = Object.entries(effective.guards).map(([id, guard]) => [
    id,
    guard.timeout_seconds,
    guard.max_episodes,
    guard.cooldown_ticks,
    guard.recovery_ticks,
    guard.enabled && guard.recovery_enabled,
  ]);
  t.deepEqual(policies, [
    ['wallet_truth', 300, 0, 0, 1, true],
    ['anchor_saturation', 0, 0, 120, 30, true],
    ['directional_drift', 0, 3, 120, 30, true],
    ['inventory_corridor', 1800, 3, 120, 3, true],
    ['order_integrity', 300, 0, 0, 1, true],
    ['ledger_connection', 1800, 0, 0, 1, true],
    ['issuer', 0, 0, 0, 1, true],
  ]);
});

test('the demo ticks, requotes and closes ledgers every second for two minutes', (t) => {
  const { effective } = load({ profile: 'demo' });
  t.is(effective.engine.duration_seconds, 120);
  t.is(effective.engine.tick_interval_seconds, 1);
  t.is(effective.strategy.requote_interval_seconds, 1);
  t.is(effective.sandbox.ledger_interval_ms, 1000);
  t.is(effective.guards.directional_drift.max_episodes, 0);
  t.is(effective.guards.inventory_corridor.max_episodes, 0);
});

test('legacy-s42 gives the four seed guards one timer and no way back, and leaves the others alone', (t) => {
  const { guards } = load({ set: ['profile=legacy-s42'] }).effective;
  const seedGuards = [
    guards.wallet_truth,
    guards.anchor_saturation,
    guards.directional_drift,
    guards.inventory_corridor,
  ];
  for (const guard of seedGuards) {
    t.deepEqual([guard.timeout_seconds, guard.recovery_enabled], [300, false]);
  }
  t.deepEqual([guards.issuer.timeout_seconds, guards.issuer.recovery_enabled], [0, true]);
});

test('every profile is good as it stands and names known keys only', (t) => {
  for (const [profile, values] of Object.entries(profiles)) {
    t.is(load({ profile }).flat['profile'], profile);
    for (const key of Object.keys(values)) t.true(table.has(key), key);
  }
});

test('a sandbox session takes the profile of last resort only when neither profile nor file is named', (t) => {
  const sandboxProfile = 'demo';
  const file = written({});
  t.is(load({ sandboxProfile }).effective.profile, 'demo');
  t.is(load({ sandboxProfile }).origin('engine.duration_seconds'), 'profile');
  t.is(load({ sandboxProfile, file: file.path }).effective.profile, 'default');
  t.is(load({ sandboxProfile, env: { NEO_PROFILE: 'default' } }).effective.profile, 'default');
  const paper = ['network.name=paper', 'network.endpoints=wss://one.example,wss://two.example'];
  const { effective } = load({ sandboxProfile, set: paper });
  t.is(effective.profile, 'default');
  t.deepEqual(effective.network.endpoints, ['wss://one.example', 'wss://two.example']);
  file.remove();
});

test('flags win over the environment, the environment over the file, the file over the profile', (t) => {
  const key = 'engine.duration_seconds';
  const { path: file, remove } = written({ engine: { duration_seconds: 300 } });
  const env = { NEO_ENGINE_DURATION_SECONDS: '400' };
  const found = [
    load({ profile: 'demo' }),
    load({ profile: 'demo', file }),
    load({ profile: 'demo', file, env }),
    load({ profile: 'demo', file, env, set: [`${key}=1`, `${key}=500`] }),
  ].map(({ flat, origin }) => [flat[key], origin(key)]);
  t.deepEqual(found, [
    [120, 'profile'],
    [300, 'file'],
    [400, 'environment'],
    [500, 'flags'],
  ]);
  remove();
});

test('a file, a variable or a flag may name the profile, and two flags may not name two', (t) => {
  const { path: file, remove } = written({ profile: 'legacy-s42' });
  const env = { NEO_PROFILE: 'live-stage1' };
  t.is(load({ file }).effective.guards.wallet_truth.recovery_enabled, false);
  t.is(load({ file, env }).effective.profile, 'live-stage1');
  t.is(load({ file, env, profile: 'demo' }).effective.profile, 'demo');
  t.is(load({ profile: 'demo', set: ['profile=demo'] }).effective.profile, 'demo');
  t.regex(refusal({ profile: 'demo', set: ['profile=default'] }), /two profiles/);
  remove();
});

test('a file may write a name dotted or nested, and not both', (t) => {
  const dotted = written({ 'risk.max_rpc_failures': 7 });
  const nested = written({ risk: { max_rpc_failures: 7 } });
  const both = written({ risk: { max_rpc_failures: 7 }, 'risk.max_rpc_failures': 8 });
  t.is(load({ file: dotted.path }).effective.risk.max_rpc_failures, 7);
  t.is(load({ file: nested.path }).effective.risk.max_rpc_failures, 7);
  t.regex(refusal({ file: both.path }), /stands twice/);
  for (const { remove } of [dotted, nested, both]) remove();
});

test('a file that is missing, neither JSON5 nor YAML, or no group of keys is refused without quoting it', (t) => {
  const broken = written(`{"network": {"wallet_seed": "${seed}" "x"}}`);
  const indented = written(`network:\n  name: [${seed}\nrisk: 1\n`, 'neo.yaml');
  const bomb = written('a: &a [1]\nb: *c\n', 'neo.yaml');
  const array = written([1]);
  const words = written('just words\n', 'neo.yml');
  const empty = written('');
  t.regex(refusal({ file: '/nowhere/neo.json' }), /nowhere\/neo\.json cannot be read \(ENOENT\)/);
  t.regex(refusal({ file: broken.path }), /is no JSON5 \(at line 1, column \d+\)/);
  t.regex(refusal({ file: indented.path }), /is no YAML \(at line \d+, column \d+\)/);
  t.regex(refusal({ file: bomb.path }), /is no YAML/);
  for (const { path } of [broken, indented]) {
    t.false(refusal({ file: path }).includes(seed.slice(0, 8)));
  }
  t.regex(refusal({ file: array.path }), /holds no group of keys/);
  t.regex(refusal({ file: words.path }), /holds no group of keys: write risk\./);
  t.regex(refusal({ file: empty.path }), /is empty/);
  for (const { remove } of [broken, indented, bomb, array, words, empty]) remove();
});

test('JSON5 and YAML say the same', (t) => {
  const said = [
    written(
      '// why\n{ risk: { max_rpc_failures: 7, }, network: { endpoints: [] } }\n',
      'neo.json5',
    ),
    written('# why\nrisk:\n  max_rpc_failures: 7\nnetwork.endpoints: []\n', 'neo.yaml'),
  ];
  for (const { path: file, remove } of said) {
    const { effective, origin } = load({ file });
    t.is(effective.risk.max_rpc_failures, 7);
    t.is(origin('risk.max_rpc_failures'), 'file');
    remove();
  }
});

const wrong: readonly (readonly [set: string, message: RegExp])[] = [
  ['engine.tick_interval=4', /^engine\.tick_interval \(--set\) .* did you mean engine\./],
  ['max_xrp_exposure=100', /did you mean risk\.max_xrp_exposure\?/],
  ['risk.max_rpc=5', /did you mean risk\.max_rpc_failures\?/],
  ['nonsense.key=1', /no configuration key: neo config docs lists them\.$/],
  ['foo=1', /no configuration key: neo config docs lists them\.$/],
  ['__proto__.polluted=1', /no configuration key/],
  ['constructor.prototype.polluted=1', /no configuration key/],
  ['guards=1', /no configuration key/],
  [
    'risk.max_xrp_exposure=NaN',
    /^risk\.max_xrp_exposure = "NaN" \(--set\) is refused: give an amount of RLUSD from/,
  ],
  ['risk.max_xrp_exposure=Infinity', /give an amount/],
  ['risk.max_xrp_exposure=0', /= "0"/],
  ['risk.max_xrp_exposure=-1', /= "-1"/],
  ['risk.max_xrp_exposure=1e9', /to 100000000/],
  ['risk.max_xrp_exposure=0.0000001', /at most 6 decimal places/],
  ['risk.max_xrp_exposure=', /= ""/],
  ['risk.max_xrp_exposure=0x64', /= "0x64"/],
  ['risk.max_xrp_exposure=100 RLUSD', /RLUSD/],
  ['strategy.bid_offset_bps=10bps', /give a number of bps/],
  ['strategy.bid_offset_bps=10,5', /give a number/],
  ['strategy.clob_switch_threshold_bps=0', /from 0\.001/],
  ['engine.tick_interval_seconds=4s', /whole number of seconds/],
  ['engine.tick_interval_seconds=4.5', /whole number/],
  ['engine.tick_interval_seconds=0', /from 1/],
  ['engine.duration_seconds=-1', /from 1/],
  ['guards.issuer.enabled=yes', /give true or false/],
  ['guards.issuer.enabled=1', /give true or false/],
  ['guards.anchor_saturation.signal=Raw', /one of raw, residual/],
  ['profile=legacy', /one of default, demo, live-stage1, legacy-s42/],
  ['network.name=mainnet', /one of sandbox, paper, live/],
  ['network.endpoints=https://example.com', /WebSocket addresses/],
  ['network.account=alice', /account address/],
  ['network.account=rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5Df', /right checksum/],
  ['engine.database=', /path/],
  ['engine.database=:memory:', /path/],
  ['inspector.port=65536', /65535/],
  ['inspector.host=a b', /host name/],
  ['risk.max_rpc_failures', /not of the form key=value/],
  ['=5', /not of the form key=value/],
  ['strategy.requote_interval_seconds=5', /differs from engine\.tick_interval_seconds = 4/],
  [
    'orders.lifetime_seconds=40',
    /renew_at_seconds = 40 is not below orders\.lifetime_seconds = 40/,
  ],
  ['orders.renew_at_seconds=4', /tick_interval_seconds = 4 is not below/],
  ['orders.max_fee_drops=9000', /1\.25 times/],
  ['guards.wallet_truth.warn_delta_xrp=5', /warn_delta_xrp = 5 is not below/],
  ['guards.wallet_truth.trip_delta_rlusd=2', /warn_delta_rlusd = 2 is not below/],
  ['guards.anchor_saturation.exit_bias_threshold_bps=6', /lower the exit/],
  ['guards.anchor_saturation.prevalence_pct=30', /lower the exit/],
  ['guards.inventory_corridor.min_xrp_pct=75', /min_xrp_pct = 75 is not below/],
  ['network.name=paper', /network\.endpoints is empty/],
  ['network.endpoints=wss://a.example,wss://a.example/', /names wss:\/\/a\.example\/ twice/],
  ['network.name=live', /network\.account = null/],
  ['network.network_id=1', /the main network’s/],
];

for (const [set, message] of wrong) {
  test(`--set ${set} is refused with the key and the cure`, (t) => {
    t.regex(refusal({ set: [set] }), message);
  });
}

test('the regimes are those that the sandbox’s traders know', (t) => {
  t.is(table.get('sandbox.regime')?.range, `one of ${regimeNames.join(', ')}`);
  t.is(load({ profile: 'demo' }).effective.sandbox.regime, 'demo');
});

test('every problem is told at once, one sentence a line', (t) => {
  const told = refusal({ set: ['risk.max_rpc=1', 'risk.max_rpc_failures=0', 'x=1'] });
  t.is(told.split('\n').length, 3);
});

test('a file’s words are no numbers', (t) => {
  const { path: file, remove } = written({
    'risk.max_rpc_failures': '5',
    'guards.issuer.enabled': 1,
  });
  t.is(refusal({ file }).split('\n').length, 2);
  remove();
});

test('live does not trade unchecked, or with the demo’s values', (t) => {
  const live = [
    'network.name=live',
    'network.endpoints=wss://one.example',
    'network.account=rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De',
  ];
  t.is(load({ set: live, profile: 'live-stage1' }).effective.network.name, 'live');
  t.regex(refusal({ set: [...live, 'guards.wallet_truth.enabled=false'] }), /unchecked/);
  t.regex(refusal({ set: live, profile: 'demo' }), /embedded ledger/);
});

test('a variable that is nearly a key’s name is refused, a stranger’s passes, an empty one is not set', (t) => {
  t.regex(
    refusal({ env: { NEO_ENGINE_TICK_INTERVAL_SECOND: '4' } }),
    /did you mean NEO_ENGINE_TICK_INTERVAL_SECONDS\?/,
  );
  t.regex(refusal({ env: { NEO_PROFIL: 'demo' } }), /did you mean NEO_PROFILE\?/);
  t.is(
    refusal({ env: { NEO_SERVICE_HOST: '10.0.0.1', HOME: '/root', NEO_PROFILE: '' } }),
    'accepted',
  );
});

test('the wallet’s seed is no key, is not refused, and is neither kept nor shown', (t) => {
  const configuration = load({ env: { NEO_WALLET_SEED: seed } });
  t.false(JSON.stringify(configuration).includes(seed));
  const told = [
    refusal({ set: [`network.wallet_seed_file=${seed}`] }),
    refusal({ set: [`network.wallet_seed=${seed}`] }),
    refusal({ set: [`${seed}=1`] }),
    refusal({ set: [seed] }),
    refusal({ set: [`engine.database=db-${seed}.db`] }),
    refusal({ env: { NEO_NETWORK_WALLET_SEED: seed } }),
    refusal({ file: seed }),
    refusal({ set: [`alerts.command=/bin/x${seed}y`] }),
    refusal({ set: [`alerts.command=/bin/seed_${seed}`] }),
  ];
  for (const words of told) {
    t.not(words, 'accepted');
    t.false(words.includes(seed), words);
  }
});

test('every key has a meaning, a range that takes its default, and a name of its own in the environment', (t) => {
  t.true(table.size > 100);
  for (const [name, key] of table) {
    t.regex(key.doc, /^[A-Z].*\.$/, name);
    t.deepEqual(key.read(key.default), key.default, name);
    t.notThrows(() => key.format(key.default), name);
    t.throws(() => key.format(Number.NaN), undefined, name);
    t.is(key.read(undefined), undefined, name);
    t.true(key.replay === true || key.replay.length > 10, name);
  }
  t.is(new Set([...table.keys()].map(environmentName)).size, table.size);
  t.is(environmentName('engine.tick_interval_seconds'), 'NEO_ENGINE_TICK_INTERVAL_SECONDS');
});

test('whatever words a flag carries, the key is refused or its value lies in the range', (t) => {
  const names = [...table.keys()];
  const words = fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String));
  fc.assert(
    fc.property(fc.constantFrom(...names), words, (name, value) => {
      try {
        const found = load({ set: [`${name}=${value}`] }).flat[name];
        return typeof found !== 'number' || Number.isFinite(found);
      } catch (error) {
        return error instanceof ConfigError;
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('an amount keeps its digits', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 99_999_999 }),
      fc.integer({ min: 1, max: 999_999 }),
      (a, b) => {
        const digits = `${a}.${String(b).padStart(6, '0')}`.replace(/0+$/, '');
        const kept = load({ set: [`risk.max_xrp_exposure=${digits}`] }).effective.risk;
        return format(fromNumber(kept.max_xrp_exposure)) === digits;
      },
    ),
    { numRuns: 100 },
  );
  t.pass();
});

const record = (sources: Partial<Sources>): Parameters<typeof readConfigForReplay>[0] => {
  const { layers, effective } = load(sources);
  return JSON.parse(JSON.stringify({ layers, effective }));
};

test('a replay without changes has the recorded configuration', (t) => {
  const recorded = record({
    profile: 'demo',
    set: ['risk.max_xrp_exposure=100', 'sandbox.seed=9'],
  });
  const { effective, origin } = readConfigForReplay(recorded, { set: [] });
  t.deepEqual(effective as unknown, recorded.effective);
  t.is(origin('sandbox.seed'), 'flags');
});

test('a replay changes what it may', (t) => {
  const recorded = record({ profile: 'demo' });
  const { flat, origin } = readConfigForReplay(recorded, { set: ['risk.max_xrp_exposure=100'] });
  t.is(flat['risk.max_xrp_exposure'], 100);
  t.is(origin('risk.max_xrp_exposure'), 'flags');
  t.is(flat['engine.tick_interval_seconds'], 1);
});

test('a replay refuses a key that it may not change, with the reason', (t) => {
  const recorded = record({});
  for (const set of [
    'engine.tick_interval_seconds=1',
    'network.name=paper',
    'sandbox.seed=2',
    'inspector.port=1',
    'orders.lifetime_seconds=90',
    'guards.wallet_truth.interval_seconds=30',
  ]) {
    const error = t.throws(() => readConfigForReplay(recorded, { set: [set] }), {
      instanceOf: ConfigError,
    });
    t.regex(error?.message ?? '', /cannot be changed in a replay \(.+\)/);
  }
  t.throws(() => readConfigForReplay(recorded, { set: ['risk.max_rpc=1'] }), {
    message: /did you mean/,
  });
});

test('another profile takes the recorded one’s place beneath what was given, as far as a replay may', (t) => {
  const recorded = record({
    profile: 'demo',
    set: ['guards.anchor_saturation.timeout_seconds=77'],
  });
  const { effective, origin } = readConfigForReplay(recorded, { profile: 'legacy-s42', set: [] });
  t.is(effective.profile, 'legacy-s42');
  t.is(effective.guards.wallet_truth.recovery_enabled, false);
  t.is(origin('guards.wallet_truth.recovery_enabled'), 'profile');
  t.is(effective.guards.anchor_saturation.timeout_seconds, 77);
  t.is(effective.guards.directional_drift.max_episodes, 3);
  t.is(effective.engine.tick_interval_seconds, 1);
  t.is(effective.strategy.requote_interval_seconds, 1);
});

test('what a record contradicts by itself, under a rule that is younger, keeps nothing from being replayed', (t) => {
  const recorded = record({
    set: ['network.name=paper', 'network.endpoints=wss://a.example,wss://b.example'],
  });
  const network = { ...(recorded.effective as Config).network };
  const twice = { ...network, endpoints: ['wss://a.example', 'wss://a.example/'] };
  const older = { ...recorded, effective: { ...(recorded.effective as Config), network: twice } };
  const under = (set: string) => readConfigForReplay(older, { set: [set] });
  t.is(under('risk.max_xrp_exposure=100').effective.risk.max_xrp_exposure, 100);
  t.regex(
    t.throws(() => under('guards.inventory_corridor.min_xrp_pct=95')).message,
    /^guards\.inventory_corridor\.min_xrp_pct = 95 is not below .*$/,
  );
});

test('a record that holds no configuration is refused', (t) => {
  t.throws(() => readConfigForReplay({ layers: {}, effective: null }, { set: [] }), {
    instanceOf: ConfigError,
    message: /verify its log/,
  });
});

const ran = async (...args: string[]) => {
  const said = { out: '', error: '' };
  const code = await command.run(args, {
    env: {},
    out: (text) => void (said.out += text),
    error: (text) => void (said.error += text),
  });
  return { ...said, code };
};

test('neo config check ends with 0 for a good configuration and with 2 and the cure for a wrong one', async (t) => {
  const wrongOne = ['check', '--set', 'risk.max_rpc_failures=0'];
  t.deepEqual(await ran('check'), { code: 0, out: 'The configuration is good.\n', error: '' });
  const error = await t.throwsAsync(() => ran(...wrongOne), { instanceOf: ConfigError });
  t.is(error.exitCode, 2);
  t.regex(error.message, /^risk\.max_rpc_failures = "0" \(--set\) is refused: give .*\.$/);
  const { code, out } = await ran(...wrongOne, '--json');
  t.is(code, 2);
  t.deepEqual(JSON.parse(out), { ok: false, problems: [error.message] });
  t.deepEqual(JSON.parse((await ran('check', '--json')).out), { ok: true, problems: [] });
  const folder = ['check', '--set', 'engine.database=live.db/'];
  await t.throwsAsync(() => ran(...folder), {
    message: /^"live\.db\/" names a folder and no file/,
  });
  t.like(JSON.parse((await ran(...folder, '--json')).out), { ok: false });
});

test('neo config show says where each value comes from', async (t) => {
  const { code, out } = await ran('show', '--json', '--db', 'other.db');
  const values = JSON.parse(out);
  t.is(code, 0);
  t.deepEqual(values['engine.database'], { value: 'other.db', origin: 'flags' });
  t.deepEqual(values['engine.tick_interval_seconds'], { value: 1, origin: 'profile' });
  t.is(Object.keys(values).length, table.size);
  t.is((await ran('show')).out.trim().split('\n').length, table.size);
});

test('neo config docs has one row for each key', async (t) => {
  const { code, out } = await ran('docs');
  t.is(code, 0);
  for (const name of table.keys()) {
    const cell = `| \`${name}\` |`;
    t.is(out.split('\n').filter((line) => line.startsWith(cell)).length, 1, name);
  }
  t.is(JSON.parse((await ran('docs', '--json')).out).length, table.size);
});

test('neo config explains itself and refuses what it does not know', async (t) => {
  t.deepEqual(await ran('--help'), { code: 0, out: command.help, error: '' });
  for (const args of [[], ['shwo'], ['check', 'twice'], ['check', '--bogus']]) {
    await t.throwsAsync(() => ran(...args), { instanceOf: UsageError });
  }
});

function written(content: unknown, name = 'neo.json'): { path: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'neo-config-'));
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
