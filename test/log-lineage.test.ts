/** What led to an event is read back from the log by number, wherever in the session it stands. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { LogError } from '../actors/log/failure.ts';
import { importSession } from '../actors/log/import.ts';
import { openReader } from '../actors/log/reader.ts';
import { folderFor, readAll, turnAt, withSqlite, writeSample } from './log-sample.ts';

const recording = fileURLToPath(
  new URL('../../test/recordings/sessions/demo.neo', import.meta.url),
);

test('with an event come its causes up to an input, each once, and nothing else', async (t) => {
  const file = join(await folderFor(t), 'demo.db');
  await importSession(recording, file, () => Promise.resolve());
  const reader = await openReader(file);
  t.teardown(() => reader.close());
  const rows = await readAll(reader, 1);
  const halt = rows.find(({ event }) => event.type === 'halt');
  if (!halt) return t.fail();
  const expected = new Map([[halt.seq, halt]]);
  for (let row = halt; row.kind !== 'input';) {
    const cause = rows[row.cause - 1];
    if (!cause) return t.fail();
    expected.set(cause.seq, cause);
    row = cause;
  }
  t.true(expected.size > 1);
  t.deepEqual(await reader.lineage(1, [halt.seq]), expected);
  const all = await reader.lineage(
    1,
    rows.map(({ seq }) => seq),
  );
  t.is(all.size, rows.length);
  t.is((await reader.lineage(1, [])).size, 0);
  t.is((await reader.lineage(2, [1])).size, 0);
});

test('an event that cannot be read is damage, in a sentence', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, [turnAt(1, 1, 2)]);
  await withSqlite(file, 'write', async (connection) => {
    await connection.exec(
      `PRAGMA ignore_check_constraints = ON; DROP TRIGGER event_is_never_updated;
       UPDATE event SET data = '{' WHERE seq = 2`,
    );
  });
  const reader = await openReader(file);
  t.teardown(() => reader.close());
  await t.throwsAsync(reader.lineage(1, [2]), { instanceOf: LogError, message: /is damaged/ });
});
