/** The page through the public doors: a run's own, and neo inspect over a log; what an operator asks for there is done and logged. */
import { once } from 'node:events';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import test from 'ava';
import { ask, folderFor, freePort, neo, start, startUnder } from './door.ts';

const fetched = async (url: string): Promise<Response> => {
  for (let i = 0; i < 200; i += 1) {
    try {
      return await fetch(url);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`nobody answers at ${url}`);
};

test('the kill switch of a run’s page halts it, and the log says so', async (t) => {
  const folder = await folderFor(t);
  const line = ['run', '--duration-seconds', '60', '--json', '--inspect'];
  const running = startUnder(t, { NEO_INSPECTOR_PORT: '0' }, folder, ...line);
  const url = await running.said(/page (\S+#token=\S+)/);
  const { origin, hash } = new URL(url);
  t.is((await fetched(`${origin}/api/session?session=1`)).status, 200);
  const kill = (token: string): Promise<Response> =>
    fetch(`${origin}/api/act`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ kind: 'kill', note: 'by the page' }),
    });
  t.is((await kill('wrong')).status, 401);
  t.is((await kill(hash.slice('#token='.length))).status, 200);
  const { code, out, err } = await running.ended;
  t.is(code, 3, err);
  t.like(JSON.parse(out), { halt: { reason: 'kill_switch', source: 'operator' } });
});

test('neo inspect serves all sessions of a log, ends on a signal, and changes nothing', async (t) => {
  const folder = await folderFor(t);
  await ask(folder, 'run', '--speed', 'max', '--duration-seconds', '20', '--json');
  const before = await ask(folder, 'verify', '--json');
  const port = await freePort();
  const running = start(t, folder, 'inspect', '--port', String(port));
  const url = await running.said(/page (\S+#token=\S+)/);
  const { origin } = new URL(url);
  const { sessions } = (await (await fetched(`${origin}/api/sessions`)).json()) as {
    sessions: readonly { session: number; end: { reason: string } }[];
  };
  t.like(sessions[0], { session: 1, end: { reason: 'duration_elapsed' } });
  running.kill('SIGINT');
  t.is((await running.ended).code, 0);
  t.is((await ask(folder, 'verify', '--json')).out, before.out);
  const taken = await ask(folder, 'inspect', '--db', join(folder, 'none.db'));
  t.is(taken.code, 2);
  t.is((await ask(folder, 'inspect', '--port', '99999999')).code, 2);
});

test('--stately streams the machines to whoever listens, and nobody there is no reason to stop', async (t) => {
  const folder = await folderFor(t);
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.teardown(() => server.close());
  const types = new Set<string>();
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => types.add(JSON.parse(data.toString()).type)),
  );
  const { port } = server.address() as { port: number };
  const args = ['--speed', 'max', '--duration-seconds', '10', '--json'];
  const watched = await neo(folder, 'run', ...args, '--stately', `ws://127.0.0.1:${port}`);
  t.is(watched.code, 0, watched.err);
  t.true(types.has('@xstate.actor') && types.has('@xstate.snapshot'), [...types].join());
  const nowhere = `ws://127.0.0.1:${await freePort()}`;
  const alone = await ask(folder, 'run', ...args, '--stately', nowhere);
  t.is(alone.code, 0, alone.err);
  t.is((await ask(folder, 'run', ...args, '--stately=http://127.0.0.1')).code, 2);
});
