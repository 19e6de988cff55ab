/** The memos' own words, where they are at hand: their SQL runs unchanged, and the keys and columns that they read are answered. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { s42 } from './s42.ts';
import { opened, submit, tablesOf, told, type Row } from './story.ts';

const shared =
  process.env['NEO_SHARED'] ?? join(dirname(import.meta.dirname), '..', '..', 'shared');
const folder = join(shared, 'seeds');
const memos = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.txt'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
  : [];

/** Session 42 is S42, and the newest; somewhere before it is the orphan. */
const sessions = (): readonly (readonly Row[])[] => {
  const orphan = told([
    [0, opened('c7e14e73-0000-4000-8000-000000000001')],
    [1, { type: 'tick', index: 0 }, submit('c7e14e73-bid-1', 7)],
  ]);
  const quiet = (index: number): readonly Row[] => told([[0, opened(`quiet-${index}`)]]);
  return [orphan, ...Array.from({ length: 40 }, (_, index) => quiet(index)), told(s42)];
};

if (memos.length === 0) {
  test.skip('the memos’ SQL runs unchanged (they are not here; NEO_SHARED names their folder)', (t) =>
    t.pass());
} else {
  const text = memos.join('\n');

  test('every statement in the memos runs unchanged and has its answer', async (t) => {
    t.is(memos.length, 3);
    const query = await tablesOf(t, ...sessions());
    const statements = [...text.matchAll(/^SELECT [^;]*;/gm)].map(([sql]) => sql);
    t.true(statements.length > 0);
    for (const sql of statements) {
      t.deepEqual(await query(sql), [
        {
          id: 'c7e14e73-bid-1',
          status: 'SUBMITTED',
          created_at: '2026-04-20T18:58:06.692Z',
          submit_tx_hash: null,
          offer_sequence: null,
          failure_reason: null,
        },
      ]);
    }
  });

  test('every key of engine_state that the memos read at a shutdown is there', async (t) => {
    const query = await tablesOf(t, ...sessions());
    const keys = [
      ...new Set(
        [...text.matchAll(/^((?:halt|inventory_truth)\.\w+) \|$/gm)].map(([, key]) => key ?? ''),
      ),
    ];
    t.true(keys.length >= 7, keys.join());
    for (const key of keys) {
      const [found] = await query<{ value: string }>(
        'SELECT value FROM engine_state WHERE key = ?',
        key,
      );
      t.truthy(found?.value, key);
    }
  });

  test('what the memos look up of session 42 in sessions and circuit_breaker_events is answered', async (t) => {
    const query = await tablesOf(t, ...sessions());
    t.regex(text, /From sessions \(session_id=42\)/);
    t.deepEqual(
      await query('SELECT started_at, ended_at, halt_reason FROM sessions WHERE session_id=42'),
      [
        {
          started_at: '2026-04-20T18:58:05.692Z',
          ended_at: '2026-04-20T19:06:05.692Z',
          halt_reason: 'degraded_timeout',
        },
      ],
    );
    t.regex(text, /From circuit_breaker_events where session_id=42/);
    const breakers = await query<{ breaker: string; context: string }>(
      'SELECT id, created_at, breaker, context FROM circuit_breaker_events WHERE session_id=42 ORDER BY id',
    );
    t.deepEqual(
      breakers.map(({ breaker }) => breaker),
      ['anchor_saturation_guard', 'directional_drift_guard'],
    );
    t.like(JSON.parse(breakers[0]?.context ?? ''), {
      operands: { meanBps: -7.903, sharePct: 100 },
    });
  });
}
