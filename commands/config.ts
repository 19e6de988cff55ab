/** `neo config check|show|docs`: judges a configuration, shows where each value comes from, prints the reference. Writes nothing. */
import { LogError } from '../actors/log/failure.ts';
import { truePath } from '../actors/log/place.ts';
import { ConfigError, type Configuration, loadConfig, type Sources, table } from '../config.ts';
import { reference } from '../config/reference.ts';
import { command, UsageError } from './command.ts';

const help = `neo config check|show|docs [--profile P] [--config F] [--set key=value]… [--db F] [--json]

  check   accepts the configuration (exit 0), or says what is wrong with it and how to cure it (exit 2)
  show    every effective value, and the layer it comes from: default, profile, file, environment or flags
  docs    the reference of all keys, as Markdown

Without --profile and --config the sandbox runs with the profile demo, and so do check and show.
`;

const options = {
  profile: { type: 'string' },
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
} as const;

/** Throws a UsageError, a ConfigError, or a LogError for a database that no session would take by its name. */
export const configCommand = command(help, options, ({ values, positionals }, { env, out }) => {
  const { profile, config: file, set = [], db, json = false } = values;
  const flags = db === undefined ? set : [...set, `engine.database=${db}`];
  const sources: Sources = { profile, file, env, set: flags, sandboxProfile: 'demo' };
  const [action, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many: ${usage}`);
  switch (action) {
    case 'check': {
      const problems = judge(sources, json);
      out(json ? `${JSON.stringify({ ok: problems.length === 0, problems })}\n` : good);
      return problems.length === 0 ? 0 : 2;
    }
    case 'show':
      out(shown(loadConfig(sources), json));
      return 0;
    case 'docs':
      out(json ? `${JSON.stringify(described())}\n` : reference());
      return 0;
    default:
      throw new UsageError(usage);
  }
});

const usage = 'say neo config check, neo config show or neo config docs.';
const good = 'The configuration is good.\n';

/** What is wrong, where it is to be told as JSON; else a wrong configuration is thrown like everywhere. */
const judge = (sources: Sources, json: boolean): readonly string[] => {
  try {
    truePath(loadConfig(sources).effective.engine.database);
    return [];
  } catch (error) {
    if (json && error instanceof ConfigError) return error.problems;
    if (json && error instanceof LogError) return [error.message];
    throw error;
  }
};

const shown = ({ flat, origin }: Configuration, json: boolean): string => {
  const entries = Object.entries(flat);
  if (json) {
    const values = entries.map(([key, value]) => [key, { value, origin: origin(key) }]);
    return `${JSON.stringify(Object.fromEntries(values))}\n`;
  }
  const lines = entries.map(([key, value]) => [key, JSON.stringify(value), origin(key)] as const);
  const widths = [0, 1].map((i) => Math.max(...lines.map((line) => (line[i] as string).length)));
  return lines
    .map(
      ([key, value, from]) =>
        `${key.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${from}\n`,
    )
    .join('');
};

const described = (): readonly object[] =>
  [...table].map(([key, { default: value, unit, range, doc, replay }]) => ({
    key,
    default: value,
    unit,
    range,
    doc,
    replay,
  }));
