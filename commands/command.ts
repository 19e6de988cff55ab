/** The shape of a command: its words for people, its options, and what it does with the rest of the line. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { truePath } from '../actors/log/place.ts';
import { looksLikeSeed } from '../config/format.ts';
import { environmentName, table } from '../config/keys.ts';

/** What a command may use of the process. */
export type Surroundings = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  out: (text: string) => void;
  error: (text: string) => void;
}>;

export type Options = NonNullable<ParseArgsConfig['options']>;

export type Command = Readonly<{
  help: string;
  /** Runs on what follows the name; answers the exit code. */
  run: (args: readonly string[], surroundings: Surroundings) => number | Promise<number>;
}>;

/** Wrong usage: exit code 2, one sentence with the cure. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = 2;
}

/** What it needs cannot be had: exit code 4, one sentence with the cure. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly exitCode = 4;
}

/** Every command has these. */
export const commonOptions = {
  db: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Options and what follows them. Throws a UsageError that names the wrong word. */
export const parseLine = <const O extends Options>(args: readonly string[], options: O) => {
  if (args.some(looksLikeSeed)) throw new UsageError(seedOnTheLine);
  const line = parsed(args, options);
  const given = line.tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const twice = given.find(
    (name, place) => given.indexOf(name) < place && !options[name]?.multiple,
  );
  if (twice !== undefined) throw new UsageError(`--${twice} is given twice: leave one of the two.`);
  return line;
};

const seedOnTheLine =
  'The command line holds (hidden: a wallet seed), where shells keep it and other users see it: leave it out, give it by ' +
  'NEO_WALLET_SEED or network.wallet_seed_file, and think of that wallet as known to others.';

const parsed = <const O extends Options>(args: readonly string[], options: O) => {
  try {
    return parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
  } catch (error) {
    const words = error instanceof Error ? error.message.split(/\.\s/)[0] : String(error);
    throw new UsageError(`${words}; --help shows what there is.`);
  }
};

/** What was typed behind a command's name: its options, the words beside them, and the database that it is about. */
export type Line<O extends Options> = ReturnType<typeof parseLine<O & typeof commonOptions>> &
  Readonly<{ database: string }>;

/** A command with these options and those that all have; `--help` is answered before it runs. */
export const command = <const O extends Options>(
  help: string,
  options: O,
  run: (line: Line<O>, surroundings: Surroundings) => number | Promise<number>,
): Command => ({
  help,
  run: async (args, surroundings) => {
    const line = parseLine(args, { ...commonOptions, ...options });
    const { db, help: isAsked } = line.values as { db?: string; help?: boolean };
    if (isAsked) {
      surroundings.out(help);
      return 0;
    }
    const database = truePath(db ?? (surroundings.env[variable] || usual));
    return run({ ...line, database } as Line<O>, surroundings);
  },
});

/** A session's local number from its text. Throws a UsageError. */
export const sessionNumber = (text: string | undefined): number => {
  if (text !== undefined && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(
    text === undefined
      ? 'Say which session, by its number; neo sessions lists them.'
      : `"${text}" is no session number; neo sessions lists them.`,
  );
};

/** The session that a line names, and nothing else. Throws a UsageError that shows the command's line. */
export const onlySession = ([text, ...more]: readonly string[], name: string): number => {
  const session = sessionNumber(text);
  if (more.length > 0) throw new UsageError(`One session at a time: neo ${name} S.`);
  return session;
};

/** The log is named as a session's configuration names it, so that what is asked of a session reaches the one that runs. */
const variable = environmentName('engine.database');
const usual = String(table.get('engine.database')?.default);

/** What holds without --db, in words. */
export const databaseDefault = `$${variable}, else ${usual}`;
