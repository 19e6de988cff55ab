/** The sandbox over WebSocket: xrpl.js speaks with it, and no client harms another. */
import net from 'node:net';
import test from 'ava';
import { WebSocket } from 'ws';
import { Client, Wallet } from 'xrpl';
import type { Json } from '../ledger/transport.ts';
import { serve, type Served } from '../sandbox/server.ts';
import { ownerOf, type Owner } from './sandbox/wallet.ts';

type World = Readonly<{ owner: Owner; served: Served }>;

const served = async (): Promise<World> => {
  const owner = await ownerOf();
  owner.sandbox.script?.market({ bid: '1.41972', ask: '1.42028', amm: '1.420213' });
  owner.close(0);
  return { owner, served: await serve(owner.sandbox.node, { port: 0 }) };
};

const opened = async (url: string): Promise<WebSocket> => {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
};

const answerTo = async (socket: WebSocket, text: string): Promise<Json> => {
  const arrived = new Promise<Json>((resolve) => {
    socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString('utf8')) as Json));
  });
  socket.send(text);
  return arrived;
};

test('xrpl.js connects, signs, submits, hears of it and looks it up', async (t) => {
  const { owner, served: door } = await served();
  const client = new Client(door.url);
  await client.connect();
  const heard: string[] = [];
  client.on('ledgerClosed', () => heard.push('ledger'));
  client.on('transaction', ({ engine_result: result }) => heard.push(result));
  await client.request({
    command: 'subscribe',
    streams: ['ledger'],
    accounts: [owner.sandbox.address],
  });
  const wallet = Wallet.fromSeed(owner.sandbox.seed);
  t.is(wallet.address, owner.sandbox.address);
  const prepared = await client.autofill({
    TransactionType: 'OfferCreate',
    Account: wallet.address,
    TakerGets: '10000000',
    TakerPays: { ...owner.token, value: '14.22' },
  });
  const { tx_blob: blob, hash } = wallet.sign(prepared);
  const { result } = await client.submit(blob);
  t.is(result.engine_result, 'tesSUCCESS');
  owner.close();
  const found = await client.request({ command: 'tx', transaction: hash });
  t.true(found.result.validated);
  t.deepEqual(heard, ['ledger', 'tesSUCCESS']);
  const book = await client.request({
    command: 'book_offers',
    taker_gets: { currency: 'XRP' },
    taker_pays: owner.token,
    ledger_index: 'validated',
  });
  t.is(book.result.offers.length, 2);
  t.is(await client.getXrpBalance(wallet.address), 69.399988);
  await t.throwsAsync(
    client.request({ command: 'account_info', account: Wallet.generate().address }),
    {
      message: 'Account not found.',
    },
  );
  await client.disconnect();
  await door.close();
});

test('text that is no request is answered, and the connection goes on', async (t) => {
  const { served: door } = await served();
  const socket = await opened(door.url);
  for (const text of ['{bad', '[]', '"x"', '', '{"command":', '\u0000']) {
    t.like(await answerTo(socket, text), { type: 'error', error: 'jsonInvalid' });
  }
  t.like(await answerTo(socket, '{"id":1,"command":"ping"} and more'), {
    id: 1,
    status: 'success',
  });
  const deep = `{"command":"x","a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  t.is((await answerTo(socket, deep))['status'] === 'success', false);
  for (const request of ['{"command":"__proto__"}', '{"command":"constructor"}']) {
    t.like(await answerTo(socket, request), { error: 'unknownCmd' });
  }
  await door.close();
});

test('an oversize message and a broken frame end their own connection only', async (t) => {
  const { served: door } = await served();
  const good = await opened(door.url);
  const large = await opened(door.url);
  const ended = new Promise((resolve) => large.once('close', resolve));
  large.send(`{"command":"ping","id":"${'x'.repeat(2_000_000)}"}`);
  t.is(await ended, 1009);
  const raw = net.connect(door.port, '127.0.0.1');
  raw.on('error', () => undefined);
  raw.write(
    'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  await new Promise((resolve) => raw.once('data', resolve));
  raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
  await new Promise((resolve) => raw.once('close', resolve));
  t.like(await answerTo(good, '{"command":"ping"}'), { status: 'success' });
  await door.close();
});

test('a client that does not read is let go, and the others hear on', async (t) => {
  const { owner, served: door } = await served();
  const deaf = await opened(door.url);
  const good = await opened(door.url);
  await answerTo(deaf, '{"command":"subscribe","streams":["ledger"]}');
  await answerTo(good, '{"command":"subscribe","streams":["ledger"]}');
  let heard = 0;
  good.on('message', () => (heard += 1));
  (deaf as unknown as { _socket: net.Socket })._socket.pause();
  let gone = false;
  deaf.once('close', () => (gone = true));
  const request = `{"command":"server_definitions"}`;
  for (let k = 0; k < 400; k += 1) deaf.send(request);
  for (let k = 0; k < 100 && owner.sandbox.chain.latest().header.ledger_index < 60; k += 1) {
    owner.close(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  (deaf as unknown as { _socket: net.Socket })._socket.resume();
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.true(gone);
  t.true(heard > 40);
  await door.close();
});

test('a taken port is a sentence with the cure', async (t) => {
  const { owner, served: door } = await served();
  await t.throwsAsync(serve(owner.sandbox.node, { port: door.port }), {
    message: `Port ${door.port} on 127.0.0.1 is taken: choose another, or end what listens there.`,
  });
  await door.close();
});
