/**
 * What the page costs, in a real browser over a session of a million events: until something is painted, until it can be used
 * (asked the moment `neo inspect` has said its address, and seconds later), a step, a jump, a search, a scroll through all of it. And what an open page costs a running engine. Prints, and judges
 * nothing. Needs a Chromium.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { openLog } from '../../actors/log/open.ts';
import { startProjector } from '../../actors/projector.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import { played } from '../inspected.ts';

const events = Number(process.argv[2] ?? 1_000_000);
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
if (executablePath === undefined) {
  console.log('left out: no Chromium is installed');
  process.exit(0);
}
const main = fileURLToPath(new URL('../../main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'neo-bench-'));
const file = join(folder, 'long.db');

/** One session of that length: the middle of a played one, again and again, later and later. */
const rowsOf = function* (): Generator<readonly Recorded<Event>[]> {
  const original = played({ seconds: 2_000 });
  const first = original.findIndex(({ event }) => event.type === 'session.started') + 5;
  const last =
    original.findIndex(
      ({ event }) => event.type === 'session.ending' || event.type === 'time.due',
    ) - 1;
  const from = original.findIndex(({ turn }, i) => i > first && turn !== original[i - 1]?.turn);
  const middle = original.slice(from, last);
  yield original.slice(0, from);
  const [head, tail] = [middle[0], middle.at(-1)];
  if (!head || !tail) throw new Error('nothing was played');
  const turns = tail.turn - head.turn + 1;
  const length = tail.at - head.at + 4_000;
  for (let n = 0; from + (n + 1) * middle.length <= events; n += 1) {
    yield middle.map((row) => ({
      ...row,
      seq: row.seq + n * middle.length,
      turn: row.turn + n * turns,
      at: row.at + n * length,
      cause: row.cause < head.seq ? 0 : row.cause + n * middle.length,
    }));
  }
};

const write = async (): Promise<number> => {
  const log = await openLog({
    file,
    network: 'sandbox',
    account: 'rEngine',
    synchronous: 'OFF',
    checkpointSeconds: 0,
    onCheckpoint: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  const projector = startProjector(log, (cause) => console.log('read models:', String(cause)), {
    rowsMax: 2_000,
    changesMax: 1_000,
    pauseMs: 0,
  });
  let written = 0;
  for (const rows of rowsOf()) {
    await log.append(1, rows);
    written += rows.length;
  }
  await projector.settled();
  await projector.stop();
  await log.close({ clean: true });
  return written;
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await work();
  return performance.now() - from;
};

const say = (what: string, ms: number, wanted = ''): void =>
  console.log(`${what.padEnd(52)} ${ms.toFixed(0).padStart(7)} ms ${wanted}`);

/** `neo inspect` on a free port, told as soon as it has said its address. */
const inspect = async (): Promise<Readonly<{ url: string; close: () => Promise<void> }>> => {
  const port = String(20_000 + Math.floor(Math.random() * 20_000));
  const child = spawn(process.execPath, [main, 'inspect', '--db', file, '--port', port], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.once('exit', (code) => child.stdout.emit('data', `nothing and ended with ${code}`));
  const [said] = (await once(child.stdout, 'data')) as [Buffer | string];
  const url = /http\S+/.exec(String(said))?.[0];
  if (url === undefined) throw new Error(`neo inspect said ${String(said)}`);
  const gone = once(child, 'exit');
  return {
    url,
    close: async () => {
      child.kill('SIGINT');
      await gone;
    },
  };
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

/** Milliseconds from the address to what is seen. */
type Seen = Record<'first paint' | 'sentence' | 'lanes' | 'newest rows' | 'charts', number>;

const openPage = async (page: Page, url: string): Promise<Seen> => {
  const from = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  const since = async (work: Promise<unknown>): Promise<number> => {
    await work;
    return performance.now() - from;
  };
  const [sentence, lanes, rows] = await Promise.all([
    since(page.locator('.say.OK, .say.DEGRADED, .say.ENDED, .say.HALT').waitFor()),
    since(page.waitForFunction(`document.querySelector('.axis') !== null`)),
    since(page.locator('.lines .line.now .what').waitFor()),
  ]);
  const paint = (await page.evaluate(
    `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`,
  )) as number;
  const charts = await since(page.locator('.region svg').first().waitFor());
  return { 'first paint': paint, sentence, lanes, 'newest rows': rows, charts };
};

/** A server of its own each time: it is asked the moment it has said its address, or seconds later. */
const open = async (browser: Browser, restMs: number): Promise<void> => {
  const all: Seen[] = [];
  for (let i = 0; i < 5; i += 1) {
    const served = await inspect();
    await sleep(restMs);
    const page = await browser.newPage({ viewport, bypassCSP: true });
    all.push(await openPage(page, served.url));
    await page.close();
    await served.close();
  }
  console.log(restMs === 0 ? 'opened at once' : `opened after ${restMs / 1000} s`);
  const medianOf = (what: keyof Seen): number => median(all.map((seen) => seen[what]));
  say('  first paint', medianOf('first paint'), '(wanted: 1000)');
  for (const what of ['sentence', 'lanes', 'newest rows', 'charts'] as const) {
    say(`  ${what}`, medianOf(what));
  }
  const usable = all.map((seen) => Math.max(seen.sentence, seen.lanes, seen['newest rows']));
  say('  usable: sentence, lanes and newest rows', median(usable), '(wanted: 2000)');
};

const viewport = { width: 1600, height: 1000 };

const browse = async (): Promise<void> => {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  await open(browser, 0);
  await open(browser, 5_000);
  const served = await inspect();
  const page = await browser.newPage({ viewport, bypassCSP: true });
  page.setDefaultTimeout(300_000);
  await openPage(page, served.url);
  const flag = page.locator('.flag');
  const moved = async (work: () => Promise<unknown>): Promise<number> => {
    const before = await flag.textContent();
    return timed(async () => {
      await work();
      await page.waitForFunction(
        `document.querySelector('.flag')?.textContent !== ${JSON.stringify(before)}`,
      );
    });
  };
  const box = (await page.locator('.pointer').boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 };
  say(
    'a jump into the middle',
    await moved(() => page.mouse.click(box.x + box.width / 2, box.y + 80)),
  );
  say('another', await moved(() => page.mouse.click(box.x + box.width / 5, box.y + 80)));
  say('a step of a turn', await moved(() => page.keyboard.press('ArrowRight')));
  say(
    'the log, from one end to the other in 40 strides',
    await timed(async () => {
      for (let i = 1; i <= 40; i += 1) {
        await page.evaluate(
          `(() => { const l = document.querySelector('.lines'); l.scrollTop = l.scrollHeight * ${i / 40}; })()`,
        );
        await page.waitForFunction(`document.querySelectorAll('.lines .line .what').length > 5`);
      }
    }),
  );
  say(
    'all trips found',
    await timed(async () => {
      await page.getByLabel('Type', { exact: true }).selectOption('guard.tripped');
      await page.waitForFunction(
        `/found$/.test(document.querySelector('.filters .count').textContent)`,
      );
    }),
  );
  await browser.close();
  await served.close();
};

/**
 * Seconds of processor time that the engine's own thread takes for a run in virtual time, with a page that is listened to or
 * none: what else the machine does is left out. As Linux tells it.
 */
const engine = async (isWatched: boolean): Promise<number> => {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const args = ['run', '--speed', 'max', '--duration-seconds', '900', '--json'];
  const db = join(folder, `run-${port}.db`);
  const child = spawn(
    process.execPath,
    [main, ...args, '--db', db, ...(isWatched ? ['--inspect', String(port)] : [])],
    { stdio: 'ignore', env: { ...process.env, NEO_SANDBOX_SEED: '7' } },
  );
  let over = false;
  let seconds = 0;
  const watch = setInterval(() => (seconds = secondsOf(child.pid ?? 0) ?? seconds), 20);
  const listen = (): void => {
    if (over) return;
    get(`http://127.0.0.1:${port}/api/live?session=1`, (response) => {
      if (response.statusCode !== 200) setTimeout(listen, 100);
      response.resume();
    }).on('error', () => setTimeout(listen, 100));
  };
  if (isWatched) listen();
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`a run ended with ${code}`);
  over = true;
  clearInterval(watch);
  return seconds;
};

const secondsOf = (pid: number): number | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
};

try {
  const seconds = (await timed(async () => console.log(`${await write()} events`))) / 1000;
  console.log(`written, with read models, in ${seconds.toFixed(0)} s`);
  await browse();
  const pairs: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    const alone = await engine(false);
    const watched = await engine(true);
    pairs.push(watched / alone);
    console.log(`900 ticks: ${alone.toFixed(2)} s alone, ${watched.toFixed(2)} s with a page`);
  }
  console.log(
    `an open page makes a tick ${((median(pairs) - 1) * 100).toFixed(1)} % longer (wanted: 5)`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
