/** Checkpoints beside the writer lose nothing, are reported with their figures, and leave no write-ahead log at a clean end. */
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { isTroubled, type CheckpointReport } from '../actors/log/checkpoint.ts';
import type { LogError } from '../actors/log/failure.ts';
import { pageBytes } from '../actors/log/open.ts';
import { verifyLog } from '../actors/log/verify.ts';
import { folderFor, openSample, readAll, turnAt, turnsOf, writeSample } from './log-sample.ts';

test('1,000 appends with a checkpoint every 100 ms lose nothing', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const reports: CheckpointReport[] = [];
  const log = await openSample(file, {
    synchronous: 'FULL',
    checkpointSeconds: 0.1,
    onCheckpoint: (report) => reports.push(report),
  });
  const turns = turnsOf(Array.from({ length: 1_000 }, (_, index) => index % 3));
  for (const rows of turns) await log.append(1, rows);
  while (reports.length < 3) await wait(20);
  t.deepEqual(await readAll(log, 1), turns.flat());
  await log.close({ clean: true });
  t.like(await verifyLog(file), { intact: true, events: turns.flat().length });
  const last = reports.pop();
  t.like(last, { mode: 'TRUNCATE', busy: 0 });
  for (const report of reports) {
    t.deepEqual(
      { ...report, elapsed_ms: 0 },
      {
        mode: 'PASSIVE',
        busy: 0,
        log_frames: report.log_frames,
        checkpointed: report.checkpointed,
        elapsed_ms: 0,
      },
    );
  }
  t.true(reports.some((report) => report.checkpointed > 0));
  t.deepEqual((await readdir(join(file, '..'))).toSorted(), ['neo.db', 'neo.db.lock']);
});

test('without checkpoints all stays in the write-ahead log until the end', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const reports: CheckpointReport[] = [];
  const log = await openSample(file, { onCheckpoint: (report) => reports.push(report) });
  const before = (await stat(file)).size;
  for (const rows of turnsOf(Array.from({ length: 300 }, () => 9))) await log.append(1, rows);
  t.is((await stat(file)).size, before);
  t.deepEqual(reports, []);
  await log.close({ clean: true });
  t.true((await stat(file)).size > before);
});

test('where nothing waits for the disk the write-ahead log stays small, however long it runs', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  const text = 'x'.repeat(1024 * 1024);
  for (let turn = 1; turn <= 100; turn += 1) await log.append(1, turnAt(turn, turn, 0, { text }));
  t.true((await stat(`${file}-wal`)).size < 40 * 1024 * 1024);
  t.true((await stat(file)).size > 50 * 1024 * 1024);
  await log.close({ clean: true });
  t.like(await verifyLog(file), { intact: true, events: 100 });
});

test('a checkpoint that failed, or took longer than a second, is what an operator is told of', (t) => {
  const report = {
    mode: 'PASSIVE',
    busy: 0,
    log_frames: 9,
    checkpointed: 9,
    elapsed_ms: 4,
  } as const;
  t.false(isTroubled(report));
  t.false(isTroubled({ ...report, busy: 1 }));
  t.true(isTroubled({ ...report, elapsed_ms: 1_000.1 }));
  t.true(isTroubled({ ...report, failure: 'disk I/O error' }));
});

test('damage that is found behind a clean start ends the writing', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf(Array.from({ length: 200 }, () => 9)));
  const bytes = await readFile(file);
  bytes.fill('x', bytes.length - 2 * pageBytes, bytes.length - pageBytes);
  await writeFile(file, bytes);
  const failures: LogError[] = [];
  const log = await openSample(file, { onFailure: (failure) => failures.push(failure) });
  t.false(log.uncleanEnd);
  while (failures.length === 0) await wait(5);
  const refused: unknown = await t.throwsAsync(() => log.append(2, turnAt(1, 1, 0)));
  t.is(refused, failures[0]);
  t.regex(failures[0]?.message ?? '', /is damaged .*: restore it from/);
  t.is(failures.length, 1);
  await log.close({ clean: true });
});
