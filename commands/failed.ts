/**
 * Turns whatever goes wrong into one sentence and an exit code. It is there before anything else is loaded, and needs no package:
 * that one is missing is among what it tells.
 */
import { fileURLToPath } from 'node:url';
import { printable } from './printable.ts';

/** Ends the process. A failure that knows its exit code is a sentence for the operator; any other is a fault of ours and shows where. */
export const stop = (error: unknown): void => {
  const { text, code } = told(error);
  process.stderr.write(printable(`${text}\n`));
  process.exitCode = code;
  process.exit();
};

/** It could not start, or what was to be shown could not be written. */
export const unableExitCode = 4;

/** As after a protective halt: nothing more leaves, and offers die by their Expiration. */
const brokenExitCode = 3;

type Told = Readonly<{ text: string; code: number }>;

const told = (error: unknown): Told => {
  if (!(error instanceof Error)) return { text: broken(String(error)), code: brokenExitCode };
  const lacking = lackedBy(error);
  if (lacking !== undefined) return { text: lacking, code: unableExitCode };
  return 'exitCode' in error && typeof error.exitCode === 'number'
    ? { text: error.message, code: error.exitCode }
    : { text: broken(error.stack ?? error.message), code: brokenExitCode };
};

const broken = (text: string): string => `NEO stopped because something broke: ${text}`;

/** What the program cannot be there without, and the cure; undefined where nothing of that is missing. */
const lackedBy = (error: Error): string | undefined => {
  const code = 'code' in error ? error.code : undefined;
  if (tooManyFiles.has(code)) {
    return 'This process may not open as many files as it needs: raise the limit (ulimit -n 1024 in a shell, LimitNOFILE=1024 in a unit) and start again.';
  }
  if ('syscall' in error && error.syscall === 'uv_cwd') {
    return 'The folder in which this process was started is gone: go to one that is there and start again.';
  }
  if (code === 'ERR_REQUIRE_ESM') {
    return `Node ${process.versions.node} cannot load the packages of NEO: install Node 20.19, 22.12 or a newer one.`;
  }
  if (!notInstalled.has(code) && !('tries' in error)) return undefined;
  const [what] = error.message.split(/\.\s|\n/);
  return `NEO is not installed whole (${what}): run npm ci --ignore-scripts=false in ${root} on this machine and start again.`;
};

/** What a system says that lets a process open no more files: modules are files too, so that it comes up anywhere. */
const tooManyFiles: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE']);

/** What Node says of a package, or a compiled one, that is missing or another machine's; `bindings`, which looks for SQLite, lists its `tries`. */
const notInstalled: ReadonlySet<unknown> = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_DLOPEN_FAILED',
]);

const root = fileURLToPath(new URL('../../', import.meta.url));
