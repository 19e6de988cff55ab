/** The read models follow the log: behind it, after a crash, whatever is cut where; they never hold it up and never end it. */
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { readModelDigest } from '../actors/digest.ts';
import type { Log } from '../actors/log/open.ts';
import { startProjector } from '../actors/projector.ts';
import { rebuildReadModels } from '../actors/rebuild.ts';
import { folderFor, openSample, turnAt, withSqlite } from './log-sample.ts';
import { append, observed, opened, submit, told, type Happening, type Row } from './story.ts';

const uuids = ['a1111111-0000-4000-8000-000000000001', 'b2222222-0000-4000-8000-000000000002'];

/** A session of ticks and orders that rest and are cancelled. */
const busy = (uuid: string, ticks: number, fromMs?: number): readonly Row[] => {
  const happenings: Happening[] = [
    [0, opened(uuid, { parent: { uuid: uuids[0] ?? '', lastHash: '0'.repeat(64) } })],
    [
      0.5,
      { type: 'gateway.synced', from: 1, to: 100 },
      { type: 'inventory.opened', drops: '66820000', rlusd: '97.61', ledger: 100 },
    ],
  ];
  for (let index = 0; index < ticks; index += 1) {
    const [seconds, order, hash] = [index * 4, `${uuid.slice(0, 8)}-bid-${index}`, `AA${index}`];
    const sequence = 7 + index * 2;
    happenings.push(
      [seconds + 1, { type: 'tick', index }, observed(index), submit(order, sequence)],
      [
        seconds + 1.1,
        { type: 'transaction.signed', intent: 1, blob: '00', hash, sequence, lastLedger: 110 },
      ],
      [
        seconds + 2,
        {
          type: 'transaction.settled',
          hash,
          outcome: 'validated',
          searched: { from: 1, to: 2 },
          detail: '',
        },
        { type: 'order.resting', order, hash, drops: '10026000', rlusd: '15', ledger: 102 },
        { type: 'order.cancelled', order, hash: `BB${index}`, why: 'replaced' },
      ],
    );
  }
  return told(happenings, fromMs);
};

const digestOf = (file: string): Promise<string> => withSqlite(file, 'write', readModelDigest);

const projectAll = async (log: Log): Promise<void> => {
  let failure: unknown;
  const projector = startProjector(log, (cause) => (failure = cause));
  await projector.settled();
  await projector.stop();
  if (failure !== undefined) throw failure;
};

test('what becomes durable while it runs is in the read models when it has settled', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const projector = startProjector(log, (cause) => t.fail(String(cause)));
  await projector.settled();
  const rows = busy(uuids[0] ?? '', 20);
  await append(log, 1, rows.slice(0, 3));
  await projector.settled();
  t.is((await log.projected()).seq, 3);
  await append(log, 1, rows.slice(3));
  await projector.settled();
  t.is((await log.projected()).seq, rows.length);
  await projector.stop();
  await log.close({ clean: true });
  const orders = await withSqlite(file, 'write', (connection) =>
    connection.get('SELECT count(*) AS n FROM orders WHERE status = ?', 'CANCELED'),
  );
  t.deepEqual(orders, { n: 20 });
});

test('it follows by itself, a moment behind', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const projector = startProjector(log, (cause) => t.fail(String(cause)), {
    rowsMax: 200,
    changesMax: 32,
    pauseMs: 5,
  });
  await projector.settled();
  const rows = busy(uuids[0] ?? '', 5);
  await append(log, 1, rows);
  const deadline = performance.now() + 60_000;
  while ((await log.projected()).seq !== rows.length && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.is((await log.projected()).seq, rows.length);
  await projector.stop();
  await log.close({ clean: true });
});

test('cut off anywhere and started again, it ends where an undisturbed one does', async (t) => {
  const folder = await folderFor(t);
  const first = busy(uuids[0] ?? '', 6);
  const second = busy(uuids[1] ?? '', 6, Date.UTC(2026, 3, 21));
  const whole = join(folder, 'whole.db');
  const log = await openSample(whole);
  await append(log, 1, first);
  await append(log, 2, second);
  await projectAll(log);
  await log.close({ clean: true });
  const expected = await digestOf(whole);
  let run = 0;
  let partly = 0;
  const property = fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: first.length + second.length }), { maxLength: 3 }),
      fc.integer({ min: 1, max: 40 }),
      async (cuts, rowsMax) => {
        const file = join(folder, `cut-${(run += 1)}.db`);
        const log = await openSample(file);
        await append(log, 1, first);
        await append(log, 2, second);
        for (const cut of cuts) {
          let rows = 0;
          const projector = startProjector(log, (cause) => t.fail(String(cause)), {
            rowsMax,
            changesMax: 3,
            pauseMs: 0,
            onRows: (taken) => {
              rows += taken;
              if (rows >= cut) stop();
            },
          });
          const stop = (): void => void stopped.push(projector.stop());
          const stopped: Promise<void>[] = [];
          await projector.settled();
          await Promise.all([...stopped, projector.stop()]);
        }
        const done = await log.projected();
        if (done.session > 0 && (done.session < 2 || done.seq < second.length)) partly += 1;
        await projectAll(log);
        await log.close({ clean: true });
        return (await digestOf(file)) === expected;
      },
    ),
    { numRuns: 15, examples: [[[1], 1]] },
  );
  await t.notThrowsAsync(property);
  t.true(partly > 0);
});

const order = 'a1111111-bid-1';
const illegal = told([
  [0, opened(uuids[0] ?? '')],
  [1, { type: 'tick', index: 0 }, submit(order, 7)],
  [2, { type: 'tick', index: 1 }, { type: 'order.expired', order, ledger: 1, hash: null }],
  [3, { type: 'tick', index: 2 }],
]);

test('a session with an event that is no legal move stands up to there; the next ones and the log go on', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const failures: unknown[] = [];
  const projector = startProjector(log, (cause) => failures.push(cause));
  await append(log, 1, illegal);
  await projector.settled();
  t.is(failures.length, 1);
  t.regex(
    String(failures[0]),
    /at event 5 of session 1 \(order.expired is not a legal move for order a1111111-bid-1/,
  );
  await append(log, 1, told([[4, { type: 'tick', index: 3 }]]).map(after(illegal.length, 4)));
  const second = busy(uuids[1] ?? '', 1);
  await append(log, 2, second);
  await projector.settled();
  await projector.stop();
  t.is(failures.length, 1);
  t.deepEqual(await log.projected(), { session: 2, seq: second.length });
  await log.close({ clean: true });
  const live = await digestOf(file);
  const rebuilt = await rebuildReadModels(file, () => undefined);
  t.is(rebuilt.digest, live);
  t.is(rebuilt.untold.length, 1);
});

/** The same rows later in their session. */
const after =
  (seq: number, turn: number) =>
  (row: Row): Row => ({ ...row, seq: row.seq + seq, turn: row.turn + turn });

test('a table that cannot be written stops the read models, says why once, and not the log', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  await log.project([{ sql: 'DROP TABLE orders', parameters: [] }], { session: 1, seq: 0 });
  const failures: unknown[] = [];
  const projector = startProjector(log, (cause) => failures.push(cause));
  await append(log, 1, busy(uuids[0] ?? '', 3));
  await projector.settled();
  await append(log, 2, busy(uuids[1] ?? '', 1));
  await projector.settled();
  await projector.stop();
  t.is(failures.length, 1);
  t.regex(String(failures[0]), /no such table: orders.*neo rebuild makes them anew/);
  await log.close({ clean: true });
  t.regex((await rebuildReadModels(file, () => undefined)).digest, /^[0-9a-f]{64}$/);
});

test('what the last rows could not be written for is said, however many of them were read at a time', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  await log.project([{ sql: 'DROP TABLE orders', parameters: [] }], { session: 1, seq: 0 });
  const rows = busy(uuids[0] ?? '', 3);
  await append(log, 1, rows);
  for (const rowsMax of [rows.length, rows.length + 1]) {
    const failures: unknown[] = [];
    const pace = { rowsMax, changesMax: 1_000, pauseMs: 0 };
    const projector = startProjector(log, (cause) => failures.push(cause), pace);
    await projector.settled();
    await projector.stop();
    t.regex(String(failures), /^LogError: .*no such table: orders/);
  }
  await log.close({ clean: true });
});

test('rows that tell of nothing the tables hold leave them empty', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  await log.append(1, turnAt(1, 1, 0));
  await projectAll(log);
  t.is((await log.projected()).seq, 1);
  await log.close({ clean: true });
});

test('a log that closes before it ends it: nothing is reported', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const projector = startProjector(log, (cause) => t.fail(String(cause)));
  await projector.settled();
  await append(log, 1, busy(uuids[0] ?? '', 1));
  await log.close({ clean: true });
  await projector.settled();
  await t.notThrowsAsync(projector.stop());
});
