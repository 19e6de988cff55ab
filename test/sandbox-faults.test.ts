/** What can go wrong in a sandbox: each fault does what its name says, is counted, and happens by its seed alone. */
import test from 'ava';
import { WebSocket } from 'ws';
import { ServerError, TransportError, type Json } from '../ledger/transport.ts';
import { createFaults, type Faults } from '../sandbox/faults/faults.ts';
import { faultNames, parseFaults, type FaultName } from '../sandbox/faults/names.ts';
import { createLink, type Link } from '../sandbox/link.ts';
import { serve } from '../sandbox/server.ts';
import { accountFrom } from '../sandbox/traders/keys.ts';
import { startMs, troubledOwner, type TroubledOwner } from './sandbox/trouble.ts';

const ping = { command: 'ping' };
const validated = { ledger_index: 'validated' };

const stateOf = async ({ link }: { link: Link }): Promise<Json> =>
  (await link.request({ command: 'server_state' }))['state'] as Json;

const bid = (owner: TroubledOwner) => owner.offer('buy', 5, 1.4);

const resultOf = async (owner: TroubledOwner): Promise<unknown> =>
  (
    await owner.send({
      TransactionType: 'OfferCreate',
      TakerPays: '5000000',
      TakerGets: { ...owner.token, value: '7' },
    })
  )['engine_result'];

test('nothing goes wrong until it is asked to, and then only that is counted', async (t) => {
  const owner = await troubledOwner();
  for (let second = 0; second < 100; second += 1) owner.close(10);
  t.true(Object.values(owner.faults.counts()).every((count) => count === 0));
  owner.faults.strike('answer_lost');
  t.is(owner.faults.counts().answer_lost, 0, 'it waits for its occasion');
  void owner.link.request(ping).catch(() => undefined);
  await null;
  await null;
  t.is(owner.faults.counts().answer_lost, 1);
  t.is(
    Object.values(owner.faults.counts()).reduce((sum, count) => sum + count, 0),
    1,
  );
});

test('a lost answer ends in a timeout, and the request has been carried out', async (t) => {
  const owner = await troubledOwner();
  const { sequence } = await owner.wallet();
  const tx = owner.signed({ TransactionType: 'AccountSet', Sequence: sequence });
  owner.faults.strike('answer_lost');
  const lost = owner.link.request({ command: 'submit', tx_blob: tx.blob });
  await owner.later(20_000);
  await t.throwsAsync(lost, { instanceOf: TransportError, message: /timeout/ });
  owner.close();
  t.is((await owner.wallet()).sequence, sequence + 1);
});

test('a late answer comes when its seconds are over', async (t) => {
  const owner = await troubledOwner();
  owner.faults.strike('answer_late');
  let answered = false;
  const late = owner.link.request(ping).then(() => (answered = true));
  await owner.later(900);
  t.false(answered);
  await owner.later(15_000);
  await late;
  t.true(answered);
  t.is(owner.faults.counts().answer_late, 1);
});

test('stream messages get lost, doubled, and late behind what followed them', async (t) => {
  const owner = await troubledOwner();
  const heard: unknown[] = [];
  owner.link.messages.subscribe(({ ledger_index: index }) => heard.push(index));
  await owner.link.request({ command: 'subscribe', streams: ['ledger'] });
  const newest = owner.sandbox.chain.latest().header.ledger_index;
  owner.faults.strike('message_lost');
  owner.close();
  t.deepEqual(heard, []);
  owner.faults.strike('message_duplicated');
  owner.close();
  t.deepEqual(heard.splice(0), [newest + 2, newest + 2]);
  owner.faults.strike('message_late');
  owner.close(0);
  owner.close(0);
  t.deepEqual(heard, [newest + 4]);
  await owner.later(15_000);
  t.deepEqual(heard, [newest + 4, newest + 3]);
});

test('a dropped socket is closed for every client, and can be opened again', async (t) => {
  const owner = await troubledOwner();
  const states: boolean[] = [];
  owner.link.connection.subscribe(({ up }) => states.push(up));
  owner.faults.strike('socket_dropped');
  await t.throwsAsync(owner.link.request(ping), { instanceOf: TransportError });
  await owner.link.connect();
  t.deepEqual(await owner.link.request(ping), {});
  t.deepEqual(states, [true, false, true]);
  t.is(owner.faults.counts().socket_dropped, 1);
});

test('a half-open socket answers nothing and says nothing, and closes in the end', async (t) => {
  const owner = await troubledOwner();
  const heard: unknown[] = [];
  const states: boolean[] = [];
  owner.link.messages.subscribe((message) => heard.push(message));
  owner.link.connection.subscribe(({ up }) => states.push(up));
  await owner.link.request({ command: 'subscribe', streams: ['ledger'] });
  owner.faults.strike('socket_half_open');
  const asked = owner.link.request(ping);
  owner.close(1);
  t.deepEqual([heard, states], [[], [true]]);
  const failed = t.throwsAsync(asked, { instanceOf: TransportError });
  await owner.later(60_000);
  await failed;
  t.deepEqual(states, [true, false]);
});

test('slowDown refuses one request in rippled’s words', async (t) => {
  const owner = await troubledOwner();
  owner.faults.strike('slow_down');
  const refused = await t.throwsAsync(owner.link.request(ping), { instanceOf: ServerError });
  t.is((refused as ServerError).code, 'slowDown');
  t.is(refused?.message, 'You are placing too much load on the server.');
  t.deepEqual(await owner.link.request(ping), {});
});

test('tefPAST_SEQ is answered for a transaction that is applied all the same', async (t) => {
  const owner = await troubledOwner();
  owner.faults.strike('tef_past_seq');
  t.is(await resultOf(owner), 'tefPAST_SEQ');
  owner.close();
  t.is((await owner.offers()).length, 1);
});

test('telINSUF_FEE_P refuses a submission, and the server tries it again in the next ledger', async (t) => {
  const owner = await troubledOwner();
  owner.faults.strike('tel_insuf_fee_p');
  t.is(await resultOf(owner), 'telINSUF_FEE_P');
  owner.close();
  t.is((await owner.offers()).length, 0);
  owner.close();
  t.is((await owner.offers()).length, 1);
});

test('terQUEUED: the transaction is in the next ledger but one', async (t) => {
  const owner = await troubledOwner();
  owner.faults.strike('ter_queued');
  t.is(await resultOf(owner), 'terQUEUED');
  owner.close();
  t.is((await owner.offers()).length, 0);
  owner.close();
  t.is((await owner.offers()).length, 1);
});

test('while fees escalate everybody is told, and the usual fee is queued', async (t) => {
  const owner = await troubledOwner();
  owner.faults.strike('fee_escalation');
  const { drops } = await owner.link.request({ command: 'fee' });
  t.true(Number((drops as Json)['open_ledger_fee']) > 5000);
  t.true(Number((await stateOf(owner))['load_factor']) > 256 * 100);
  t.is(await resultOf(owner), 'terQUEUED');
  owner.time.now += 60_000;
  t.is((await stateOf(owner))['load_factor'], 256);
});

test('a stalled ledger closes nothing, and goes on after it', async (t) => {
  const owner = await troubledOwner();
  const newest = () => owner.sandbox.chain.latest().header.ledger_index;
  const before = newest();
  owner.faults.strike('ledger_stalled');
  owner.close(4);
  t.is(newest(), before);
  owner.close(45);
  t.is(newest(), before + 1);
});

test('a gap in complete_ledgers cannot be asked about, and is filled after a while', async (t) => {
  const owner = await troubledOwner();
  for (let ledger = 0; ledger < 12; ledger += 1) owner.close(1);
  const { sequence } = await owner.wallet();
  const tx = owner.signed({ TransactionType: 'AccountSet', Sequence: sequence });
  await owner.link.request({ command: 'submit', tx_blob: tx.blob });
  owner.close(1);
  owner.close(1);
  owner.close(1);
  const index = owner.sandbox.chain.latest().header.ledger_index;
  const at = index - 2;
  owner.faults.strike('ledgers_gap');
  const complete = String((await stateOf(owner))['complete_ledgers']);
  t.regex(complete, new RegExp(`^\\d+-\\d+,${index - 1}-${index}$`));
  const look = owner.link.request({
    command: 'tx',
    transaction: tx.hash,
    min_ledger: at - 1,
    max_ledger: index,
  });
  const unknown = (await t.throwsAsync(look)) as ServerError;
  t.deepEqual([unknown.code, unknown.searchedAll], ['txnNotFound', false]);
  await t.throwsAsync(owner.link.request({ command: 'ledger', ledger_index: at }), {
    message: 'ledgerNotFound',
  });
  const list = { command: 'account_tx', account: owner.sandbox.address, api_version: 2 };
  await t.throwsAsync(
    owner.link.request({ ...list, ledger_index_min: at, ledger_index_max: index }),
  );
  owner.time.now += 90_000;
  t.regex(String((await stateOf(owner))['complete_ledgers']), /^\d+-\d+$/);
  t.true((await owner.link.request({ command: 'tx', transaction: tx.hash }))['validated']);
});

test('an amendment-blocked server says so, and refuses what needs the network', async (t) => {
  const owner = await troubledOwner();
  owner.faults.strike('amendment_blocked');
  const state = await stateOf(owner);
  t.deepEqual([state['amendment_blocked'], state['server_state']], [true, 'connected']);
  const refused = (await t.throwsAsync(bid(owner).then(() => undefined))) as ServerError;
  t.is(refused.code, 'amendmentBlocked');
  owner.time.now += 90_000;
  t.is(await resultOf(owner), 'tesSUCCESS');
});

test('a skewed clock closes ledgers ahead of time, by at most 25 seconds, however many close', async (t) => {
  const owner = await troubledOwner();
  owner.faults.strike('clock_skew');
  for (let ledger = 0; ledger < 15; ledger += 1) {
    owner.close(1);
    const ahead = owner.sandbox.chain.latest().header.close_time - owner.inSeconds(0);
    t.true(ahead >= 2 && ahead <= 25, String(ahead));
  }
});

test('the issuer freezes in three ways, and takes it back', async (t) => {
  const kinds = new Set<string>();
  const owner = await troubledOwner();
  const look = async () => {
    const { account_flags: flags } = await owner.link.request({
      command: 'account_info',
      account: owner.sandbox.issuer,
      ...validated,
    });
    const { lines } = await owner.link.request({
      command: 'account_lines',
      account: owner.sandbox.address,
      ...validated,
    });
    const [line] = lines as readonly Json[];
    if ((flags as Json)['globalFreeze'] === true) return 'global';
    if (line?.['deep_freeze_peer'] === true) return 'deep';
    return line?.['freeze_peer'] === true ? 'line' : 'none';
  };
  for (let stroke = 0; stroke < 16; stroke += 1) {
    owner.faults.strike('freeze');
    owner.close();
    kinds.add(await look());
    owner.close(120);
    t.is(await look(), 'none');
  }
  t.deepEqual([...kinds].toSorted(), ['deep', 'global', 'line']);
});

test('the issuer claws back a part of the wallet’s tokens', async (t) => {
  const owner = await troubledOwner();
  const before = Number((await owner.wallet()).rlusd);
  owner.faults.strike('clawback');
  owner.close();
  const after = Number((await owner.wallet()).rlusd);
  t.true(after < before * 0.99 && after >= before * 0.8, `${before} ${after}`);
  const [last] = owner.sandbox.chain.latest().transactions;
  t.deepEqual([last?.tx['TransactionType'], last?.result], ['Clawback', 'tesSUCCESS']);
});

test('the issuer asks for a transfer fee, and gives it up', async (t) => {
  const owner = await troubledOwner();
  const rate = () =>
    owner.sandbox.chain.latest().state.account(owner.sandbox.issuer)?.['TransferRate'];
  owner.faults.strike('transfer_rate');
  owner.close();
  const asked = Number(rate());
  t.true(asked >= 1_001_000_000 && asked <= 1_010_000_000, String(asked));
  owner.close(180);
  t.is(rate(), undefined);
});

/** When each fault strikes by itself in six hours. */
const strokes = (seed: number, names: readonly FaultName[]): Map<FaultName, number[]> => {
  const time = { now: startMs };
  const faults = createFaults({ seed, names, clock: { now: () => time.now } });
  const found = new Map<FaultName, number[]>(names.map((name) => [name, []]));
  for (const name of names) faults.onStrike(name, () => found.get(name)?.push(time.now));
  for (let step = 0; step < 6 * 900; step += 1) {
    time.now += 4000;
    faults.pass(step);
  }
  return found;
};

test('they strike by the seed alone, some four times an hour each, whoever else is switched on', (t) => {
  const all = strokes(1, faultNames);
  t.deepEqual(strokes(1, faultNames), all);
  t.deepEqual(strokes(1, ['freeze']).get('freeze'), all.get('freeze'));
  t.notDeepEqual(strokes(2, faultNames), all);
  for (const [name, times] of all)
    t.true(times.length > 8 && times.length < 48, `${name} ${times.length}`);
});

test('names are a closed list', (t) => {
  t.deepEqual(parseFaults('all'), faultNames);
  t.deepEqual(parseFaults('none'), []);
  t.deepEqual(parseFaults('freeze, answer_lost'), ['answer_lost', 'freeze']);
  t.throws(() => parseFaults('freeze,storm'), {
    message: /no fault "storm": choose all, none, or/,
  });
});

/** A client on a real socket, and what it hears. */
const caller = async (url: string) => {
  const socket = new WebSocket(url);
  const heard: Json[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString('utf8')) as Json));
  await new Promise((resolve) => socket.once('open', resolve));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const ask = async (request: Json): Promise<void> => {
    socket.send(JSON.stringify(request));
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  return { heard, ask, closed };
};

test('over a socket the same happens: lost, doubled, refused, queued, dropped', async (t) => {
  const owner = await troubledOwner();
  const door = await serve(owner.sandbox.node, { port: 0, faults: owner.faults });
  const { heard, ask, closed } = await caller(door.url);
  const strike = async (name: Parameters<Faults['strike']>[0], request: Json): Promise<Json[]> => {
    owner.faults.strike(name);
    await ask(request);
    return heard.splice(0);
  };
  t.deepEqual(await strike('answer_lost', { id: 1, ...ping }), []);
  t.is((await strike('answer_duplicated', { id: 2, ...ping })).length, 2);
  t.like(await strike('slow_down', { id: 3, ...ping }), [{ id: 3, error: 'slowDown' }]);
  const { sequence } = await owner.wallet();
  const { blob } = owner.signed({ TransactionType: 'AccountSet', Sequence: sequence });
  const [queued] = await strike('ter_queued', { id: 4, command: 'submit', tx_blob: blob });
  t.like(queued, { result: { engine_result: 'terQUEUED' } });
  owner.faults.strike('socket_dropped');
  t.is(await closed, 1006);
  await door.close();
});

test('a link without faults is as it was', async (t) => {
  const owner = await troubledOwner();
  owner.faults.strike('slow_down');
  const sound = createLink(owner.sandbox.node, { setTimer: () => t.fail('no timer is needed') });
  await sound.connect();
  t.deepEqual(await sound.request(ping), {});
  t.truthy(accountFrom(owner.sandbox.seed));
});
