/** Sessions that travel: exported, they verify and replay elsewhere with the same last hash; a damaged one brings nothing; no secret leaves. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { LogError } from '../actors/log/failure.ts';
import { verifyLog } from '../actors/log/verify.ts';
import { startProjector } from '../actors/projector.ts';
import type { Command } from '../commands/command.ts';
import { UsageError } from '../commands/command.ts';
import { exportCommand } from '../commands/export.ts';
import { importCommand } from '../commands/import.ts';
import { replayCommand } from '../commands/replay.ts';
import { runCommand } from '../commands/run/run.ts';
import { folderFor, openSample, readAll, withSqlite } from './log-sample.ts';
import { append, observed, opened, told } from './story.ts';

const uuid = 'a1111111-0000-4000-8000-000000000001';
const other = 'b2222222-0000-4000-8000-000000000002';
const rows = told([
  [0, opened(uuid)],
  [1, { type: 'tick', index: 0 }, observed(0, { missing: 'a "quoted", comma’d\nline' as never })],
  [600, { type: 'session.closed_by_next', uuid, silentMs: 599_000 }],
]);

const run = async (command: Command, ...args: readonly string[]) => {
  const said = { out: '', error: '' };
  const code = await command.run(args, {
    env: {},
    out: (text) => void (said.out += text),
    error: (text) => void (said.error += text),
  });
  return { code, ...said };
};

/** A closed log in a folder of its own. */
const logOf = async (
  t: ExecutionContext,
  ...sessions: readonly (typeof rows)[]
): Promise<string> => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  for (const [index, session] of sessions.entries()) await append(log, index + 1, session);
  await log.close({ clean: true });
  return file;
};

const exported = async (
  file: string,
  format: string,
  name = `session.${format}`,
): Promise<string> => {
  const output = join(file, '..', name);
  await run(exportCommand, '1', '--format', format, '-o', output, '--db', file);
  return output;
};

test('a session that was played here verifies and replays elsewhere with the same last hash', async (t) => {
  const folder = await folderFor(t);
  const [here, there] = [join(folder, 'here.db'), join(folder, 'über all.db')];
  const output = join(folder, 'session.neo');
  const line = ['--speed', 'max', '--duration-seconds', '20', '--json', '--db', here];
  const { log } = JSON.parse((await run(runCommand, ...line)).out) as {
    log: { last_hash: string };
  };
  const left = await run(
    exportCommand,
    '1',
    '--format',
    'neo',
    '-o',
    output,
    '--db',
    here,
    '--json',
  );
  t.like(JSON.parse(left.out), {
    file: output,
    session: 1,
    format: 'neo',
    last_hash: log.last_hash,
  });
  const came = await run(importCommand, output, '--db', there, '--json');
  t.like(JSON.parse(came.out), { session: 1, last_hash: log.last_hash });
  t.like(await verifyLog(there), { intact: true, sessions: 1, lastHash: log.last_hash });
  const replayed = await run(replayCommand, '1', '--db', there, '--json');
  t.like(JSON.parse(replayed.out), { identical: true, last_hash: log.last_hash }, replayed.out);
  const count = await withSqlite(there, 'write', (connection) =>
    connection.get<{ n: number }>(
      'SELECT count(*) AS n FROM market_snapshots WHERE session_id = 1',
    ),
  );
  t.is(count?.n, 20);
});

test('whatever sessions there are, an import is the next one, to the letter', async (t) => {
  const output = await exported(await logOf(t, rows), 'neo');
  const second = told([
    [0, opened(other)],
    [9, { type: 'session.closed_by_next', uuid: other, silentMs: 1 }],
  ]);
  const file = await logOf(t, second);
  await run(importCommand, output, '--db', file);
  const log = await openSample(file);
  t.is((await log.newest())?.session, 1, 'no start goes on from what was imported');
  t.is(log.nextSession(), 3);
  t.deepEqual(
    (await readAll(log, 2)).map(({ event }) => event),
    rows.map(({ event }) => event),
  );
  await append(log, 3, told([[0, opened('c3', { parent: null })]]));
  const projector = startProjector(log, (cause) => t.fail(String(cause)));
  await projector.settled();
  await projector.stop();
  t.is((await log.newest())?.session, 3);
  await log.close({ clean: true });
  t.like(await verifyLog(file), { intact: true, sessions: 3 });
});

test('what cannot be imported changes nothing', async (t) => {
  const output = await exported(await logOf(t, rows), 'neo');
  const fresh = join(await folderFor(t), 'neo.db');
  const running = await logOf(t, told([[0, opened(other)]]));
  const foreign = join(await folderFor(t), 'neo.db');
  await (await openSample(foreign, { account: 'rOther' })).close({ clean: true });
  const twice = await logOf(t, rows);
  const held = await logOf(t);
  const holder = await openSample(held);
  const text = join(await folderFor(t), 'notes.txt');
  await writeFile(text, 'no session');
  const future = join(await folderFor(t), 'future.neo');
  await writeFile(future, gzipSync('{"format":"neo-session","version":2}\n'));
  const later = rows.map((row) => (row.event.type === 'tick' ? { ...row, v: 7 } : row));
  const newer = await exported(await logOf(t, later), 'neo');
  for (const [source, file, exitCode, says] of [
    [newer, fresh, 2, /event 2 of .* was written by a newer neo \(tick of version 7\): import it/],
    [text, fresh, 2, /is no session file of neo: write one with neo export/],
    [join(text, 'none'), fresh, 4, /cannot be read/],
    [`${text}.none`, fresh, 2, /there is no file .*none/],
    [future, fresh, 2, /was written by a newer neo \(version 2, this one knows 1\)/],
    [output, running, 4, /session 1 of .* died and is not closed yet: start neo once on it/],
    [output, foreign, 4, /is the log of rOther on sandbox, not of /],
    [output, twice, 2, /is in .* already, as session 1/],
    [output, held, 4, /is being written by process/],
  ] as const) {
    const error = await t.throwsAsync(run(importCommand, source, '--db', file), {
      instanceOf: LogError,
    });
    t.is(error?.exitCode, exitCode, error?.message);
    t.regex(error?.message ?? '', says);
  }
  t.false(existsSync(fresh));
  await holder.close({ clean: true });
  t.like(await verifyLog(twice), { intact: true, sessions: 1 });
});

test('what has no line that ends is told to be no session file without being read for long', async (t) => {
  const source = join(await folderFor(t), 'zeros.gz');
  const member = gzipSync(Buffer.alloc(1024 * 1024));
  await writeFile(source, Buffer.concat(Array.from({ length: 1_024 }, () => member)));
  const error = await t.throwsAsync(run(importCommand, source, '--db', `${source}.db`), {
    instanceOf: LogError,
  });
  t.is(error?.exitCode, 2);
  t.regex(error?.message ?? '', /is no session file of neo/);
});

test('any changed, lost or added byte of a session file is found, and nothing of it is imported', async (t) => {
  const output = await exported(await logOf(t, rows), 'neo');
  const [folder, whole] = [await folderFor(t), await readFile(output)];
  const plain = gunzipSync(whole).toString();
  let run_ = 0;
  const spoilt = fc.oneof(
    fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(at) ^ by, at);
      return bytes;
    }),
    fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
    fc
      .tuple(fc.nat(plain.length - 1), fc.constantFrom('0', 'x', '"', '\n', ''))
      .map(([at, by]) => gzipSync(plain.slice(0, at) + by + plain.slice(at + 1))),
  );
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(spoilt, async (bytes) => {
      const source = join(folder, `spoilt-${(run_ += 1)}.neo`);
      const file = join(folder, `log-${run_}.db`);
      await writeFile(source, bytes);
      try {
        await run(importCommand, source, '--db', file);
      } catch (error) {
        refused += 1;
        t.true(error instanceof LogError, String(error));
        return !existsSync(file);
      }
      const same = await exported(file, 'neo', `again-${run_}.neo`);
      const [was, is] = [
        plain.split('\n').slice(1),
        gunzipSync(await readFile(same))
          .toString()
          .split('\n')
          .slice(1),
      ];
      t.is(is.join('\n'), was.join('\n'));
      return true;
    }),
    { numRuns: 150 },
  );
  t.true(refused > 75, `only ${refused} were refused`);
});

test('jsonl has a line of JSON an event, csv the same as a table', async (t) => {
  const file = await logOf(t, rows);
  const lines = (await readFile(await exported(file, 'jsonl'), 'utf8')).trimEnd().split('\n');
  const stored = await withSqlite(file, 'write', (connection) =>
    connection.all<Record<string, string>>('SELECT * FROM event ORDER BY seq'),
  );
  t.deepEqual(
    lines.map((line) => JSON.parse(line) as object),
    stored.map((row) => ({ ...row, data: JSON.parse(row['data'] ?? '') as object })),
  );
  const csv = await readFile(await exported(file, 'csv'), 'utf8');
  t.deepEqual(tableOf(csv), [
    Object.keys(stored[0] ?? {}),
    ...stored.map((row) => Object.values(row).map(String)),
  ]);
});

/** By the rules of RFC 4180. */
const tableOf = (csv: string): string[][] => {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of csv.matchAll(
    /(?:"((?:[^"]|"")*)"|([^,"\n]*))(,|\n)/g,
  )) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
};

test('the lines for notebooks that docs/log.md gives work', async (t) => {
  const page = await readFile(new URL('../../docs/log.md', import.meta.url), 'utf8');
  const code = /```python\n(?<code>[^]*?)```/.exec(page)?.groups?.['code'] ?? '';
  t.regex(code, /read_json\('session.jsonl', lines=True, precise_float=True\)/);
  try {
    execFileSync('python3', ['-c', 'import pandas, duckdb'], { stdio: 'ignore' });
  } catch {
    t.log('skipped: python3 with pandas and duckdb is not installed');
    return t.pass();
  }
  const file = await logOf(t, rows);
  for (const format of ['jsonl', 'csv']) await exported(file, format);
  t.notThrows(() =>
    execFileSync('python3', ['-c', code], { cwd: join(file, '..'), stdio: 'pipe' }),
  );
});

for (const [what, text] of [
  ['a family seed', 'sEdTM1uX8pu2do5XvTnutH6HsouMaM2'],
  ['a family seed that something is glued to', 'seed_sEdTM1uX8pu2do5XvTnutH6HsouMaM2x'],
  ['an older family seed', 'snoPBrXtMeMyMHUVTgbuqAfg1SUTb'],
  ['credentials in an address', 'wss://me:hunter2@example.org'],
] as const) {
  for (const format of ['neo', 'jsonl', 'csv']) {
    test(`an event that holds ${what} is never exported as ${format}`, async (t) => {
      const secret = told([[0, opened(uuid, { override: `my key is ${text} today` })]]);
      const file = await logOf(t, secret);
      const error = await t.throwsAsync(exported(file, format), { instanceOf: LogError });
      t.is(error?.exitCode, 4);
      t.regex(error?.message ?? '', /event 1 of session 1 holds .*: it cannot be exported/);
      t.false(error?.message.includes(text));
      const left = await readdir(join(file, '..'));
      t.deepEqual(left.toSorted(), ['neo.db', 'neo.db.lock']);
    });
  }
}

test('a damaged session is not exported, and wrong words are refused with what is right', async (t) => {
  const file = await logOf(t, rows);
  const output = await exported(file, 'neo');
  for (const [args, says] of [
    [['1', '--format', 'neo', '-o', output], /exists already/],
    [['7', '--format', 'neo', '-o', `${output}2`], /there is no session 7/],
    [['1', '--format', 'neo', '-o', join(file, 'none', 'x')], /there is no folder/],
    [['1', '--format', 'xml', '-o', `${output}2`], /Say --format neo, jsonl, csv; "xml" is none/],
    [['1', '-o', `${output}2`], /Say --format neo, jsonl, csv\./],
    [['1', '--format', 'neo'], /Say where to/],
    [['--format', 'neo', '-o', `${output}2`], /Say which session/],
  ] as const) {
    const error = await t.throwsAsync(run(exportCommand, ...args, '--db', file));
    t.true(error instanceof LogError || error instanceof UsageError);
    t.like(error, { exitCode: 2 });
    t.regex(error?.message ?? '', says);
  }
  await withSqlite(file, 'write', (connection) =>
    connection.exec(
      `DROP TRIGGER event_is_never_updated; UPDATE event SET at = at + 1 WHERE seq = 2`,
    ),
  );
  const error = await t.throwsAsync(exported(file, 'csv'), { instanceOf: LogError });
  t.is(error?.exitCode, 1);
  t.false(existsSync(join(file, '..', 'session.csv')));
});

test('export and import explain themselves', async (t) => {
  for (const [name, command] of Object.entries({ export: exportCommand, import: importCommand })) {
    const { code, out } = await run(command, '--help');
    t.is(code, 0);
    t.true(out.startsWith(`neo ${name} `));
  }
});
