/** A shell for the documentation's blocks: the project's commands as a reader types them, beside stand-ins for a machine of their own (`test/docs/bin`). No test itself. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { freePort, withoutSettings } from '../door.ts';
import { root } from '../tidy/source.ts';

export type Shell = Readonly<{
  /** Everything that a script said; rejects where it fails or does not end, with the command that did. */
  run: (script: string, env?: Environment) => Promise<string>;
  /** The commands that a stand-in did not carry out. */
  leftOut: () => readonly string[];
}>;

type Environment = Readonly<Record<string, string>>;

/** No block takes as long, on a busy machine either. */
const patienceMs = 240_000;
/** A long message is shortened by who shows it, so it begins with what matters. */
const tailChars = 2_000;

const own = ['dist', 'docs', 'test', 'node_modules', 'migrations', 'package.json', 'LICENSE'];

/** A folder with the project's own beside what the reader makes. What a script started and left running goes away with the test. */
export const shellIn = (
  t: ExecutionContext<unknown>,
  folder: string,
  limitMs = patienceMs,
): Shell => {
  for (const name of own) symlinkSync(join(root, name), join(folder, name));
  const usual = {
    ...withoutSettings,
    READER_FOLDER: folder,
    READER_NODE: process.execPath,
    READER_PROGRAM: join(root, 'dist', 'main.js'),
    NEO_INSPECTOR_PORT: '0',
    PATH: `${join(root, 'test', 'docs', 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  };
  const groups = new Set<number>();
  t.teardown(() => groups.forEach(end));
  return {
    run: async (text, env = {}) => {
      const ported = await onFreePorts(text);
      const child = spawn('bash', ['-e', '-c', `${traced}${ported}`], {
        cwd: folder,
        env: { ...usual, ...env },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
      const group = child.pid ?? Number.NaN;
      groups.add(group);
      const [, out, err, trace] = child.stdio as unknown as readonly Readable[];
      let [said, commands] = ['', ''];
      for (const stream of [out, err]) {
        stream?.setEncoding('utf8').on('data', (part: string) => (said += part));
      }
      trace?.setEncoding('utf8').on('data', (part: string) => (commands += part));
      const failure = await failureOf(child, limitMs);
      if (!runs(group)) groups.delete(group);
      if (failure === undefined) return said;
      const command = commands.split('\0').at(-2) ?? text;
      throw new Error(
        `${command}\n${failure}; what the block said ends:\n${said.slice(-tailChars)}`,
      );
    },
    leftOut: () => {
      const file = join(folder, 'left-out');
      return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    },
  };
};

/** Each command is told before it starts, so that the last one told is the one that failed. */
const traced = `trap 'printf "%s\\0" "$BASH_COMMAND" >&3' DEBUG\n`;

/** The port that a reader has free may be another's here: whatever runs beside these tests takes some too. */
const onFreePorts = async (text: string): Promise<string> =>
  text.replaceAll(/(--(?:inspect|port)) \d+/g, `$1 ${await freePort()}`);

/** Undefined where it ends well. What does not end in time is ended with all that it started. */
const failureOf = async (child: ChildProcess, limitMs: number): Promise<string | undefined> => {
  const timer = new AbortController();
  const late = wait(limitMs, 'late' as const, { signal: timer.signal });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const first = await Promise.race([closed, late]);
  timer.abort();
  if (first !== 'late') return first[0] === 0 ? undefined : `exit code ${first[0]}`;
  end(child.pid ?? Number.NaN);
  await closed;
  return `no end within ${limitMs / 1000} s`;
};

const signalled = (group: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
};
const runs = (group: number): boolean => signalled(group, 0);
const end = (group: number): boolean => signalled(group, 'SIGKILL');
