/** A shell for the documentation's blocks: the project's commands as a reader types them, in virtual time and on free ports. No test itself. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, withoutSettings } from '../door.ts';
import { root } from '../tidy/source.ts';

export type Shell = Readonly<{
  /** Everything that a script said; rejects where it fails or does not end, with the command that did. */
  run: (script: string, more?: readonly string[]) => Promise<string>;
}>;

/** No block takes as long, on a busy machine either. */
const patienceMs = 240_000;
/** A long message is shortened by who shows it, so it begins with what matters. */
const tailChars = 2_000;

/** A folder with the project's own beside what the reader makes. A session is in virtual time, what would never end is ended when it has said where it is, and a simulation, which takes minutes, is parsed alone. */
export const shellIn = (folder: string, limitMs = patienceMs): Shell => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['dist', 'docs', 'test', 'node_modules', 'migrations', 'package.json']) {
    symlinkSync(join(root, name), join(folder, name));
  }
  const program = `'${process.execPath}' '${join(root, 'dist', 'main.js')}'`;
  script(join(bin, 'neo'), [
    'case " $* " in *" --speed "*|*" --help "*) exec ' + program + ' "$@";; esac',
    'case "$1" in',
    `  ""|-*) exec ${program} "$@" --speed max;;`,
    `  run) shift; exec ${program} run "$@" --speed max;;`,
    '  sandbox|inspect)',
    '    said=$(mktemp -p .)',
    `    ${program} "$@" >"$said" & pid=$!`,
    '    until [ -s "$said" ]; do kill -0 $pid || break; sleep 0.05; done',
    '    kill -INT $pid; wait $pid; code=$?; cat "$said"; exit $code;;',
    `  simulate) exec ${program} "$@" --help;;`,
    `  *) exec ${program} "$@";;`,
    'esac',
  ]);
  script(join(bin, 'node'), [
    'if [ "$1" = dist/main.js ]; then shift; exec neo "$@"; fi',
    `exec '${process.execPath}' "$@"`,
  ]);
  script(join(bin, 'npm'), [
    'case "$1" in ci) exit 0;; test) name=test;; run) name="$2";; *) exit 1;; esac',
    'grep -q "^    \\"$name\\": " package.json',
  ]);
  const env = {
    ...withoutSettings,
    NEO_INSPECTOR_PORT: String(0),
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
  };
  return {
    run: async (text, more = []) => {
      const ported = await onFreePorts(text);
      const child = spawn('bash', ['-e', ...more, '-c', `${traced}${ported}`], {
        cwd: folder,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
      const [, out, err, trace] = child.stdio as unknown as readonly Readable[];
      let [said, commands] = ['', ''];
      for (const stream of [out, err]) {
        stream?.setEncoding('utf8').on('data', (part: string) => (said += part));
      }
      trace?.setEncoding('utf8').on('data', (part: string) => (commands += part));
      const failure = await failureOf(child, limitMs);
      if (failure === undefined) return said;
      const command = commands.split('\0').at(-2) ?? text;
      throw new Error(
        `${command}\n${failure}; what the block said ends:\n${said.slice(-tailChars)}`,
      );
    },
  };
};

const script = (path: string, lines: readonly string[]): void => {
  writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
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
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  await closed;
  return `no end within ${limitMs / 1000} s`;
};
