/** An engine that is killed with offers resting on a ledger elsewhere: what it leaves trades until its Expiration and never after, and the next start books it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { Client } from 'xrpl';
import { decimal, format, fromNumber, multiply } from '../ledger/decimal.ts';
import { effects } from '../ledger/metadata.ts';
import { rlusdCurrency } from '../ledger/rlusd.ts';
import type { Json } from '../ledger/transport.ts';
import { accountOf } from '../sandbox/traders/keys.ts';
import { folderFor, recorded } from './door.ts';
import type { EngineOptions } from './sandbox/engine.ts';

const closeMs = 300;
const worldSeed = 1;
const lifetimeSeconds = 5;
const patienceMs = 30_000;
const set = [
  'engine.tick_interval_seconds=1',
  'strategy.requote_interval_seconds=1',
  `orders.lifetime_seconds=${lifetimeSeconds}`,
  'orders.renew_at_seconds=2',
  'strategy.momentum_filter_enabled=false',
];
/** So far from its own lifetime that a slow machine does not let it pass before the taker comes. */
const immediateOrCancel = 0x0002_0000;
const sell = 0x0008_0000;

const child = (path: string, ...args: readonly string[]): ChildProcess =>
  fork(new URL(path, import.meta.url), args, { silent: true });

const gone = async (one: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  const exit = once(one, 'exit');
  one.kill(signal);
  await exit;
};

type Offer = Readonly<{
  seq: number;
  expiration: number;
  taker_gets: unknown;
  taker_pays: unknown;
}>;

const until = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(closeMs / 3);
  }
  throw new Error(`${what}: not within ${patienceMs} ms`);
};

test('killed with offers resting: they trade within their lifetime, never after it, and the next start books what they did', async (t) => {
  const sandbox = child(
    './sandbox/alone.js',
    ...`--port 0 --close ${closeMs} --market on --json`.split(' '),
  );
  t.teardown(() => sandbox.kill('SIGKILL'));
  const [line] = (await once(sandbox.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const { url, wallet } = JSON.parse(line.toString()) as {
    url: string;
    wallet: { address: string; seed: string; issuer: string };
  };
  const client = new Client(url);
  await client.connect();
  t.teardown(() => client.disconnect());
  const ask = async (request: Json): Promise<Json> =>
    ((await client.request({ ledger_index: 'validated', ...request } as never)) as { result: Json })
      .result;

  const file = join(await folderFor(t), 'neo.db');
  const options: EngineOptions = { ...wallet, url, file, seconds: 600, set };
  const engine = child('./sandbox/engine.js', JSON.stringify(options));
  t.teardown(() => engine.kill('SIGKILL'));

  const offersNow = async (): Promise<readonly Offer[]> =>
    (await ask({ command: 'account_offers', account: wallet.address }))['offers'] as Offer[];
  const closeTime = async (): Promise<number> =>
    Number(((await ask({ command: 'ledger' }))['ledger'] as Json)['close_time']);
  const balances = async (): Promise<readonly unknown[]> => {
    const { account_data: root } = await ask({ command: 'account_info', account: wallet.address });
    const { lines } = await ask({ command: 'account_lines', account: wallet.address });
    return [(root as Json)['Balance'], (lines as readonly Json[])[0]?.['balance']];
  };
  /** Takes everything of a side up to our price; what the ledger says it did to our offer of that number. */
  const taker = accountOf(worldSeed, 'sweeper');
  const take = async ({ seq, taker_gets: gets, taker_pays: pays }: Offer) => {
    const { account_data: root } = await ask({
      command: 'account_info',
      account: taker.address,
      ledger_index: 'current',
    });
    const blob = taker.sign({
      TransactionType: 'OfferCreate',
      Account: taker.address,
      Sequence: (root as Json)['Sequence'],
      Fee: '10',
      Flags: immediateOrCancel + sell,
      TakerGets: enlarged(pays),
      TakerPays: enlarged(gets),
    });
    await client.request({ command: 'submit', tx_blob: blob.blob } as never);
    const meta = await until('the taker is validated', async () => {
      const found = (await client
        .request({ command: 'tx', transaction: blob.hash } as never)
        .catch(() => undefined)) as { result: Json } | undefined;
      return found?.result['validated'] === true ? (found.result['meta'] as Json) : undefined;
    });
    const token = { currency: rlusdCurrency, issuer: wallet.issuer };
    const done = effects({ Account: taker.address }, meta, wallet.address, token);
    return done.offers.find(({ sequence }) => sequence === seq);
  };

  await until('both sides rest', async () => {
    const now = await closeTime();
    const fresh = (await offersNow()).filter(({ expiration }) => expiration - now >= 3);
    return fresh.length === 2 ? fresh : undefined;
  });
  await gone(engine, 'SIGKILL');
  const left = await offersNow();
  const killedAt = await closeTime();
  t.is(left.length, 2);
  for (const { expiration } of left) t.true(expiration <= killedAt + lifetimeSeconds + 1);
  const isBid = ({ taker_pays: pays }: Offer): boolean => typeof pays === 'string';
  const [bid, askOffer] = [left.find(isBid), left.find((one) => !isBid(one))];
  if (!bid || !askOffer) throw new Error('there is not one of each side');

  const within = await take(bid);
  t.truthy(within?.traded, 'a dead engine’s offer trades as long as it lives');

  await until('the last one is over', async () =>
    (await closeTime()) >= askOffer.expiration ? true : undefined,
  );
  await wait(closeMs * 2);
  const before = await balances();
  const after = await take(askOffer);
  t.true(after?.deleted, 'the taker came to it');
  t.is(after?.traded, null, 'and it did not trade');
  t.deepEqual(await balances(), before);
  t.deepEqual(await offersNow(), []);

  const next = child('./sandbox/engine.js', JSON.stringify({ ...options, seconds: 3 }));
  t.teardown(() => next.kill('SIGKILL'));
  await once(next, 'exit');
  const [first, second] = [await recorded(file, 1), await recorded(file, 2)];
  t.like(first.findLast(({ event }) => event.type === 'halt')?.event, {
    reason: 'unexpected_halt',
  });
  const fills = second.flatMap(({ event }) => (event.type === 'fill.recorded' ? [event] : []));
  const booked = fills.find(({ offerSequence }) => offerSequence === bid.seq);
  t.like(booked, { side: 'buy', late: true, drops: String(within?.traded?.drops) });
  t.false(fills.some(({ offerSequence }) => offerSequence === askOffer.seq));
  t.like(second.findLast(({ event }) => event.type === 'session.ended')?.event, {
    outcome: 'nothing_left',
  });
  const truths = second.flatMap(({ event }) => (event.type === 'truth.checked' ? [event] : []));
  t.true(truths.length > 0 && truths.every(({ status }) => status === 'ok'));
});

/** Three thousand times as much at the same price. */
const enlarged = (amount: unknown): unknown =>
  typeof amount === 'string'
    ? String(BigInt(amount) * 3000n)
    : {
        ...(amount as Json),
        value: format(multiply(decimal(String((amount as Json)['value'])), fromNumber(3000))),
      };
