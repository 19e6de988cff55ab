/**
 * Reads the configuration: profile, file, environment and flags, in this order, over the schema's defaults. Refuses
 * whatever it does not know or cannot accept, before anything is opened. Secrets are no configuration and pass it by.
 */
import convict from 'convict';
import { hidden, shown, withoutCredentials } from './config/format.ts';
import { broken } from './config/invariants.ts';
import { type Config, environmentName, keys, table } from './config/keys.ts';
import { nearest } from './config/nearest.ts';
import { type ProfileName, profiles } from './config/profiles.ts';
import { fromEnvironment, fromFile, fromFlags, fromRecord, type Source } from './config/sources.ts';

export { type Config, environmentName, type ProfileName, table };

/** Values by dotted name. */
export type Flat = Readonly<Record<string, unknown>>;

export type Layers = Readonly<Record<'profile' | 'file' | 'environment' | 'flags', Flat>>;

export type Origin = 'default' | keyof Layers;

export type Configuration = Readonly<{
  effective: Config;
  flat: Flat;
  layers: Layers;
  /** The layer that a key's effective value comes from. */
  origin: (key: string) => Origin;
  /** The value of a secret key, which stands in none of the above. */
  secret: (key: string) => string | null;
}>;

/** Wrong configuration: one sentence a problem, each with its cure. A command that meets it ends with 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly exitCode = 2;
  readonly problems: readonly string[];
  /** Each value is acceptable by itself: they do not go together. */
  readonly isContradiction: boolean;
  constructor(problems: readonly string[], isContradiction = false) {
    const safe = problems.map(withoutCredentials);
    super(safe.join('\n'));
    this.problems = safe;
    this.isContradiction = isContradiction;
  }
}

export type Sources = Readonly<{
  profile?: string | undefined;
  /** The path of a JSON5 or YAML file. */
  file?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** key=value, a later one wins. */
  set: readonly string[];
  /** The profile of a sandbox session for which neither a profile nor a file is named; `default` if absent. */
  sandboxProfile?: ProfileName | undefined;
}>;

/** The effective configuration of a session. Throws a ConfigError. */
export const loadConfig = (sources: Sources): Configuration => {
  const problems: string[] = [];
  const file = accepted(fromFile(sources.file), problems);
  const environment = accepted(fromEnvironment(sources.env), problems);
  const flags = accepted(fromFlags(sources.profile, sources.set), problems);
  const above = { ...file, ...environment, ...flags };
  const isSandbox = (above['network.name'] ?? 'sandbox') === 'sandbox';
  const unnamed = isSandbox && sources.file === undefined ? sources.sandboxProfile : undefined;
  const profile = (above['profile'] ?? unnamed ?? 'default') as ProfileName;
  const layers = { profile: { profile, ...profiles[profile] }, file, environment, flags };
  return settled(Object.values(layers), layers, problems);
};

/** What the first event of a session keeps of its configuration: layers by dotted names, effective values nested. */
export type Recorded = Readonly<{
  layers: Readonly<Record<string, unknown>>;
  effective: unknown;
}>;

/** Whether a replay takes orders and fills from the record, or makes them anew in the recorded market. */
export type Fills = 'recorded' | 'simulated';

/** Why a key cannot be changed; null where it can. */
type Refusal = (key: string) => string | null;

const refusalInReplay: Refusal = (key) => {
  const replay = table.get(key)?.replay;
  return typeof replay === 'string' ? replay : null;
};

/** Ticks, orders and what the wallet answers are made anew; the record is no longer than it is. */
const refusalInSimulation: Refusal = (key) => (madeAnew.test(key) ? null : refusalInReplay(key));

const madeAnew = /^(engine\.tick_interval_seconds$|strategy\.|order_size\.|orders\.|guards\.)/;

/**
 * A recorded configuration, changed only where a replay may change it. Another profile takes the recorded one's place
 * beneath the recorded file, environment and flags; those of its values that a replay may not change are left out. A
 * `set` of such a key is refused with the reason. Throws a ConfigError.
 */
export const readConfigForReplay = (
  recorded: Recorded,
  changes: Readonly<{ profile?: string | undefined; set: readonly string[] }>,
  fills: Fills = 'recorded',
): Configuration => {
  const refusal = fills === 'recorded' ? refusalInReplay : refusalInSimulation;
  const problems: string[] = [];
  const kept = accepted(fromRecord(recorded.effective), problems);
  const changed = accepted(fromFlags(changes.profile, changes.set), problems);
  const { profile: named, ...flags } = changed;
  for (const key of Object.keys(flags)) {
    const reason = refusal(key);
    if (reason !== null) {
      problems.push(`${key} cannot be changed in a replay (${reason}): leave it out.`);
    }
  }
  const layers = recordedLayers(recorded.layers);
  const given = { ...layers.file, ...layers.environment, ...layers.flags };
  const exchanged = named === undefined ? {} : exchange(named as ProfileName, given, refusal);
  return settled(
    [kept, exchanged, flags],
    {
      ...layers,
      profile: { ...layers.profile, ...exchanged },
      flags: { ...layers.flags, ...flags },
    },
    problems,
    kept,
  );
};

const recordedLayers = (layers: Readonly<Record<string, unknown>>): Layers => {
  const layer = (name: string): Flat => ({ ...(layers[name] as Flat | undefined) });
  return {
    profile: layer('profile'),
    file: layer('file'),
    environment: layer('environment'),
    flags: layer('flags'),
  };
};

/** A profile's value, or the default, for each key that a replay may change and that no layer above the profile gave. */
const exchange = (profile: ProfileName, given: Flat, refusal: Refusal): Flat => ({
  ...Object.fromEntries(
    [...table]
      .filter(([key]) => refusal(key) === null && !(key in given))
      .map(([key, { default: value }]) => [key, profiles[profile][key] ?? value]),
  ),
  profile,
});

/** The values of one source in canonical form. What is unknown or refused becomes a problem. */
const accepted = (source: Source, problems: string[]): Flat => {
  problems.push(...source.problems);
  const values: Record<string, unknown> = {};
  for (const { key, raw, words, from } of source.found) {
    const known = table.get(key);
    if (!known) {
      const meant = nearest(key, table.keys());
      const cure = meant === undefined ? 'neo config docs lists them.' : `did you mean ${meant}?`;
      problems.push(`${key} (${from}) is no configuration key: ${cure}`);
      continue;
    }
    const value = known.read(words ? known.parse(String(raw)) : raw);
    if (value !== undefined) values[key] = value;
    else {
      const told = known.secret ? hidden : shown(raw);
      problems.push(`${key} = ${told} (${from}) is refused: give ${known.range}.`);
    }
  }
  return values;
};

/** Lays the values over the schema's defaults, lowest first. */
const laid = (values: readonly Flat[]) => {
  const schema = convict<unknown>(keys, { env: {}, args: [] });
  for (const [key, value] of values.flatMap((layer) => Object.entries(layer))) {
    schema.set(key, value);
  }
  schema.validate({ allowed: 'strict' });
  return schema;
};

/** Lays the values and checks what comes out; what `recorded` contradicts by itself, under rules younger than it, is no fault of theirs. */
const settled = (
  values: readonly Flat[],
  layers: Layers,
  problems: readonly string[],
  recorded?: Flat,
): Configuration => {
  if (problems.length > 0) throw new ConfigError(problems);
  const schema = laid(values);
  const secrets = new Map<string, string>();
  for (const [key] of [...table].filter(([, { secret }]) => secret)) {
    const value: unknown = schema.get(key as never);
    if (typeof value !== 'string') continue;
    secrets.set(key, value);
    schema.set(key, hidden);
  }
  const effective = schema.getProperties() as Config;
  const before = recorded ? broken(laid([recorded]).getProperties() as Config) : [];
  const contradictions = broken(effective).filter((sentence) => !before.includes(sentence));
  if (contradictions.length > 0) throw new ConfigError(contradictions, true);
  return {
    effective,
    flat: Object.fromEntries([...table.keys()].map((key) => [key, schema.get(key as never)])),
    layers: Object.fromEntries(
      Object.entries(layers).map(([name, layer]) => [name, withoutSecrets(layer)]),
    ) as Layers,
    origin: (key) => downward.find((layer) => key in layers[layer]) ?? 'default',
    secret: (key) => secrets.get(key) ?? null,
  };
};

const withoutSecrets = (layer: Flat): Flat =>
  Object.fromEntries(
    Object.entries(layer).map(([key, value]) => [
      key,
      table.get(key)?.secret && value !== null ? hidden : value,
    ]),
  );

const downward = ['flags', 'environment', 'file', 'profile'] as const;
