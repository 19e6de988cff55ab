/** What `neo run` was asked for, checked. Wrong words are a UsageError; nothing has been opened yet. */
import { truePath } from '../../actors/log/place.ts';
import { loadConfig, type Config, type Configuration } from '../../config.ts';
import type { SessionOpened } from '../../events/session.ts';
import { oneLine } from '../../ledger/words.ts';
import { reading } from '../chronicle.ts';
import {
  commonOptions,
  databaseDefault,
  parseLine,
  UsageError,
  type Surroundings,
} from '../command.ts';
import { portOf } from '../inspect/port.ts';

export const runHelp = `neo [run] [options]

  Runs a session. Without options: the demo, 120 seconds on the embedded XRP Ledger.

  --network N              sandbox: the embedded ledger; paper: real servers read only, a made-up wallet, and fills
                           simulated by the fill model; live: real servers and real money
  --live                   what --network live asks for besides: yes, with real money
  --profile P              default, demo, legacy-s42, live-stage1; the sandbox without --profile and --config uses demo
  --config F               a JSON5 or YAML file of dotted or nested keys; neo config docs lists them
  --set key=value          one key; may be repeated
  --duration-seconds N     the planned length
  --seed N                 the sandbox's seed (a kept ledger keeps its own)
  --speed X|max            1 is real time, 10 ten times as fast, max virtual time
  --inspect [PORT]         the live page; on by itself in the demo at speed 1 without --json
  --stately [URL]          stream the statecharts to Stately's inspector (default ws://127.0.0.1:8080)
  --cancel-foreign         cancel offers on the account that the log does not know
  --override NOTE          start although a check advises against it; the note is logged
  --db F                   the database (default ${databaseDefault})
  --json                   one JSON document on stdout at the end; the process log goes to stderr
  --help                   this page

Exit codes: 0 ended by duration, signal or request; 2 wrong usage or configuration; 3 a protective halt or the kill
switch; 4 could not start.
`;

const options = {
  ...commonOptions,
  network: { type: 'string' },
  live: { type: 'boolean' },
  profile: { type: 'string' },
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  'duration-seconds': { type: 'string' },
  seed: { type: 'string' },
  speed: { type: 'string' },
  inspect: { type: 'string' },
  stately: { type: 'string' },
  'cancel-foreign': { type: 'boolean' },
  override: { type: 'string' },
} as const;

export type RunOptions = Readonly<{
  configuration: Configuration;
  /** The database itself, where it was named by a link. */
  file: string;
  speed: number | 'max';
  json: boolean;
  /** `asked`: this port or none. `free`: the next free one. `off`: no page. */
  page: Readonly<{ kind: 'off' }> | Readonly<{ kind: 'asked' | 'free'; port: number }>;
  /** Where Stately's inspector listens; null without it. */
  stately: string | null;
  cancelForeign: boolean;
  override: string | null;
}>;

/** The command, and what it sets whatever else is said. */
export type Asked = Readonly<{ name: string; always: readonly string[] }>;

/** Undefined where only help was wanted. Rejects with a UsageError or a ConfigError. */
export const readRunOptions = async (
  args: readonly string[],
  surroundings: Surroundings,
  asked: Asked = { name: 'run', always: [] },
): Promise<RunOptions | undefined> => {
  const read = optionsIn(args, surroundings, asked);
  const seed = read && (await keptSeed(read));
  if (seed === undefined) return read;
  const always = [...asked.always, `sandbox.seed=${seed}`];
  return optionsIn(args, surroundings, { ...asked, always });
};

/** The seed of the ledger that is kept, as its last session says, where none was given. What is wrong with a log is told as it is opened. */
const keptSeed = async ({ configuration, file }: RunOptions): Promise<number | undefined> => {
  const { network } = configuration.effective;
  const given = !['default', 'profile'].includes(configuration.origin('sandbox.seed'));
  if (network.name !== 'sandbox' || given) return undefined;
  const newest = await reading(file, (reader) => reader.newest()).catch(() => undefined);
  const opened = newest?.first.event as SessionOpened | undefined;
  const recorded = opened?.config.effective as Partial<Config> | undefined;
  return recorded?.sandbox?.seed;
};

const optionsIn = (
  args: readonly string[],
  { env }: Surroundings,
  { name, always }: Asked,
): RunOptions | undefined => {
  const { values, positionals } = parseLine(withDefaults(args), options);
  if (values.help) return undefined;
  if (positionals.length > 0) {
    throw new UsageError(`neo ${name} takes no "${positionals[0]}"; --help shows what there is.`);
  }
  const set = [
    ...(values.set ?? []),
    ...always,
    ...flag('network.name', values.network),
    ...flag('engine.duration_seconds', values['duration-seconds']),
    ...flag('sandbox.seed', values.seed),
    ...flag('engine.database', values.db),
  ];
  const configuration = loadConfig({
    profile: values.profile,
    file: values.config,
    env,
    set,
    sandboxProfile: 'demo',
  });
  const { effective } = configuration;
  const { network } = effective;
  if (name === 'record') refuseToRecord(network.name);
  refuseNetwork(network.name, values.live === true);
  const speed = speedOf(values.speed);
  if (network.name !== 'sandbox') refuseSpeed(values.speed);
  if (network.name === 'live') refuseSeed(values.seed);
  if (network.name === 'paper') refuseWallet(network.wallet_seed_file, env);
  const json = values.json === true;
  const isDemo = effective.profile === 'demo' && speed === 1 && !json;
  return {
    configuration,
    file: truePath(effective.engine.database),
    speed,
    json,
    page: pageOf(values.inspect, effective.inspector.port, isDemo),
    stately: values.stately === undefined ? null : statelyOf(values.stately),
    cancelForeign: values['cancel-foreign'] === true,
    override: values.override === undefined ? null : oneLine(values.override),
  };
};

const refuseToRecord = (network: string): void => {
  if (network !== 'live') return;
  throw new UsageError(
    'A real network is recorded as paper, without a key: neo record --network paper.',
  );
};

const refuseNetwork = (name: string, live: boolean): void => {
  if (name === 'live' && !live) {
    throw new UsageError('Network live trades real money: say so with --live.');
  }
  if (name !== 'live' && live) {
    throw new UsageError(`--live goes with --network live, and the network is ${name}.`);
  }
};

const refuseSpeed = (speed: string | undefined): void => {
  if (speed === undefined) return;
  throw new UsageError('--speed is for the sandbox: a real ledger keeps its own time.');
};

const refuseSeed = (seed: string | undefined): void => {
  if (seed === undefined) return;
  throw new UsageError(
    '--seed is the sandbox’s: a wallet’s seed is read from network.wallet_seed_file or NEO_WALLET_SEED.',
  );
};

/** A rehearsal is no place for the key of a wallet. */
const refuseWallet = (file: string | null, env: Surroundings['env']): void => {
  const given =
    file !== null ? 'network.wallet_seed_file' : env['NEO_WALLET_SEED'] && 'NEO_WALLET_SEED';
  if (!given) return;
  throw new UsageError(
    `Paper trades with a made-up wallet and reads no seed: leave out ${given}, or run --network live.`,
  );
};

const flag = (key: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [`${key}=${value}`];

const anyPort = 'default';
const statelyUrl = 'ws://127.0.0.1:8080';

/** `--inspect` and `--stately` may stand alone: then the port is the configured one, the address the usual one. */
const withDefaults = (args: readonly string[]): readonly string[] =>
  args.flatMap((arg, index) => {
    const next = args[index + 1] ?? '';
    if (arg === '--inspect' && !/^\d+$/.test(next)) return [`--inspect=${anyPort}`];
    if (arg === '--stately' && !/^wss?:/.test(next)) return [`--stately=${statelyUrl}`];
    return [arg];
  });

const statelyOf = (text: string): string => {
  if (URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(`--stately ${text} is no WebSocket address; one is ${statelyUrl}.`);
};

const speedOf = (text: string | undefined): number | 'max' => {
  if (text === undefined) return 1;
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0 && speed <= 1000) return speed;
  throw new UsageError(`--speed "${text}" is neither max nor a number above 0 and at most 1000.`);
};

const pageOf = (
  asked: string | undefined,
  configured: number,
  isDemo: boolean,
): RunOptions['page'] => {
  if (asked === undefined) return isDemo ? { kind: 'free', port: configured } : { kind: 'off' };
  if (asked === anyPort) return { kind: 'asked', port: configured };
  return { kind: 'asked', port: portOf('--inspect', asked) };
};
