/** The page's server: what it serves, whom it refuses, and that nobody can hold it up. */
import { EventEmitter } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { Subject } from 'rxjs';
import { loadConfig } from '../config.ts';
import { drawingOf } from '../inspector/chart.ts';
import { InspectorError, startInspector, type InspectorOptions } from '../inspector/server.ts';
import { createStream, pagesMax } from '../inspector/stream.ts';
import { createTap } from '../inspector/tap.ts';

const settings = loadConfig({ env: {}, set: [] }).effective;

const options = (changed: Partial<InspectorOptions> = {}): InspectorOptions => ({
  host: '127.0.0.1',
  port: 0,
  exactPort: true,
  drawing: drawingOf(settings),
  session: { number: 7, network: 'sandbox', profile: 'default' },
  sentence: () => 'OK for 1 s: quoting',
  frame: createTap().frame,
  updates: new Subject(),
  ...changed,
});

type Got = Readonly<{ status: number; headers: IncomingMessage['headers']; body: string }>;

const get = (
  url: string,
  path = '/',
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Got> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const asked = request({ hostname, port, path, headers, method }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });

/** Listens to the stream: what came so far, and its end. */
const listen = (
  url: string,
): Promise<{ text: () => string; ended: Promise<void>; stop: () => void }> =>
  new Promise((resolve, reject) => {
    const asked = request(`${url}events`, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (more: string) => (text += more));
      const ended = new Promise<void>((over) => response.on('close', over));
      resolve({ text: () => text, ended, stop: () => asked.destroy() });
    });
    asked.on('error', reject);
    asked.end();
  });

const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !holds(); i += 1) await sleep(10);
};

const frames = (text: string): readonly Record<string, unknown>[] =>
  [...text.matchAll(/^event: frame\ndata: ([^\n]*)\n/gm)].map(
    ([, data]) => JSON.parse(data ?? '') as Record<string, unknown>,
  );

test('the page is served whole, from itself alone, under a strict policy', async (t) => {
  const inspector = await startInspector(options());
  const page = await get(inspector.url);
  t.is(page.status, 200);
  const policy = String(page.headers['content-security-policy']);
  t.true(policy.includes("default-src 'none'"));
  t.false(/unsafe|\*|http/.test(policy));
  t.is(page.headers['x-content-type-options'], 'nosniff');
  t.notRegex(page.body, /\bstyle=|<style|\bon[a-z]+=|https?:\/\//);
  const wanted = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
  t.true(wanted.length >= 4);
  for (let path = wanted.shift(); path !== undefined; path = wanted.shift()) {
    const file = await get(inspector.url, path);
    t.is(file.status, 200, path);
    t.notRegex(file.body, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/);
    t.notRegex(file.body.replaceAll('http://www.w3.org/2000/svg', ''), /https?:\/\//);
    const imported = [...file.body.matchAll(/from '\.\/([^']+\.js)'/g)].map(
      ([, name]) => `/${name}`,
    );
    wanted.push(...imported);
    if (path === '/main.js') t.true(imported.length > 3);
  }
  await inspector.close();
});

test('a name that is not ours is refused, so that no foreign name can be pointed here', async (t) => {
  const inspector = await startInspector(options());
  const { port } = new URL(inspector.url);
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '[::2]',
    '10.0.0.1',
    'a b',
  ]) {
    t.is((await get(inspector.url, '/', { host })).status, 421, host);
    t.is((await get(inspector.url, '/events', { host })).status, 421, host);
  }
  for (const host of [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    `LOCALHOST:${port}`,
    `[::1]:${port}`,
  ]) {
    t.is((await get(inspector.url, '/', { host })).status, 200, host);
  }
  await inspector.close();
});

test('another site may not read, nothing may be written', async (t) => {
  const inspector = await startInspector(options());
  const origin = inspector.url.slice(0, -1);
  for (const path of ['/', '/events']) {
    for (const foreign of [
      'http://evil.example',
      'null',
      `${origin}0`,
      origin.replace('http', 'https'),
    ]) {
      t.is((await get(inspector.url, path, { origin: foreign })).status, 403, foreign);
    }
    const cross = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    t.is((await get(inspector.url, path, cross)).status, 403);
  }
  t.is((await get(inspector.url, '/', { origin })).status, 200);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']) {
    const answer = await get(inspector.url, '/', {}, method);
    t.is(answer.status, 405, method);
    t.is(answer.headers.allow, 'GET');
    t.is(answer.headers['access-control-allow-origin'], undefined);
  }
  await inspector.close();
});

test('no path leads out of the page’s folder', async (t) => {
  const inspector = await startInspector(options());
  const paths = [
    '/../server.ts',
    '/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2fserver.ts',
    '//etc/passwd',
    '/tsconfig.json',
    '/index.html/../../tap.ts',
    '/main.js%00',
    '/constructor',
    '/__proto__',
  ];
  for (const path of paths) t.is((await get(inspector.url, path)).status, 404, path);
  t.is((await get(inspector.url, '/?a=1')).status, 200);
  await inspector.close();
});

test('a page is told what to draw, the newest frame at once, and another when something changed', async (t) => {
  const tap = createTap();
  const inspector = await startInspector(options({ frame: tap.frame, updates: tap.updates }));
  const page = await listen(inspector.url);
  await until(() => frames(page.text()).length > 0);
  t.regex(page.text(), /^event: page\ndata: \{"build":"[0-9a-f]{64}","session":\{"number":7/m);
  t.is(frames(page.text())[0]?.['sentence'], 'OK for 1 s: quoting');
  const event = { type: 'tick', index: 5 } as const;
  tap.durable({ seq: 1, turn: 1, at: 1000, kind: 'input', actor: 'world', v: 1, cause: 0, event });
  await until(() => frames(page.text()).length > 1);
  t.is(frames(page.text()).at(-1)?.['tick'], 5);
  page.stop();
  await inspector.close();
});

test('a burst of changes is one frame, and its newest state is in it', async (t) => {
  const updates = new Subject<void>();
  let count = 0;
  const inspector = await startInspector(options({ updates, sentence: () => `after ${count}` }));
  const page = await listen(inspector.url);
  await until(() => frames(page.text()).length === 1);
  for (count = 0; count < 10_000; count += 1) updates.next();
  await until(() => frames(page.text()).at(-1)?.['sentence'] === 'after 10000');
  t.true(frames(page.text()).length <= 4);
  t.is(frames(page.text()).at(-1)?.['sentence'], 'after 10000');
  page.stop();
  await inspector.close();
});

test('a text cannot break out of its message', async (t) => {
  const evil =
    'x\n\nevent: page\ndata: {"build":"evil"}\r\n\r\n</script><script>alert(1)</script>\u2028';
  const inspector = await startInspector(options({ sentence: () => evil }));
  const page = await listen(inspector.url);
  await until(() => frames(page.text()).length > 0);
  t.is(page.text().split('\nevent: page\n').length, 2);
  t.is(frames(page.text())[0]?.['sentence'], evil);
  page.stop();
  await inspector.close();
});

/** A page that takes nothing until told to. */
const slowPage = () => {
  const written: string[] = [];
  let isFull = false;
  let isDestroyed = false;
  const page = Object.assign(new EventEmitter(), {
    writeHead: () => undefined,
    write: (text: string) => {
      written.push(text);
      return !isFull;
    },
    end: () => undefined,
    destroy: () => {
      isDestroyed = true;
    },
  });
  return {
    response: page as unknown as ServerResponse,
    written,
    fill: () => (isFull = true),
    drain: () => {
      isFull = false;
      page.emit('drain');
    },
    isDestroyed: () => isDestroyed,
  };
};

test('a slow page queues nothing: it skips to the newest frame when it can take one', async (t) => {
  let count = 0;
  const stream = createStream(
    () => 'first',
    () => String(count),
  );
  const page = slowPage();
  page.fill();
  stream.add(page.response);
  t.is(page.written.length, 1);
  for (count = 1; count <= 5; count += 1) {
    stream.stir();
    await sleep(110);
  }
  t.is(page.written.length, 1);
  page.drain();
  t.deepEqual(page.written.slice(1), ['event: frame\ndata: 6\n\n']);
  stream.close();
});

test('pages beyond the bound are told so', async (t) => {
  const stream = createStream(
    () => '',
    () => '',
  );
  const pages = Array.from({ length: pagesMax }, slowPage);
  for (const page of pages) t.true(stream.add(page.response));
  t.false(stream.add(slowPage().response));
  pages[0]?.response.emit('close');
  t.true(stream.add(slowPage().response));
  stream.close();
});

test('a port that was asked for and is taken is an error with its cure; otherwise the next free one is used', async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const refused = await t.throwsAsync(startInspector(options({ port, exactPort: true })), {
    instanceOf: InspectorError,
  });
  t.is(refused?.exitCode, 4);
  t.regex(refused?.message ?? '', new RegExp(`${port}.*in use.*--inspect PORT`));
  const inspector = await startInspector(options({ port, exactPort: false }));
  t.true(Number(new URL(inspector.url).port) > port);
  await inspector.close();
  other.close();
});

test('an address that is not ours is an error with its cure', async (t) => {
  const refused = await t.throwsAsync(startInspector(options({ host: '203.0.113.7' })), {
    instanceOf: InspectorError,
  });
  t.regex(refused?.message ?? '', /inspector\.host/);
});

test('closing tells open pages the newest state and waits for none of them', async (t) => {
  let sentence = 'before';
  const inspector = await startInspector(options({ sentence: () => sentence }));
  const page = await listen(inspector.url);
  await until(() => frames(page.text()).length === 1);
  const idle = connect(Number(new URL(inspector.url).port), '127.0.0.1');
  idle.on('error', () => undefined);
  await new Promise<void>((resolve) => idle.once('connect', () => resolve()));
  sentence = 'the end';
  const from = performance.now();
  await inspector.close();
  t.true(performance.now() - from < 2_000);
  await page.ended;
  t.is(frames(page.text()).at(-1)?.['sentence'], 'the end');
  idle.destroy();
});
