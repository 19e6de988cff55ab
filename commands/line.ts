/** The command line: finds the command and runs it. It decides nothing. */
import { build } from './build.ts';
import { commands } from './commands.ts';
import { databaseDefault, UsageError } from './command.ts';
import { stop, unableExitCode } from './failed.ts';
import { modesText } from './modes.ts';
import { printable } from './printable.ts';
import { withoutCredentials } from '../config/format.ts';

const usage =
  (): string => `NEO trades XRP against RLUSD on the XRP Ledger; every halt explains and replays itself.

neo [command] [options]      without a command: run

${commands.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

What it does in each mode:

${modesText()}
neo <command> --help tells more. Every command takes --db F (default ${databaseDefault}), --json
and --help; neo --version names the build.
Exit codes: 0 done; 1 the check failed; 2 wrong usage, configuration, or nothing of that name; 3 the session ended by a
protective halt or the kill switch; 4 could not start, or what was to be shown could not be written.
`;

/** A process that we start inherits no secret. */
const environment = (): NodeJS.ProcessEnv => {
  const env = { ...process.env };
  for (const name of ['NEO_WALLET_SEED', 'NEO_ALERTS_WEBHOOK_URL']) delete process.env[name];
  return env;
};

export type Line = Readonly<{
  /** What the line begins with, `help` for --help, `version` for --version, and `run` where it names no command. */
  name: string;
  /** What follows the name. */
  args: readonly string[];
  /** It runs a session: its exit code says how that ended, whatever could be shown of it. */
  isSession: boolean;
}>;

const resultOf = async ({ name, args }: Line): Promise<number> => {
  if (name === 'help') {
    process.stdout.write(usage());
    return 0;
  }
  if (name === 'version') {
    process.stdout.write(`${build()}\n`);
    return 0;
  }
  const listed = commands.find((one) => one.name === name);
  if (!listed) {
    throw new UsageError(
      `There is no command "${withoutCredentials(name)}"; neo --help lists them.`,
    );
  }
  const command = await listed.load();
  return command.run(args, {
    env: environment(),
    out: (text) => process.stdout.write(printable(text)),
    error: (text) => process.stderr.write(printable(text)),
  });
};

/**
 * Whoever looks on ends no session: not a reader that has gone, such as head, and not a full disk behind it. What could not be shown
 * is in the log; a command that shows something and nothing else has failed.
 */
export const runLine = (line: Line): void => {
  let unshown: string | undefined;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') unshown ??= error.message;
    });
  }
  process.on('exit', (code) => {
    if (unshown === undefined) return;
    process.stderr.write(`not everything could be shown (${unshown})\n`);
    if (code === 0 && !line.isSession) process.exitCode = unableExitCode;
  });
  resultOf(line).then((code) => {
    process.exitCode = code;
  }, stop);
};
