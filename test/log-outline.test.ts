/** Outlines: whoever folds a session reads it without the evidence that its events carry, and comes to the same. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { filter, firstValueFrom } from 'rxjs';
import { LogError } from '../actors/log/failure.ts';
import { importSession } from '../actors/log/import.ts';
import type { Page } from '../actors/log/read.ts';
import { openReader, type Reader } from '../actors/log/reader.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { evidence } from '../events/outline.ts';
import { versionOf } from '../events/version.ts';
import { apply, emptyTables } from '../projections/tables.ts';
import {
  folderFor,
  readAll,
  turnAt,
  withoutEvidence,
  withSqlite,
  writeSample,
} from './log-sample.ts';

const recording = fileURLToPath(
  new URL('../../test/recordings/sessions/demo.neo', import.meta.url),
);

const readerOf = async (t: ExecutionContext, file: string): Promise<Reader> => {
  const reader = await openReader(file);
  t.teardown(() => reader.close());
  return reader;
};

const demo = async (t: ExecutionContext): Promise<string> => {
  const file = join(await folderFor(t), 'demo.db');
  await importSession(recording, file, () => Promise.resolve());
  return file;
};

const outlinesOf = async (reader: Reader): Promise<readonly Recorded[]> => {
  const rows: Recorded[] = [];
  for await (const page of reader.readOutlines(1)) rows.push(...page);
  return rows;
};

test('an outline is its event without the evidence, read whole, from any event on, or followed', async (t) => {
  const reader = await readerOf(t, await demo(t));
  const rows = await readAll(reader, 1);
  const expected = rows.map(withoutEvidence);
  const outlines = await outlinesOf(reader);
  t.deepEqual(outlines, expected);
  for (const type of Object.keys(evidence)) {
    t.true(
      outlines.some(({ event }) => event.type === type),
      type,
    );
  }
  t.true(JSON.stringify(outlines).length < JSON.stringify(rows).length * 0.7);

  const from = Math.floor(rows.length / 2);
  const next = await reader.nextOutlines({ session: 1, seq: from }, 200);
  t.deepEqual(next?.end, { session: 1, seq: from + 200 });
  t.deepEqual(next?.rows(), expected.slice(from, from + 200));
  t.is(await reader.nextOutlines({ session: 1, seq: rows.length }, 200), undefined);

  const followed: Recorded[] = [];
  const take = async (page: Page): Promise<void> => void followed.push(...page.rows);
  const after = { session: 1, seq: from };
  const tail = reader.tail(after, { take, rowsMax: 150, outlines: true });
  await firstValueFrom(tail.pipe(filter(() => followed.length === rows.length - from)));
  t.deepEqual(followed, expected.slice(from));
});

test('whoever folds outlines says what it says of whole events', async (t) => {
  const reader = await readerOf(t, await demo(t));
  const among = { numbers: new Map<string, number>(), newest: 1 };
  const told = (rows: readonly Recorded[]): readonly unknown[] => {
    let tables = emptyTables(1);
    return (rows as readonly Recorded<Event>[]).flatMap((row) => {
      const next = apply(tables, row, among);
      ({ tables } = next);
      return next.said.map(({ sql, parameters }) => [
        sql,
        typeof parameters === 'function' ? parameters() : parameters,
      ]);
    });
  };
  const whole = told(await readAll(reader, 1));
  t.true(whole.length > 100);
  t.deepEqual(told(await outlinesOf(reader)), whole);
});

/** A log of three rows, of which the second has been made into another. */
const altered = async (t: ExecutionContext, v: number, data: string): Promise<Reader> => {
  const file = join(await folderFor(t), 'altered.db');
  await writeSample(file, [turnAt(1, 1, 2)]);
  await withSqlite(file, 'write', (connection) =>
    connection.exec(`
      PRAGMA ignore_check_constraints = ON;
      DROP TRIGGER event_is_never_updated;
      UPDATE event SET type = 'market.traded', v = ${v}, data = '${data}' WHERE seq = 2`),
  );
  return readerOf(t, file);
};

test('what an older build wrote is read whole and brought to the shape of this one', async (t) => {
  const reader = await altered(t, 1, '{"from":7,"to":7,"trades":[{"taker":"buy"}]}');
  const trades = [{ taker: 'buy', limit: null }];
  const [, traded] = await outlinesOf(reader);
  t.is(traded?.v, versionOf('market.traded'));
  t.deepEqual(traded?.event, { type: 'market.traded', from: 7, to: 7, trades } as object);
});

test('an event that has nothing but its evidence has an empty outline', async (t) => {
  const reader = await altered(t, versionOf('market.traded'), '{"trades":[]}');
  const [, traded] = await outlinesOf(reader);
  t.deepEqual(traded?.event, { type: 'market.traded' });
});

test('an event that is no JSON is damage to who reads outlines too', async (t) => {
  const reader = await altered(t, versionOf('market.traded'), '{"trades":[');
  const refusal = { instanceOf: LogError, message: /session 1 is damaged .* run neo verify/ };
  await t.throwsAsync(() => outlinesOf(reader), refusal);
  const next = await reader.nextOutlines({ session: 1, seq: 0 }, 10);
  t.throws(() => next?.rows(), refusal);
});
