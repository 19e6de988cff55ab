/** Following a real ledger: each in turn with what was traded, gaps fetched or told as unknown, in virtual time. */
import test from 'ava';
import { virtualClock } from '../actors/clock.ts';
import { createFollower, type Followed } from '../actors/gateway/follower.ts';
import { rlusdCurrency } from '../ledger/rlusd.ts';
import type { Json, Transport } from '../ledger/transport.ts';
import { tradesIn } from '../ledger/trades.ts';
import { createFaults } from '../sandbox/faults/faults.ts';
import type { FaultName } from '../sandbox/faults/names.ts';
import { createLink } from '../sandbox/link.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { startMs } from './edge.ts';
import { settings } from './given.ts';

type Answer = (command: Json & { readonly command: string }, answer: Json) => Json;

const world = async (answer: Answer = (_, given) => given, names: readonly FaultName[] = []) => {
  const clock = virtualClock(startMs);
  const faults = createFaults({ seed: 3, names, clock, everySeconds: 90 });
  const sandbox = createSandbox({
    seed: 2,
    clock,
    market: 'on',
    regime: 'field',
    intervalMs: 4000,
    opening: { xrp: '60', rlusd: '100' },
    faults,
  });
  const link = createLink(sandbox.node, {
    endpoint: 'ws://real',
    setTimer: (ms, fn) => void clock.at(clock.now() + ms, fn),
    faults,
  });
  const transport: Transport = {
    ...link,
    request: async (command) => answer(command, await link.request(command)),
  };
  const followed: Followed[] = [];
  const said: string[] = [];
  const follower = createFollower({
    transports: [transport],
    clock,
    token: { currency: rlusdCurrency, issuer: sandbox.issuer },
    networkId: 0,
    requestsPerMinute: 10_000,
    health: settings.guards.ledger_connection,
  });
  follower.ledgers.subscribe((one) => followed.push(one));
  follower.presence.subscribe((one) => said.push(one.up ? 'up' : 'down'));
  follower.strangers.subscribe((one) => said.push(`on network ${one.networkId}`));
  follower.failures.subscribe(({ code }) => said.push(code));
  const quiet = async (): Promise<void> => {
    for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = async (seconds: number): Promise<void> => {
    const end = clock.now() + seconds * 1000;
    clock.at(end, () => undefined);
    await clock.run(quiet, () => clock.now() >= end);
    await quiet();
  };
  follower.open();
  await pass(0.1);
  return {
    sandbox,
    link,
    follower,
    followed,
    said,
    pass,
    close: async (ledgers = 1) => {
      for (let ledger = 0; ledger < ledgers; ledger += 1) {
        await pass(4);
        sandbox.closeLedger();
        await quiet();
      }
    },
    closeUnheard: (ledgers: number) => {
      for (let ledger = 0; ledger < ledgers; ledger += 1) sandbox.closeLedger();
    },
  };
};

test('each ledger is followed in turn, with its book, its pool and all that was traded in it', async (t) => {
  const { sandbox, followed, said, close } = await world();
  await close(40);
  t.deepEqual(said, ['up']);
  const [first, ...rest] = followed;
  t.is(first?.trades, null, 'of the one it begins at nothing is known but how it ended');
  const newest = sandbox.chain.latest().header;
  t.is(rest.length, 40);
  t.like(rest.at(-1), { index: newest.ledger_index, closeTime: newest.close_time });
  for (const [place, { index, market, trades }] of rest.entries()) {
    t.is(index, (first?.index ?? 0) + 1 + place);
    t.true(
      (market?.bids.length ?? 0) > 0 && (market?.asks.length ?? 0) > 0 && market?.amm !== null,
    );
    t.true(trades?.every(({ ledger }) => ledger === index));
  }
  t.true(rest.flatMap(({ trades }) => trades ?? []).length > 5);
});

test('a server of another network is told, and asked nothing', async (t) => {
  const asked = new Set<string>();
  const { said, followed } = await world(({ command }, given) => {
    asked.add(command);
    const info = given['info'] as Json;
    return { ...given, info: { ...info, network_id: 5 } };
  });
  t.deepEqual(said, ['on network 5']);
  t.deepEqual(followed, []);
  t.deepEqual([...asked], ['server_info']);
});

test('what was missed while nobody was connected is fetched, ledger by ledger', async (t) => {
  const { sandbox, link, followed, said, close, closeUnheard, pass } = await world();
  await close();
  const before = followed.at(-1)?.index ?? 0;
  link.interfere.dropSocket();
  closeUnheard(6);
  await pass(2);
  t.deepEqual(said, ['up', 'down', 'up']);
  const missed = followed.filter(({ index }) => index > before);
  t.is(missed.length, 6);
  t.deepEqual(
    missed.map(({ market }) => market !== null),
    [false, false, false, false, false, true],
    'a book that is over is not asked for',
  );
  t.true(missed.every(({ trades }) => trades !== null));
  const { header } = sandbox.chain.at(before + 2) ?? sandbox.chain.latest();
  t.is(missed[1]?.closeTime, header.close_time);
});

test('a gap too long to fill is passed over, and its trades are unknown', async (t) => {
  const { link, followed, close, closeUnheard, pass } = await world();
  await close();
  const before = followed.length;
  link.interfere.dropSocket();
  closeUnheard(100);
  await pass(2);
  t.is(followed.length, before + 1);
  t.is(followed.at(-1)?.trades, null);
  await close();
  t.not(followed.at(-1)?.trades, null, 'and it goes on');
});

test('a read that fails is tried again; trades that nobody can tell become unknown, and the market goes on', async (t) => {
  let refuses = false;
  const { followed, said, close, pass } = await world((command, answer) => {
    if (refuses && command.command === 'account_tx') throw new Error('no answer');
    return answer;
  });
  await close();
  const before = followed.length;
  refuses = true;
  await close();
  t.is(followed.length, before, 'not before it is whole');
  await pass(5.5);
  t.is(followed.length, before + 1);
  t.is(followed.at(-1)?.trades, null);
  t.true(said.filter((one) => one === 'noAnswer').length >= 5);
  refuses = false;
  await close();
  t.not(followed.at(-1)?.trades, null);
});

test('a server that is not in sync is not believed', async (t) => {
  let ill = false;
  const { followed, said, close } = await world((command, answer) =>
    ill && command.command === 'server_state'
      ? { state: { ...(answer['state'] as Json), server_state: 'syncing' } }
      : answer,
  );
  await close();
  const before = followed.length;
  ill = true;
  await close(2);
  t.is(followed.length, before);
  t.true(said.includes('unhealthy'));
});

test('after it is closed nothing more is told', async (t) => {
  const { follower, followed, close } = await world();
  await close();
  const before = followed.length;
  await follower.close();
  await close(2);
  t.is(followed.length, before);
});

const troubles: readonly FaultName[] = [
  'socket_dropped',
  'socket_half_open',
  'answer_lost',
  'answer_late',
  'answer_duplicated',
  'message_lost',
  'message_late',
  'message_duplicated',
  'slow_down',
  'ledger_stalled',
  'ledgers_gap',
  'amendment_blocked',
];

test('whatever goes wrong with server and connection, what is told of a ledger is what happened in it', async (t) => {
  const { sandbox, followed, said, close } = await world(undefined, troubles);
  const token = { currency: rlusdCurrency, issuer: sandbox.issuer };
  const truth = new Map<number, readonly string[]>();
  for (let ledger = 0; ledger < 300; ledger += 1) {
    await close();
    const { header, transactions } = sandbox.chain.latest();
    const traded = transactions.flatMap(({ hash, meta }) =>
      tradesIn(meta, token, 300).map(({ taker, drops }) => `${hash} ${taker} ${drops}`),
    );
    truth.set(header.ledger_index, traded);
  }
  t.true(said.filter((one) => one !== 'up').length > 10, 'there was trouble');
  let [known, last] = [0, 0];
  for (const { index, closeTime, trades } of followed) {
    t.true(index > last, 'each once, and none behind another');
    last = index;
    t.is(closeTime, sandbox.chain.at(index)?.header.close_time ?? closeTime);
    if (trades === null) continue;
    known += 1;
    const told = trades.map(({ hash, taker, drops }) => `${hash} ${taker} ${drops}`);
    t.deepEqual(told, truth.get(index) ?? told);
  }
  t.true(known > followed.length * 0.9, `${known} of ${followed.length}`);
  t.true([...truth.values()].flat().length > 50);
});
