/** Drives the Chromium that is installed, if any, by its own protocol: opens a page, evaluates in it, notes what it complains about. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

export type Browser = Readonly<{
  open: (url: string, size?: { readonly width: number; readonly height: number }) => Promise<void>;
  /** The value of an expression in the page. */
  evaluate: (expression: string) => Promise<unknown>;
  /** Errors, warnings and policy violations since the start. */
  complaints: () => readonly string[];
  close: () => Promise<void>;
}>;

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Undefined where none is installed. */
export const findChromium = (): string | undefined =>
  names.find((name) => spawnSync(name, ['--version']).status === 0);

const flags = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
];

type Answer = Readonly<{ id?: number; method?: string; params?: unknown; result?: unknown }>;

export const startChromium = async (program: string): Promise<Browser> => {
  const profile = mkdtempSync(join(tmpdir(), 'neo-browser-'));
  const unboxed = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(
    program,
    [...flags, ...unboxed, `--user-data-dir=${profile}`, 'about:blank'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      const found = /ws:\/\/[^:]+:(\d+)\//.exec(text)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`${program} did not start: ${text.slice(-400)}`)));
  });
  const response = await fetch(`http://127.0.0.1:${port}/json`);
  const targets = (await response.json()) as { type: string; webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(
    targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '',
  );
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));

  const waiting = new Map<number, (result: unknown) => void>();
  const complaints: string[] = [];
  let asked = 0;
  socket.on('message', (data: Buffer) => {
    const { id, method, params, result } = JSON.parse(data.toString()) as Answer;
    if (id !== undefined) waiting.get(id)?.(result);
    else if (method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown')
      complaints.push(JSON.stringify(params));
  });
  const call = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      socket.send(JSON.stringify({ id: asked, method, params }));
    });
  for (const domain of ['Runtime', 'Log', 'Page']) await call(`${domain}.enable`);

  return {
    open: async (url, size = { width: 1600, height: 1000 }) => {
      const mobile = size.width < 700;
      await call('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile });
      await call('Page.navigate', { url });
    },
    evaluate: async (expression) => {
      const answer = await call('Runtime.evaluate', { expression, returnByValue: true });
      return (answer as { result?: { value?: unknown } }).result?.value;
    },
    complaints: () => complaints,
    close: async () => {
      void call('Browser.close');
      await exited;
      socket.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
};
