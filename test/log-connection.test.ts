/** One connection to a database: whoever reads may be left in the middle. */
import { join } from 'node:path';
import test from 'ava';
import { findBroken } from '../actors/log/broken.ts';
import { readPages } from '../actors/log/read.ts';
import { connect } from '../actors/log/sqlite.ts';
import { folderFor } from './log-sample.ts';

test('a connection closes while statements are being prepared and read, and prepares none afterwards', async (t) => {
  const file = join(await folderFor(t), 'a.db');
  const connection = await connect(file, 'create');
  await connection.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)');
  const read = await connection.prepare('SELECT x FROM t');
  const reading = read.all();
  const preparing = [1, 2, 3].map(() => connection.prepare('SELECT x FROM t'));
  await connection.close();
  t.deepEqual(await reading, [{ x: 1 }]);
  const made = await Promise.allSettled(preparing);
  t.deepEqual(
    made.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled'],
  );
  await t.throwsAsync(connection.prepare('SELECT x FROM t'), { message: /closed/ });
});

test('a range without an event asks SQLite nothing, so that no answer of it is waited for by nobody', async (t) => {
  const connection = await connect(join(await folderFor(t), 'a.db'), 'create');
  await connection.close();
  const nothing = { from: 2, to: 1 };
  for await (const page of readPages(connection, 1, nothing)) t.fail(String(page.length));
  t.is(await findBroken(connection, 1, nothing), undefined);
});
