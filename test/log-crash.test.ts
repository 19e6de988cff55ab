/** A writer that dies: what it said was durable is there, whole; its lock is free; the next one knows. */
import { type ChildProcess, type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { LogError } from '../actors/log/failure.ts';
import { findWriter } from '../actors/log/lock.ts';
import { verifyLog } from '../actors/log/verify.ts';
import { folderFor, openSample, readAll, turnAt } from './log-sample.ts';

/** NEO_KILLS=200 takes its time. */
const kills = Number(process.env['NEO_KILLS'] ?? 20);

type Child = Readonly<{ process: ChildProcess; lines: string[]; line: () => Promise<string> }>;

const script = fileURLToPath(new URL('./log-child.js', import.meta.url));

const start = (t: ExecutionContext, file: string, work: 'append' | 'hold'): Child =>
  follow(
    t,
    spawn(process.execPath, [script, file, work], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );

/** No file of it may grow beyond this many blocks of 512 bytes. */
const startLimited = (t: ExecutionContext, file: string, blocks: number): Child => {
  const command = `ulimit -f ${blocks}; exec "$0" "$@"`;
  const words = ['-c', command, process.execPath, script, file, 'append'];
  return follow(t, spawn('sh', words, { stdio: ['ignore', 'pipe', 'inherit'] }));
};

const follow = (t: ExecutionContext, child: ChildProcessByStdio<null, Readable, null>): Child => {
  t.teardown(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  let ended = false;
  let heard = (): void => undefined;
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      lines.push(line);
      heard();
    })
    .on('close', () => {
      ended = true;
      heard();
    });
  let taken = 0;
  const line = async (): Promise<string> => {
    while (lines.length <= taken && !ended) await new Promise<void>((resolve) => (heard = resolve));
    taken += 1;
    return lines[taken - 1] ?? 'ended';
  };
  return { process: child, lines, line };
};

/** Resolves when its output has been read to the end too. */
const kill = async (child: Child): Promise<void> => {
  const closed = once(child.process, 'close');
  child.process.kill('SIGKILL');
  await closed;
};

test(`after ${kills} kills while appending, every batch that was acknowledged is there and whole`, async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const acknowledged: number[] = [];
  for (let round = 1; round <= kills; round += 1) {
    const child = start(t, file, 'append');
    const opened = await child.line();
    t.regex(opened, new RegExp(`^open \\d+ ${round === 1 ? 'clean' : 'unclean'} ${round}$`));
    await child.line();
    await new Promise((resolve) => setTimeout(resolve, (round * 7) % 40));
    await kill(child);
    const last = child.lines.findLast((line) => line.startsWith('durable'));
    acknowledged.push(Number(last?.split(' ')[1]));
  }
  const verdict = await verifyLog(file);
  t.like(verdict, { intact: true, sessions: kills });
  const log = await openSample(file);
  t.true(log.uncleanEnd);
  for (const [index, last] of acknowledged.entries()) {
    const rows = await readAll(log, index + 1);
    t.true(last >= 1 && rows.length >= last, `session ${index + 1} lost events it acknowledged`);
    const turn = rows.at(-1)?.turn ?? 0;
    const final = rows.filter((row) => row.turn === turn);
    t.is(final.length, (turn % 9) + 1, `session ${index + 1} ends within turn ${turn}`);
  }
  await log.close({ clean: true });
  const again = await openSample(file);
  t.false(again.uncleanEnd);
  await again.close({ clean: true });
});

test('a disk that takes no more ends the writing with one sentence, and what was acknowledged is there', async (t) => {
  if (process.platform === 'win32') return t.pass('there is no limit to set');
  const file = join(await folderFor(t), 'neo.db');
  const child = startLimited(t, file, 800);
  const [code] = (await once(child.process, 'close')) as [number];
  t.is(code, 4);
  t.regex(
    child.lines.at(-1) ?? '',
    /^refused the disk of .*neo\.db (fails|is full).* space.*start again$/,
  );
  const last = child.lines.findLast((line) => line.startsWith('durable'));
  const acknowledged = Number(last?.split(' ')[1]);
  t.true(acknowledged >= 1);
  const verdict = await verifyLog(file);
  t.true(verdict.intact && verdict.events >= acknowledged, JSON.stringify(verdict));
  const log = await openSample(file);
  t.true(log.uncleanEnd);
  await log.append(2, turnAt(1, 1, 0));
  await log.close({ clean: true });
});

test('a disk that is really full in the middle of an append ends the writing, and what was acknowledged is there', async (t) => {
  const folder = await folderFor(t);
  const mounted = 'mount -t tmpfs -o size=2m tmpfs "$0"';
  const possible = spawnSync('unshare', ['-rm', 'sh', '-c', mounted, folder]).status === 0;
  if (!possible) {
    t.log('skipped: a small disk needs unshare(1) and the right to a user namespace');
    return t.pass();
  }
  const words = `${mounted}; "$@"; echo "code $?"; "$1" "$2" "$3" reopen; echo "code $?"`;
  const file = join(folder, 'neo.db');
  const line = ['-rm', 'sh', '-c', words, folder, process.execPath, script, file, 'append'];
  const child = follow(t, spawn('unshare', line, { stdio: ['ignore', 'pipe', 'inherit'] }));
  await once(child.process, 'close');
  const said = child.lines.filter((one) => !one.startsWith('durable'));
  t.regex(said[1] ?? '', /^refused the disk of .* is full: free some space and start again$/);
  t.is(said[2], 'code 4');
  const last = child.lines.findLast((one) => one.startsWith('durable'));
  const [, events] = /^events (\d+)$/.exec(said[3] ?? '') ?? [];
  t.true(Number(last?.split(' ')[1]) >= 1);
  t.true(Number(events) >= Number(last?.split(' ')[1]), said[3]);
  t.is(said[4], 'code 0');
});

test('a second writer is refused with the name of the first, and gets the log when that is killed', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const holder = start(t, file, 'hold');
  await holder.line();
  const refused = await t.throwsAsync(() => openSample(file), { instanceOf: LogError });
  t.is(refused?.exitCode, 4);
  t.true(refused?.message.includes(`process ${holder.process.pid} `), refused?.message);
  t.regex((await findWriter(file)) ?? '', new RegExp(`^process ${holder.process.pid} on `));
  await kill(holder);
  t.is(await findWriter(file), undefined);
  const log = await openSample(file);
  t.true(log.uncleanEnd);
  const late = start(t, file, 'hold');
  t.true(
    (await late.line()).includes(`refused ${file} is being written by process ${process.pid} `),
  );
  await log.close({ clean: true });
});

test('two writers within one process are one too many', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  await t.throwsAsync(() => openSample(file), { message: /is being written by process/ });
  t.regex((await findWriter(file)) ?? '', new RegExp(`^process ${process.pid} on `));
  await log.append(1, turnAt(1, 1, 0));
  const child = start(t, file, 'hold');
  t.regex(await child.line(), /^refused /);
  await log.close({ clean: true });
  t.is(await findWriter(file), undefined);
});

test('an end that is not called clean is an unclean one', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  await log.close({ clean: false });
  const next = await openSample(file);
  t.true(next.uncleanEnd);
  await next.close({ clean: true });
});
