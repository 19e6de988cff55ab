/** A database or a ledger that cannot be gone on with is refused and stays as it is. */
import { chmod, link, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ask, folderFor, snapshot } from './door.ts';
import { quick, testRefusals, withLog, type Case } from './door-refused.ts';
import { pageBytes } from '../actors/log/open.ts';
import { withSqlite } from './log-sample.ts';

type Change = (file: string) => Promise<unknown>;

const given =
  (change: Change) =>
  async (t: ExecutionContext): Promise<string> => {
    const folder = await withLog(t);
    await change(join(folder, 'neo.db'));
    return folder;
  };

const sql =
  (statement: string): Change =>
  (file) =>
    withSqlite(file, 'create', (connection) => connection.exec(statement));

const textFile: Change = (file) => writeFile(file, 'Dear diary,\n'.repeat(200));
const emptyFile: Change = (file) => truncate(file, 0);
const halfFile: Change = (file) => truncate(file, 20_000);
/** The file is one, its schema is read, and its pages of events are none. */
const lostEvents: Change = async (file) => {
  const bytes = await readFile(file);
  for (let at = pageBytes; at < bytes.length; at += pageBytes) {
    const page = bytes.subarray(at, at + pageBytes);
    if (page.includes('guards.evaluated')) page.fill(0, 0, 100);
  }
  await writeFile(file, bytes);
};
const newerSchema = sql(`INSERT INTO migration VALUES (99, '${'0'.repeat(64)}', 1)`);
const anotherProgram: Change = async (file) => {
  await rm(file);
  await sql('CREATE TABLE diary (entry)')(file);
};

const unusable: readonly (readonly [string, Change, RegExp])[] = [
  ['a text file', textFile, /is no SQLite database: choose another/],
  ['an empty file', emptyFile, /is empty.*restore/],
  ['half a file', halfFile, /is damaged.*restore/],
  ['the log of a newer schema', newerSchema, /newer neo .*install/],
  ["another program's database", anotherProgram, /no log of neo: choose another/],
];

const readers: readonly (readonly [string, readonly string[]])[] = [
  ['run', ['run', ...quick]],
  ['show', ['show', '1']],
  ['replay', ['replay', '1']],
  ['explain', ['explain', '1']],
  ['sessions', ['sessions']],
  ['rebuild', ['rebuild']],
  ['kill', ['kill']],
  ['stop', ['stop']],
];

const tellers = ['sessions', 'show 1', 'replay 1', 'explain 1', 'report 1', 'gate', 'capital'];

const sayLost = /neo\.db is damaged \(SQLITE_CORRUPT.*restore it from/;

const refusedLedger = (what: string, content: string, says: RegExp): Case => ({
  what,
  line: ['run', ...quick],
  code: 4,
  says,
  given: given((file) => writeFile(`${file}.ledger`, content)),
});

testRefusals([
  ...readers.flatMap(([name, line]) =>
    unusable.map(([what, change, says]): Case => ({
      what: `${name} on ${what}`,
      line,
      code: 4,
      says,
      given: given(change),
    })),
  ),
  ...tellers.map((name): Case => ({
    what: `${name} on lost pages of events`,
    line: name.split(' '),
    code: 4,
    says: sayLost,
    given: given(lostEvents),
  })),
  {
    what: 'the log of another account',
    line: ['run', ...quick, '--seed', '2'],
    code: 4,
    says: /another seed than 2, or without a market: give its seed/,
    given: withLog,
  },
  {
    what: 'the log of another account, whose ledger is gone',
    line: ['run', ...quick, '--seed', '2'],
    code: 4,
    says: /is the log of .*choose another/,
    given: given((file) => rm(`${file}.ledger`)),
  },
  {
    what: 'a log without the ledger that it was traded on',
    line: ['run', ...quick],
    code: 4,
    says: /the ledger .* is gone: put .*neo\.db\.ledger back/,
    given: given((file) => rm(`${file}.ledger`)),
  },
  {
    what: 'an inbox that is no folder',
    line: ['run', ...quick],
    code: 4,
    says: /neo\.db\.inbox is no folder, and requests are kept in one: move it away/,
    given: given((file) => writeFile(`${file}.inbox`, '')),
  },
  {
    what: 'a request where the inbox is no folder',
    line: ['kill'],
    code: 4,
    says: /neo\.db\.inbox is no folder, and requests are kept in one: move it away/,
    given: given((file) => writeFile(`${file}.inbox`, '')),
  },
  refusedLedger('a ledger that is no JSON', 'nonsense\n', /damaged at line 1: put back a copy/),
  refusedLedger('a ledger of another format', '{"v":9}\n', /has format 9, not 1: put back a copy/),
  refusedLedger('a ledger without a state', '{"v":1}\n', /damaged at line 1: put back a copy/),
  refusedLedger('a ledger of null', 'null\n', /damaged at line 1: put back a copy/),
]);

test('a start that comes upon lost pages of events is refused', async (t) => {
  const folder = await given(lostEvents)(t);
  const { code, err } = await ask(folder, 'run', ...quick);
  t.is(code, 4);
  t.regex(err, sayLost);
});

test('verify calls a damaged file damaged, by exit code 1', async (t) => {
  for (const change of [textFile, emptyFile, halfFile]) {
    const folder = await given(change)(t);
    const before = await snapshot(folder);
    const { code, out, err } = await ask(folder, 'verify');
    t.is(code, 1, err);
    t.regex(out, /restore/);
    t.deepEqual(await snapshot(folder), before);
  }
});

test('a folder that may not be written is refused, and left as it is', async (t) => {
  if (process.getuid?.() === 0) {
    t.log('skipped: root may write everywhere');
    t.pass();
    return;
  }
  const folder = await folderFor(t);
  const locked = join(folder, 'locked');
  await mkdir(locked, { mode: 0o500 });
  t.teardown(() => chmod(locked, 0o700));
  const { code, err } = await ask(folder, 'run', ...quick, '--db', join(locked, 'neo.db'));
  t.is(code, 4);
  t.regex(err, /cannot be read and written/);
});

test('a database of two names is not written, for two writers would not meet', async (t) => {
  const folder = await withLog(t);
  await link(join(folder, 'neo.db'), join(folder, 'hard.db'));
  const { code, err } = await ask(folder, 'run', ...quick, '--db', join(folder, 'hard.db'));
  t.is(code, 4);
  t.regex(err, /hard\.db has 2 names \(hard links\).*remove the others/);
  t.is((await ask(folder, 'sessions')).code, 0, 'it is read as before');
});
