/** A log whose files are taken away while it is open takes nothing more, and what it held can be kept. */
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { LogError } from '../actors/log/failure.ts';
import { watchPresence } from '../actors/log/presence.ts';
import { openReader } from '../actors/log/reader.ts';
import { ask, documentOf, folderFor as doorFolder, recorded, start } from './door.ts';
import { folderFor, openSample, readAll, turnsOf } from './log-sample.ts';

const unlessWindows = process.platform === 'win32' ? test.skip : test;

const patience = 10_000;

const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; waited < patience && !holds(); waited += 20) await wait(20);
};

const losses: Readonly<Record<string, (file: string) => Promise<void>>> = {
  'is deleted': (file) => rm(file),
  'is moved': (file) => rename(file, `${file}.elsewhere`),
  'is replaced by a copy': async (file) => {
    await copyFile(file, `${file}.copy`);
    await rename(`${file}.copy`, file);
  },
  'goes with its folder': async (file) => {
    const folder = join(file, '..');
    await rename(folder, `${folder}.elsewhere`);
    await mkdir(folder);
  },
  'has lost its write-ahead log': (file) => rm(`${file}-wal`),
  'has lost its lock': (file) => rm(`${file}.lock`),
};

for (const [what, lose] of Object.entries(losses)) {
  unlessWindows(`nothing is appended to a log that ${what}; all of it can be kept`, async (t) => {
    const folder = join(await folderFor(t), 'logs');
    await mkdir(folder);
    const file = join(folder, 'neo.db');
    let failure: LogError | undefined;
    const log = await openSample(file, { onFailure: (first) => (failure = first) });
    const turns = turnsOf([1, 2, 3]);
    for (const rows of turns.slice(0, 2)) await log.append(1, rows);
    await lose(file);
    await until(() => failure !== undefined);
    t.true(failure instanceof LogError);
    t.regex(
      failure?.message ?? '',
      /neo\.db\S* was deleted, moved or replaced while .*: put it back/,
    );
    await t.throwsAsync(log.append(1, turns[2] ?? []), { message: failure?.message ?? '' });
    const kept = await log.backup(Date.UTC(2026, 0, 1));
    await log.close({ clean: true });
    const reader = await openReader(kept.file);
    t.deepEqual(await readAll(reader, 1), turns.slice(0, 2).flat());
    await reader.close();
  });
}

unlessWindows('a log that was moved and is put back holds everything', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  let failure: LogError | undefined;
  const log = await openSample(file, { onFailure: (first) => (failure = first) });
  const turns = turnsOf([1, 2, 3]);
  for (const rows of turns) await log.append(1, rows);
  await rename(file, `${file}.elsewhere`);
  await until(() => failure !== undefined);
  await log.close({ clean: false });
  await rename(`${file}.elsewhere`, file);
  const again = await openSample(file);
  t.true(again.uncleanEnd);
  t.deepEqual(await readAll(again, 1), turns.flat());
  await again.close({ clean: true });
});

unlessWindows(
  'a file that is there, or that the system does not let us look at, is not missing',
  async (t) => {
    const folder = await folderFor(t);
    const file = join(folder, 'neo.db');
    const log = await openSample(file);
    const gone: string[] = [];
    const end = await watchPresence(file, (path) => gone.push(path), 5);
    await log.append(1, turnsOf([1])[0] ?? []);
    await wait(50);
    end();
    await log.close({ clean: true });
    await wait(20);
    t.deepEqual(gone, []);
  },
);

unlessWindows(
  'a session whose database is deleted stops, tells it, and keeps a copy to go on from',
  async (t) => {
    const folder = await doorFolder(t);
    const file = join(folder, 'neo.db');
    const alerts = join(folder, 'alerts');
    const tell = join(folder, 'tell');
    await writeFile(tell, `#!/bin/sh\necho "$@" >> '${alerts}'\n`, { mode: 0o700 });
    const line = ['run', '--json', '--duration-seconds', '60', '--set', `alerts.command=${tell}`];
    const running = start(t, folder, ...line);
    const isSigned = async (): Promise<boolean> =>
      (await recorded(file, 1).catch(() => [])).some(
        ({ event }) => event.type === 'transaction.signed',
      );
    for (let tries = 0; tries < 100 && !(await isSigned()); tries += 1) await wait(100);
    await rm(file);
    const { code, out, err } = await running.ended;
    t.is(code, 3, err);
    t.is(out, '');
    t.regex(
      err,
      /The session has stopped, .*neo\.db was deleted, .*; the next start settles them\.\n$/,
    );
    t.regex(
      await readFile(alerts, 'utf8'),
      /broken The session has stopped, .*neo\.db was deleted/,
    );
    const [, copy = ''] = /"file":"([^"]+)","msg":"backup"/.exec(err) ?? [];
    await rename(copy, file);
    for (const beside of ['-wal', '-shm']) await rm(`${file}${beside}`, { force: true });
    t.is((await ask(folder, 'verify')).code, 0);
    t.true(await isSigned());
    const short = ['--speed', 'max', '--json', '--duration-seconds', '20'];
    const next = await ask(folder, 'run', ...short);
    t.is(next.code, 0, next.err);
    t.is(documentOf(next).orders.left_on_ledger, 0);
  },
);
