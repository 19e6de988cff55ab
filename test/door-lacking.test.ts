/** A program that something is missing for says what, with the cure, and is no fault of its own. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { folderFor, startUnder } from './door.ts';

const dist = fileURLToPath(new URL('../', import.meta.url));

/** A module that throws this as soon as the program looks after what is thrown. */
const throwing = (message: string, fields: object): string =>
  `--import=data:text/javascript,${encodeURIComponent(`const timer = setInterval(() => {
    if (process.listenerCount('uncaughtException') === 0) return;
    clearInterval(timer);
    throw Object.assign(new Error(${JSON.stringify(message)}), ${JSON.stringify(fields)});
  }, 1)`)}`;

const lacking: readonly Readonly<{
  what: string;
  message: string;
  fields: object;
  says: RegExp;
}>[] = [
  {
    what: 'a process that may not open enough files',
    message: 'EMFILE: too many open files',
    fields: { code: 'EMFILE' },
    says: /^This process may not open as many files as it needs: .*ulimit -n 1024.*\n$/,
  },
  {
    what: 'too old a Node',
    message: 'require() of ES Module /a.js from /b.js not supported.\nInstead',
    fields: { code: 'ERR_REQUIRE_ESM' },
    says: /^Node \d+\.\d+\.\d+ cannot load the packages of NEO: install Node 20\.19, 22\.12 or a newer one\.\n$/,
  },
  {
    what: 'a SQLite that was not installed',
    message: 'Could not locate the bindings file. Tried:\n → /a/node_sqlite3.node',
    fields: { tries: ['/a/node_sqlite3.node'] },
    says: /^NEO is not installed whole \(Could not locate the bindings file\): run npm ci --ignore-scripts=false in .*\n$/,
  },
  {
    what: 'a SQLite of another machine',
    message: '/a/node_sqlite3.node: invalid ELF header',
    fields: { code: 'ERR_DLOPEN_FAILED' },
    says: /^NEO is not installed whole \(\/a\/node_sqlite3\.node: invalid ELF header\): run npm ci .*\n$/,
  },
];

for (const { what, message, fields, says } of lacking) {
  test(`${what} is told as that, with the cure`, async (t) => {
    const options = { NODE_OPTIONS: throwing(message, fields) };
    const { code, err } = await startUnder(t, options, await folderFor(t), 'run').ended;
    t.is(code, 4, err);
    t.regex(err, says);
  });
}

for (const line of [
  ['simulate', '--sessions', '1', '--hours', '0.01'],
  ['simulate', '--sessions', '9', '--hours', '0.01'],
  [
    'scenario',
    fileURLToPath(new URL('../../test/scenarios/race-with-replace.json', import.meta.url)),
  ],
]) {
  test(`${line.slice(0, 3).join(' ').replace(/ .*\//, ' ')} without a place for what is temporary says so, with the cure`, async (t) => {
    const folder = await folderFor(t);
    const none = join(folder, 'none');
    const { code, err } = await startUnder(
      t,
      { TMPDIR: none, TEMP: none, TMP: none },
      folder,
      ...line,
    ).ended;
    t.is(code, 4, err);
    t.is(
      err,
      `No folder can be made in ${none} (ENOENT): name one that this user can write with TMPDIR.\n`,
    );
  });
}

test('in a folder that is gone it says so, with the cure', async (t) => {
  if (process.platform === 'win32') {
    t.log('skipped: such a folder cannot be removed there');
    t.pass();
    return;
  }
  const folder = await folderFor(t);
  const script = `mkdir gone && cd gone && rmdir "$PWD" && "${process.execPath}" "${dist}main.js" run`;
  const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: folder });
  t.is(status, 4);
  t.regex(String(stderr), /^The folder in which this process was started is gone: go to one .*\n$/);
});

test('without its packages it says so, with the cure', async (t) => {
  const folder = await folderFor(t);
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['main.js', 'commands', 'config', 'ledger', 'actors', 'events']) {
    await cp(join(dist, name), join(folder, 'dist', name), { recursive: true });
  }
  const line = [join(folder, 'dist', 'main.js'), 'sessions'];
  const { status, stderr } = spawnSync(process.execPath, line, { cwd: folder });
  t.is(status, 4);
  t.regex(
    String(stderr),
    /^NEO is not installed whole \(Cannot find .*\): run npm ci --ignore-scripts=false in .*\n$/,
  );
});
