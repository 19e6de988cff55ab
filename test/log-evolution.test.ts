/**
 * Yesterday's databases: one written under each schema opens, is backed up, upgraded in one transaction, and tells the same.
 * test/schemas/ holds them, each the schema up to its number with one session that an early build recorded.
 */
import { hash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { backupsFolder } from '../actors/log/backup.ts';
import { LogError } from '../actors/log/failure.ts';
import { migrate, shippedMigrations } from '../actors/log/migrate.ts';
import { readHeader, readRows } from '../actors/log/portable.ts';
import { openReader } from '../actors/log/reader.ts';
import { verifyLog } from '../actors/log/verify.ts';
import { rebuildReadModels } from '../actors/rebuild.ts';
import { replay } from '../actors/replay.ts';
import { turnsOf } from '../actors/turns.ts';
import type { Recorded, Written } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { upcast, versionOf, type Upcasters } from '../events/version.ts';
import { settingsOf } from '../machines/settings.ts';
import { written as stored } from './narrative.ts';
import { folderFor, openSample, readAll, turnAt, withSqlite } from './log-sample.ts';

const schemas = new URL('../../test/schemas/', import.meta.url);
const shipped = await shippedMigrations();
const lastHash = '6259df6cc3855911ccd72c5eac4b035dede468e11b983037a11fed278558f5f2';

const written = async (t: ExecutionContext, number: number): Promise<string> => {
  const file = join(await folderFor(t), 'neo.db');
  const name = `${String(number).padStart(3, '0')}.gz`;
  await writeFile(file, gunzipSync(await readFile(new URL(name, schemas))));
  return file;
};

const appliedIn = (file: string): Promise<readonly { number: number }[]> =>
  withSqlite(file, 'write', (connection) =>
    connection.all('SELECT number FROM migration ORDER BY number'),
  );

const rowsOf = async (file: string): Promise<readonly Recorded[]> => {
  const reader = await openReader(file);
  const rows = await readAll(reader, 1);
  await reader.close();
  return rows;
};

/** The seq at which this build's actors say something else than that one's did; null where they never do. */
const divergenceOf = async (rows: readonly Recorded[]): Promise<unknown> => {
  const [opened] = rows as readonly Recorded<Event>[];
  if (opened?.event.type !== 'session.opened') throw new Error('a session begins with its opening');
  async function* pages(): AsyncGenerator<readonly Written[]> {
    yield (rows as readonly Recorded<Event>[]).map(stored);
  }
  const settings = settingsOf(opened.event);
  const { divergence } = await replay(turnsOf(pages()), settings);
  return divergence;
};

const digests = new Set<string>();

for (const { number } of shipped) {
  test.serial(
    `a database of schema ${number} is backed up, upgraded, and tells the same as before`,
    async (t) => {
      const file = await written(t, number);
      t.is((await appliedIn(file)).length, number);
      const before = await rowsOf(file);
      t.is(before.length, 238);
      t.like(await verifyLog(file), { intact: true, events: 238, lastHash });

      const reader = await openReader(file);
      const { binding } = reader;
      await reader.close();
      const log = await openSample(file, binding);
      t.false(log.uncleanEnd);
      t.is((await log.newest())?.session, 1);
      await log.close({ clean: true });
      t.deepEqual(
        (await appliedIn(file)).map((row) => row.number),
        shipped.map((migration) => migration.number),
      );

      const copies = await readdir(backupsFolder(file)).catch(() => []);
      t.is(copies.length, number === shipped.length ? 0 : 2);
      for (const copy of copies.filter((name) => name.endsWith('.db'))) {
        t.is((await appliedIn(join(backupsFolder(file), copy))).length, number);
      }
      const after = await rowsOf(file);
      t.deepEqual(after, before);
      t.like(await verifyLog(file), { intact: true, events: 238, lastHash });
      t.deepEqual(await divergenceOf(after), await divergenceOf(before));
      digests.add((await rebuildReadModels(file, () => undefined)).digest);
      t.is(digests.size, 1);
    },
  );
}

const recording = fileURLToPath(
  new URL('../../test/recordings/sessions/demo.neo', import.meta.url),
);

for (const { number } of shipped) {
  test(`a session under schema ${number} replays identically before and after its upgrade`, async (t) => {
    const file = join(await folderFor(t), 'neo.db');
    const { network, account, events, last_hash } = await readHeader(recording);
    await withSqlite(file, 'create', async (connection) => {
      await migrate(connection, shipped.slice(0, number), 1);
      await connection.run('INSERT INTO binding VALUES (1, ?, ?)', network, account);
      for await (const rows of readRows(recording)) {
        for (const row of rows) {
          await connection.run(
            `INSERT INTO event VALUES (1, ${row.map(() => '?').join()})`,
            ...row,
          );
        }
      }
    });
    for (const schema of [number, shipped.length]) {
      t.is((await appliedIn(file)).length, schema);
      t.like(await verifyLog(file), { intact: true, events, lastHash: last_hash });
      t.is(await divergenceOf(await rowsOf(file)), null);
      await (await openSample(file, { network, account })).close({ clean: true });
    }
  });
}

test('there is a database of every schema', async (t) => {
  const names = (await readdir(schemas)).filter((name) => name.endsWith('.gz')).toSorted();
  t.deepEqual(
    names,
    shipped.map(({ number }) => `${String(number).padStart(3, '0')}.gz`),
  );
});

test('an upgrade that is cut off leaves the database at the schema it had, and the next start upgrades it', async (t) => {
  const file = await written(t, 2);
  const { binding, close } = await openReader(file);
  await close();
  await withSqlite(file, 'write', (connection) =>
    connection.exec('CREATE TABLE imported (in_the_way INTEGER)'),
  );
  await t.throwsAsync(() => openSample(file, binding), { message: /already exists/ });
  t.is((await appliedIn(file)).length, 2);
  await withSqlite(file, 'write', (connection) => connection.exec('DROP TABLE imported'));
  const log = await openSample(file, binding);
  await log.close({ clean: true });
  t.is((await appliedIn(file)).length, shipped.length);
});

const upcasters: Upcasters = new Map([
  [
    'tick',
    [({ mid, ...rest }) => ({ ...rest, price: mid }), (fields) => ({ ...fields, unit: 'RLUSD' })],
  ],
]);
const [row = {} as Recorded] = turnAt(1, 1, 0);

test('an event is read in the newest shape of its type, through every shape in between', (t) => {
  t.is(versionOf('tick', upcasters), 3);
  t.is(versionOf('halt', upcasters), 1);
  const price = { type: 'tick', price: '1.4976' };
  t.deepEqual(upcast(row, upcasters), { ...row, v: 3, event: { ...price, unit: 'RLUSD' } });
  const second = { ...row, v: 2, event: price };
  t.deepEqual(upcast(second, upcasters), { ...row, v: 3, event: { ...price, unit: 'RLUSD' } });
  const third = { ...row, v: 3 };
  t.is(upcast(third, upcasters), third);
  t.is(upcast({ ...row, v: 4 }, upcasters), undefined);
});

test('an older build refuses a log with a type of event that it does not know: a session’s opening has another version then', async (t) => {
  const page = await readFile(new URL('../../docs/reference/events.md', import.meta.url), 'utf8');
  const types = [...page.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, type = '']) => type).toSorted();
  t.true(types.includes('session.opened') && types.includes('halt'));
  t.deepEqual(
    { opening: versionOf('session.opened'), types: hash('sha256', types.join('\n')).slice(0, 16) },
    { opening: 8, types: '49194fee0597f450' },
    'add a step to its upcasters in events/version.ts, and correct both here',
  );
});

for (const before of [false, true]) {
  test(`a session that was opened with a drift that is ${before}, and not which one, asks for no acknowledgement`, (t) => {
    const event = {
      type: 'session.opened',
      config: {},
      parent: { uuid: 'the parent' },
      brought: { inventory: null, orders: [], driftUnacknowledged: before },
    };
    const read = upcast({ ...row, event });
    t.deepEqual(read, {
      ...row,
      v: 8,
      event: {
        ...event,
        brought: {
          inventory: null,
          orders: [],
          expired: [],
          driftUnacknowledged: null,
          issuer: null,
        },
        worstCase: { rlusd: '0', seconds: 0 },
      },
    } as Recorded);
  });
}

test('a session that was opened before the grace of order integrity was a setting had one tick of it', (t) => {
  const config = (policy: object) => ({ effective: { guards: { order_integrity: policy } } });
  const brought = { inventory: { cost: '0' }, issuer: null };
  const event = { type: 'session.opened', config: config({ enabled: true }), brought };
  t.deepEqual(upcast({ ...row, v: 3, event }), {
    ...row,
    v: 8,
    event: {
      ...event,
      config: config({ enabled: true, grace_ticks: 1 }),
      brought: {
        inventory: { cost: '0', realign: false, basis: null },
        issuer: null,
        expired: [],
      },
      worstCase: { rlusd: '0', seconds: 0 },
    },
  } as Recorded);
});

test('an event of a newer build is refused with the cure, and is no damage', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  await log.append(1, [{ ...row, v: 7 }]);
  const error = await t.throwsAsync(() => readAll(log, 1), { instanceOf: LogError });
  t.is(error?.exitCode, 4);
  t.regex(
    error?.message ?? '',
    /event 1 of session 1 was written by a newer neo \(tick of version 7\): install/,
  );
  t.like(await verifyLog(file), { intact: true });
  await log.close({ clean: true });
});
