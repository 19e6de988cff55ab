/** The program as a user has it: dist/main.js in a process of its own, in a folder of its own; what it said and how it ended. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { openReader } from '../actors/log/reader.ts';
import { commands } from '../commands/commands.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { SessionDocument } from '../projections/document.ts';

export type Ended = Readonly<{ code: number | null; out: string; err: string }>;

export type Running = Readonly<{
  pid: number;
  kill: (signal: NodeJS.Signals) => void;
  /** What it says first on stdout. */
  firstLine: Promise<string>;
  ended: Promise<Ended>;
  /** What the pattern's group holds in what it says from now on. Rejects where it ends without. */
  said: (pattern: RegExp) => Promise<string>;
}>;

const main = fileURLToPath(new URL('../main.js', import.meta.url));

/** No configuration of whoever runs the tests. */
export const withoutSettings = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('NEO_')),
);

/** A folder that goes away with the test. */
export const folderFor = async (t: ExecutionContext<unknown>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'neo-door-'));
  t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
};

/** Starts it in the folder. The test kills it at its end if it still runs. */
export const start = (
  t: ExecutionContext<unknown>,
  folder: string,
  ...args: readonly string[]
): Running => startUnder(t, {}, folder, ...args);

/** The same in an environment. */
export const startUnder = (
  t: ExecutionContext<unknown>,
  environment: Readonly<Record<string, string>>,
  folder: string,
  ...args: readonly string[]
): Running => {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...withoutSettings, ...environment },
  });
  t.teardown(() => child.kill('SIGKILL'));
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    firstLine: once(child.stdout, 'data').then(([text]) => String(text).split('\n', 1)[0] ?? ''),
    ended: endOf(child),
    said: (pattern) => sayingOf(child, pattern),
  };
};

const sayingOf = (child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let all = '';
    const look = (text: string): void => {
      all += text;
      const found = pattern.exec(all)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('close', () => reject(new Error(`it ended without saying ${pattern}: ${all}`)));
  });

/** Runs it in the folder to its end. */
export const neo = (folder: string, ...args: readonly string[]): Promise<Ended> =>
  endOf(
    spawn(process.execPath, [main, ...args], {
      cwd: folder,
      env: withoutSettings,
      timeout: patienceMs,
    }),
  );

const patienceMs = 120_000;

const endOf = async (child: ChildProcessWithoutNullStreams): Promise<Ended> => {
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
};

/** The same command in this process, on `neo.db` of the folder: what it said and its exit code, much sooner. */
export const ask = (folder: string, name: string, ...args: readonly string[]): Promise<Ended> =>
  askUnder({}, folder, name, ...args);

/** The same in an environment. */
export const askUnder = async (
  environment: Readonly<Record<string, string>>,
  folder: string,
  name: string,
  ...args: readonly string[]
): Promise<Ended> =>
  here(environment, name, args.includes('--db') ? args : [...args, '--db', join(folder, 'neo.db')]);

/** A command line in this process, as it stands. */
export const here = async (
  environment: Readonly<Record<string, string>>,
  name: string,
  line: readonly string[],
): Promise<Ended> => {
  let [out, err] = ['', ''];
  const listed = commands.find((one) => one.name === name);
  try {
    if (!listed) throw new Error(`there is no command ${name}`);
    const command = await listed.load();
    const code = await command.run(line, {
      env: environment,
      out: (text) => (out += text),
      error: (text) => (err += text),
    });
    return { code, out, err };
  } catch (error) {
    if (!(error instanceof Error) || !('exitCode' in error)) throw error;
    return { code: Number(error.exitCode), out, err: `${err}${error.message}\n` };
  }
};

/** The one JSON document on stdout. */
export const documentOf = <T = SessionDocument>({ out }: Ended): T => JSON.parse(out) as T;

/** Resolves when the running session has recorded such an event; rejects when that takes too long. */
export const untilRecorded = async (
  folder: string,
  session: number,
  type: Event['type'],
): Promise<void> => {
  await untilRows(folder, session, (rows) => rows.some(({ event }) => event.type === type), type);
};

/** Resolves with what the running session has recorded once that fits; rejects when it takes too long. */
export const untilRows = async (
  folder: string,
  session: number,
  fits: (rows: readonly Recorded<Event>[]) => boolean,
  what: string,
): Promise<readonly Recorded<Event>[]> => {
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    const rows = await recorded(join(folder, 'neo.db'), session).catch(() => []);
    if (fits(rows)) return rows;
    await wait(250);
  }
  const rows = await recorded(join(folder, 'neo.db'), session).catch(() => []);
  const last = rows.slice(-8).map(({ seq, event }) => `${seq} ${event.type}`);
  throw new Error(`${what} did not come in session ${session}, which ends: ${last.join(', ')}`);
};

/** Everything that a session has recorded by now. */
export const recorded = async (
  file: string,
  session: number,
): Promise<readonly Recorded<Event>[]> => {
  const reader = await openReader(file);
  const rows: Recorded<Event>[] = [];
  for await (const page of reader.readSession(session)) rows.push(...(page as Recorded<Event>[]));
  await reader.close();
  return rows;
};

/** Every file beneath a folder with a digest of its content and when it was written, but for the index of a write-ahead log: whoever reads marks it. */
export const snapshot = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const names = await readdir(folder, { recursive: true });
  const found: Record<string, string> = {};
  for (const name of names.toSorted()) {
    if (name.endsWith('-shm')) continue;
    const path = join(folder, name);
    const { mtimeMs, size } = await stat(path);
    const content = (await stat(path)).isFile() ? await readFile(path) : '';
    found[name] = `${size} ${mtimeMs} ${createHash('sha256').update(content).digest('hex')}`;
  }
  return found;
};

/** A port that is free now. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
