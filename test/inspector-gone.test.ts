/** A page over a log whose file is no longer there says so, and asks nothing of whatever stands under its name now. */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { inboxFolder } from '../actors/inbox.ts';
import { serve } from '../commands/inspect/serve.ts';
import type { Frame } from '../inspector/live.ts';
import { played } from './inspected.ts';
import { folderFor, openSample } from './log-sample.ts';

const unlessWindows = process.platform === 'win32' ? test.skip : test;

const patience = 10_000;

for (const replaced of [false, true]) {
  unlessWindows(
    `a log that was ${replaced ? 'replaced by another that somebody writes' : 'deleted'} is said to be gone, and takes no request`,
    async (t) => {
      const file = join(await folderFor(t), 'neo.db');
      const rows = played({ seconds: 20 });
      const log = await openSample(file);
      await log.append(1, rows);
      await log.close({ clean: true });
      const served = await serve(file, { host: '127.0.0.1', port: 0, exactPort: true });
      t.teardown(served.close);
      const [address = '', token = ''] = served.url.split('#token=');
      const stream = await fetch(`${address}api/live?session=1`);
      const frames: Frame[] = [];
      void (async () => {
        let text = '';
        for await (const part of stream.body ?? []) {
          text += Buffer.from(part as Uint8Array).toString();
          const messages = text.split('\n\n');
          text = messages.pop() ?? '';
          for (const message of messages) {
            const [, data] = /^event: frame\ndata: (.*)$/.exec(message) ?? [];
            if (data) frames.push(JSON.parse(data) as Frame);
          }
        }
      })().catch(() => undefined);
      const until = async (holds: () => boolean): Promise<void> => {
        for (let waited = 0; waited < patience && !holds(); waited += 20) await wait(20);
      };
      await until(() => frames.length > 0);
      t.false(frames.at(-1)?.gone);

      const ask = (kind: string): Promise<Response> =>
        fetch(`${address}api/act`, {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            Authorization: `Bearer ${token}`,
            Origin: address.slice(0, -1),
          },
          body: JSON.stringify({ kind, note: 'enough', by: 'Ada' }),
        });
      t.is((await ask('kill')).status, 200);
      await rm(inboxFolder(file), { recursive: true });

      for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
      if (replaced) {
        const other = await openSample(`${file}.other`);
        await other.append(1, rows);
        await other.append(2, rows);
        await other.close({ clean: true });
        await rename(`${file}.other`, file);
        const writing = await openSample(file);
        t.teardown(() => writing.close({ clean: true }));
      }
      for (const kind of ['kill', 'clear', 'stop']) {
        const answer = await ask(kind);
        t.is(answer.status, 409, kind);
        t.regex(
          await answer.text(),
          /neo\.db was deleted, moved or replaced .*nothing was asked for/,
        );
      }
      t.deepEqual(await readdir(inboxFolder(file)).catch(() => []), []);
      await until(() => frames.at(-1)?.gone === true);
      t.true(frames.at(-1)?.gone);
      t.is(frames.at(-1)?.newestSession, 1);
    },
  );
}
