/** What is appended: whole turns, in order, once, and for good. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import type { Recorded } from '../events/envelope.ts';
import { dataText } from '../actors/log/chain.ts';
import { LogError } from '../actors/log/failure.ts';
import { importSession } from '../actors/log/import.ts';
import { openReader } from '../actors/log/reader.ts';
import { verifyLog } from '../actors/log/verify.ts';
import {
  folderFor,
  openSample,
  readAll,
  turnAt,
  turnsOf,
  withSqlite,
  writeSample,
} from './log-sample.ts';

test('what is read is what was appended, in order', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const turns = turnsOf([2, 0, 5, 1]);
  for (const rows of turns) await log.append(1, rows);
  t.deepEqual(await readAll(log, 1), turns.flat());
  await log.close({ clean: true });
});

test('text of every kind comes back as it went in', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const fields = {
    quote: '"\\\n\t\u0000\u2028',
    emoji: '🜁é',
    lone: '\ud800',
    deep: { empty: {}, list: [[], null, true, 0.1, 1e21, -5e-324] },
  };
  const plain = turnAt(2, 2, 0, {});
  const rows = turnAt(1, 1, 0, fields);
  const typeLast = { ...turnAt(3, 3, 0)[0], event: { a: 1, type: 'tick' } } as Recorded;
  await log.append(1, rows);
  await log.append(1, plain);
  await log.append(1, [typeLast]);
  t.deepEqual(await readAll(log, 1), [...rows, ...plain, typeLast]);
  await log.close({ clean: true });
});

test('whatever JSON an event holds is stored to the letter, so that its hash still follows', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const appended: Recorded[] = [];
  const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });
  const values = fc.array(fc.dictionary(fc.string({ unit: 'binary' }), json), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(values, async (several) => {
      const pending = several.map((fields) => {
        const { type: _, ...rest } = fields;
        const [row] = turnAt(appended.length + 1, appended.length + 1, 0, rest);
        if (row) appended.push(row);
        return log.append(1, row ? [row] : []);
      });
      await Promise.all(pending);
    }),
    { numRuns: 300 },
  );
  const stored = await withSqlite(file, 'read', (connection) =>
    connection.all<{ data: string }>('SELECT data FROM event ORDER BY seq'),
  );
  t.true(appended.length > 300);
  t.deepEqual(
    stored.map((row) => row.data),
    appended.map((row) => dataText(row.event)),
  );
  await log.close({ clean: true });
  t.like(await verifyLog(file), { intact: true, events: appended.length });
});

test('what is appended at the same time becomes durable in the order of the calls', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const turns = turnsOf(Array.from({ length: 400 }, (_, index) => index % 7));
  const durable: Recorded[] = [];
  const resolved: number[] = [];
  log.durable.subscribe(({ rows }) => durable.push(...rows));
  const pending: Promise<unknown>[] = [];
  for (const [index, rows] of turns.entries()) {
    if (index % 50 === 0) await new Promise(setImmediate);
    pending.push(log.append(1, rows).then(() => resolved.push(index)));
  }
  await Promise.all(pending);
  t.deepEqual(durable, turns.flat());
  t.deepEqual(resolved, [...turns.keys()]);
  t.deepEqual(await readAll(log, 1), turns.flat());
  await log.close({ clean: true });
});

test('rows are on the durable tail only after another connection can read them', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const seen: Promise<boolean>[] = [];
  log.durable.subscribe(({ rows }) =>
    seen.push(
      withSqlite(file, 'read', async (connection) => {
        const row = await connection.get<{ seq: number }>('SELECT max(seq) AS seq FROM event');
        return (row?.seq ?? 0) >= (rows.at(-1)?.seq ?? Infinity);
      }),
    ),
  );
  for (const rows of turnsOf([1, 2, 3])) await log.append(1, rows);
  t.deepEqual(await Promise.all(seen), [true, true, true]);
  await log.close({ clean: true });
});

test('a session goes on after the log was closed and opened again', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const turns = turnsOf([1, 1, 1]);
  await writeSample(file, turns.slice(0, 1));
  const log = await openSample(file);
  t.is(log.nextSession(), 2);
  await Promise.all([
    log.append(1, turns[1] ?? []),
    log.append(1, turns[2] ?? []),
    log.append(2, turns[0] ?? []),
  ]);
  t.is(log.nextSession(), 3);
  t.deepEqual(await readAll(log, 1), turns.flat());
  t.deepEqual(await readAll(log, 2), turns[0]);
  await log.close({ clean: true });
});

const wrong: readonly (readonly [string, number, readonly Recorded[]])[] = [
  ['a gap', 1, turnAt(4, 2, 0)],
  ['a repeated event', 1, turnAt(1, 1, 0)],
  ['a turn that was begun in an earlier append', 1, turnAt(2, 1, 2).slice(1)],
  ['a turn with a second input', 1, [...turnAt(3, 2, 0), ...turnAt(4, 2, 0)]],
  ['a skipped turn', 1, turnAt(3, 3, 0)],
  ['time going back', 1, turnAt(3, 2, 0).map((row) => ({ ...row, at: 5 }))],
  ['a decision without a cause', 1, turnAt(3, 2, 1).map((row) => ({ ...row, cause: 0 }))],
  ['a cause that comes later', 1, turnAt(3, 2, 1).map((row) => ({ ...row, cause: row.seq }))],
  ['a session out of turn', 3, turnAt(1, 1, 0)],
  ['an event that has no JSON', 1, turnAt(3, 2, 0, { drops: 5n })],
];

for (const [what, session, rows] of wrong) {
  test(`${what} is never written, and ends the writing`, async (t) => {
    const failures: LogError[] = [];
    const log = await openSample(join(await folderFor(t), 'neo.db'), {
      onFailure: (failure) => failures.push(failure),
    });
    await log.append(1, turnAt(1, 1, 1));
    const error = await t.throwsAsync(() => log.append(session, rows), {
      instanceOf: LogError,
      message: /^session \d cannot go on \(.*\): a fault in neo, please report it/,
    });
    const later = await t.throwsAsync(() => log.append(1, turnAt(3, 2, 0)));
    t.is(later, error);
    t.deepEqual(failures, [error]);
    t.deepEqual(await readAll(log, 1), turnAt(1, 1, 1));
    await log.close({ clean: true });
  });
}

test('a turn that the database refuses is not there at all, and every later append says why', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  let failures = 0;
  const log = await openSample(file, { onFailure: () => (failures += 1) });
  await log.append(1, turnAt(1, 1, 1));
  await withSqlite(file, 'write', (connection) =>
    connection.exec(
      `CREATE TRIGGER planted BEFORE INSERT ON event WHEN NEW.seq = 5 BEGIN SELECT RAISE(ABORT, 'planted'); END`,
    ),
  );
  const outcomes = await Promise.allSettled([
    log.append(1, turnAt(3, 2, 3)),
    log.append(1, turnAt(7, 3, 0)),
  ]);
  const late = await t.throwsAsync(() => log.append(1, turnAt(8, 4, 0)), { message: /planted/ });
  for (const outcome of outcomes) t.is(outcome.status === 'rejected' && outcome.reason, late);
  t.is(failures, 1);
  t.deepEqual(await readAll(log, 1), turnAt(1, 1, 1));
  await log.close({ clean: true });
});

test('an append of nothing is durable at once', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  await t.notThrowsAsync(log.append(1, []));
  t.is(log.nextSession(), 1);
  await log.close({ clean: true });
});

test('a closed log refuses to be written, and what was appended before is there', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const pending = log.append(1, turnAt(1, 1, 1));
  const closing = log.close({ clean: true });
  await t.throwsAsync(() => log.append(1, turnAt(3, 2, 0)), { message: /closed/ });
  await Promise.all([pending, closing]);
  const again = await openSample(file);
  t.deepEqual(await readAll(again, 1), turnAt(1, 1, 1));
  await again.close({ clean: true });
});

test('a session is over for good when the next one has begun', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  await log.append(1, turnAt(1, 1, 0));
  await log.append(2, turnAt(1, 1, 0));
  await t.throwsAsync(() => log.append(1, turnAt(2, 2, 0)), {
    instanceOf: LogError,
    message: /session 1 cannot go on \(only session 2 can, or 3 begin\)/,
  });
  await log.close({ clean: true });
});

for (const [what, sql] of [
  ['updated', `UPDATE event SET data = '{}' WHERE seq = 2`],
  ['deleted', 'DELETE FROM event WHERE seq = 3'],
  ['replaced', `INSERT OR REPLACE INTO event SELECT * FROM event WHERE seq = 2`],
  ['emptied', 'DELETE FROM event'],
  ['bound to another account', `UPDATE binding SET account = 'r2'`],
  ['unbound', 'DELETE FROM binding'],
] as const) {
  test(`the log refuses to be ${what}`, async (t) => {
    const file = join(await folderFor(t), 'neo.db');
    await writeSample(file, turnsOf([2, 1]));
    await withSqlite(file, 'write', async (connection) => {
      await connection.exec('PRAGMA recursive_triggers = ON');
      await t.throwsAsync(() => connection.exec(sql), { message: /append-only|keeps the network/ });
    });
  });
}

test('a session longer than a page is read whole, and from and to cut it', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const turns = turnsOf(Array.from({ length: 120 }, () => 99));
  await Promise.all(turns.map((rows) => log.append(1, rows)));
  t.deepEqual(await readAll(log, 1), turns.flat());
  const cut: number[] = [];
  for await (const page of log.readSession(1, { from: 4_990, to: 10_003 })) {
    t.true(page.length <= 1_000);
    cut.push(...page.map((row) => row.seq));
  }
  t.deepEqual(
    cut,
    Array.from({ length: 5_014 }, (_, index) => 4_990 + index),
  );
  t.deepEqual(await readAll(log, 7), []);
  await log.close({ clean: true });
});

test('what is appended while a session is read page by page makes no hole in what is read', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const turns = turnsOf(Array.from({ length: 40 }, () => 99));
  for (const rows of turns.slice(0, 5)) await log.append(1, rows);
  const read: number[] = [];
  for await (const page of log.readSession(1)) {
    if (read.length === 0) for (const rows of turns.slice(5)) await log.append(1, rows);
    read.push(...page.map(({ seq }) => seq));
  }
  t.deepEqual(
    read,
    Array.from({ length: 500 }, (_, index) => index + 1),
  );
  await log.close({ clean: true });
});

for (const [what, from, to, missing] of [
  ['an event', 1_500, 1_500, 1_500],
  ['a page', 2_001, 3_000, 2_001],
  ['more than a page', 1_500, 3_499, 1_500],
  ['the end of a page and all of the next', 1_990, 3_000, 1_990],
] as const) {
  test(`${what} missing in the middle of a session is damage to whoever reads it`, async (t) => {
    const file = join(await folderFor(t), 'neo.db');
    await writeSample(file, turnsOf(Array.from({ length: 40 }, () => 99)));
    await withSqlite(file, 'write', (connection) =>
      connection.exec(
        `DROP TRIGGER event_is_never_deleted; DELETE FROM event WHERE seq BETWEEN ${from} AND ${to}`,
      ),
    );
    const reader = await openReader(file);
    const message = `session 1 is damaged (event ${missing} is missing): run neo verify, then restore a backup`;
    await t.throwsAsync(() => readAll(reader, 1), { instanceOf: LogError, message });
    await t.throwsAsync(
      async () => {
        for await (const page of reader.readWritten(1)) t.true(page.length > 0);
      },
      { instanceOf: LogError, message },
    );
    await reader.close();
  });
}

test('sessions are listed by their first and last events', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  t.deepEqual(await log.sessions(), []);
  t.is(await log.newest(), undefined);
  const turns = turnsOf([2, 1]);
  for (const rows of turns) await log.append(1, rows);
  await log.append(2, turnAt(1, 1, 0));
  const [one, two, ...others] = await log.sessions();
  t.like(one, { session: 1, first: turns[0]?.[0], last: turns[1]?.[1] });
  t.like(two, { session: 2, first: turnAt(1, 1, 0)[0], last: turnAt(1, 1, 0)[0] });
  t.regex(two?.lastHash ?? '', /^[0-9a-f]{64}$/);
  t.deepEqual(others, []);
  t.deepEqual(await log.newest(), two);
  await log.close({ clean: true });
});

test('the pages of a log hold its events, and little air', async (t) => {
  const file = join(await folderFor(t), 'demo.db');
  const demo = new URL('../../test/recordings/sessions/demo.neo', import.meta.url);
  await importSession(fileURLToPath(demo), file, () => Promise.resolve());
  const [pages] = await withSqlite(file, 'read', (connection) =>
    connection.all<{ bytes: number; held: number }>(
      `SELECT sum(pgsize) AS bytes, sum(payload) AS held FROM dbstat WHERE name = 'event'`,
    ),
  );
  t.true(pages && pages.bytes < pages.held * 1.5, JSON.stringify(pages));
});
