/** The connection without a socket: answers through microtasks alone, and the faults that scenarios ask for. */
import test from 'ava';
import type { Connection, Json } from '../ledger/transport.ts';
import { ServerError, TransportError } from '../ledger/transport.ts';
import { ownerOf } from './sandbox/wallet.ts';

const ping = { command: 'ping' };

test('a request is answered before any timer or setImmediate', async (t) => {
  const { link } = await ownerOf();
  let immediate = false;
  setImmediate(() => (immediate = true));
  t.deepEqual(await link.request(ping), {});
  t.false(immediate);
});

test('an error of the server is a ServerError with its code, no answer is a TransportError', async (t) => {
  const { link } = await ownerOf();
  const refused = await t.throwsAsync(link.request({ command: 'nonsense' }), {
    instanceOf: ServerError,
  });
  t.is(refused?.code, 'unknownCmd');
  await link.close();
  await t.throwsAsync(link.request(ping), { instanceOf: TransportError });
});

test('while requests are down they fail, and streams go on', async (t) => {
  const { link, close } = await ownerOf();
  const heard: unknown[] = [];
  link.messages.subscribe(({ type }) => heard.push(type));
  await link.request({ command: 'subscribe', streams: ['ledger'] });
  link.interfere.requests('down');
  await t.throwsAsync(link.request(ping), { instanceOf: TransportError });
  close();
  t.deepEqual(heard, ['ledgerClosed']);
  link.interfere.requests('up');
  t.deepEqual(await link.request(ping), {});
});

test('a dropped socket is down once, forgets its subscriptions, and can be opened at once', async (t) => {
  const { link, close } = await ownerOf();
  const states: Connection['up'][] = [];
  const heard: Json[] = [];
  link.connection.subscribe(({ up }) => states.push(up));
  link.messages.subscribe((message) => heard.push(message));
  await link.request({ command: 'subscribe', streams: ['ledger'] });
  link.interfere.dropSocket();
  await t.throwsAsync(link.request(ping), { instanceOf: TransportError });
  await link.connect();
  close();
  t.deepEqual(heard, []);
  t.deepEqual(states, [true, false, true]);
  await link.request({ command: 'subscribe', streams: ['ledger'] });
  close();
  t.is(heard.length, 1);
});

test('a request in flight when the socket drops is not answered', async (t) => {
  const { link } = await ownerOf();
  const pending = link.request(ping);
  await null;
  link.interfere.dropSocket();
  await t.throwsAsync(pending, { instanceOf: TransportError });
});

test('a lost answer is a timeout, and the transaction is applied all the same', async (t) => {
  const owner = await ownerOf();
  owner.link.interfere.loseSubmitAnswers(1);
  const lost = owner.offer('buy', 10, 1.4);
  while (owner.timers.length === 0) await null;
  owner.close();
  t.is((await owner.offers()).length, 1);
  owner.timers.pop()?.();
  await t.throwsAsync(lost, { instanceOf: TransportError, message: /timeout/ });
  await owner.offer('buy', 5, 1.39);
  t.is(owner.timers.length, 0, 'the next one is answered');
});
