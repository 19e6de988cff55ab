/** neo rebuild, verify and backup: what they print, what they refuse, and what they leave as it was. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { readModelDigest } from '../actors/digest.ts';
import { LogError } from '../actors/log/failure.ts';
import { startProjector } from '../actors/projector.ts';
import { rebuildReadModels } from '../actors/rebuild.ts';
import { backupCommand } from '../commands/backup.ts';
import { type Command, UsageError } from '../commands/command.ts';
import { rebuildCommand } from '../commands/rebuild.ts';
import { verifyCommand } from '../commands/verify.ts';
import { tableKeys } from '../projections/tables.ts';
import { folderFor, openSample, withSqlite } from './log-sample.ts';
import { append, observed, opened, submit, told } from './story.ts';

const uuid = 'a1111111-0000-4000-8000-000000000001';
const rows = told([
  [0, opened(uuid)],
  [
    0.5,
    { type: 'gateway.synced', from: 1, to: 100 },
    { type: 'inventory.opened', drops: '66820000', rlusd: '97.61', ledger: 100 },
  ],
  [1, { type: 'tick', index: 0 }, observed(0), submit('a1111111-bid-1', 7)],
  [600, { type: 'session.closed_by_next', uuid, silentMs: 599_000 }],
]);

/** A closed log with its read models. */
const written = async (t: ExecutionContext): Promise<string> => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const projector = startProjector(log, (cause) => t.fail(String(cause)));
  await append(log, 1, rows);
  await append(log, 2, rows);
  await projector.settled();
  await projector.stop();
  await log.close({ clean: true });
  return file;
};

const digestOf = (file: string): Promise<string> => withSqlite(file, 'write', readModelDigest);

test('the digest is over every row of every table in the order of its keys, however many there are', async (t) => {
  const file = await written(t);
  await withSqlite(file, 'write', async (connection) => {
    await connection.exec(`
      INSERT INTO market_snapshots (ts, session_id, mid_price, anchor_error_bps)
      SELECT 'tick ' || (value * 7919 % 2500), 3, 'it''s' || char(10) || value, value + 0.5
      FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 2500) SELECT value FROM n)`);
    const lines: string[] = [];
    for (const [table, keys] of Object.entries(tableKeys)) {
      const columns = await connection.all<{ name: string }>(
        `SELECT name FROM pragma_table_info('${table}')`,
      );
      const rows = await connection.all<object>(`SELECT * FROM ${table} ORDER BY ${keys.join()}`);
      lines.push(JSON.stringify([table, ...columns.map(({ name }) => name)]));
      lines.push(...rows.map((row) => JSON.stringify(Object.values(row))));
    }
    t.true(lines.length > 2_500);
    const expected = createHash('sha256')
      .update(`${lines.join('\n')}\n`)
      .digest('hex');
    t.is(await readModelDigest(connection), expected);
  });
});

const run = async (
  command: Command,
  ...args: readonly string[]
): Promise<Readonly<{ code: number; out: string; error: string }>> => {
  const said = { out: '', error: '' };
  const code = await command.run(args, {
    env: {},
    out: (text) => void (said.out += text),
    error: (text) => void (said.error += text),
  });
  return { code, ...said };
};

test('rebuild prints one digest, the same twice, and the same as of the tables that were kept live', async (t) => {
  const file = await written(t);
  const live = await digestOf(file);
  const first = await run(rebuildCommand, '--db', file);
  t.regex(first.out, /^[0-9a-f]{64}\n$/);
  t.deepEqual(first, { code: 0, out: `${live}\n`, error: '' });
  t.deepEqual(await run(rebuildCommand, '--db', file), first);
  const { out } = await run(rebuildCommand, '--db', file, '--json');
  t.deepEqual(JSON.parse(out), {
    digest: live,
    sessions: 2,
    events: rows.length * 2,
    untold: [],
  });
});

test('a changed row, a lost row and a row too many each change the digest, and rebuild cures them', async (t) => {
  const file = await written(t);
  const live = await digestOf(file);
  const seen = new Set([live]);
  for (const sql of [
    `UPDATE orders SET status = 'FILLED'`,
    'DELETE FROM market_snapshots WHERE session_id = 2',
    `INSERT INTO engine_state VALUES ('halt.reason_', 'x')`,
    `UPDATE sessions SET halt_reason = NULL WHERE session_id = 1`,
  ]) {
    await withSqlite(file, 'write', (connection) => connection.exec(sql));
    const spoilt = await digestOf(file);
    t.false(seen.has(spoilt), sql);
    seen.add(spoilt);
  }
  t.is((await rebuildReadModels(file, () => undefined)).digest, live);
  t.is(await digestOf(file), live);
});

test('a table that was dropped comes back as the migrations made it, indexes too', async (t) => {
  const file = await written(t);
  const schema = (): Promise<unknown> =>
    withSqlite(file, 'write', (connection) =>
      connection.all('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name'),
    );
  const [before, live] = [await schema(), await digestOf(file)];
  await withSqlite(file, 'write', (connection) =>
    connection.exec('DROP TABLE orders; DROP INDEX fills_by_session; ALTER TABLE fills ADD x TEXT'),
  );
  t.notDeepEqual(await schema(), before);
  t.is((await rebuildReadModels(file, () => undefined)).digest, live);
  t.deepEqual(await schema(), before);
});

test('rebuild answers 1, after its digest, where a session cannot be told to its end', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const order = 'a1111111-bid-1';
  const illegal = told([
    [0, opened(uuid)],
    [1, { type: 'tick', index: 0 }, submit(order, 7)],
    [2, { type: 'tick', index: 1 }, { type: 'order.expired', order, ledger: 1, hash: null }],
  ]);
  await append(log, 1, illegal);
  await log.close({ clean: true });
  const { code, out, error } = await run(rebuildCommand, '--db', file);
  t.is(code, 1);
  t.regex(out, /^[0-9a-f]{64}\n$/);
  t.regex(error, /^the read models stop at event 5 of session 1 .*\n$/);
});

test('rebuild tells how far it is', async (t) => {
  const file = await written(t);
  const heard: (readonly [number, number])[] = [];
  await rebuildReadModels(file, (done, all) => heard.push([done, all]));
  t.deepEqual(heard, [
    [rows.length, rows.length * 2],
    [rows.length * 2, rows.length * 2],
  ]);
});

test('rebuild of a log that is being written is refused with its owner, and changes nothing', async (t) => {
  const file = await written(t);
  const log = await openSample(file);
  const before = await digestOf(file);
  const error = await t.throwsAsync(run(rebuildCommand, '--db', file), { instanceOf: LogError });
  t.like(error, { exitCode: 4 });
  t.regex(error?.message ?? '', new RegExp(`being written by process ${process.pid} on `));
  t.is(await digestOf(file), before);
  await log.close({ clean: true });
});

test('rebuild after a crash leaves the unclean end for the next start to see', async (t) => {
  const file = await written(t);
  const crashed = await openSample(file);
  await crashed.close({ clean: false });
  await rebuildReadModels(file, () => undefined);
  const next = await openSample(file);
  t.true(next.uncleanEnd);
  await next.close({ clean: true });
  await rebuildReadModels(file, () => undefined);
  const last = await openSample(file);
  t.false(last.uncleanEnd);
  await last.close({ clean: true });
});

test('verify answers 0 for an intact log and for one session of it, beside its writer too', async (t) => {
  const file = await written(t);
  const log = await openSample(file);
  const whole = await run(verifyCommand, '--db', file, '--json');
  t.is(whole.code, 0);
  t.like(JSON.parse(whole.out), { intact: true, sessions: 2, events: rows.length * 2 });
  await log.close({ clean: true });
  const one = await run(verifyCommand, '--db', file, '--session', '2');
  t.is(one.code, 0);
  t.regex(one.out, /^The log is intact: 1 session, 7 events, last hash [0-9a-f]{64}\.\n$/);
});

test('verify answers 1 for a flipped byte, with its session and seq', async (t) => {
  const file = await written(t);
  await withSqlite(file, 'write', (connection) =>
    connection.exec(`
      DROP TRIGGER event_is_never_updated;
      UPDATE event SET data = replace(data, '1.4974', '1.4975') WHERE session = 2 AND seq = 5`),
  );
  const { code, out } = await run(verifyCommand, '--db', file, '--json');
  t.is(code, 1);
  t.like(JSON.parse(out), { intact: false, session: 2, seq: 5 });
  const words = await run(verifyCommand, '--db', file);
  t.is(words.code, 1);
  t.regex(words.out, /^event 5 of session 2 is damaged: .*restore/);
  t.is((await run(verifyCommand, '--db', file, '--session', '1')).code, 0);
});

test('nothing of that name is exit 2, and nothing is made', async (t) => {
  const file = await written(t);
  const missing = join(await folderFor(t), 'none.db');
  for (const refused of [
    () => run(verifyCommand, '--db', file, '--session', '9'),
    () => run(verifyCommand, '--db', missing),
    () => run(rebuildCommand, '--db', missing),
    () => run(backupCommand, '--db', missing, '-o', `${missing}.copy`),
    () => run(backupCommand, '--db', file),
    () => run(backupCommand, '--db', file, '-o', join(missing, 'copy.db')),
    () => run(verifyCommand, '--db', file, 'extra'),
    () => run(rebuildCommand, '--db', file, 'extra'),
    () => run(backupCommand, '--db', file, '-o', `${missing}.copy`, 'extra'),
  ]) {
    const error = await t.throwsAsync(refused);
    t.true(error instanceof LogError || error instanceof UsageError);
    t.like(error, { exitCode: 2 });
  }
  t.false(existsSync(missing));
  t.false(existsSync(`${missing}.copy`));
});

test('a file that is no log is refused by all three with exit 4, and stays as it is', async (t) => {
  const file = join(await folderFor(t), 'other.db');
  await writeFile(file, 'no database');
  for (const command of [rebuildCommand, backupCommand]) {
    const error = await t.throwsAsync(run(command, '--db', file, ...outputOf(command, file)));
    t.like(error, { exitCode: 4 });
  }
  t.is((await run(verifyCommand, '--db', file)).code, 1);
});

const outputOf = (command: Command, file: string): readonly string[] =>
  command === backupCommand ? ['-o', `${file}.copy`] : [];

test('a backup opens by itself with the same read models, and never replaces a file', async (t) => {
  const file = await written(t);
  const copy = `${file}.copy`;
  const { code, out } = await run(backupCommand, '--db', file, '--output', copy, '--json');
  t.is(code, 0);
  const { file: said, last_hash: lastHash } = JSON.parse(out) as Record<string, string>;
  t.is(said, copy);
  t.regex(lastHash ?? '', /^[0-9a-f]{64}$/);
  t.is(await digestOf(copy), await digestOf(file));
  t.is((await rebuildReadModels(copy, () => undefined)).digest, await digestOf(file));
  const error = await t.throwsAsync(run(backupCommand, '--db', file, '-o', copy));
  t.like(error, { exitCode: 2 });
});

test('each command explains itself', async (t) => {
  const commands = { rebuild: rebuildCommand, verify: verifyCommand, backup: backupCommand };
  for (const [name, command] of Object.entries(commands)) {
    const { code, out } = await run(command, '--help');
    t.is(code, 0);
    t.true(out.startsWith(`neo ${name} `));
  }
});
