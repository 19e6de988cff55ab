/** The transport on a real socket: what goes wrong is said once, with its code, and a former connection is never heard again. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { WebSocketServer, type WebSocket } from 'ws';
import { webSocketTransport } from '../actors/gateway/websocket.ts';
import { ServerError, TransportError, type Connection, type Json } from '../ledger/transport.ts';
import { freePort } from './door.ts';

type Answer = (request: Json) => Json | string | undefined;

const served = async (t: ExecutionContext, answer: Answer) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const sockets: WebSocket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data: Buffer) => {
      const said = answer(JSON.parse(data.toString()) as Json);
      if (said !== undefined) socket.send(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  t.teardown(() => {
    for (const socket of sockets) socket.terminate();
    server.close();
  });
  const transport = webSocketTransport(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.teardown(() => transport.close());
  const changes: Connection[] = [];
  const messages: Json[] = [];
  transport.connection.subscribe((change) => changes.push(change));
  transport.messages.subscribe((message) => messages.push(message));
  return { transport, sockets, changes, messages };
};

const until = async (holds: () => boolean): Promise<void> => {
  const end = Date.now() + 10_000;
  while (!holds() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
};

const success: Answer = ({ id }) => ({
  id,
  status: 'success',
  type: 'response',
  result: { ok: 1 },
});

test('a close for policy is told with its code, once; connecting again is a new connection', async (t) => {
  const { transport, sockets, changes, messages } = await served(t, success);
  await transport.connect();
  t.deepEqual(await transport.request({ command: 'ping' }), { ok: 1 });
  sockets[0]?.close(1008, 'threshold exceeded');
  await until(() => changes.length === 2);
  t.like(changes[1], { up: false, code: 1008 });
  await t.throwsAsync(transport.request({ command: 'ping' }), { instanceOf: TransportError });
  await transport.connect();
  await until(() => sockets.length === 2);
  sockets[1]?.send(JSON.stringify({ type: 'ledgerClosed', ledger_index: 5 }));
  await until(() => messages.length === 1);
  t.deepEqual(
    changes.map(({ up }) => up),
    [true, false, true],
  );
  t.is(messages.length, 1);
});

test('a server that hears nothing any more is left at once, and no connection is made that nobody asked for', async (t) => {
  const { transport, sockets } = await served(t, success);
  await transport.connect();
  await until(() => sockets.length === 1);
  sockets[0]?.pause();
  const unanswered = t.throwsAsync(transport.request({ command: 'ping' }), {
    instanceOf: TransportError,
  });
  const started = performance.now();
  await transport.close();
  t.true(performance.now() - started < 3_000);
  await unanswered;
  await transport.connect();
  await until(() => sockets.length === 2);
  sockets[1]?.terminate();
  await wait(1_500);
  t.is(sockets.length, 2, 'xrpl.js itself would connect again after 100 ms');
});

test('a server that takes the connection and says nothing holds nobody up', async (t) => {
  const mute = createServer(() => undefined);
  mute.listen(0, '127.0.0.1');
  await once(mute, 'listening');
  t.teardown(() => mute.close());
  const transport = webSocketTransport(`ws://127.0.0.1:${(mute.address() as AddressInfo).port}`);
  const refused = t.throwsAsync(transport.connect(), { instanceOf: TransportError });
  await wait(100);
  const started = performance.now();
  await transport.close();
  t.true(performance.now() - started < 3_000);
  await refused;
});

test('an error that the server answers keeps its code and whether all was searched', async (t) => {
  const { transport } = await served(t, ({ id }) => ({
    id,
    status: 'error',
    type: 'response',
    error: 'txnNotFound',
    error_message: 'Transaction not found.',
    searched_all: true,
  }));
  await transport.connect();
  const error = await t.throwsAsync(transport.request({ command: 'tx' }), {
    instanceOf: ServerError,
  });
  t.like(error, { code: 'txnNotFound', searchedAll: true });
});

test('a warning of load beside an answer is told', async (t) => {
  const { transport, messages } = await served(t, ({ id }) => ({
    id,
    status: 'success',
    type: 'response',
    warning: 'load',
    result: {},
  }));
  await transport.connect();
  await transport.request({ command: 'ping' });
  t.deepEqual(messages, [{ type: 'warning', warning: 'load' }]);
});

test('what is no JSON, no answer to us, or an answer without a result breaks nothing', async (t) => {
  const odd: (string | Json)[] = [
    '{',
    'null',
    '[]',
    { type: 'response', id: 99, status: 'success' },
  ];
  const { transport, changes } = await served(t, (request) => odd.shift() ?? success(request));
  await transport.connect();
  const unanswered = [0, 1, 2, 3].map(() => transport.request({ command: 'ping' }));
  for (const one of unanswered) void one.catch(() => undefined);
  t.deepEqual(await transport.request({ command: 'ping' }), { ok: 1 });
  t.is(changes.length, 1);
});

test('nobody there, and somebody who is no WebSocket, are a TransportError naming the endpoint', async (t) => {
  const nobody = webSocketTransport(`ws://127.0.0.1:${await freePort()}`);
  await t.throwsAsync(nobody.connect(), {
    instanceOf: TransportError,
    message: /^no connection to ws:\S+ \(ECONNREFUSED\)$/,
  });
  const rude = createServer((socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'));
  rude.listen(0, '127.0.0.1');
  await once(rude, 'listening');
  t.teardown(() => void rude.close());
  const refused = webSocketTransport(`ws://127.0.0.1:${(rude.address() as AddressInfo).port}`);
  await t.throwsAsync(refused.connect(), {
    instanceOf: TransportError,
    message: /^no connection to ws:\S+ \(Unexpected server response: 503\)$/,
  });
});
