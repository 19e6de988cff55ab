/** Read models through the one writer: changes and progress together or not at all, and never in the way of an event. */
import { join } from 'node:path';
import test from 'ava';
import { LogError } from '../actors/log/failure.ts';
import type { Change } from '../actors/log/literal.ts';
import { folderFor, openSample, readAll, turnAt, turnsOf, withSqlite } from './log-sample.ts';

const create: Change = { sql: 'CREATE TABLE seen (seq INTEGER, text TEXT) STRICT', parameters: [] };
const seen = (seq: number): Change => ({
  sql: 'INSERT INTO seen VALUES (?, ?)',
  parameters: [seq, `event ${seq}`],
});

const seenIn = (file: string): Promise<readonly { seq: number }[]> =>
  withSqlite(file, 'write', (connection) => connection.all('SELECT seq FROM seen ORDER BY rowid'));

test('changes are applied in order, and how far they have come with them', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  t.deepEqual(await log.projected(), { session: 0, seq: 0 });
  await Promise.all([
    log.project([create], { session: 1, seq: 0 }),
    log.project([seen(1), seen(2)], { session: 1, seq: 2 }),
    log.project([seen(3)], { session: 1, seq: 3 }),
    log.project([seen(1)], { session: 2, seq: 1 }),
  ]);
  t.deepEqual(await log.projected(), { session: 2, seq: 1 });
  t.deepEqual(await seenIn(file), [{ seq: 1 }, { seq: 2 }, { seq: 3 }, { seq: 1 }]);
  await log.close({ clean: true });
});

test('a batch that fails leaves nothing, stops the read models with the cure, and not the log', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  let failures = 0;
  const log = await openSample(file, { onFailure: () => (failures += 1) });
  await log.project([create, seen(1)], { session: 1, seq: 1 });
  const bad: Change = { sql: 'INSERT INTO seen VALUES (?, ?)', parameters: ['no number', null] };
  const error = await t.throwsAsync(() => log.project([seen(2), bad], { session: 1, seq: 2 }), {
    instanceOf: LogError,
    message: /read models could not be written .*: neo rebuild makes them anew from the log/,
  });
  t.is(await t.throwsAsync(() => log.project([seen(3)], { session: 1, seq: 3 })), error);
  t.deepEqual(await log.projected(), { session: 1, seq: 1 });
  t.deepEqual(await seenIn(file), [{ seq: 1 }]);
  await log.append(1, turnAt(1, 1, 1));
  t.is((await readAll(log, 1)).length, 2);
  t.is(failures, 0);
  await log.close({ clean: true });
});

test('events go before read models: a long queue of changes holds no append up', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  await log.project([create], { session: 1, seq: 0 });
  let applied = 0;
  const changes = Array.from({ length: 2_000 }, (_, index) =>
    log.project([seen(index)], { session: 1, seq: index }).then(() => (applied += 1)),
  );
  await new Promise(setImmediate);
  for (const rows of turnsOf([1, 1, 1])) await log.append(1, rows);
  t.true(applied < 2_000, 'the append waited for all changes');
  await Promise.all(changes);
  t.deepEqual(await log.projected(), { session: 1, seq: 1_999 });
  await log.close({ clean: true });
});

test('a log that fails while changes are being written keeps those that it says are', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  await log.project([create], { session: 1, seq: 0 });
  const changes = Array.from({ length: 500 }, (_, index) =>
    log.project([seen(index)], { session: 1, seq: index }),
  );
  await changes[0];
  await new Promise(setImmediate);
  await t.throwsAsync(() => log.append(1, turnAt(5, 1, 0)));
  const outcomes = await Promise.allSettled(changes);
  const written = outcomes.filter(({ status }) => status === 'fulfilled').length;
  t.true(written > 0 && written < 500);
  await log.close({ clean: true });
  t.is((await seenIn(file)).length, written);
});

test('closing writes the changes that wait, and later ones are refused', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const pending = log.project([create, seen(1)], { session: 1, seq: 1 });
  await log.close({ clean: true });
  await pending;
  await t.throwsAsync(() => log.project([seen(2)], { session: 1, seq: 2 }), { message: /closed/ });
  t.deepEqual(await seenIn(file), [{ seq: 1 }]);
});

test('a log that failed writes no read models any more', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const failure = await t.throwsAsync(() => log.append(1, turnAt(5, 1, 0)));
  t.is(await t.throwsAsync(() => log.project([create], { session: 1, seq: 1 })), failure);
  await log.close({ clean: true });
});
