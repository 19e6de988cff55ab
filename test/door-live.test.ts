/** Sessions in real time as a user has them: signals, the operator's commands, a process that is killed, the page. All at once, each in its own folder. */
import { writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { HaltReason } from '../events/halt.ts';
import test, { type ExecutionContext } from 'ava';
import {
  ask,
  documentOf,
  folderFor,
  neo,
  recorded,
  snapshot,
  start,
  startUnder,
  untilRecorded,
  type Ended,
} from './door.ts';

const long = ['--duration-seconds', '600'];
const quick = ['--speed', 'max', '--duration-seconds', '10', '--json'];
/** A session more, in this process. */
const another = (folder: string): Promise<Ended> => ask(folder, 'run', ...quick);

/** Every session of the log replays identically, and the log is whole. */
const holds = async (t: ExecutionContext, folder: string, sessions: number): Promise<void> => {
  const verified = await ask(folder, 'verify');
  t.is(verified.code, 0, verified.out);
  for (let session = 1; session <= sessions; session += 1) {
    const replayed = await ask(folder, 'replay', String(session));
    t.is(replayed.code, 0, replayed.out + replayed.err);
    t.regex(replayed.out, /replays identically/);
  }
};

const endedBy = (t: ExecutionContext, ended: Ended, code: number, reason: HaltReason): void => {
  t.is(ended.code, code, ended.err);
  const { halt, orders } = documentOf(ended);
  t.is(halt?.reason, reason);
  t.deepEqual([orders.left_on_ledger, orders.with_proof], [0, true]);
};

test('Ctrl-C cancels everything, proves it, and ends the session as interrupted', async (t) => {
  const folder = await folderFor(t);
  const running = start(t, folder, ...long, '--json');
  await untilRecorded(folder, 1, 'order.resting');
  running.kill('SIGINT');
  const ended = await running.ended;
  endedBy(t, ended, 0, 'interrupted_sigint');
  t.true(documentOf(ended).orders.cancelled > 0);
  await holds(t, folder, 1);
});

/** Alone, for it is about moments. */
test.serial(
  'a second signal leaves at once, and says until when what rests can trade',
  async (t) => {
    const folder = await folderFor(t);
    const running = start(t, folder, ...long, '--set', 'sandbox.ledger_interval_ms=8000');
    await untilRecorded(folder, 1, 'order.resting');
    running.kill('SIGTERM');
    await untilRecorded(folder, 1, 'halt');
    const asked = Date.now();
    running.kill('SIGINT');
    const { code, out } = await running.ended;
    t.true(Date.now() - asked < 10_000, 'the proof would have been waited for much longer');
    t.is(code, 0);
    t.regex(out, /interrupted_sigterm/);
    const said =
      /unknown\n +\d orders? left to expire by (.*)Z\n.*; now: at most .* until \S+T(.*)\.000Z/.exec(
        out,
      );
    t.truthy(said, out);
    t.is(said?.[1], said?.[2], 'one instant, wherever it stands');
    const ends = (await recorded(join(folder, 'neo.db'), 1)).flatMap(({ event }) =>
      event.type === 'session.ended' ? [event] : [],
    );
    t.deepEqual(
      ends.map(({ outcome }) => outcome),
      ['left_to_expire'],
    );
    await holds(t, folder, 1);
  },
);

test('the kill switch halts the running session, keeps the next from starting, and is cleared by name', async (t) => {
  const folder = await folderFor(t);
  const running = start(t, folder, ...long, '--json');
  await untilRecorded(folder, 1, 'order.resting');
  t.is((await neo(folder, 'kill', '--note', 'enough')).code, 0);
  endedBy(t, await running.ended, 3, 'kill_switch');

  const refused = await another(folder);
  t.is(refused.code, 4, refused.err);
  const { halt } = documentOf(refused);
  t.is(halt?.reason, 'startup_failure');
  t.regex(halt?.detail ?? '', /neo kill --clear/);

  t.is((await neo(folder, 'kill', '--clear')).code, 2);
  t.is((await neo(folder, 'kill', '--clear', '--by', 'ops', '--note', 'looked at it')).code, 0);
  endedBy(t, await another(folder), 0, 'duration_elapsed');
  await holds(t, folder, 3);
});

test('SIGUSR2 latches the kill switch too', async (t) => {
  const folder = await folderFor(t);
  const running = start(t, folder, ...long, '--json');
  await untilRecorded(folder, 1, 'order.resting');
  running.kill('SIGUSR2');
  const ended = await running.ended;
  endedBy(t, ended, 3, 'kill_switch');
  t.is(documentOf(ended).halt?.detail, 'SIGUSR2');
  t.is((await another(folder)).code, 4);
});

/** At the first moment at which the program has begun, and has not loaded what it was asked for. */
const killedAtOnce = `const timer = setInterval(() => {
  if (process.listenerCount('unhandledRejection') === 0) return;
  clearInterval(timer);
  process.kill(process.pid, 'SIGUSR2');
}, 1);`;

test('SIGUSR2 is kept from the first moment of the process on', async (t) => {
  const folder = await folderFor(t);
  const preload = `--import=data:text/javascript,${encodeURIComponent(killedAtOnce)}`;
  const ended = await startUnder(t, { NODE_OPTIONS: preload }, folder, ...quick).ended;
  endedBy(t, ended, 3, 'kill_switch');
  t.is(documentOf(ended).halt?.detail, 'SIGUSR2');
});

test('neo stop ends the running session well, and finds none afterwards', async (t) => {
  const folder = await folderFor(t);
  const running = start(t, folder, ...long, '--json');
  await untilRecorded(folder, 1, 'order.resting');
  const asked = await neo(folder, 'stop');
  t.is(asked.code, 0, asked.err);
  t.regex(asked.out, /Session 1 /);
  endedBy(t, await running.ended, 0, 'engine_requested_halt');
  const before = await snapshot(folder);
  const none = await neo(folder, 'stop');
  t.is(none.code, 2);
  t.regex(none.err, /No session runs/);
  t.deepEqual(await snapshot(folder), before);
  await holds(t, folder, 1);
});

test('after kill −9 the next start closes the dead session and settles its offers', async (t) => {
  const folder = await folderFor(t);
  const running = start(t, folder, ...long, '--json');
  await untilRecorded(folder, 1, 'order.resting');
  running.kill('SIGKILL');
  await running.ended;
  const atDeath = (await recorded(join(folder, 'neo.db'), 1)).length;
  const next = await another(folder);
  endedBy(t, next, 0, 'duration_elapsed');
  t.is(documentOf(next).session, 2);
  const dead = documentOf(await ask(folder, 'show', '1', '--json'));
  t.is(dead.halt?.reason, 'unexpected_halt');
  t.is(dead.halt?.source, 'recovery');
  t.true(dead.log.events > atDeath);
  const [opened, ...rows] = (await recorded(join(folder, 'neo.db'), 2)).map(({ event }) => event);
  const brought = opened?.type === 'session.opened' ? opened.brought.orders : [];
  t.true(brought.length > 0);
  const settled = rows.flatMap((event) =>
    event.type === 'order.cancelled' ||
    event.type === 'order.expired' ||
    event.type === 'order.filled'
      ? [event.order]
      : [],
  );
  for (const { id } of brought) t.true(settled.includes(id), id);
  t.is(documentOf(next).orders.unknown, 0);
  await holds(t, folder, 2);
});

const onAnyPort = { NEO_INSPECTOR_PORT: '0' };

test('a second process on the same database is refused and touches nothing; the page tells of the first', async (t) => {
  const folder = await folderFor(t);
  const running = startUnder(t, onAnyPort, folder, ...long, '--json', '--inspect');
  const { origin } = new URL(await running.said(/page (\S+)/));
  await untilRecorded(folder, 1, 'order.resting');

  const page = await fetched(`${origin}/`);
  t.is(page.status, 200);
  t.regex(page.policy, /default-src/);
  const frame = await fetched(`${origin}/api/live?session=1`, /"sentence":"(?:[^"\\]|\\.)+"/);
  t.is(frame.status, 200);
  t.regex(frame.text, /"sentence":"OK /);

  running.kill('SIGSTOP');
  const before = await snapshot(folder);
  const second = await neo(folder, ...quick);
  t.is(second.code, 4);
  t.regex(second.err, new RegExp(`being written by process ${running.pid} .*neo stop`));
  t.is(second.out, '');
  t.deepEqual(await snapshot(folder), before);
  running.kill('SIGCONT');

  running.kill('SIGHUP');
  endedBy(t, await running.ended, 0, 'interrupted_sighup');
  await holds(t, folder, 1);
});

type Fetched = Readonly<{ status: number; policy: string; text: string }>;

/** The answer, whole or until it says what is waited for. */
const fetched = async (url: string, until?: RegExp): Promise<Fetched> => {
  const answer = new Promise<Fetched>((resolve, reject) => {
    const asked = get(url, (response) => {
      let text = '';
      const done = (): void => {
        const policy = String(response.headers['content-security-policy'] ?? '');
        resolve({ status: response.statusCode ?? 0, policy, text });
        asked.destroy();
      };
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        if (until?.test(text)) done();
      });
      response.on('end', done);
    });
    asked.on('error', reject);
  });
  const late = wait(10_000, undefined, { ref: false }).then(() => {
    throw new Error(`${url} did not answer in time`);
  });
  return Promise.race([answer, late]);
};

test('a page that breaks is said; the session goes on and ends without it', async (t) => {
  const folder = await folderFor(t);
  const broken = join(folder, 'broken.mjs');
  await writeFile(
    broken,
    `import { parentPort } from 'node:worker_threads';
     const say = parentPort?.postMessage.bind(parentPort);
     if (parentPort) parentPort.postMessage = (said) => {
       say(said);
       setTimeout(() => { throw new Error('it broke'); }, 100);
     };`,
  );
  const environment = { ...onAnyPort, NODE_OPTIONS: `--import ${broken}` };
  const line = ['run', '--duration-seconds', '3', '--inspect', '--json'];
  const running = startUnder(t, environment, folder, ...line);
  const ended = await running.ended;
  t.is(ended.code, 0);
  t.regex(ended.err, /it broke.*the page is gone; neo inspect shows the same/);
  t.is(documentOf(ended).halt?.reason, 'duration_elapsed');
});
