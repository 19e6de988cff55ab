/** Values written into SQL text arrive as they would have been bound, to the last bit. */
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { literal, statementsText } from '../actors/log/literal.ts';
import type { Parameter } from '../actors/log/sqlite.ts';
import { folderFor, withSqlite } from './log-sample.ts';

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -1e4, max: 1e4 }),
  fc.integer().map((digits) => digits / 1e9),
  fc.maxSafeInteger(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    "it's",
    '?',
    '\0',
    "'; DROP TABLE event; --",
    '',
    5e-324,
    -1.7976931348623157e308,
    1e21,
  ),
  fc.constant(null),
);

test('a value in the text of a statement is the value that would have been bound', async (t) => {
  await withSqlite(join(await folderFor(t), 'values.db'), 'create', async (connection) => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 50, maxLength: 200 }), async (values) => {
        const same = values.map((one) => `SELECT ${literal(one)} IS ? AS same`).join(' UNION ALL ');
        const rows = await connection.all<{ same: number }>(same, ...values);
        t.deepEqual(
          values.filter((_, index) => rows[index]?.same !== 1),
          [],
        );
      }),
      { numRuns: 200 },
    );
  });
});

test('what is no value for a database is refused, and so are too many or too few', (t) => {
  t.throws(() => literal(Number.NaN), { instanceOf: RangeError });
  t.throws(() => literal(Infinity), { instanceOf: RangeError });
  const text = (sql: string, ...parameters: readonly Parameter[]): string =>
    statementsText([{ sql, parameters }]);
  t.throws(() => text('SELECT ?, ?', 1), { instanceOf: RangeError });
  t.throws(() => text('SELECT ?', 1, 2), { instanceOf: RangeError });
  t.is(text('SELECT ?, ?', '?', 2), "SELECT '?', 2");
});

test('rows that one INSERT brings are one statement, and every other statement is one of its own', (t) => {
  const insert = 'INSERT INTO a (x, y)\n  VALUES (?, ?)';
  const upsert = 'INSERT INTO b (x) VALUES (?) ON CONFLICT DO NOTHING';
  const update = 'UPDATE a SET y = ?';
  t.is(
    statementsText([
      { sql: insert, parameters: [1, 'VALUES (?, ?)'] },
      { sql: insert, parameters: [2, null] },
      { sql: upsert, parameters: [3] },
      { sql: upsert, parameters: [4] },
      { sql: insert, parameters: [5, ''] },
      { sql: update, parameters: ["'"] },
      { sql: update, parameters: [0.5] },
    ]),
    [
      "INSERT INTO a (x, y)\n  VALUES (1, 'VALUES (?, ?)'), (2, NULL)",
      'INSERT INTO b (x) VALUES (3) ON CONFLICT DO NOTHING',
      'INSERT INTO b (x) VALUES (4) ON CONFLICT DO NOTHING',
      "INSERT INTO a (x, y)\n  VALUES (5, '')",
      "UPDATE a SET y = ''''",
      'UPDATE a SET y = CAST(9007199254740992 AS REAL)/9007199254740992/2',
    ].join(';\n'),
  );
  t.is(statementsText([]), '');
});
