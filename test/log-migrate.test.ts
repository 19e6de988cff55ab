/** Schema versions: an older database is carried forward, all or nothing, with what was applied remembered. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import test from 'ava';
import {
  type Migration,
  migrate,
  pendingMigrations,
  shippedMigrations,
} from '../actors/log/migrate.ts';
import { folderFor, turnsOf, withSqlite, writeSample } from './log-sample.ts';

const migration = (number: number, sql: string): Migration => ({
  number,
  sql,
  sha256: hash('sha256', sql),
});

test('this build ships its migrations, numbered from 1', async (t) => {
  const shipped = await shippedMigrations();
  t.true(shipped.length >= 1);
  t.deepEqual(
    shipped.map(({ number }) => number),
    [...shipped.keys()].map((index) => index + 1),
  );
});

test('what a database lacks is applied once, in order', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([1]));
  const shipped = await shippedMigrations();
  const next = shipped.length + 1;
  const later = [
    ...shipped,
    migration(next, 'CREATE TABLE more (a)'),
    migration(next + 1, 'INSERT INTO more VALUES (1)'),
  ];
  await withSqlite(file, 'write', async (connection) => {
    const pending = await pendingMigrations(connection, later, file);
    t.deepEqual(pending, later.slice(shipped.length));
    await migrate(connection, pending, 0);
    t.deepEqual(await connection.all('SELECT a FROM more'), [{ a: 1 }]);
    t.deepEqual(await pendingMigrations(connection, later, file), []);
    await t.throwsAsync(() => pendingMigrations(connection, shipped, file), {
      message: /newer neo/,
    });
  });
});

test('a migration that fails leaves the database as it was', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([1]));
  const shipped = await shippedMigrations();
  const bad = migration(
    shipped.length + 1,
    'CREATE TABLE more (a); INSERT INTO nowhere VALUES (1)',
  );
  await withSqlite(file, 'write', async (connection) => {
    await t.throwsAsync(() => migrate(connection, [bad], 0), { message: /nowhere/ });
    t.is(await connection.get(`SELECT 1 FROM sqlite_schema WHERE name = 'more'`), undefined);
    t.deepEqual(await pendingMigrations(connection, [...shipped, bad], file), [bad]);
  });
});
