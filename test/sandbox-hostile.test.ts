/** Thousands of each thing that a broken or hostile client sends: each is answered, and nothing dies or grows. */
import test from 'ava';
import { WebSocket } from 'ws';
import type { Json } from '../ledger/transport.ts';
import { serve, type Served } from '../sandbox/server.ts';
import { accountFrom } from '../sandbox/traders/keys.ts';
import { ownerOf, type Owner } from './sandbox/wallet.ts';

/** `npm run hostile` sends ten thousand. */
const times = Number(process.env['NEO_MESSAGES'] ?? 2_000);
const grownMostBytes = 64 * 1024 * 1024;

const open = async (url: string): Promise<WebSocket> => {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
};

/** Sends all, a hundred at a time; the answers. */
const send = async (url: string, text: (n: number) => string): Promise<readonly Json[]> => {
  const socket = await open(url);
  const answers: Json[] = [];
  let all: () => void = () => undefined;
  let wanted = 0;
  socket.on('message', (data: Buffer) => {
    answers.push(JSON.parse(data.toString('utf8')) as Json);
    if (answers.length === wanted) all();
  });
  for (let n = 0; n < times; n += 100) {
    wanted = n + 100;
    const round = new Promise<void>((resolve) => (all = resolve));
    for (let k = n; k < wanted; k += 1) socket.send(text(k));
    await round;
  }
  socket.terminate();
  return answers;
};

const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

type World = Readonly<{ owner: Owner; door: Served }>;

const world = async (): Promise<World> => {
  const owner = await ownerOf();
  return { owner, door: await serve(owner.sandbox.node, { port: 0 }) };
};

const wrongTypes = [
  { command: 'account_info', account: 7 },
  { command: 'ledger', ledger_index: {} },
  { command: 'book_offers', taker_gets: 'XRP', taker_pays: [] },
  { command: 'subscribe', streams: 'ledger' },
  { command: 'subscribe', books: [null] },
  { command: 'tx', transaction: true },
  { command: 'submit', tx_blob: [] },
  { command: 'simulate', tx_json: 'x' },
  { command: 'account_tx', account: [], marker: 'x' },
] as const;

const kinds: Readonly<Record<string, (owner: Owner) => (n: number) => string>> = {
  'malformed JSON': () => (n) => `{"id":${n},"command":`,
  'an unknown command': () => (n) => JSON.stringify({ id: n, command: `do_${n}` }),
  'wrong types': () => (n) => JSON.stringify({ id: n, ...wrongTypes[n % wrongTypes.length] }),
  'an undecodable blob': () => (n) =>
    JSON.stringify({ command: 'submit', tx_blob: `12${n.toString(16).padStart(78, 'F')}` }),
  'a bad signature': (owner) => {
    const key = accountFrom(owner.sandbox.seed);
    const tx = { TransactionType: 'AccountSet', Account: owner.sandbox.address, Fee: '10' };
    const { blob } = key.sign({ ...tx, Flags: 0, Sequence: 1 });
    const at = blob.length - 60;
    return (n) =>
      JSON.stringify({
        command: 'submit',
        tx_blob: `${blob.slice(0, at)}${n.toString(16).toUpperCase().padStart(4, '0')}${blob.slice(at + 4)}`,
      });
  },
};

for (const [kind, made] of Object.entries(kinds)) {
  test.serial(`${kind}, ${times} times: answered with an error, and nothing grows`, async (t) => {
    const { owner, door } = await world();
    const text = made(owner);
    const before = heap();
    const answers = await send(door.url, text);
    t.is(answers.length, times);
    const odd = answers.filter(
      ({ type, status, error }) => error === undefined || (type !== 'error' && status !== 'error'),
    );
    t.deepEqual(odd.slice(0, 3), []);
    answers.length satisfies number;
    (answers as Json[]).length = 0;
    t.true(heap() - before < grownMostBytes, `${heap() - before} bytes`);
    t.is(owner.sandbox.chain.queue().length, 0);
    await door.close();
  });
}

test.serial(
  `oversize messages, ${times} connections of them in all, end their own connection only`,
  async (t) => {
    const { door } = await world();
    const good = await open(door.url);
    // A masked text frame that says it is 1,000,001 bytes long.
    const header = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x41, 0, 0, 0, 0]);
    const codes = new Map<number, number>();
    const one = async (): Promise<void> => {
      const socket = await open(door.url);
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      socket.on('error', () => undefined);
      (socket as unknown as { _socket: { write: (data: Buffer) => void } })._socket.write(header);
      const code = await closed;
      codes.set(code, (codes.get(code) ?? 0) + 1);
    };
    const rounds = 100;
    for (let n = 0; n < times; n += rounds) {
      await Promise.all(Array.from({ length: rounds }, one));
    }
    t.deepEqual([...codes], [[1009, times]]);
    const answer = new Promise<Json>((resolve) =>
      good.once('message', (data: Buffer) => resolve(JSON.parse(data.toString('utf8')) as Json)),
    );
    good.send('{"id":1,"command":"ping"}');
    t.like(await answer, { id: 1, status: 'success' });
    good.terminate();
    await door.close();
  },
);

test.serial('a client that does not read is given up, and the others go on', async (t) => {
  const { owner, door } = await world();
  const deaf = await open(door.url);
  const closed = new Promise<number>((resolve) => deaf.once('close', resolve));
  deaf.send('{"command":"subscribe","streams":["ledger"]}');
  await new Promise((resolve) => deaf.once('message', resolve));
  deaf.pause();
  const before = heap();
  for (let n = 0; n < times; n += 1) {
    deaf.send(`{"command":"server_definitions","id":${n}}`);
    if (n % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    if (deaf.readyState !== deaf.OPEN) break;
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  deaf.resume();
  t.true([1006, 1008].includes(await closed));
  t.true(heap() - before < grownMostBytes * 2, `${heap() - before} bytes`);
  owner.close();
  const good = await open(door.url);
  good.terminate();
  await door.close();
});
