/** Alerts reach whoever is away: by address and by program, the most urgent first, seldom twice, again after a failure, and never with a secret. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { statfs, truncate, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import type { ProcessLog } from '../commands/process-log.ts';
import { createAlerts, usualPace, type Channel, type Pace } from '../commands/run/watch/alerts.ts';
import { lowDisk } from '../commands/run/watch/disk.ts';
import { watchLag } from '../commands/run/watch/lag.ts';
import { program } from '../commands/run/watch/program.ts';
import { webhook } from '../commands/run/watch/webhook.ts';
import type { SessionEnded } from '../events/session.ts';
import { alertOf, type AlertKind } from '../projections/alert.ts';
import { apply, empty } from '../projections/session.ts';
import { folderFor } from './door.ts';
import { opened } from './narrative.ts';
import { recorded } from './recorded.ts';

const pace: Pace = {
  quietMs: {
    broken: 0,
    halt: 0,
    mode: 3_000,
    truth: 60_000,
    inbox: 60_000,
    backup: 0,
    checkpoint: 60_000,
    disk: 60_000,
  },
  retryMs: [10, 40],
  attemptsMax: 3,
  closeMs: 1_000,
};

type Said = readonly [level: string, ...words: unknown[]];

const listening = (): { said: ProcessLog; lines: Said[] } => {
  const lines: Said[] = [];
  const at =
    (level: string) =>
    (...words: unknown[]): void =>
      void lines.push([level, ...words]);
  const log = { info: at('info'), warn: at('warn'), error: at('error') };
  return { said: log as unknown as ProcessLog, lines };
};

/** Fails so often before it delivers. */
const channel = (failures = 0): Channel & { heard: string[] } => {
  const heard: string[] = [];
  let left = failures;
  return {
    name: 'test',
    heard,
    deliver: async ({ kind, sentence }) => {
      await wait(2);
      left -= 1;
      if (left >= 0) throw new Error('not today');
      heard.push(`${kind}: ${sentence}`);
    },
  };
};

/** Resolves once it holds, or after long enough. */
const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 1_000 && !holds(); tries += 1) await wait(10);
};

const alert = (kind: AlertKind, sentence: string = kind) => ({ kind, sentence });

test('the most urgent alert goes first', async (t) => {
  const [one, { said }] = [channel(), listening()];
  const alerts = createAlerts([one], said, { ...pace, closeMs: 60_000 });
  for (const kind of ['disk', 'truth', 'mode', 'halt'] as const) alerts.raise(alert(kind));
  await alerts.close();
  t.deepEqual(one.heard, ['disk: disk', 'halt: halt', 'mode: mode', 'truth: truth']);
});

test('of one kind little is sent, and then the newest with how many it stands for', async (t) => {
  const [one, { said }] = [channel(), listening()];
  const alerts = createAlerts([one], said, pace);
  alerts.raise(alert('mode', 'first'));
  await until(() => one.heard.length > 0);
  for (const words of ['second', 'third', 'fourth']) alerts.raise(alert('mode', words));
  t.deepEqual(one.heard, ['mode: first']);
  await until(() => one.heard.length > 1);
  t.deepEqual(one.heard[1], 'mode: fourth (and 2 more of this kind before it)');
  await alerts.close();
  t.is(one.heard.length, 2);
});

test('a failed alert is tried again with longer pauses, and the log says so', async (t) => {
  const [one, { said, lines }] = [channel(2), listening()];
  const alerts = createAlerts([one], said, pace);
  alerts.raise(alert('halt', 'the end'));
  await until(() => one.heard.length > 0);
  t.deepEqual(one.heard, ['halt: the end']);
  t.deepEqual(
    lines.map(([level]) => level),
    ['warn', 'warn'],
  );
  await alerts.close();
});

test('what cannot be sent is given up in the end, and the log says that too', async (t) => {
  const [one, { said, lines }] = [channel(99), listening()];
  const alerts = createAlerts([one], said, pace);
  alerts.raise(alert('halt', 'the end'));
  await until(() => lines.length > 2);
  t.deepEqual(
    lines.map(([level]) => level),
    ['warn', 'warn', 'error'],
  );
  t.is(lines[2]?.[2], 'an alert was given up');
  await alerts.close();
});

test('raising an alert takes no time, however slow its way is, and an end waits only so long', async (t) => {
  const { said, lines } = listening();
  const never: Channel = { name: 'never', deliver: () => new Promise(() => undefined) };
  const alerts = createAlerts([never], said, pace);
  const started = performance.now();
  for (let count = 0; count < 10_000; count += 1) alerts.raise(alert('mode'));
  const each = (performance.now() - started) / 10_000;
  t.true(each < 0.1, `${each} ms`);
  const closing = performance.now();
  await alerts.close();
  t.true(performance.now() - closing < pace.closeMs * 5);
  t.is(lines.at(-1)?.[2], 'an alert was not sent before the end');
});

test('what is under way at the end is not tried again after it', async (t) => {
  const { said, lines } = listening();
  let attempts = 0;
  const slow: Channel = {
    name: 'slow',
    deliver: async () => {
      attempts += 1;
      await wait(pace.closeMs + 200);
      throw new Error('no answer');
    },
  };
  const alerts = createAlerts([slow], said, pace);
  alerts.raise(alert('halt'));
  await alerts.close();
  t.is(attempts, 1);
  await wait(1_000);
  t.is(attempts, 1);
  t.is(lines.at(-1)?.[2], 'an alert was not sent before the end');
});

test('a channel that fails holds up no other', async (t) => {
  const [bad, good, { said }] = [channel(99), channel(), listening()];
  const alerts = createAlerts([bad, good], said, pace);
  alerts.raise(alert('halt', 'the end'));
  await until(() => good.heard.length > 0);
  t.deepEqual(good.heard, ['halt: the end']);
  await alerts.close();
});

test('the usual pace lets a halt through at once and says a full disk once an hour', (t) => {
  t.is(usualPace.quietMs.halt, 0);
  t.is(usualPace.quietMs.disk, 3_600_000);
});

test('a webhook gets the sentence as JSON, and a failure never names its address', async (t) => {
  const asked: string[] = [];
  let status = 204;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(status, { Location: 'http://127.0.0.1:9/' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/T0/sEcReT`;
  let session: number | null = 7;
  const hook = webhook(url, () => ({ session, network: 'live' }));
  await hook.deliver(alert('halt', 'ended'));
  t.is(
    asked[0],
    'POST /T0/sEcReT {"text":"NEO session 7 (live): ended","kind":"halt","session":7,"network":"live"}',
  );
  session = null;
  await hook.deliver(alert('disk', 'no room'));
  t.is(
    asked[1],
    'POST /T0/sEcReT {"text":"NEO (live): no room","kind":"disk","session":null,"network":"live"}',
  );
  status = 500;
  t.is((await t.throwsAsync(hook.deliver(alert('halt')))).message, 'the server answered 500');
  status = 302;
  t.is((await t.throwsAsync(hook.deliver(alert('halt')))).message, 'the server answered 302');
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  t.regex(
    (await t.throwsAsync(hook.deliver(alert('halt')))).message,
    /^no answer \((ECONNREFUSED|UND_ERR_SOCKET)\)$/,
  );
});

test('a program gets kind and sentence as they are, through no shell', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'tell');
  const out = join(folder, 'heard');
  writeFileSync(path, `#!/bin/sh\nprintf '%s|' "$@" > "${out}"\n`);
  chmodSync(path, 0o700);
  const words = 'HALT; $(touch x) "it" \'s over';
  await program(path).deliver(alert('halt', words));
  t.is(readFileSync(out, 'utf8'), `halt|${words}|`);
  writeFileSync(path, '#!/bin/sh\nexit 3\n');
  t.is((await t.throwsAsync(program(path).deliver(alert('halt')))).message, `${path} ended with 3`);
  const gone = join(folder, 'gone');
  t.is(
    (await t.throwsAsync(program(gone).deliver(alert('halt')))).message,
    `${gone} ended with ENOENT`,
  );
});

test('an end that has not proven that nothing is left is an alert of its own, a proven one is none', (t) => {
  const alertAt = (end: Partial<SessionEnded>) => {
    const [last] = recorded([
      [
        5,
        {
          type: 'session.ended',
          outcome: 'nothing_left',
          proof: { ledger: 9 },
          left: [],
          untilMs: null,
          ...end,
        },
      ],
    ]);
    return last && alertOf(1, apply(empty, last), last);
  };
  t.is(alertAt({}), null);
  t.is(alertAt({ outcome: 'nothing_sent', proof: null }), null);
  const left = alertAt({
    outcome: 'left_to_expire',
    proof: null,
    left: ['a-bid-1'],
    untilMs: 65_000,
  });
  t.is(left?.kind, 'halt');
});

test('a halt, another mode, a doubtful wallet and books apart from it are worth an alert, a calm tick is not', (t) => {
  const kindsOf = (...events: Parameters<typeof recorded>[0]): readonly (string | undefined)[] => {
    let state = empty;
    return recorded(events).map((row) => {
      state = apply(state, row);
      return alertOf(1, state, row)?.kind;
    });
  };
  const checked = (status: 'ok' | 'warn' | 'unverified') =>
    ({
      type: 'truth.checked',
      why: 'periodic',
      status,
      ledger: 9,
      internal: { drops: '1', rlusd: '1' },
      chain: status === 'unverified' ? null : { drops: '2', rlusd: '1' },
      delta: null,
      note: '',
    }) as never;
  const found = kindsOf(
    [0, { ...opened, config: { layers: {}, effective: {} }, plannedSeconds: 60 } as never],
    [4, { type: 'tick', index: 1 }],
    [5, checked('ok')],
    [6, checked('warn')],
    [7, checked('unverified')],
    [8, { type: 'mode.changed', mode: 'DEGRADED', causes: ['issuer'] }],
    [
      9,
      {
        type: 'halt',
        reason: 'kill_switch',
        source: 'operator',
        detail: '',
        event: 1,
        standing: [],
      },
    ],
    [9, { type: 'mode.changed', mode: 'HALT', causes: [] }],
    [
      9,
      {
        type: 'inventory.drift_at_shutdown',
        engineTotal: '192.5982',
        chainTotal: '186.913',
        tolerance: '0.09',
      },
    ],
  );
  t.deepEqual(found, [
    undefined,
    undefined,
    undefined,
    'truth',
    'truth',
    'mode',
    'halt',
    undefined,
    'truth',
  ]);
});

test('a disk is low below its bound, and says where', async (t) => {
  t.is(await lowDisk('neo.db', 0), undefined);
  t.regex(
    (await lowDisk('neo.db', Number.MAX_SAFE_INTEGER)) ?? '',
    /^Only \d+ MiB are free where the log is \(\.\)/,
  );
});

test('a disk is low where the next copy of the log does not fit beside what is to be left', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const { bavail, bsize } = await statfs(dirname(file));
  /** A log of twice what is free, on a file system that stores no zeros. */
  await writeFile(file, '');
  await truncate(file, 2 * bavail * bsize);
  t.regex(
    (await lowDisk(file, 1024 * 1024)) ?? '',
    /^Only \d+ MiB are free where the copies of the log are \(.*neo\.db\.backups\), and the next one takes \d+:/,
  );
  await truncate(file, 0);
  t.is(await lowDisk(file, 1024 * 1024), undefined);
});

test('an event loop that was held up is said, a free one is not', async (t) => {
  const { said, lines } = listening();
  const stop = watchLag(said, { intervalMs: 150, troubledMs: 5_000 });
  await wait(400);
  t.deepEqual(lines, []);
  stop();
  const stopAgain = watchLag(said, { intervalMs: 150, troubledMs: 100 });
  await wait(60);
  const until = performance.now() + 200;
  while (performance.now() < until);
  await wait(400);
  stopAgain();
  t.is(lines[0]?.[2], 'the event loop was held up');
  t.true(Number((lines[0]?.[1] as { max_ms: number } | undefined)?.max_ms) >= 100);
});
