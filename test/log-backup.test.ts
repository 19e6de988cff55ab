/** Copies: whole, taken beside a running writer, ten of them, each with the last hash of every session beside it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { backupLog, backupTo, backupsFolder, copyHolding, hashFile } from '../actors/log/backup.ts';
import type { CheckpointReport } from '../actors/log/checkpoint.ts';
import { LogError } from '../actors/log/failure.ts';
import { verifyLog } from '../actors/log/verify.ts';
import { folderFor, openSample, readAll, turnAt, turnsOf, writeSample } from './log-sample.ts';

test('a copy taken while the log is written is a log by itself, with its last hashes beside it', async (t) => {
  const folder = await folderFor(t);
  const file = join(folder, 'neo.db');
  const log = await openSample(file);
  const turns = turnsOf([3, 1]);
  for (const rows of turns) await log.append(1, rows);
  await log.append(2, turnAt(1, 1, 0));
  const ends = await log.sessions();
  const copying = backupTo(file, join(folder, 'copy.db'));
  const backup = await copying;
  await log.append(2, turnAt(2, 2, 0));
  await log.close({ clean: true });
  t.deepEqual(backup, { file: join(folder, 'copy.db'), lastHash: ends[1]?.lastHash });
  t.is(
    await readFile(hashFile(backup.file), 'utf8'),
    `1 6 ${ends[0]?.lastHash}\n2 1 ${ends[1]?.lastHash}\n`,
  );
  t.like(await verifyLog(backup.file), { intact: true, sessions: 2, events: 7 });
  const copy = await openSample(backup.file);
  t.deepEqual(await readAll(copy, 1), turns.flat());
  await copy.append(2, turnAt(2, 2, 0));
  await copy.close({ clean: true });
});

test('a backup and a checkpoint wait for each other', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const reports: CheckpointReport[] = [];
  const log = await openSample(file, {
    checkpointSeconds: 0.001,
    onCheckpoint: (report) => reports.push(report),
  });
  const turns = turnsOf(Array.from({ length: 400 }, () => 9));
  for (const [index, rows] of turns.entries()) {
    await log.append(1, rows);
    if (index % 20 === 0) await log.backup(Date.UTC(2026, 0, 1) + index);
  }
  await log.close({ clean: true });
  t.true(reports.length > 20);
  t.deepEqual(
    reports.filter(({ failure }) => failure !== undefined),
    [],
  );
});

test('a copy of another log of that name holds nothing of this one', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([3, 2]));
  const { file: copy } = await backupLog(file, Date.UTC(2026, 0, 1));
  t.is(await copyHolding(file, { session: 1, seq: 7 }), copy);
  t.is(await copyHolding(file, { session: 1, seq: 3 }), copy);
  t.is(await copyHolding(file, { session: 1, seq: 8 }), null);
  for (const end of ['', '-wal', '-shm', '.lock']) await rm(`${file}${end}`, { force: true });
  await writeSample(file, turnsOf([2, 3]));
  t.is(await copyHolding(file, { session: 1, seq: 7 }), null);
});

test('the ten newest copies are kept', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([1]));
  for (let day = 1; day <= 12; day += 1) await backupLog(file, Date.UTC(2026, 0, day));
  const names = await readdir(backupsFolder(file));
  const copies = names.filter((name) => name.endsWith('.db')).toSorted();
  t.is(copies.length, 10);
  t.is(copies[0], '2026-01-03T00-00-00.000Z.db');
  t.deepEqual(names.filter((name) => name.endsWith('.hash')).toSorted(), copies.map(hashFile));
  t.is(names.length, 20);
});

test('a copy that is made after the clock was set back is the newest all the same, and stays', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([1]));
  for (let day = 1; day <= 10; day += 1) await backupLog(file, Date.UTC(2027, 0, day));
  const position = { session: 1, seq: 1 };
  for (const at of [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1), Date.UTC(2027, 0, 10)]) {
    const { file: copy } = await backupLog(file, at);
    t.is(await copyHolding(file, position), copy);
  }
  const names = await readdir(backupsFolder(file));
  t.is(names.filter((name) => name.endsWith('.db')).length, 10);
});

test('a copy that a death has interrupted is taken away by the next one', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([1]));
  const script = `
    import { backupLog } from ${JSON.stringify(new URL('../actors/log/backup.js', import.meta.url).href)};
    import { watch } from 'node:fs';
    import { mkdir } from 'node:fs/promises';
    const folder = ${JSON.stringify(backupsFolder(file))};
    await mkdir(folder);
    watch(folder, () => process.kill(process.pid, 'SIGKILL'));
    await backupLog(${JSON.stringify(file)}, 1);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: 'inherit',
  });
  await once(child, 'close');
  const left = await readdir(backupsFolder(file));
  t.true(
    left.some((name) => name.endsWith('.part')),
    left.join(' '),
  );
  await backupLog(file, Date.UTC(2026, 0, 1));
  const names = await readdir(backupsFolder(file));
  t.deepEqual(
    names.filter((name) => name.startsWith('.')),
    [],
  );
});

test('a copy never takes the place of another file, and a failed one leaves nothing', async (t) => {
  const folder = await folderFor(t);
  const file = join(folder, 'neo.db');
  await writeSample(file, turnsOf([1]));
  await writeFile(join(folder, 'mine'), 'keep me');
  const error = await t.throwsAsync(() => backupTo(file, join(folder, 'mine')), {
    instanceOf: LogError,
    message: /mine exists already: choose another name/,
  });
  t.is(error?.exitCode, 2);
  t.is(await readFile(join(folder, 'mine'), 'utf8'), 'keep me');
  const before = (await readdir(folder)).toSorted();
  await t.throwsAsync(() => backupTo(join(folder, 'none.db'), join(folder, 'new')), {
    instanceOf: LogError,
  });
  await t.throwsAsync(() => backupTo(file, join(folder, 'no', 'such', 'folder')), {
    instanceOf: LogError,
  });
  t.deepEqual((await readdir(folder)).toSorted(), before);
});
