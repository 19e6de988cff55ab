/** The house rules, read from the sources themselves. Each rule is shown to bite on a planted violation. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import {
  linesMax,
  outOfPlace,
  tooLong,
  unfinished,
  withEmptyNames,
  withoutHeader,
} from './tidy/house.ts';
import { againstTheLayers, inCircles, layerOf, layers, ofNothing } from './tidy/imports.ts';
import { impure, pure } from './tidy/purity.ts';
import { readSources, root, type Source, source } from './tidy/source.ts';

const sources = readSources(root);

type Rule = (sources: readonly Source[]) => readonly string[];
type Planted = Readonly<Record<string, string>>;

const bites = (rule: Rule, ...planted: readonly Planted[]): readonly Planted[] =>
  planted.filter(
    (files) => rule(Object.entries(files).map(([path, text]) => source(path, text))).length === 0,
  );

test('there is something to check: every layer that exists has sources', (t) => {
  t.true(sources.length > 50);
  const found = new Set(sources.map(({ path }) => layerOf(path)));
  for (const layer of Object.keys(pure)) t.true(found.has(layer), layer);
  for (const layer of found) t.true(layers.includes(layer), layer);
  t.true(sources.some(({ imports }) => imports.length > 5));
});

test('imports point down: ledger, events, projections, machines, actors, main', (t) => {
  t.deepEqual(againstTheLayers(sources), []);
  t.deepEqual(ofNothing(sources), []);
});

test('an import against the layers is found', (t) => {
  const one = (path: string, imported: string, form = 'import { a } from'): Planted => ({
    [path]: `${form} '${imported}';`,
  });
  const missed = bites(
    againstTheLayers,
    one('ledger/a.ts', '../events/b.ts'),
    one('events/a.ts', '../machines/b.ts'),
    one('projections/a.ts', '../machines/b.ts'),
    one('machines/guards/a.ts', '../../actors/b.ts'),
    one('actors/log/a.ts', '../../config.ts'),
    one('actors/a.ts', '../config/keys.ts', 'import type { A } from'),
    one('actors/a.ts', '../sandbox/b.ts', 'export * from'),
    one('actors/a.ts', '../commands/b.ts', 'import'),
    one('sandbox/a.ts', '../machines/b.ts', 'export { a, type B } from'),
    one('sandbox/a.ts', '../projections/b.ts'),
    one('inspector/a.ts', '../actors/b.ts'),
    one('inspector/a.ts', '../sandbox/b.ts'),
    one('config/a.ts', '../machines/b.ts'),
    one('commands/a.ts', '../main.ts'),
    one('commands/a.ts', '../test/b.ts'),
    one('elsewhere/a.ts', './b.ts'),
    { 'machines/a.ts': "export const b = async () => import('../actors/b.ts');" },
    { 'machines/a.ts': "import {\n  a, // from '../ledger/x.ts'\n} from\n  '../actors/b.ts';" },
  );
  t.deepEqual(missed, []);
  const fine: Planted = {
    'machines/a.ts': `import { b } from '../projections/b.ts'; // import '../actors/c.ts'
      const words = "import { d } from '../actors/d.ts'"; const more = \`import '../main.ts' \${b}\`;`,
  };
  t.deepEqual(bites(againstTheLayers, fine), [fine]);
});

test('an import of a file that is not there is found', (t) => {
  t.deepEqual(bites(ofNothing, { 'ledger/a.ts': "import './gone.ts';" }), []);
  t.deepEqual(bites(ofNothing, { 'ledger/a.ts': "import './a.js';" }), []);
});

test('nobody imports in a circle', (t) => {
  t.deepEqual(inCircles(sources), []);
});

test('a circle of imports is found, of two, of three, of types', (t) => {
  const missed = bites(
    inCircles,
    { 'ledger/a.ts': "import './a.ts';" },
    { 'ledger/a.ts': "import './b.ts';", 'ledger/b.ts': "import './a.ts';" },
    {
      'ledger/a.ts': "import './b.ts';",
      'ledger/b.ts': "import type { C } from './c.ts';",
      'ledger/c.ts': "export { a } from './a.ts';",
    },
  );
  t.deepEqual(missed, []);
});

test('the pure layers read no clock, draw no lots, wait for nothing and reach nowhere', (t) => {
  t.deepEqual(impure(sources), []);
});

const impurities = [
  'const a = Date.now();',
  'const a = new Date(0);',
  'const a = Math.random();',
  'const a = Math . random();',
  "const a = Math['random']();",
  'const a = Math.exp(1);',
  'const a = Math.log2(1);',
  'const a = Math.pow(2, 3);',
  'const a = b ** 2;',
  'const a = process.env;',
  'const a = performance.now();',
  'const a = globalThis;',
  'setTimeout(f, 1);',
  'setInterval(f, 1);',
  'setImmediate(f);',
  'queueMicrotask(f);',
  'const a = fetch(b);',
  'const a = crypto.randomUUID();',
  'console.log(a);',
  'const a = async () => 1;',
  'const a = await b;',
  'const a = Promise.resolve(1);',
  'const a = new Promise<number>(f);',
  'const a = b.toLocaleString();',
  'const a = b.localeCompare(c);',
  'const a = new Intl.NumberFormat();',
  'for (const key in record) f(key);',
  'for (let key in { a: 1 }) f(key);',
  "import { readFileSync } from 'node:fs';",
  "import fs from 'fs';",
  "import 'sqlite3';",
  "import { createHash, randomBytes } from 'node:crypto';",
  "import * as crypto from 'node:crypto';",
  "import { type Database, open } from 'sqlite3';",
  "const a = import('./b.ts');",
  'const a = `at ${Date.now()}`;',
  "const a = /'/.test(b); const c = Date.now(); const d = /'/;",
  'const a = b / c; const d = Date.now() / e;',
];

for (const text of impurities) {
  test(`impure: ${text}`, (t) => {
    for (const layer of Object.keys(pure)) {
      t.deepEqual(bites(impure, { [`${layer}/a.ts`]: text }), [], layer);
    }
    t.is(bites(impure, { 'actors/a.ts': text }).length, 1);
  });
}

test('what only looks impure is let through', (t) => {
  const harmless: readonly Planted[] = [
    '// Date.now() is not used here',
    '/* await fetch(a) */',
    "const a = 'Math.random() and process';",
    'const a = `await ${b} Date`;',
    'const a = 10n ** b;',
    'const a = Math.sqrt(b) + Math.max(c, d);',
    'const a = record.process;',
    'type A = { process: string; crypto?: string };',
    'for (const key of keys) f(key in record);',
    'const updated = candidate;',
    "import type { Observable } from 'rxjs';",
    "import { createHash } from 'node:crypto';",
    'type Transport = { request: (method: string) => Promise<unknown> };',
  ].map((text) => ({ 'machines/a.ts': text }));
  t.deepEqual(bites(impure, ...harmless), harmless);
});

test('machines may use xstate, and nothing else from outside', (t) => {
  t.is(bites(impure, { 'machines/a.ts': "import { setup } from 'xstate';" }).length, 1);
  t.deepEqual(bites(impure, { 'projections/a.ts': "import { setup } from 'xstate';" }), []);
});

test('every file opens with what it is', (t) => {
  t.deepEqual(withoutHeader(sources), []);
  const missed = bites(
    withoutHeader,
    { 'ledger/a.ts': 'export const a = 1;' },
    { 'ledger/a.ts': '// A line that says what this file is.\nexport const a = 1;' },
    { 'ledger/a.ts': "import './b.ts';\n/** What it is, but said too late to be read. */" },
    { 'ledger/a.ts': '/** */\nexport const a = 1;' },
  );
  t.deepEqual(missed, []);
});

test('no file has a name that says nothing', (t) => {
  t.deepEqual(withEmptyNames(sources), []);
  const names = ['utils', 'helpers', 'common', 'types', 'index'];
  t.deepEqual(bites(withEmptyNames, ...names.map((name) => ({ [`ledger/${name}.ts`]: '' }))), []);
});

test('no file outside the tests is longer than it should be', (t) => {
  t.deepEqual(tooLong(sources), []);
  const lines = (count: number): string => 'const a = 1;\n\n'.repeat(count);
  t.deepEqual(bites(tooLong, { 'ledger/a.ts': lines(linesMax + 1) }), []);
  t.is(bites(tooLong, { 'ledger/a.ts': lines(linesMax) }).length, 1);
});

test('nothing is left for later', (t) => {
  t.deepEqual(unfinished(sources), []);
  t.deepEqual(bites(unfinished, { 'ledger/a.ts': '// TODO more' }), []);
});

test('only what belongs there lies at the root', (t) => {
  t.deepEqual(outOfPlace(readdirSync(root)), []);
  t.is(
    outOfPlace(['main.ts', 'src', 'notes.txt', 'neo.db', 'neo.db-wal', 'neo.db.inbox']).length,
    2,
  );
});

type Diagnostic = Readonly<{ code: string; filename: string }>;

/** Asks the type-aware linter, with the project's own settings; the rule itself is `npm run lint`'s. */
const lint = (folder: string): readonly Diagnostic[] => {
  const program = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const settings = join(root, '.oxlintrc.json');
  const { stdout } = spawnSync(process.execPath, [program, '-c', settings, '-f', 'json', '.'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout).diagnostics;
};

const unawaited = (found: readonly Diagnostic[]): readonly string[] =>
  found.filter(({ code }) => code.includes('no-floating-promises')).map(({ filename }) => filename);

test('no promise is left unawaited', (t) => {
  t.deepEqual(unawaited(lint(root)), []);
});

/** `void` says that nobody waits, and that a rejection is to end the process. */
test('an unawaited promise is found, unless it says so', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'neo-tidy-'));
  const work = 'export const work = async (): Promise<number> => 1;\n';
  writeFileSync(join(folder, 'tsconfig.json'), '{"compilerOptions": {"strict": true}}');
  writeFileSync(join(folder, 'awaited.ts'), `${work}await work();\n`);
  writeFileSync(join(folder, 'dropped.ts'), `${work}work();\n`);
  writeFileSync(join(folder, 'chained.ts'), `${work}work().then(String);\n`);
  writeFileSync(join(folder, 'voided.ts'), `${work}void work();\n`);
  t.deepEqual([...unawaited(lint(folder))].toSorted(), ['chained.ts', 'dropped.ts']);
  rmSync(folder, { recursive: true });
});
