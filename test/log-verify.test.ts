/** Verification: what was written is intact; any change to any column of any event is found and located. */
import { existsSync } from 'node:fs';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { findBroken } from '../actors/log/broken.ts';
import { LogError } from '../actors/log/failure.ts';
import { pageBytes } from '../actors/log/open.ts';
import { type Verdict, verifyLog } from '../actors/log/verify.ts';
import { folderFor, openSample, turnAt, turnsOf, withSqlite, writeSample } from './log-sample.ts';
import { append, opened, told } from './story.ts';

const disarm = `
  PRAGMA ignore_check_constraints = ON;
  DROP TRIGGER IF EXISTS event_is_never_updated;
  DROP TRIGGER IF EXISTS event_is_never_deleted;`;

const columns = [
  'session',
  'seq',
  'turn',
  'at',
  'kind',
  'actor',
  'type',
  'v',
  'cause',
  'data',
  'hash',
] as const;

test('a log that nobody touched is intact, and its last hash is the one that was listed', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  for (const rows of turnsOf([3, 0, 2])) await log.append(1, rows);
  await log.append(2, turnAt(1, 1, 1));
  const listed = await log.sessions();
  t.deepEqual(await verifyLog(file), {
    intact: true,
    sessions: 2,
    events: 10,
    lastHash: listed[1]?.lastHash,
  });
  t.like(await verifyLog(file, 1), { intact: true, events: 8, lastHash: listed[0]?.lastHash });
  await log.close({ clean: true });
  t.like(await verifyLog(file), { intact: true, events: 10 });
});

test('an empty log is intact', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, []);
  t.deepEqual(await verifyLog(file), { intact: true, sessions: 0, events: 0, lastHash: undefined });
});

/** Columns of integers, in which only a digit can stand. */
const numbers = new Set(['session', 'seq', 'turn', 'at', 'v', 'cause']);

test('one changed character of any column of any event is found, with its session and seq', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const turns = turnsOf([4, 0, 3]);
  for (const session of [1, 2, 3]) for (const rows of turns) await log.append(session, rows);
  await log.close({ clean: true });
  const whole = await readFile(file);
  const tried = new Set<string>();

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...columns, 'seq' as const, 'seq' as const),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: turns.flat().length }),
      fc.nat(),
      fc.constantFrom(...'0123456789abcdefxyz{}[]":, é'.split('')),
      fc.integer({ min: 1, max: 9 }),
      async (column, session, seq, position, anything, digit) => {
        const character = numbers.has(column) ? String(digit) : anything;
        await writeFile(file, whole);
        const changed = await withSqlite(file, 'write', async (connection) => {
          await connection.exec(disarm);
          const where = 'WHERE session = ? AND seq = ?';
          const found = await connection.get<Record<string, string | number>>(
            `SELECT ${column} AS value FROM event ${where}`,
            session,
            seq,
          );
          const before = String(found?.value);
          const at = position % before.length;
          const after = before.slice(0, at) + character + before.slice(at + 1);
          const fits = typeof found?.value === 'string' || /^[1-9]\d*$/.test(after);
          if (after === before || !fits) return false;
          await connection
            .run(`UPDATE event SET ${column} = ? ${where}`, after, session, seq)
            .catch((error: unknown) => t.regex(String(error), /UNIQUE/));
          const now = await connection.get<{ n: number }>(
            `SELECT count(*) AS n FROM event ${where} AND ${column} = ?`,
            session,
            seq,
            before,
          );
          return now?.n === 0;
        });
        if (!changed) return;
        tried.add(column);
        const verdict = await verifyLog(file);
        t.false(verdict.intact, `${column} of ${session}/${seq} at ${position} to ${character}`);
        if (verdict.intact) return;
        t.regex(verdict.sentence, /^event \d+ of session \d+ is damaged: .*restore/);
        if (column !== 'session' && column !== 'seq') {
          t.is(verdict.session, session);
          t.is(verdict.seq, seq);
          t.is(await withSqlite(file, 'read', (one) => findBroken(one, session)), seq);
        }
      },
    ),
    { numRuns: 400 },
  );
  t.deepEqual([...tried].toSorted(), [...columns].toSorted());
});

test('a flipped bit anywhere in a page of events is found, or changes nothing that is stored', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf(Array.from({ length: 40 }, () => 4)));
  const whole = await readFile(file);
  const stored = (): Promise<unknown> =>
    withSqlite(file, 'frozen', (connection) =>
      connection.all('SELECT * FROM event ORDER BY session, seq'),
    );
  const original = await stored();
  let found = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - pageBytes - 1), fc.nat(7), async (offset, bit) => {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(pageBytes + offset) ^ (1 << bit), pageBytes + offset);
      await writeFile(file, bytes);
      const verdict = await verifyLog(file);
      if (verdict.intact) t.deepEqual(await stored(), original);
      else found += 1;
    }),
    { numRuns: 100 },
  );
  t.true(found > 20, `only ${found} flips were found`);
});

for (const [what, sql, session, seq] of [
  ['a missing event in the middle', 'DELETE FROM event WHERE session = 1 AND seq = 4', 1, 4],
  ['a missing first event', 'DELETE FROM event WHERE session = 2 AND seq = 1', 2, 1],
  ['a missing session', 'DELETE FROM event WHERE session = 2', 2, 1],
  [
    'an exchange of two events',
    'UPDATE event SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE session = 1 AND seq IN (2, 3); UPDATE event SET seq = seq - 100 WHERE seq > 100',
    1,
    2,
  ],
  [
    'a byte behind the data',
    `UPDATE event SET data = replace(data, '1', '2') || char(0) WHERE session = 3 AND seq = 2`,
    3,
    2,
  ],
] as const) {
  test(`${what} is damage, and is found where it is`, async (t) => {
    const file = join(await folderFor(t), 'neo.db');
    const log = await openSample(file);
    for (const number of [1, 2, 3])
      for (const rows of turnsOf([3, 2])) await log.append(number, rows);
    await log.close({ clean: true });
    await withSqlite(file, 'write', (connection) => connection.exec(disarm + sql));
    t.like(await verifyLog(file), { intact: false, session, seq });
    const other = session === 1 ? 3 : 1;
    t.like(await verifyLog(file, other), { intact: true, sessions: 1 });
  });
}

test('a file that is no log is a verdict, and no exception', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([9, 9, 9, 9, 9, 9, 9]));
  await truncate(file, pageBytes * 3);
  t.like(await verifyLog(file), { intact: false, session: undefined });
  await writeFile(file, 'text');
  t.like(await verifyLog(file), { intact: false, session: undefined });
});

test('a log without its events is a verdict with its cure', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([9]));
  await withSqlite(file, 'write', (connection) => connection.exec('DROP TABLE event'));
  const verdict = await verifyLog(file);
  t.like(verdict, { intact: false, session: undefined });
  t.regex(
    verdict.intact ? '' : verdict.sentence,
    /no such table: event\): restore it from .*backups/,
  );
});

test('what is not there cannot be verified: exit code 2', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const missing = await t.throwsAsync(() => verifyLog(file), { instanceOf: LogError });
  t.is(missing?.exitCode, 2);
  await writeSample(file, turnsOf([1]));
  const unknown = await t.throwsAsync(() => verifyLog(file, 7), {
    instanceOf: LogError,
    message: /there is no session 7 in .*: neo sessions lists them/,
  });
  t.is(unknown?.exitCode, 2);
});

const parent = 'a1111111-0000-4000-8000-000000000001';
const child = 'b2222222-0000-4000-8000-000000000002';

for (const [what, fields, says] of [
  ['another account', { account: 'rOther' }, /it is of rOther on sandbox, the log of rG1QQ/],
  [
    'another network',
    { network: 'live' },
    /it is of rG1QQ\w+ on live, the log of rG1QQ\w+ on sandbox/,
  ],
  [
    'another end of its parent',
    { parent: { uuid: parent, lastHash: 'f'.repeat(64) } },
    /the session before it, 1, ends with another hash than its manifest says/,
  ],
] as const) {
  test(`a manifest that tells of ${what} is damage`, async (t) => {
    const file = join(await folderFor(t), 'neo.db');
    const log = await openSample(file);
    await append(log, 1, told([[0, opened(parent)]]));
    const lastHash = (await log.newest())?.lastHash ?? '';
    await append(log, 2, told([[0, opened(child, { parent: { uuid: parent, lastHash } })]]));
    t.like(await verifyLog(file), { intact: true, sessions: 2 });
    await append(log, 3, told([[0, opened('c3', fields)]]));
    const verdict = await verifyLog(file);
    t.like(verdict, { intact: false, session: 3, seq: 1 });
    t.regex(verdict.intact ? '' : verdict.sentence, says);
    await log.close({ clean: true });
  });
}

test('a session that stands before the one that it follows is damage, unless it was imported', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  await append(log, 1, told([[0, opened(parent)]]));
  const lastHash = (await log.newest())?.lastHash ?? '';
  await append(log, 2, told([[0, opened(child, { parent: { uuid: parent, lastHash } })]]));
  await log.close({ clean: true });
  await withSqlite(file, 'write', (connection) =>
    connection.exec(
      `DROP TRIGGER event_is_never_updated;
       UPDATE event SET session = 9 WHERE session = 1;
       UPDATE event SET session = 1 WHERE session = 2;
       UPDATE event SET session = 2 WHERE session = 9`,
    ),
  );
  const verdict = await verifyLog(file);
  t.like(verdict, { intact: false, session: 1, seq: 1 });
  t.regex(
    verdict.intact ? '' : verdict.sentence,
    /the session before it stands behind it, as session 2/,
  );
  await withSqlite(file, 'write', (connection) =>
    connection.exec('INSERT INTO imported VALUES (1, 0)'),
  );
  t.like(await verifyLog(file), { intact: true, sessions: 2 });
});

test('a log that grows is verified as often as one likes, and never held up by it', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file, { checkpointSeconds: 0.05 });
  let seq = 1;
  let slowestMs = 0;
  const until = performance.now() + 1_500;
  const verdicts: Promise<Verdict>[] = [];
  for (let turn = 1; performance.now() < until; turn += 1) {
    const rows = turnAt(seq, turn, 9);
    seq += rows.length;
    const started = performance.now();
    await log.append(1, rows);
    slowestMs = Math.max(slowestMs, performance.now() - started);
    if (turn % 50 === 1) verdicts.push(verifyLog(file));
  }
  for (const verdict of await Promise.all(verdicts))
    t.true(verdict.intact, JSON.stringify(verdict));
  t.true(verdicts.length >= 2);
  await log.close({ clean: true });
  t.true((await stat(file)).size > 0);
  t.false(existsSync(`${file}-wal`), 'no read was left that keeps the write-ahead log');
  t.log(`slowest append ${slowestMs.toFixed(0)} ms`);
});
