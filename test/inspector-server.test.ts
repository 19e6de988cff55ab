/** The page's server: what it serves, whom it refuses, and that nobody can hold it up. */
import { EventEmitter } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { InspectorError } from '../inspector/listen.ts';
import type { Frame } from '../inspector/live.ts';
import type { Found } from '../inspector/find.ts';
import { startInspector, type InspectorOptions } from '../inspector/server.ts';
import type { MomentView } from '../inspector/view.ts';
import { createStream, pagesMax } from '../inspector/stream.ts';
import { played, sourceFrom } from './inspected.ts';

const rows = played({ seconds: 60 });
const token = 'a-token';

const options = (changed: Partial<InspectorOptions> = {}): InspectorOptions => ({
  host: '127.0.0.1',
  port: 0,
  exactPort: true,
  source: sourceFrom([rows]).source,
  actions: null,
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
    const asked = request(`${url}api/live?session=1`, (response) => {
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
  t.true(wanted.length >= 3);
  for (let path = wanted.shift(); path !== undefined; path = wanted.shift()) {
    const file = await get(inspector.url, path);
    t.is(file.status, 200, path);
    if (path.endsWith('.woff2')) continue;
    t.notRegex(file.body, /outerHTML|insertAdjacentHTML|document\.write|\beval\(/);
    t.notRegex(
      file.body.replaceAll(
        /http:\/\/www\.w3\.org\/(?:2000\/svg|1999\/xhtml|1998\/Math\/MathML)/g,
        '',
      ),
      /https?:\/\//,
    );
    const more = [...file.body.matchAll(/url\("?\.\/([^")]+)/g)].map(([, name]) => `/${name}`);
    wanted.push(...more);
    if (path === '/main.css') t.true(more.length === 2);
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
    t.is((await get(inspector.url, '/api/live?session=1', { host })).status, 421, host);
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
  for (const path of ['/', '/api/live?session=1']) {
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
    t.is(answer.headers.allow, 'GET, POST');
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

const newest = (text: string): Record<string, unknown> =>
  (frames(text).at(-1)?.['moment'] ?? {}) as Record<string, unknown>;

test('a page is told the newest moment at once, and another when the log has grown', async (t) => {
  const { source, grow } = sourceFrom([rows.slice(0, 50)]);
  const inspector = await startInspector(options({ source }));
  const page = await listen(inspector.url);
  await until(() => newest(page.text())['seq'] === 50);
  t.regex(page.text(), /^event: page\ndata: \{"build":"[0-9a-f]{64}"\}$/m);
  t.regex(String(newest(page.text())['sentence']), /^OK for /);
  grow(1, rows.slice(50, 60));
  await until(() => newest(page.text())['seq'] === 60);
  t.is(newest(page.text())['seq'], 60);
  page.stop();
  await inspector.close();
});

test('a session that begins while a page looks at another is told to it', async (t) => {
  const { source, grow } = sourceFrom([rows]);
  const inspector = await startInspector(options({ source }));
  const page = await listen(inspector.url);
  await until(() => frames(page.text()).length > 0);
  grow(2, rows.slice(0, 5));
  await until(() => frames(page.text()).at(-1)?.['newestSession'] === 2);
  t.is(frames(page.text()).at(-1)?.['newestSession'], 2);
  t.is(newest(page.text())['session'], 1);
  page.stop();
  await inspector.close();
});

test('a text cannot break out of its message', async (t) => {
  const evil =
    'x\n\nevent: page\ndata: {"build":"evil"}\r\n\r\n</script><script>alert(1)</script>\u2028';
  const told = rows.map((row) =>
    row.event.type === 'gateway.changed'
      ? { ...row, event: { ...row.event, state: evil as never } }
      : row,
  );
  const inspector = await startInspector(options({ source: sourceFrom([told]).source }));
  const page = await listen(inspector.url);
  await until(() => newest(page.text())['gateway'] === evil);
  t.is(page.text().split('\nevent: page\n').length, 2);
  t.is(newest(page.text())['gateway'], evil);
  page.stop();
  await inspector.close();
});

const asked = async (url: string, path: string): Promise<unknown> => {
  const { status, body } = await get(url, path);
  if (status !== 200) throw new Error(`${status} ${body}`);
  return JSON.parse(body);
};

test('the search finds what the page shows of an event, however that is typed', async (t) => {
  const inspector = await startInspector(options());
  t.teardown(inspector.close);
  const find = async (query: string): Promise<readonly string[]> => {
    const path = `/api/find?session=1&seq=1&${encodeURI(query)}`;
    const { seqs } = (await asked(inspector.url, path)) as Found;
    return [
      ...new Set(rows.filter(({ seq }) => seqs.includes(seq)).map(({ event }) => event.type)),
    ];
  };
  t.deepEqual(await find('text=error -8.45 BPS'), ['market.observed']);
  t.deepEqual(await find("text=the start's checks passed"), ['session.started']);
  t.deepEqual(await find('text=would trip:'), []);
  t.deepEqual(await find('text=none would trip'), ['guards.evaluated']);
  t.deepEqual(await find('text=truth.checked inventory'), ['truth.checked']);
  t.deepEqual(await find('text=anchorErrorBps'), ['market.observed'], 'also what it does not show');
  t.deepEqual(await find('text=mid 1.42&type=guard.*'), []);
  t.deepEqual(await find('text=mid 1.42&actor=market'), ['market.observed']);
});

test('nothing that stands behind an event that is not what was written is told, however it is asked for', async (t) => {
  const { source } = sourceFrom([rows]);
  const broken = async () => ({ seq: 60, why: 'event 60 is damaged' });
  const inspector = await startInspector(options({ source: { ...source, broken } }));
  const frameOf = async (): Promise<Frame> => {
    const stream = await listen(inspector.url);
    while (!stream.text().includes('event: frame\ndata: ')) await sleep(10);
    stream.stop();
    return JSON.parse(/event: frame\ndata: (.*)/.exec(stream.text())?.[1] ?? '') as Frame;
  };
  let frame = await frameOf();
  while (frame.damage === null) frame = await frameOf();
  t.like(frame, { damage: 'event 60 is damaged', read: 59, durable: 59 });
  t.like(frame.moment?.facts[0], { name: 'as of', note: 'damaged from there on' });
  const last = (await asked(inspector.url, '/api/moment?session=1&seq=59')) as MomentView;
  t.is(last.facts[0]?.name, 'as of');
  const before = (await asked(inspector.url, '/api/moment?session=1&seq=58')) as MomentView;
  t.is(before.facts[0]?.name, 'planned end');
  const window = await asked(inspector.url, '/api/rows?session=1&from=50&to=70');
  t.like(window, { total: 59, rows: { length: 10 } });
  t.like(await asked(inspector.url, '/api/some-rows?session=1&seqs=59,60,61'), {
    total: 59,
    rows: { length: 1 },
  });
  const found = await asked(inspector.url, '/api/find?session=1&seq=1&type=tick');
  t.like(found, { total: 59, searchedTo: 59 });
  t.true((found as Found).seqs.every((seq) => seq < 60));
  const { status, body } = await get(inspector.url, '/api/event?session=1&seq=60');
  t.deepEqual([status, body], [400, 'event 60 is damaged\n']);
  await inspector.close();
});

test('the log comes in windows, however long it is; a question that makes no sense is told so', async (t) => {
  const inspector = await startInspector(options());
  const { total, rows: some } = (await asked(
    inspector.url,
    '/api/rows?session=1&from=11&to=20',
  )) as {
    total: number;
    rows: readonly { seq: number }[];
  };
  t.is(total, rows.length);
  t.deepEqual(
    some.map(({ seq }) => seq),
    [11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
  );
  const window = (await asked(inspector.url, `/api/rows?session=1&from=1&to=999999`)) as {
    rows: unknown[];
  };
  t.true(window.rows.length <= 300);
  for (const wrong of [
    '/api/rows?session=1&from=-1&to=2',
    '/api/rows?session=99&from=1&to=2',
    '/api/rows?session=1;DROP TABLE event&from=1&to=2'.replaceAll(' ', '%20'),
    '/api/moment?session=1&seq=abc',
    '/api/lanes?session=1&from=10&to=5&points=100',
    '/api/step?session=1&seq=5&by=magic',
    '/api/event?session=1&seq=99999999',
  ]) {
    const answer = await get(inspector.url, wrong);
    t.is(answer.status, 400, wrong);
    t.notRegex(answer.body, / at .*\.js|node:/, wrong);
  }
  t.is((await get(inspector.url, '/api/live?session=77')).status, 503);
  await inspector.close();
});

test('what is found is found by actor, type and text, a stretch at a time', async (t) => {
  const inspector = await startInspector(options());
  const { seqs, searchedTo } = (await asked(
    inspector.url,
    '/api/find?session=1&seq=1&actor=&type=tick&text=',
  )) as { seqs: readonly number[]; searchedTo: number };
  t.deepEqual(
    seqs,
    rows.filter(({ event }) => event.type === 'tick').map(({ seq }) => seq),
  );
  t.is(searchedTo, rows.length);
  await inspector.close();
});

test('a step goes to the next event, the end of the next turn, the next change of mode', async (t) => {
  const inspector = await startInspector(options({ source: sourceFrom([played()]).source }));
  const all = played();
  const step = async (seq: number, by: string, back = 0): Promise<number> => {
    const path = `/api/step?session=1&seq=${seq}&by=${by}&back=${back}`;
    return ((await asked(inspector.url, path)) as { seq: number }).seq;
  };
  t.is(await step(10, 'event'), 11);
  t.is(await step(10, 'event', 1), 9);
  const end = await step(10, 'turn');
  t.not(all[end - 1]?.turn, all[end]?.turn);
  const back = await step(end, 'turn', 1);
  t.is(all[back - 1]?.turn, (all[end - 1]?.turn ?? 0) - 1);
  const changed = all.filter(({ event }) => event.type === 'mode.changed').map(({ seq }) => seq);
  let found = 0;
  for (let i = 0; i < 100 && found !== changed[0]; i += 1) found = await step(1, 'mode');
  t.is(found, changed[0] ?? 0);
  t.is(await step(changed[1] ?? 0, 'mode', 1), changed[0] ?? 0);
  await inspector.close();
});

const post = (url: string, body: string, headers: Record<string, string> = {}): Promise<Got> =>
  new Promise((resolve, reject) => {
    const { hostname, port, origin } = new URL(url);
    const given = {
      origin,
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...headers,
    };
    const sent = request(
      { hostname, port, path: '/api/act', method: 'POST', headers: given },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (more: string) => (text += more));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

test('an operator’s request goes on as its message, with the token and from the page itself alone', async (t) => {
  const messages: object[] = [];
  const take = async (message: object) => {
    messages.push(message);
    return { said: 'It was asked.' };
  };
  const actions = { token, post: take };
  const inspector = await startInspector(options({ actions }));
  const kill = JSON.stringify({ kind: 'kill', note: ' enough ' });
  const refused: readonly (readonly [number, string, Record<string, string>])[] = [
    [401, kill, { authorization: '' }],
    [401, kill, { authorization: 'Bearer a-tokem' }],
    [401, kill, { authorization: `Basic ${token}` }],
    [403, kill, { origin: 'http://evil.example' }],
    [403, kill, { origin: 'null' }],
    [403, kill, { 'sec-fetch-site': 'cross-site' }],
    [421, kill, { host: 'evil.example' }],
    [415, kill, { 'content-type': 'text/plain' }],
    [400, 'no json', {}],
    [400, 'null', {}],
    [400, JSON.stringify({ kind: 'constructor' }), {}],
    [400, JSON.stringify({ kind: 'clear', note: 'no name' }), {}],
    [400, JSON.stringify({ kind: 'acknowledge', session: 1, seq: -4, note: 'x' }), {}],
    [413, JSON.stringify({ kind: 'kill', note: 'x'.repeat(5_000) }), {}],
  ];
  for (const [status, body, headers] of refused) {
    t.is(
      (await post(inspector.url, body, headers)).status,
      status,
      JSON.stringify([body.slice(0, 40), headers]),
    );
  }
  t.deepEqual(messages, []);
  t.is((await get(inspector.url, '/api/act')).status, 405);
  const answer = await post(inspector.url, kill);
  t.is(answer.status, 200);
  t.deepEqual(JSON.parse(answer.body), { said: 'It was asked.' });
  await post(inspector.url, JSON.stringify({ kind: 'stop' }));
  await post(inspector.url, JSON.stringify({ kind: 'clear', by: 'Ada', note: 'looked at' }));
  await post(
    inspector.url,
    JSON.stringify({ kind: 'acknowledge', session: 1, seq: 4, note: 'seen' }),
  );
  t.deepEqual(messages, [
    { type: 'operator.kill', note: 'enough' },
    { type: 'operator.stop', note: 'through the page' },
    { type: 'operator.clear', by: 'Ada', note: 'looked at' },
    { type: 'operator.acknowledge', session: 1, seq: 4, note: 'seen' },
  ]);
  await inspector.close();
});

test('a page may ask whether its token is the one that lets it act', async (t) => {
  const given = async (actions: InspectorOptions['actions'], authorization: string) => {
    const inspector = await startInspector(options({ actions }));
    const { status, body } = await get(inspector.url, '/api/may-act', { authorization });
    await inspector.close();
    return [status, JSON.parse(body)];
  };
  const actions = { token, post: async () => ({ said: '' }) };
  t.deepEqual(await given(actions, `Bearer ${token}`), [200, { mayAct: true }]);
  for (const wrong of ['', 'Bearer ', 'Bearer a-tokem', `Basic ${token}`])
    t.deepEqual(await given(actions, wrong), [200, { mayAct: false }], wrong);
  t.deepEqual(await given(null, `Bearer ${token}`), [200, { mayAct: false }]);
});

test('a page without a token that anybody holds can only be looked at', async (t) => {
  const inspector = await startInspector(options());
  t.is((await post(inspector.url, JSON.stringify({ kind: 'kill' }))).status, 403);
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

test('closing waits for no page', async (t) => {
  const inspector = await startInspector(options());
  const page = await listen(inspector.url);
  await until(() => frames(page.text()).length > 0);
  const idle = connect(Number(new URL(inspector.url).port), '127.0.0.1');
  idle.on('error', () => undefined);
  await new Promise<void>((resolve) => idle.once('connect', () => resolve()));
  const from = performance.now();
  await inspector.close();
  t.true(performance.now() - from < 2_000);
  await page.ended;
  idle.destroy();
});

test('a report is served as it was made, without scripts; one that is not there is told how it is made', async (t) => {
  const inspector = await startInspector(options());
  const report = await get(inspector.url, '/report?session=1');
  t.is(report.body, '<p>the report</p>');
  t.notRegex(String(report.headers['content-security-policy']), /script-src|https?:/);
  t.regex(String(report.headers['content-security-policy']), /default-src 'none'/);
  const none = await get(inspector.url, '/report?session=2');
  t.is(none.status, 404);
  t.regex(none.body, /neo report 2/);
  t.is((await get(inspector.url, '/report?session=../1')).status, 404);
  await inspector.close();
});

test('a page is told that a session without an end has died once nobody writes its log', async (t) => {
  const { source, die } = sourceFrom([played({ seconds: 300 }).slice(0, 400)]);
  const inspector = await startInspector({ ...options(), source });
  const page = await listen(inspector.url);
  const words = (): readonly unknown[] =>
    frames(page.text()).map(({ moment }) => (moment as { word: string } | null)?.word);
  await until(() => words().length > 0);
  t.false(words().includes('DIED'));
  die();
  for (let i = 0; i < 4 && !words().includes('DIED'); i += 1)
    await until(() => words().includes('DIED'));
  t.is(words().at(-1), 'DIED');
  const last = JSON.parse((await get(inspector.url, '/api/moment?session=1&seq=400')).body) as {
    sentence: string;
    over: boolean;
    facts: readonly { name: string; note: string }[];
  };
  t.regex(last.sentence, /^died: nobody writes this log since /);
  t.is(last.facts.find(({ name }) => name === 'planned end')?.note, 'not reached');
  t.true(last.over);
  const earlier = JSON.parse((await get(inspector.url, '/api/moment?session=1&seq=200')).body) as {
    sentence: string;
  };
  t.notRegex(earlier.sentence, /died/, 'it lived then');
  page.stop();
  await inspector.close();
});

test('of more fills than can be told apart both sides are drawn alike', async (t) => {
  const fill = rows.find(({ event }) => event.type === 'fill.recorded');
  if (fill?.event.type !== 'fill.recorded') return t.fail();
  const { event } = fill;
  const { seq: last, at } = rows.at(-1) ?? fill;
  const fills = Array.from({ length: 4_000 }, (_, index) => ({
    ...fill,
    at,
    seq: last + 1 + index,
    event: { ...event, side: index % 2 === 0 ? ('buy' as const) : ('sell' as const) },
  }));
  const inspector = await startInspector(
    options({ source: sourceFrom([[...rows, ...fills]]).source }),
  );
  const page = await listen(inspector.url);
  await until(() => newest(page.text())['seq'] === last + 4_000);
  page.stop();
  const { marks, fills: left } = (await asked(
    inspector.url,
    `/api/lanes?session=1&from=${at - 1}&to=${at + 1}&points=100`,
  )) as { marks: readonly { kind: string; side: string }[]; fills: number };
  const drawn = (side: string): number =>
    marks.filter((mark) => mark.kind === 'fill' && mark.side === side).length;
  t.true(drawn('buy') + drawn('sell') <= 1_502);
  t.true(Math.abs(drawn('buy') - drawn('sell')) <= 1, `${drawn('buy')} and ${drawn('sell')}`);
  t.true(drawn('buy') > 500);
  t.is(drawn('buy') + drawn('sell') + left, fills.length);
  await inspector.close();
});

test('of a session that died no lane has the silence until the next start', async (t) => {
  const dead = played({ seconds: 600, crash: { t: 300, silentSeconds: 90_000 } });
  const [from, found] = [dead[0]?.at ?? 0, dead.at(-1)?.at ?? 0];
  const inspector = await startInspector(options({ source: sourceFrom([dead]).source }));
  const page = await listen(inspector.url);
  await until(() => newest(page.text())['seq'] === dead.length);
  const { at, livedUntil } = newest(page.text()) as { at: number; livedUntil: number };
  t.is(at, found);
  t.true(livedUntil - from <= 301_000);
  page.stop();
  const { lastAt, marks } = (await asked(
    inspector.url,
    `/api/lanes?session=1&from=${from}&to=${found}&points=100`,
  )) as { lastAt: number; marks: readonly { kind: string; at: number }[] };
  t.is(lastAt, livedUntil);
  t.true(marks.some(({ kind }) => kind === 'end'));
  t.true(marks.every((mark) => mark.at <= livedUntil));
  await inspector.close();
});
