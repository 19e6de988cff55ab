/** `neo config check|show|docs`: judges a configuration, shows where each value comes from, prints the reference. Writes nothing. */
import { parseArgs } from 'node:util';
import { ConfigError, type Configuration, loadConfig, table } from '../config.ts';
import { reference } from '../config/reference.ts';

/** What a command may use of the process. */
export type Surroundings = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  out: (text: string) => void;
  error: (text: string) => void;
}>;

export const name = 'config';

export const summary =
  'check|show|docs: judge a configuration, show its values and where they come from';

export const help = `neo config check|show|docs [--profile P] [--config F] [--set key=value]… [--db F] [--json]

  check   accepts the configuration (exit 0), or says what is wrong with it and how to cure it (exit 2)
  show    every effective value, and the layer it comes from: default, profile, file, environment or flags
  docs    the reference of all keys, as Markdown

Without --profile and --config the sandbox runs with the profile demo, and so do check and show.
`;

export const options = {
  profile: { type: 'string' },
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  db: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Runs the command on what follows its name; answers the exit code. */
export const run = (args: readonly string[], surroundings: Surroundings): 0 | 2 => {
  const parsed = parse(args);
  if (typeof parsed === 'string') return refuse(parsed, surroundings);
  const { values, positionals } = parsed;
  if (values.help) return say(help, surroundings);
  const [action, ...rest] = positionals;
  if (rest.length > 0 || (action !== 'check' && action !== 'show' && action !== 'docs')) {
    return refuse('Say one of: neo config check, neo config show, neo config docs.', surroundings);
  }
  if (action === 'docs') {
    return say(values.json ? `${JSON.stringify(described())}\n` : reference(), surroundings);
  }
  try {
    const configuration = loadConfig({
      profile: values.profile,
      file: values.config,
      env: surroundings.env,
      set: [
        ...(values.set ?? []),
        ...(values.db === undefined ? [] : [`engine.database=${values.db}`]),
      ],
      sandboxProfile: 'demo',
    });
    if (action === 'show') return say(shown(configuration, values.json === true), surroundings);
    return say(
      values.json ? '{"ok":true,"problems":[]}\n' : 'The configuration is good.\n',
      surroundings,
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (!values.json) return refuse(error.message, surroundings);
    surroundings.out(`${JSON.stringify({ ok: false, problems: error.problems })}\n`);
    return error.exitCode;
  }
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    return `${sentence}: neo config --help lists what it takes.`;
  }
};

const say = (text: string, { out }: Surroundings): 0 => {
  out(text);
  return 0;
};

const refuse = (text: string, { error }: Surroundings): 2 => {
  error(`${text}\n`);
  return 2;
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
