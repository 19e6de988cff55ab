/** The edge with its servers: kept, chosen, left alone, contradicting each other; gaps filled before anything is ready. */
import test from 'ava';
import type { Input } from '../events/event.ts';
import { unixMs } from '../ledger/time.ts';
import { ServerError, type Json } from '../ledger/transport.ts';
import { createAgreement } from '../actors/gateway/agreement.ts';
import { createHeadlines } from '../actors/gateway/headline.ts';
import { provenBy } from '../actors/gateway/transaction.ts';
import { edge, noAnswer, refusedConnection } from './edge.ts';
import { validated } from './given-transaction.ts';

const two = ['ws://one', 'ws://two'];
const three = [...two, 'ws://three'];
const types = (posted: readonly { type: string }[]): readonly string[] =>
  posted.map(({ type }) => type);

test('connecting subscribes, reads everything and is whole', async (t) => {
  const { posted, servers, said } = await edge();
  t.deepEqual(types(posted), ['gateway.up', 'market.read', 'gateway.synced']);
  t.deepEqual(servers[0]?.asked.slice(0, 2), ['server_info', 'subscribe']);
  t.is(said('market.read')[0]?.account.drops, '60000000');
});

test('a drop is connected, subscribed and filled again, with what happened meanwhile, in order', async (t) => {
  const { posted, servers, forget, pay, pass, said } = await edge();
  forget();
  servers[0]?.link.interfere.dropSocket();
  await pay();
  await pay();
  await pass(1);
  const after = types(posted);
  t.deepEqual(after, [
    'gateway.down',
    'gateway.up',
    'transaction.validated',
    'transaction.validated',
    'market.read',
    'gateway.synced',
    'market.traded',
  ]);
  const [first, second] = said('transaction.validated');
  t.true((first?.ledger ?? 0) < (second?.ledger ?? 0));
  t.is(servers[0]?.asked.filter((command) => command === 'subscribe').length, 2);
  forget();
  await pay();
  t.true(types(posted).includes('transaction.validated'), 'the stream is heard again');
});

test('a reconnection that fails is tried again, later each time, for as long as it takes', async (t) => {
  const { servers, forget, pass, said } = await edge();
  const [server] = servers;
  let tries = 0;
  if (server) {
    server.lies.connect = () => {
      tries += 1;
      return refusedConnection();
    };
    server.link.interfere.dropSocket();
  }
  await pass(60);
  t.true(tries >= 5 && tries <= 9, String(tries));
  forget();
  if (server) server.lies.connect = undefined;
  await pass(16);
  t.is(said('gateway.synced').length, 1);
});

test('a transaction heard of twice, from two servers or in a listing, is one', async (t) => {
  const { forget, pay, read, said } = await edge(two);
  forget();
  await pay();
  await read();
  await read();
  t.is(said('transaction.validated').length, 1);
  t.is(said('ledger.closed').length, 1);
});

test('a transaction that the streams lost comes with the next read', async (t) => {
  const { servers, forget, pay, read, said } = await edge();
  forget();
  if (servers[0]) servers[0].lies.message = (m) => (m['type'] === 'transaction' ? undefined : m);
  await pay();
  t.is(said('transaction.validated').length, 0);
  await read();
  t.is(said('transaction.validated').length, 1);
});

test('a transaction that the streams lost is told before what they did not lose, and without waiting for a read', async (t) => {
  const { servers, forget, pay, said } = await edge(two);
  forget();
  let lost = true;
  for (const { lies } of servers) {
    lies.message = (m) => (m['type'] === 'transaction' && lost ? undefined : m);
  }
  await pay();
  lost = false;
  await pay();
  t.is(said('market.read').length, 0);
  const places = said('transaction.validated').map(({ ledger }) => ledger);
  t.is(places.length, 2);
  t.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
});

test('what only a stream says is not told, and what says it otherwise is recorded', async (t) => {
  const { servers, forget, pay, read, said } = await edge();
  const [server] = servers;
  forget();
  if (server) {
    server.lies.message = (m) =>
      m['type'] === 'transaction' ? { ...m, hash: 'AB'.repeat(32) } : m;
  }
  await pay();
  t.is(said('transaction.validated').length, 0);
  t.is(said('answer.refused')[0]?.code, 'contradiction');
  await read();
  t.is(said('transaction.validated').length, 0);
  t.is(said('read.failed').at(-1)?.code, 'contradiction');
});

test('where nobody can list what a stream said, the next read tells it', async (t) => {
  const { servers, forget, pay, read, said } = await edge(two);
  forget();
  for (const { lies } of servers) {
    lies.answer = (command, answer) => {
      if (command === 'account_tx') throw new ServerError('internal', 'down');
      return answer;
    };
  }
  await pay();
  t.is(said('transaction.validated').length, 0);
  t.deepEqual(
    said('answer.refused').map(({ code }) => code),
    ['internal', 'internal'],
  );
  for (const { lies } of servers) lies.answer = undefined;
  await read();
  t.is(said('transaction.validated').length, 1);
});

test('a transaction that is looked up by its hash is told behind what the streams lost before it', async (t) => {
  const { servers, gateway, forget, pay, said, posted } = await edge();
  const [server] = servers;
  forget();
  const hashes: string[] = [];
  if (server) {
    server.lies.message = (m) => {
      if (m['type'] === 'transaction') hashes.push(String(m['hash']));
      return m['type'] === 'transaction' ? undefined : m;
    };
  }
  await pay();
  await pay();
  const hash = hashes.at(-1) ?? '';
  await gateway.lookUp({ type: 'transaction.lookup', hash, from: 1, to: 100 }, 7);
  t.deepEqual(
    said('transaction.validated').map((one) => one.hash),
    hashes,
  );
  t.is(said('transaction.settled')[0]?.outcome, 'validated');
  t.is(types(posted).at(-1), 'transaction.settled');
});

test('a long gap comes in many pages; API versions 1 and 2 say the same', async (t) => {
  const heard = await Promise.all(
    [1, 2].map(async (version) => {
      const { servers, forget, pay, pass, said } = await edge();
      const [server] = servers;
      forget();
      server?.link.interfere.dropSocket();
      if (server) {
        server.lies.asked = (command) =>
          command.command === 'account_tx'
            ? { ...command, limit: 2, api_version: version }
            : command;
      }
      for (let n = 0; n < 7; n += 1) await pay();
      await pass(1);
      // Four pages of ours, one of what others trade.
      t.is(server?.asked.filter((command) => command === 'account_tx').length, 4 + 1);
      return said('transaction.validated').map(({ hash, ledger, index, closeTime, result }) => ({
        hash,
        ledger,
        index,
        closeTime,
        result,
      }));
    }),
  );
  t.is(heard[0]?.length, 7);
  t.deepEqual(heard[0], heard[1]);
});

test('an older ledger moves nothing back', async (t) => {
  const { servers, forget, close, posted } = await edge();
  const [server] = servers;
  const old: Json[] = [];
  if (server) {
    server.lies.message = (message) => {
      old.push(message);
      return message;
    };
  }
  await close();
  await close();
  forget();
  if (server) server.lies.message = () => old[0];
  await close();
  t.deepEqual(types(posted), []);
});

test('where the first server fails the next is read, and what the first did is recorded', async (t) => {
  const { servers, forget, close, read, posted, said } = await edge(two);
  const [first, second] = servers;
  first?.link.interfere.requests('down');
  forget();
  await close();
  await read();
  t.deepEqual(types(posted), ['ledger.closed', 'answer.refused', 'market.read', 'market.traded']);
  t.is(said('answer.refused')[0]?.endpoint, 'ws://one');
  forget();
  first?.asked.splice(0);
  await read();
  t.deepEqual(first?.asked, [], 'it cools down');
  t.true((second?.asked.length ?? 0) > 0);
});

test('a read has failed when it has failed at every server', async (t) => {
  const { servers, forget, read, posted } = await edge(two);
  for (const { link } of servers) link.interfere.requests('down');
  forget();
  await read();
  t.deepEqual(types(posted), ['answer.refused', 'read.failed']);
});

test('one server gone of two is recorded, and nothing is disconnected', async (t) => {
  const { servers, forget, pay, pass, read, said } = await edge(two);
  forget();
  const [first] = servers;
  if (first) first.lies.connect = refusedConnection;
  first?.link.interfere.dropSocket();
  await pay();
  await pass(1);
  await read();
  t.deepEqual(
    said('gateway.down').map(({ why }) => why),
    ['the socket closed', 'no connection'],
  );
  t.is(said('transaction.validated').length, 1);
  t.is(said('market.read').length, 1);
});

test('a server that does not answer is given up after seconds, and the next is asked', async (t) => {
  const { servers, forget, read, said, now } = await edge(two);
  const [first] = servers;
  if (first) first.lies.answer = noAnswer;
  forget();
  await read();
  t.like(said('answer.refused')[0], { endpoint: 'ws://one', code: 'noAnswer' });
  t.is(said('market.read').length, 1);
  t.true(now() > 0);
});

test('a socket that is open to nobody is found out and left', async (t) => {
  const { servers, forget, pass, read, said } = await edge();
  const [server] = servers;
  if (server) {
    server.lies.message = () => undefined;
    server.lies.answer = noAnswer;
  }
  forget();
  await pass(12);
  void read();
  await pass(6);
  t.regex(said('gateway.down')[0]?.why ?? '', /silent/);
  if (server) {
    server.lies.message = undefined;
    server.lies.answer = undefined;
  }
  await pass(30);
  t.is(said('gateway.synced').length, 1, 'and connected anew');
});

test('no ledger for long, while the server answers, is no silence', async (t) => {
  const { forget, pass, read, said } = await edge();
  forget();
  for (let n = 0; n < 10; n += 1) {
    await pass(4);
    await read();
  }
  t.is(said('gateway.down').length, 0);
  t.is(said('market.read').length, 10);
});

test('a server that says slowDown is left alone for a while, even where it is the only one', async (t) => {
  const { servers, forget, pass, read, posted, said } = await edge();
  const [server] = servers;
  if (server)
    server.lies.answer = () =>
      Promise.reject(new ServerError('slowDown', 'You are placing too much load'));
  forget();
  await read();
  t.is(said('read.failed')[0]?.code, 'slowDown');
  if (server) server.lies.answer = undefined;
  server?.asked.splice(0);
  forget();
  await read();
  t.deepEqual([server?.asked, types(posted)], [[], []]);
  await pass(3);
  await read();
  t.is(said('market.read').length, 1);
});

test('so is one that warns of load', async (t) => {
  const { servers, forget, close, read, said } = await edge(two);
  const [first, second] = servers;
  if (first) first.lies.message = () => ({ type: 'warning', warning: 'load' });
  await close();
  forget();
  first?.asked.splice(0);
  await read();
  t.is(said('market.read').length, 1);
  t.deepEqual(first?.asked, []);
  t.true((second?.asked.length ?? 0) > 0);
});

test('an amendment-blocked server is read only where there is no other', async (t) => {
  const blocked = (command: string, answer: Json): Json => {
    if (command === 'fee') throw new ServerError('amendmentBlocked', 'Amendment blocked.');
    if (command !== 'server_state') return answer;
    return { ...answer, state: { ...(answer['state'] as Json), amendment_blocked: true } };
  };
  const { servers, forget, read, said } = await edge(two);
  const [first, second] = servers;
  if (first) first.lies.answer = blocked;
  forget();
  await read();
  t.like(said('answer.refused')[0], { endpoint: 'ws://one', code: 'unhealthy' });
  t.is(said('market.read')[0]?.server.amendmentBlocked, false);
  if (second) second.lies.answer = blocked;
  forget();
  await read();
  t.is(said('market.read')[0]?.server.amendmentBlocked, true);
  t.is(said('market.read')[0]?.fee.openLedgerDrops, '10', 'its fee is that of its last ledger');
});

test('an amendment-blocked server is not believed because the other fails once', async (t) => {
  const { servers, forget, read, said } = await edge(two);
  const [first, second] = servers;
  if (first) {
    first.lies.answer = (command, answer) =>
      command === 'server_state'
        ? { ...answer, state: { ...(answer['state'] as Json), amendment_blocked: true } }
        : answer;
  }
  await read();
  if (second) {
    second.lies.answer = () => {
      throw new ServerError('noCurrent', 'once');
    };
  }
  forget();
  await read();
  t.deepEqual(said('market.read'), []);
  t.is(said('read.failed').length, 1);
});

test('a server of another network is told, and asked nothing', async (t) => {
  const { servers, said, pass } = await edge(['ws://one'], undefined, undefined, undefined, {
    networkId: 5,
  });
  await pass(20);
  t.like(said('gateway.up')[0], { networkId: 0 });
  t.like(said('gateway.down')[0], { why: 'it is on network 0, not on 5' });
  t.deepEqual(said('market.read'), []);
  t.deepEqual([...new Set(servers[0]?.asked)], ['server_info']);
});

test('a network of no number is no network', async (t) => {
  const { servers, said, pass } = await edge(['ws://one']);
  const [server] = servers;
  for (const id of ['0', Infinity, 1.5]) {
    if (server) {
      server.lies.answer = (command, answer) =>
        command === 'server_info'
          ? { ...answer, info: { ...(answer['info'] as Json), network_id: id } }
          : answer;
    }
    const before = said('gateway.up').length;
    server?.link.interfere.dropSocket();
    await pass(5);
    t.is(said('gateway.up').length, before, String(id));
  }
});

test('what a server says in words is a line of the log, and not a long one', async (t) => {
  const { said, read, servers } = await edge(['ws://one']);
  const [server] = servers;
  if (server) {
    server.lies.answer = () => {
      throw new ServerError('no\u0000no', `bad \u0000\u001B[2J words${'!'.repeat(100_000)}`);
    };
  }
  await read();
  const { code = '', message = '' } = said('read.failed')[0] ?? {};
  t.is(code, 'no no');
  t.regex(message, /^bad  ?\[2J words!+$/);
  t.true(message.length <= 300);
});

test('no ledger is read before the newest of which the log holds anything', async (t) => {
  const { said, close, pass } = await edge(['ws://one'], undefined, undefined, undefined, {
    atLeast: 9,
  });
  t.deepEqual(said('market.read'), []);
  t.like(said('read.failed')[0], { code: 'behind' });
  for (let index = 0; index < 3; index += 1) await close();
  await pass(2);
  t.true((said('market.read')[0]?.ledger.index ?? 0) >= 9);
});

test('one server alone moves the newest ledger no further than ledgers can have closed', async (t) => {
  const { servers, said, forget, close, read } = await edge(['ws://one', 'ws://two', 'ws://three']);
  const [liar] = servers;
  if (liar) {
    liar.lies.message = (message) =>
      message['type'] === 'ledgerClosed'
        ? { ...message, ledger_index: Number(message['ledger_index']) + 900 }
        : message;
  }
  forget();
  await close();
  t.like(said('answer.refused')[0], { endpoint: 'ws://one', code: 'contradiction' });
  await close();
  await read();
  t.true(said('ledger.closed').every(({ index }) => index < 100));
  t.is(said('market.read').length, 1);
});

test('of two servers the one that goes on ahead is believed, and the one that stays behind is not waited for', async (t) => {
  const { servers, said, forget, close } = await edge(two);
  const [behind] = servers;
  if (behind) {
    behind.lies.message = (message) =>
      message['type'] === 'ledgerClosed'
        ? { ...message, ledger_index: Number(message['ledger_index']) - 5 }
        : message;
  }
  forget();
  for (let closes = 0; closes < 8; closes += 1) await close();
  const newest = Math.max(...said('ledger.closed').map(({ index }) => index));
  t.true(newest >= 14, String(newest));
});

/** What servers say, without servers: a ledger every four seconds. */
const headlinesOf = (servers: number, atLeast = 0) => {
  let now = unixMs(0);
  const clock = { now: () => now, at: () => () => undefined };
  const told: number[] = [];
  const disputes: string[] = [];
  const hear = (input: Input): void => {
    if (input.type === 'ledger.closed') told.push(input.index);
    if (input.type === 'ledger.contradicted') disputes.push(`${input.index} contradicted`);
    if (input.type === 'ledger.agreed') disputes.push(`${input.index} agreed`);
  };
  const headlines = createHeadlines(clock, createAgreement(servers), hear, atLeast);
  const closed = (endpoint: string, index: number, digit = '0'): void =>
    headlines.closed(endpoint, {
      ledger_index: index,
      ledger_hash: String(index).padStart(64, digit),
      ledger_time: 0,
      fee_base: 10,
    });
  return {
    ...headlines,
    told,
    disputes,
    closed,
    pass: (seconds = 4) => void (now += seconds * 1000),
  };
};

test('a server that joins far ahead of a laggard is heard at once, and the laggard holds nobody up', (t) => {
  for (const lead of [8, 40, 5_000]) {
    const { told, joined, left, closed, proven, newest, pass } = headlinesOf(2);
    joined('late', 1_000);
    joined('good', 1_000 + lead);
    t.is(newest(), 1_000 + lead);
    for (const step of [1, 2, 3]) {
      pass();
      closed('late', 1_000 + step);
      closed('good', 1_000 + lead + step);
      proven(1_000 + lead + step);
    }
    left('good');
    t.is(newest(), 1_003, 'who said more is gone');
    pass();
    closed('late', 1_004);
    joined('good', 1_004 + lead);
    t.is(newest(), 1_004 + lead, 'and is believed at once when it is back');
    closed('good', 1_005 + lead);
    t.deepEqual(
      told,
      [1, 2, 3, 5].map((step) => 1_000 + lead + step),
    );
  }
});

test('who is behind what was read has no say, however many they are', (t) => {
  const { joined, proven, newest } = headlinesOf(3);
  joined('late', 1_000);
  joined('later', 990);
  joined('good', 1_020);
  t.is(newest(), 1_000, 'two say so, and nothing was read');
  proven(1_020);
  t.is(newest(), 1_020);
});

test('where the log has read more than two servers have, the third is believed from the start', (t) => {
  const { joined, newest } = headlinesOf(3, 1_015);
  joined('late', 1_000);
  joined('later', 990);
  joined('good', 1_020);
  t.is(newest(), 1_020);
});

test('of two servers one that joins further ahead than can have closed since the last read waits until it goes on', (t) => {
  const { joined, closed, left, proven, newest, pass } = headlinesOf(2);
  joined('one', 100);
  proven(100);
  joined('two', 1_000);
  t.is(newest(), 100);
  for (const step of [1, 2]) {
    pass();
    t.throws(() => closed('two', 1_000 + step), { message: /far ahead of ledger 100/ });
  }
  closed('two', 1_003);
  t.is(newest(), 1_003);
  left('two');
  t.is(newest(), 100);
});

test('what one server said while it was alone, and nobody could read, is forgotten when the others are back', (t) => {
  const { told, joined, left, closed, proven, newest, pass } = headlinesOf(3);
  for (const one of ['one', 'two', 'liar']) joined(one, 100);
  proven(100);
  for (const one of ['one', 'two']) left(one);
  closed('liar', 1_001);
  t.is(newest(), 1_001, 'nobody else can be asked');
  pass();
  for (const one of ['one', 'two']) joined(one, 101);
  for (const index of [102, 103, 104]) {
    pass();
    closed('one', index);
    closed('two', index);
    t.is(newest(), index);
    proven(index);
  }
  t.deepEqual(told, [1_001, 102, 103, 104]);
});

test('what was told and was none is forgotten as soon as it is taken back, however far ahead it was', (t) => {
  for (const ahead of [10, 50, 900]) {
    const { told, joined, closed, proven, pass } = headlinesOf(1);
    joined('one', 100);
    proven(100);
    closed('one', 100 + ahead);
    for (const index of [101, 102, 103]) {
      proven(index - 1);
      pass();
      closed('one', index);
    }
    t.deepEqual(told, [100 + ahead, 102, 103], String(ahead));
  }
});

test('nor does it contradict the ledger of that number that closes at last', (t) => {
  for (const said of ['A', 'AB']) {
    const { told, disputes, joined, closed, proven, pass } = headlinesOf(1);
    joined('one', 100);
    proven(100);
    for (const digit of said) closed('one', 115, digit);
    for (let index = 101; index <= 117; index += 1) {
      proven(index - 1);
      pass();
      closed('one', index);
    }
    t.is(told.at(-1), 117);
    const before = said === 'A' ? [] : ['115 contradicted', '101 agreed'];
    t.deepEqual(disputes, before);
  }
});

test('a jump beyond what can have closed waits where all others are behind what was read, too', (t) => {
  for (const behind of [1, 2]) {
    const { told, joined, closed, proven, newest, pass } = headlinesOf(1 + behind);
    joined('one', 100);
    for (let other = 0; other < behind; other += 1) joined(`late ${other}`, 99);
    proven(100);
    t.throws(() => closed('one', 1_000), { message: /far ahead of ledger 100/ });
    t.is(newest(), 99, 'it has spoilt its word');
    pass();
    closed('one', 101);
    t.is(newest(), 101);
    t.deepEqual(told, [101]);
  }
});

test('however fast ledgers close, each is told once', (t) => {
  const { told, joined, closed, proven, pass } = headlinesOf(1);
  joined('one', 100);
  proven(100);
  for (let index = 101; index < 180; index += 1) {
    pass(0.1);
    closed('one', index);
    if (index % 20 === 0) proven(index - 2);
    if (index % 7 === 0) closed('one', index - 1);
  }
  t.deepEqual(
    told,
    Array.from({ length: 79 }, (_, place) => 101 + place),
  );
});

test('a message that is late or repeated takes nothing back', (t) => {
  const { told, joined, closed, newest, pass } = headlinesOf(1);
  joined('one', 100);
  for (const index of [101, 104, 100, 103, 105]) {
    pass();
    closed('one', index);
  }
  t.is(newest(), 105);
  t.deepEqual(told, [101, 104, 105]);
});

test('two servers that join far ahead of a laggard are believed at once', (t) => {
  const { joined, newest } = headlinesOf(3);
  joined('late', 1_000);
  joined('one', 5_000);
  joined('two', 5_001);
  t.is(newest(), 5_001);
});

test('a server that joins again far ahead of two others moves nothing, and neither does one that came first', (t) => {
  const { told, joined, left, closed, newest, pass } = headlinesOf(3);
  joined('liar', 1_000_000_000);
  joined('one', 100);
  joined('two', 100);
  t.is(newest(), 100);
  for (let index = 101; index < 110; index += 1) {
    pass();
    if (index === 105) {
      left('liar');
      joined('liar', 1_005);
    }
    closed('one', index);
    closed('two', index);
    t.is(newest(), index);
  }
  t.deepEqual(told, [101, 102, 103, 104, 105, 106, 107, 108, 109]);
});

test('a ledger is told as closed once, whoever leaves and joins behind', (t) => {
  const { told, joined, left, closed, newest, pass } = headlinesOf(2);
  joined('one', 20);
  closed('one', 21);
  joined('two', 20);
  left('one');
  t.is(newest(), 20, 'who said more is gone');
  pass();
  closed('two', 21);
  closed('two', 22);
  t.deepEqual(told, [21, 22]);
});

test('of two servers one that says a single ledger far ahead moves nothing', (t) => {
  const { joined, left, closed, newest } = headlinesOf(2);
  joined('one', 20);
  joined('two', 20);
  t.throws(() => closed('two', 920), { message: /far ahead of ledger 20/ });
  t.is(newest(), 20);
  left('two');
  closed('one', 220);
  t.is(newest(), 220, 'alone it is believed: nobody else can be asked');
});

/** Says another hash of every ledger that closes. */
const otherwise = (message: Json): Json =>
  message['type'] === 'ledgerClosed' ? { ...message, ledger_hash: 'F'.repeat(64) } : message;

test('two servers that contradict each other are two, and nobody is believed until they agree', async (t) => {
  const { servers, forget, close, said } = await edge(two);
  const [, second] = servers;
  if (second) second.lies.message = otherwise;
  forget();
  await close();
  t.like(said('ledger.contradicted')[0], { endpoint: 'ws://two', otherEndpoint: 'ws://one' });
  await close();
  t.is(said('ledger.agreed').length, 0);
  if (second) second.lies.message = undefined;
  await close();
  t.deepEqual(said('ledger.agreed')[0]?.endpoints, two);
});

test('of three servers the one that stands alone is not believed', async (t) => {
  const { servers, forget, close, said } = await edge(three);
  const [, , last] = servers;
  if (last) last.lies.message = otherwise;
  forget();
  await close();
  t.deepEqual(said('ledger.contradicted'), []);
  t.like(said('answer.refused')[0], { endpoint: 'ws://three', code: 'contradiction' });
  t.is(said('ledger.closed').length, 1);
});

test('a blob that one server does not take goes to the next; what is lost there is said', async (t) => {
  const { servers, forget, gateway, said } = await edge(two);
  const [first, second] = servers;
  const telling =
    (result: string) =>
    (command: string, answer: Json): Json =>
      command === 'submit' ? { ...answer, engine_result: result } : answer;
  if (first) {
    first.lies.asked = (command) => (command.command === 'submit' ? { command: 'fee' } : command);
    first.lies.answer = telling('telINSUF_FEE_P');
  }
  if (second) {
    second.lies.asked = first?.lies.asked;
    second.lies.answer = telling('tesSUCCESS');
  }
  forget();
  t.deepEqual(await gateway.submit('AB'), { result: 'tesSUCCESS', error: null });
  t.is(said('answer.refused')[0]?.code, 'telINSUF_FEE_P');
  if (second) second.lies.answer = telling('telCAN_NOT_QUEUE');
  t.true(
    ['telINSUF_FEE_P', 'telCAN_NOT_QUEUE'].includes((await gateway.submit('AB')).result ?? ''),
  );
  for (const { link } of servers) link.interfere.requests('down');
  const lost = await gateway.submit('AB');
  t.is(lost.result, null);
  t.regex(lost.error ?? '', /noAnswer/);
});

test('never is said only by a server with the whole range; another is asked before', async (t) => {
  const { servers, forget, gateway, said } = await edge(two);
  const [first, second] = servers;
  const lookup = { type: 'transaction.lookup', hash: 'A'.repeat(64), from: 3, to: 5 } as const;
  const missing = (all: boolean) => (command: string, answer: Json) =>
    command === 'tx' ? Promise.reject(new ServerError('txnNotFound', 'not found', all)) : answer;
  for (const one of servers) {
    one.lies.asked = (command) => (command.command === 'tx' ? { command: 'fee' } : command);
    one.lies.answer = missing(false);
  }
  forget();
  await gateway.lookUp(lookup, 7);
  t.is(said('transaction.settled')[0]?.outcome, 'unknown');
  if (second) second.lies.answer = missing(true);
  forget();
  await gateway.lookUp(lookup, 7);
  t.is(said('transaction.settled')[0]?.outcome, 'never');
  if (first)
    first.lies.answer = (command, answer) =>
      command === 'tx' ? { ...answer, validated: false } : answer;
  if (second) second.lies.answer = missing(false);
  forget();
  await gateway.lookUp(lookup, 7);
  t.is(said('transaction.settled')[0]?.outcome, 'unknown', 'known and not validated is no outcome');
});

test('a server is asked no more than its minute allows; what cannot wait goes all the same', async (t) => {
  const { servers, gateway, forget, pass, read, said } = await edge(
    ['ws://one'],
    () => undefined,
    60,
  );
  const [server] = servers;
  forget();
  for (let n = 0; n < 15; n += 1) {
    await read();
    await pass(4);
  }
  const asked = server?.asked.length ?? 0;
  t.true(asked >= 100 && asked <= 60 + 60 + 12, `${asked} in a minute that began with a full one`);
  t.is(said('read.failed').length, 0, 'a read that is put off has not failed');
  if (server)
    server.lies.asked = (command) => (command.command === 'submit' ? { command: 'fee' } : command);
  if (server) server.lies.answer = (_, answer) => ({ ...answer, engine_result: 'tesSUCCESS' });
  await read();
  t.is((await gateway.submit('AB')).result, 'tesSUCCESS');
});

test('a contradiction is said once, and ends by an agreement on that ledger or a later one', (t) => {
  const { hear } = createAgreement(2);
  const say = (endpoint: string, index: number, hash: string) =>
    hear({ endpoint, index, hash }).kind;
  say('one', 105, 'A');
  t.is(say('two', 105, 'B'), 'contradicted');
  t.is(say('two', 105, 'B'), 'fine', 'it was said');
  say('one', 104, 'C');
  t.is(say('two', 104, 'C'), 'fine', 'the ledger before says nothing of it');
  say('one', 106, 'D');
  t.is(say('two', 106, 'D'), 'agreed');
});

test('what was heard of is to stand in the listing of its ledger, and in no other', (t) => {
  const heard = (ledger: number) => [validated('H', ledger, {}, [])];
  const range = { from: 101, to: 104 };
  for (const ledger of [100, 105]) t.notThrows(() => provenBy([], heard(ledger), range));
  for (const ledger of [101, 104]) t.throws(() => provenBy([], heard(ledger), range));
});
