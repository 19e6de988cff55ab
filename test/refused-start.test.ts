/** What must not start a session, or be shown, checked or asked: one sentence with the cure, exit code 2, no stack, no secret, nothing written. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { askUnder, folderFor, snapshot } from './door.ts';
import { refused } from './door-refused.ts';

const seed = 'sEdTM1uX8pu2do5XvTnutH6HsouMaM2';
const address = 'rG31cLyErnqeVj2eomEjBZtq7PYaupGYzL';
const other = 'rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De';

type Wrong = Readonly<{
  says: RegExp;
  env?: Readonly<Record<string, string>>;
  /** By name; a mode after it where it matters. */
  files?: Readonly<Record<string, string | readonly [content: string, mode: number]>>;
}>;
type Row = readonly [line: string, wrong: Wrong | RegExp];

const live = `run --network live --live --set network.endpoints=ws://127.0.0.1:1 --set network.account=${address}`;
const fromFile = `${live} --set network.wallet_seed_file=seed`;
const holding = (content: string, mode = 0o600): NonNullable<Wrong['files']> => ({
  seed: [content, mode],
});

const paper = 'run --network paper --set network.endpoints=ws://a';

const rows: readonly Row[] = [
  // Flags.
  ['run now', /takes no "now"/],
  ['run --nonsense', /Unknown option '--nonsense'/],
  ['run --network', /argument (missing|is ambiguous)/],
  ['run --network mainnet', /one of sandbox, paper, live/],
  ['run --network paper', /network\.endpoints is empty/],
  [`${paper} --live`, /--live goes with --network live, and the network is paper/],
  [`${paper} --speed 2`, /--speed is for the sandbox/],
  [`${paper} --set network.wallet_seed_file=seed`, /reads no seed: leave out network\.wallet_seed/],
  [paper, { says: /reads no seed: leave out NEO_WALLET_SEED/, env: { NEO_WALLET_SEED: seed } }],
  ['record now', /neo record takes no "now"/],
  ['record --network paper', /network\.endpoints is empty/],
  [live.replace(/^run/, 'record'), /recorded as paper, without a key: neo record --network paper/],
  ['run --live', /--live goes with --network live, and the network is sandbox/],
  ['run --speed 0', /--speed "0" is neither max nor a number above 0/],
  ['run --speed fast', /neither max/],
  ['run --speed 1001', /at most 1000/],
  ['run --speed NaN', /neither max/],
  ['run --inspect 70000', /ports are 1 to 65535/],
  ['run --duration-seconds 0', /engine\.duration_seconds = "0".*from 1/],
  ['run --duration-seconds 2h', /number of seconds/],
  ['run --duration-seconds=', /engine\.duration_seconds = ""/],
  ['run --seed -1', /argument is ambiguous|sandbox\.seed/],
  ['run --seed x', /sandbox\.seed = "x".*whole number/],
  [`run --seed ${seed}`, /line holds \(hidden: a wallet seed\), .*think of that wallet as known/],
  [`run ${seed}`, /line holds \(hidden: a wallet seed\)/],
  [`run --override ${seed}`, /line holds \(hidden: a wallet seed\)/],
  ['run --profile fast', /one of default, demo, live-stage1, legacy-s42/],
  ['run --profile demo --set profile=default', /two profiles/],
  ['run --set', /argument (missing|is ambiguous)/],
  ['run --set risk.max_rpc_failures', /not of the form key=value/],
  ['run --set risk.max_rpc=5', /did you mean risk\.max_rpc_failures\?/],
  ['run --set engine.duration_minutes=5', /did you mean engine\.duration_seconds\?/],
  ['run --set sandbox.ledger_interval_seconds=4', /did you mean sandbox\.ledger_interval_ms\?/],
  ['run --set strategy.bid_offset_pct=0.1', /did you mean strategy\.bid_offset_bps\?/],
  ['run --set risk.max_xrp_exposure=NaN', /an amount of RLUSD/],
  ['run --set risk.max_xrp_exposure=150XRP', /an amount of RLUSD/],
  ['run --set orders.max_fee_drops=0.0001', /whole number of drops/],
  ['run --set guards.issuer.enabled=on', /true or false/],
  ['gate maybe', /takes no "maybe"/],
  ['gate --set risk.max_rpc=5', /did you mean/],
  ['config shwo', /say neo config check/],
  // What must hold between keys.
  ['run --set strategy.requote_interval_seconds=5', /set both to the same/],
  ['run --set orders.lifetime_seconds=40', /renew earlier or let it live longer/],
  ['run --set orders.renew_at_seconds=1', /renew later or tick more often/],
  ['run --set risk.max_rlusd_exposure=0', /from 0\.000001/],
  ['run --set strategy.clob_switch_threshold_bps=0', /from 0\.001/],
  ['run --set guards.anchor_saturation.exit_bias_threshold_bps=6', /lower the exit/],
  ['run --set network.network_id=1', /name the issuer of that network/],
  // Files.
  ['run --config nowhere.json', /cannot be read \(ENOENT\)/],
  ['run --config .', /cannot be read \(EISDIR\)/],
  ['run --config a.json', { says: /is no JSON5 \(it is empty\)/, files: { 'a.json': '' } }],
  ['run --config a.json', { says: /at line 2, column 1/, files: { 'a.json': '{\n]' } }],
  ['run --config a.json', { says: /holds no group/, files: { 'a.json': '[1]' } }],
  [
    'run --config a.json',
    { says: /JSON5 or YAML|is no JSON5/, files: { 'a.json': '\u0000\u0001' } },
  ],
  ['run --config a.yaml', { says: /is no YAML/, files: { 'a.yaml': 'a: [1\nb: 2' } }],
  ['run --config a.yaml', { says: /is no YAML/, files: { 'a.yaml': 'risk: 1\nrisk: 2\n' } }],
  [
    'run --config a.yaml',
    { says: /did you mean risk\./, files: { 'a.yaml': 'risk:\n  max_rpc: 5\n' } },
  ],
  [
    'run --config a.yaml',
    { says: /an amount of RLUSD/, files: { 'a.yaml': 'risk:\n  max_xrp_exposure: .nan\n' } },
  ],
  [
    'run --config a.yaml',
    { says: /true or false/, files: { 'a.yaml': 'guards.issuer.enabled: yes\n' } },
  ],
  [
    'run --config a.json',
    { says: /whole number/, files: { 'a.json': '{"risk.max_rpc_failures": "5"}' } },
  ],
  [
    'run --config a.json',
    { says: /an amount/, files: { 'a.json': '{"risk.max_xrp_exposure": Infinity}' } },
  ],
  [
    'run --config a.json',
    {
      says: /stands twice/,
      files: { 'a.json': '{"risk": {"max_rpc_failures": 5}, "risk.max_rpc_failures": 5}' },
    },
  ],
  [
    'run --config a.json',
    {
      says: /hidden: a wallet seed|no configuration key/,
      files: { 'a.json': `{"network": {"wallet_seed": "${seed}"}}` },
    },
  ],
  // The environment.
  [
    'run',
    {
      says: /did you mean NEO_ENGINE_TICK_INTERVAL_SECONDS\?/,
      env: { NEO_ENGINE_TICK_INTERVAL: '4' },
    },
  ],
  ['run', { says: /did you mean NEO_PROFILE\?/, env: { NEO_PROFIL: 'demo' } }],
  [
    'run',
    { says: /NEO_RISK_MAX_XRP_EXPOSURE\) is refused/, env: { NEO_RISK_MAX_XRP_EXPOSURE: 'much' } },
  ],
  ['run', { says: /endpoints is empty/, env: { NEO_NETWORK_NAME: 'paper' } }],
  [
    'run',
    {
      says: /say so with --live/,
      env: {
        NEO_NETWORK_NAME: 'live',
        NEO_NETWORK_ENDPOINTS: 'ws://a',
        NEO_NETWORK_ACCOUNT: address,
        NEO_WALLET_SEED: seed,
      },
    },
  ],
  ['run', { says: /did you mean|no configuration key/, env: { NEO_NETWORK_WALLET_SEED: seed } }],
  // Live, and the wallet.
  [
    'run --network live --live --set network.endpoints=ws://a',
    /network\.account = null on network live/,
  ],
  ['run --network live --live --set network.endpoints=http://a', /WebSocket addresses/],
  [
    'run --network live --live --set network.endpoints=wss://me:secret@a',
    /without user or password/,
  ],
  [`${live} --profile demo`, /use live-stage1 or default/],
  [`${live} --set guards.wallet_truth.enabled=false`, /not traded unchecked/],
  [`${live} --set network.account=${address}x`, /right checksum/],
  [`${live} --set network.network_id=1`, /main network’s/],
  [`${live} --speed max`, /--speed is for the sandbox/],
  [`${live} --seed 7`, /--seed is the sandbox’s/],
  [live, /Live needs the wallet's family seed/],
  [live.replace(' --live', ''), /say so with --live/],
  [
    live,
    { says: /NEO_WALLET_SEED holds no valid family seed/, env: { NEO_WALLET_SEED: 'hunter2' } },
  ],
  [
    live,
    {
      says: /NEO_WALLET_SEED holds no valid family seed/,
      env: { NEO_WALLET_SEED: `${seed.slice(0, -1)}3` },
    },
  ],
  [
    live,
    {
      says: /NEO_WALLET_SEED holds the ed25519 seed of r\w+, and network\.account is/,
      env: { NEO_WALLET_SEED: 'sEdSJHS4oiAdz7w2X2ni1gFiqtbJHqE' },
    },
  ],
  [
    live,
    {
      says: /\/nowhere\/wallet_seed cannot be read \(ENOENT\)/,
      env: { CREDENTIALS_DIRECTORY: '/nowhere' },
    },
  ],
  [fromFile, /seed cannot be read \(ENOENT\)/],
  [fromFile, { says: /seed is empty/, files: holding('\n') }],
  [
    fromFile,
    { says: /seed has mode 0644, so others may read it: chmod 600/, files: holding(seed, 0o644) },
  ],
  [fromFile, { says: /has mode 0640/, files: holding(seed, 0o640) }],
  [fromFile, { says: /seed is longer than a seed/, files: holding('s'.repeat(5000)) }],
  [fromFile, { says: /seed holds no valid family seed/, files: holding(`${seed} ${seed}`) }],
  [fromFile, { says: /seed holds no valid family seed/, files: holding('{"seed": 1}') }],
  [
    `${live} --set network.wallet_seed_file=folder`,
    { says: /is no file/, files: { 'folder/x': '' } },
  ],
  [`${live} --set network.wallet_seed_file=${seed}`, /hidden: a wallet seed/],
  [`${fromFile} --set network.wallet_algorithm=rsa`, /one of ed25519, secp256k1/],
  [
    `${fromFile} --set network.account=${other}`,
    { says: new RegExp(`network\\.account is ${other}`), files: holding(seed) },
  ],
];

for (const [index, [line, given]] of rows.entries()) {
  const { says, env = {}, files = {} } = given instanceof RegExp ? { says: given } : given;
  const shown = [...Object.keys(env).map((name) => `${name}=…`), line.replaceAll(seed, '(a seed)')];
  test(`refused ${index + 1}: ${shown.join(' ')}: ${says.source}`, async (t) => {
    const folder = await folderFor(t);
    for (const [name, what] of Object.entries(files)) {
      const [content, mode] = typeof what === 'string' ? [what, 0o600] : what;
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), content);
      await chmod(join(folder, name), mode);
    }
    const inside = (word: string): string =>
      word
        .replace(/^(a\.json|a\.yaml|nowhere\.json|\.)$/, (name) => join(folder, name))
        .replace(
          /^(network\.wallet_seed_file=)(seed|folder)$/,
          (_, key, name) => `${key}${join(folder, name)}`,
        );
    const [name = '', ...words] = line.split(' ');
    const before = await snapshot(folder);
    const ended = await askUnder(env, folder, name, ...words.map(inside));
    refused(t, { code: 2, says }, ended);
    t.false(ended.err.includes(seed.slice(0, 12)), ended.err);
    t.deepEqual(await snapshot(folder), before);
  });
}

test('there are more than sixty', (t) => {
  t.true(rows.length > 60, String(rows.length));
});
