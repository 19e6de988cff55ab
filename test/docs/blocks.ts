/** The code blocks of the documentation, and a shell to run them in: the project's commands as a reader types them, in virtual time. No test itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from '../tidy/source.ts';

export type Block = Readonly<{
  document: string;
  line: number;
  language: string;
  /** What the tests do not have: root, network, container. */
  needs: string | null;
  text: string;
}>;

const documents: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('docs', path))
    .filter((path) => path.endsWith('.md') && !path.startsWith(join('docs', 'reference'))),
];

export const blocks: readonly Block[] = documents.toSorted().flatMap((document) => {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^( *)```(\w*)(?: needs=(\w+))?\n([^]*?)^\1```$/gm)].map((found) => {
    const [, indent = '', language = '', needs = null, body = ''] = found;
    return {
      document,
      line: text.slice(0, found.index).split('\n').length,
      language,
      needs,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    };
  });
});

export type Shell = Readonly<{
  /** Everything that a script said; rejects where it fails. */
  run: (script: string, more?: readonly string[]) => Promise<string>;
}>;

const script = (path: string, lines: readonly string[]): void => {
  writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
};

/** A folder with the project's own beside what the reader makes. A session is in virtual time, what would never end is ended, and a simulation, which takes minutes, is parsed alone. */
export const shellIn = (folder: string): Shell => {
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
    `  sandbox|inspect) timeout --signal=INT 3 ${program} "$@"; code=$?; [ $code = 124 ] || exit $code;;`,
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
  return {
    run: async (text, more = []) => {
      const child = spawn('bash', ['-e', ...more, '-c', text], {
        cwd: folder,
        env: {
          ...process.env,
          NEO_INSPECTOR_PORT: '0',
          PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
        },
        timeout: 90_000,
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (part: string) => (said += part));
      }
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) throw new Error(`exit code ${code} of\n${text}\n${said}`);
      return said;
    },
  };
};

/** Without what differs from run to run: numbers, and where a line was broken. */
export const masked = (text: string): string =>
  text
    .replaceAll(/\d[\d.,:]*\d|\d/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim();
