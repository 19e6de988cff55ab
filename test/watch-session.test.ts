/** A session that is watched: what it tells Prometheus, an operator's program and systemd while it runs, through its own door. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer as createHttpServer, request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { askUnder, documentOf, folderFor, freePort, recorded, startUnder } from './door.ts';

type Said = Readonly<{ status: number; text: string }>;

const get = (port: number, path: string, headers = {}): Promise<Said> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += String(part)));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });

const secret = 'http://127.0.0.1:9/T0/sEcReT';

/** What was posted, and where to. */
const hook = async (t: ExecutionContext): Promise<Readonly<{ url: string; heard: string[] }>> => {
  const heard: string[] = [];
  const server = createHttpServer((asked, answer) => {
    asked.on('data', (part) => heard.push(String(part)));
    asked.on('end', () => answer.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/T0/sEcReT`, heard };
};

const script = (path: string, text: string): string => {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o700);
  return path;
};

const linesOf = (file: string): readonly string[] =>
  readFileSync(file, 'utf8').trimEnd().split('\n');

test('a session tells whoever watches it', async (t) => {
  const folder = await folderFor(t);
  const port = await freePort();
  const [alerts, notified] = [join(folder, 'alerts'), join(folder, 'notified')];
  script(join(folder, 'systemd-notify'), `echo "$@" >> '${notified}'`);
  const { url, heard } = await hook(t);
  const running = startUnder(
    t,
    {
      PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
      NOTIFY_SOCKET: '/nowhere',
      WATCHDOG_USEC: '2000000',
      NEO_ALERTS_WEBHOOK_URL: url,
    },
    folder,
    'run',
    '--json',
    '--duration-seconds',
    '8',
    '--set',
    `metrics.port=${port}`,
    '--set',
    `alerts.command=${script(join(folder, 'tell'), `echo "$@" >> '${alerts}'`)}`,
  );
  const ready = async (): Promise<boolean> =>
    (await get(port, '/readyz').catch(() => undefined))?.status === 200;
  for (let tries = 0; tries < 150 && !(await ready()); tries += 1) await wait(200);
  t.deepEqual(await get(port, '/healthz'), { status: 200, text: 'ok\n' });
  t.regex((await get(port, '/readyz')).text, /^OK for .*s: /);
  await wait(1500);
  const { status, text } = await get(port, '/metrics');
  t.is(status, 200);
  t.regex(text, /^neo_session_info\{session="1",network="sandbox"\} 1$/m);
  t.regex(text, /^neo_mode\{mode="OK"\} 1$/m);
  t.regex(text, /^neo_ticks_total [1-9]/m);
  t.regex(text, /^nodejs_eventloop_lag_seconds /m);
  t.is((await get(port, '/')).status, 404);
  t.is((await get(port, '/metrics', { Host: 'evil.example' })).status, 421);

  const ended = await running.ended;
  t.is(ended.code, 0, ended.err);
  t.is(documentOf(ended).halt?.reason, 'duration_elapsed');
  t.regex(linesOf(alerts).at(-1) ?? '', /^halt ending after 8 s: duration_elapsed/);
  const told = linesOf(notified);
  t.true(
    told.some((line) => line.startsWith('--ready --status=OK')),
    told.join('\n'),
  );
  const signs = told.filter((line) => line.startsWith('WATCHDOG=1'));
  const quoting = signs.filter((line) => / --status=OK for [1-9]\d* s: quoting/.test(line));
  t.true(new Set(quoting).size > 1, 'each sign of life brings the sentence up to date');
  t.true(told.some((line) => line.startsWith('STOPPING=1 --status=ending after 8 s')));
  t.regex(heard.at(-1) ?? '', /"kind":"halt","session":1,"network":"sandbox"/);
  const rows = JSON.stringify(await recorded(join(folder, 'neo.db'), 1));
  t.true(rows.includes('"webhook_url":"(hidden)"'));
  t.false(`${ended.err}${ended.out}${rows}`.includes('sEcReT'));
});

test('a log may be silent for some ticks, however often systemd asks for a sign of life', async (t) => {
  const folder = await folderFor(t);
  const notified = join(folder, 'notified');
  script(join(folder, 'systemd-notify'), `echo "$@" >> '${notified}'`);
  const run = startUnder(
    t,
    {
      PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
      NOTIFY_SOCKET: '/nowhere',
      WATCHDOG_USEC: '400000',
    },
    folder,
    'run',
    '--json',
    '--duration-seconds',
    '8',
    ...['engine.tick_interval_seconds=4', 'strategy.requote_interval_seconds=4'].flatMap((set) => [
      '--set',
      set,
    ]),
    '--set',
    'sandbox.ledger_interval_ms=4000',
  );
  const ended = await run.ended;
  t.is(ended.code, 0, ended.err);
  const told = linesOf(notified);
  const halted = told.findIndex((line) => line.startsWith('STOPPING=1'));
  const signs = told.slice(0, halted).filter((line) => line.startsWith('WATCHDOG=1'));
  t.true(signs.length >= 20, `${signs.length} signs of life in eight seconds of two ticks`);
});

test('a secret is shown by no listing and no refusal', async (t) => {
  const folder = await folderFor(t);
  const env = { NEO_ALERTS_WEBHOOK_URL: secret };
  const shown = await askUnder(env, folder, 'config', 'show');
  t.regex(shown.out, /^alerts\.webhook_url +"\(hidden\)" +environment$/m);
  const bad = await askUnder({}, folder, 'config', 'check', '--set', 'alerts.webhook_url=sEcReT');
  t.is(bad.code, 2);
  t.regex(bad.err, /^alerts\.webhook_url = \(hidden\) \(--set\) is refused: give an http/);
  t.false(`${shown.out}${bad.err}`.includes('sEcReT'));
});

test('a port that is taken refuses the start before anything is written, and is an alert', async (t) => {
  const folder = await folderFor(t);
  const told = join(folder, 'told');
  const tell = `alerts.command=${script(join(folder, 'tell'), `echo "$@" >> '${told}'`)}`;
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  t.teardown(() => server.close());
  const metrics = ['--set', `metrics.port=${port}`];
  const page = ['--inspect', String(port)];
  const errors: string[] = [];
  const { url, heard } = await hook(t);
  for (const line of [metrics, page]) {
    const { code, err } = await askUnder(
      { NEO_ALERTS_WEBHOOK_URL: url },
      folder,
      'run',
      '--set',
      tell,
      ...line,
    );
    t.is(code, 4);
    errors.push(err.trimEnd());
  }
  t.is(
    errors[0],
    `Port ${port} on 127.0.0.1 cannot be had for metrics (EADDRINUSE): choose another with metrics.port, or 0 for none.`,
  );
  t.regex(errors[1] ?? '', /is in use; choose another with run --inspect PORT/);
  t.deepEqual(
    linesOf(told),
    errors.map((sentence) => `broken ${sentence}`),
  );
  for (const text of heard) t.regex(text, /^\{"text":"NEO \(sandbox\): Port .*"session":null/);
  t.is(heard.length, 2);
  t.deepEqual((await readdir(folder)).toSorted(), ['tell', 'told']);
});
