/** A kill by signal is kept in every moment of a process: by the session that runs, else in the inbox. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { inboxFolder, readInbox } from '../actors/inbox.ts';
import { attendKill } from '../commands/run/killed.ts';
import { hearKills } from '../commands/run/signals.ts';
import type { ProcessLog } from '../commands/process-log.ts';
import type { Input } from '../events/event.ts';
import { folderFor } from './log-sample.ts';

const unlessWindows = process.platform === 'win32' ? test.skip : test;
const said = { error: () => undefined } as unknown as ProcessLog;

unlessWindows(
  'before a session and after it the inbox keeps a kill, in between the session takes it',
  async (t) => {
    const file = join(await folderFor(t), 'neo.db');
    const waiting = async (): Promise<number> => (await readInbox(file)).length;
    let count = 0;
    process.on('SIGUSR2', () => void (count += 1));
    const comes = async (): Promise<void> => {
      const before = count;
      process.kill(process.pid, 'SIGUSR2');
      while (count === before) await wait(5);
    };
    hearKills();
    await comes();
    t.is(await waiting(), 0, 'nobody has said yet where to');
    const killSwitch = attendKill(file, said);
    const kill = async (): Promise<void> => {
      await comes();
      await killSwitch.kept();
    };
    await killSwitch.kept();
    t.is(await waiting(), 1);

    const heard: Input[] = [];
    let isOver = false;
    killSwitch.takenBy({ record: async (input) => !isOver && heard.push(input) > 0 });
    await kill();
    t.deepEqual([heard.length, await waiting()], [1, 1]);
    isOver = true;
    await kill();
    t.deepEqual([heard.length, await waiting()], [1, 2]);
    await kill();
    t.is(await waiting(), 3, 'to the end of the process');

    const lost: string[] = [];
    killSwitch.lostTo((sentence) => lost.push(sentence));
    await rm(inboxFolder(file), { recursive: true });
    await writeFile(inboxFolder(file), 'in the way');
    await kill();
    t.regex(lost[0] ?? '', /could not be kept .*neo\.db\.inbox.*ask again with neo kill/);
  },
);
