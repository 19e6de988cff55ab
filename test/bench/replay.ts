/** How fast a session is replayed and played, how soon it quotes, and how much memory it takes. Prints what it measured; judges nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCore } from '../../actors/core.ts';
import { isDataText } from '../../actors/log/chain.ts';
import { openReader, type Reader } from '../../actors/log/reader.ts';
import { replay } from '../../actors/replay.ts';
import { turnsOf, type Turn } from '../../actors/turns.ts';
import { commands } from '../../commands/commands.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event, Input } from '../../events/event.ts';
import type { SessionOpened } from '../../events/session.ts';
import { settingsOf, type Settings } from '../../machines/settings.ts';

const rounds = 7;
const recordedSeconds = 7_200;
const liveSeconds = 8;
const main = fileURLToPath(new URL('../../main.js', import.meta.url));
const scenarios = fileURLToPath(new URL('../../../test/scenarios/', import.meta.url));

const secondsOf = async (work: () => unknown): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const say = (what: string, value: string): void => console.log(what.padEnd(52), value);

const command = async (name: string, ...args: readonly string[]): Promise<number> => {
  const found = commands.find((one) => one.name === name);
  if (!found) throw new Error(`there is no command ${name}`);
  const quiet = { env: {}, out: () => undefined, error: () => undefined };
  return (await found.load()).run(args, quiet);
};

const rowsOf = async (reader: Reader): Promise<readonly Recorded<Event>[]> => {
  const rows: Recorded<Event>[] = [];
  for await (const page of reader.readSession(1)) rows.push(...(page as Recorded<Event>[]));
  return rows;
};

const recordedUnder = ([opened]: readonly Recorded<Event>[]): Settings => {
  if (opened?.event.type !== 'session.opened') throw new Error('a session begins with its opening');
  return settingsOf(opened.event);
};

/** The decisions of a session alone: its inputs parsed before, what is said compared to the letter. */
const decided = (rows: readonly Recorded<Event>[], texts: readonly string[]): void => {
  const core = createCore(recordedUnder(rows));
  let place = 0;
  for (const { kind, event, at, cause } of rows) {
    if (kind !== 'input') continue;
    for (const said of core.turn(event as Input, at, cause)) {
      const isSame = said.kind === 'input' || isDataText(said.event, texts[place] ?? '');
      if (!isSame) throw new Error(`event ${said.seq} differs`);
      place += 1;
    }
  }
  if (place !== rows.length) throw new Error(`${rows.length - place} events were not said`);
};

/**
 * A session in virtual time, in a process of its own as a user's is, then its replay: from the disk, from pages in memory, and its
 * decisions alone. One after the other, so that what is kept in memory for one weighs on no other's garbage collection.
 */
const replayed = async (folder: string): Promise<void> => {
  const file = join(folder, 'replayed.db');
  const line = ['run', '--speed', 'max', '--duration-seconds', String(recordedSeconds)];
  const played = await secondsOf(() =>
    once(spawn(process.execPath, [main, ...line, '--db', file], { stdio: 'ignore' }), 'exit'),
  );
  const reader = await openReader(file);
  const [{ first, last } = { first: undefined, last: undefined }] = await reader.sessions();
  if (!first || !last) throw new Error('nothing was recorded');
  const settings = settingsOf(first.event as SessionOpened);
  say(`a session of ${last.seq} events`, `${played.toFixed(2)} s`);
  const measure = async (name: string, work: () => unknown): Promise<void> => {
    const took: number[] = [];
    for (let round = 0; round < rounds; round += 1) took.push(await secondsOf(work));
    const perSecond = (seconds: number): string => (last.seq / seconds).toFixed(0);
    const [first, best] = [perSecond(took[0] ?? 0), perSecond(Math.min(...took))];
    const figures = `${perSecond(median(took))} (first ${first}, best ${best})`;
    say(`events replayed a second, ${name}`, figures);
  };
  await measure('from the disk', () => replay(turnsOf(reader.readWritten(1)), settings));
  const turns: (readonly Turn[])[] = [];
  for await (const page of turnsOf(reader.readWritten(1))) turns.push(page);
  await measure('from pages in memory', () => replay(turns, settings));
  const rows = await rowsOf(reader);
  const texts = turns.flat().flatMap(({ input, said }) => [input, ...said].map(({ data }) => data));
  await measure('deciding and comparing alone', () => decided(rows, texts));
  await reader.close();
};

const tenMinutes = 600;

const scripted = async (folder: string): Promise<void> => {
  for (const name of ['both-causes-legacy', 'truth-times-out', 'three-sells']) {
    const file = join(scenarios, `${name}.json`);
    const { duration_seconds: seconds } = JSON.parse(readFileSync(file, 'utf8')) as {
      duration_seconds: number;
    };
    const took = await secondsOf(() =>
      command('scenario', file, '--db', join(folder, `${name}.db`)),
    );
    say(`seconds for ten minutes of ${name}`, ((took / seconds) * tenMinutes).toFixed(2));
  }
};

/** The demo as a user starts it, in a process of its own. */
const live = async (folder: string): Promise<void> => {
  const file = join(folder, 'live.db');
  const line = ['--duration-seconds', String(liveSeconds), '--json', '--db', file];
  const startedMs = Date.now();
  const child = spawn(process.execPath, [main, ...line], { stdio: 'ignore' });
  let peak = Number.NaN;
  const watch = setInterval(() => (peak = peakMiB(child.pid) ?? peak), 250);
  await once(child, 'exit');
  clearInterval(watch);
  const reader = await openReader(file);
  const rows = await rowsOf(reader);
  await reader.close();
  for (const type of [
    'session.opened',
    'quote.decided',
    'order.submit',
    'order.resting',
  ] as const) {
    const at = rows.find(({ event }) => event.type === type)?.at ?? Number.NaN;
    say(`seconds from process start to the first ${type}`, ((at - startedMs) / 1000).toFixed(2));
  }
  say(`peak of resident memory in ${liveSeconds} s, MiB`, peak.toFixed(0));
};

/** Where the system tells it (Linux). */
const peakMiB = (pid: number | undefined): number | undefined => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  } catch {
    return undefined;
  }
};

const folder = await mkdtemp(join(tmpdir(), 'neo-bench-'));
try {
  await live(folder);
  await replayed(folder);
  await scripted(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
