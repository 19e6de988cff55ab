/** The core's turn: who hears what when, because of what, and what a failure leaves. */
import { join } from 'node:path';
import test from 'ava';
import { CoreError, createCore } from '../actors/core.ts';
import { createEngine } from '../actors/engine.ts';
import { settlePredecessor } from '../actors/opening.ts';
import { replay } from '../actors/replay.ts';
import { turnsOf } from '../actors/turns.ts';
import { thing } from '../actors/wiring.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event, EventType, Input } from '../events/event.ts';
import { guardIds } from '../events/guard.ts';
import type { MarketRead } from '../events/market.ts';
import type { Json } from '../ledger/transport.ts';
import type { Reducer } from '../machines/reducer.ts';
import { carried, noInventory } from '../projections/inventory.ts';
import { account, closed, configured, observed, opened, read, settings } from './given.ts';
import { modifiedOffer, four, root, taken, ten, validated } from './given-transaction.ts';
import { folderFor, openSample } from './log-sample.ts';

type Row = Recorded<Event>;

const up: Input = { type: 'gateway.up', endpoint: 'ws://x', networkId: 0 };
const synced: Input = { type: 'gateway.synced', from: 100, to: 100 };
const tick = (index: number): Input => ({ type: 'tick', index });

/** Connected and read, one turn each; the first tick is not yet heard. */
const driven = (rules = settings) => {
  const core = createCore(rules);
  let at = 0;
  const turn = (input: Input, given = at + 1000): readonly Row[] => {
    at = given;
    return core.turn(input, given);
  };
  const before: Row[] = [];
  for (const input of [opened, up, closed(100, 400), read(100), synced]) {
    before.push(...turn(input as Input));
  }
  return { core, turn, before };
};

const kinds = (rows: readonly Row[]): readonly string[] => rows.map(({ event }) => event.type);
const row = <T extends EventType>(rows: readonly Row[], type: T): Row => {
  const found = rows.find(({ event }) => event.type === type);
  if (!found) throw new Error(`no ${type} among ${kinds(rows).join()}`);
  return found;
};

test('a turn is its input and then what was answered; seq counts on, the turn is one', (t) => {
  const { turn, before } = driven();
  const rows = turn(tick(0));
  t.is(rows[0]?.kind, 'input');
  t.is(rows[0]?.actor, 'world');
  t.deepEqual(
    rows.slice(1).filter(({ kind }) => kind !== 'decision'),
    [],
  );
  const all = [...before, ...rows];
  t.deepEqual(
    all.map(({ seq }) => seq),
    all.map((_, index) => index + 1),
  );
  t.deepEqual([...new Set(rows.map((r) => r.turn))], [6]);
});

test('a tick goes through the stages in their order', (t) => {
  const { turn } = driven();
  t.deepEqual(
    turn(tick(0)).map(({ actor, event }) => `${actor}: ${event.type}`),
    [
      'world: tick',
      'session: session.started',
      'market: market.observed',
      'guards: guards.evaluated',
      'strategy: quote.decided',
      'execution: order.submit',
      'execution: order.submit',
    ],
  );
});

test('everything has the cause whose handling produced it', (t) => {
  const { turn } = driven();
  const rows = turn(tick(0));
  const seq = (type: EventType): number => row(rows, type).seq;
  t.is(row(rows, 'session.started').cause, seq('tick'));
  t.is(row(rows, 'market.observed').cause, seq('tick'));
  t.is(row(rows, 'guards.evaluated').cause, seq('market.observed'));
  t.is(row(rows, 'quote.decided').cause, seq('market.observed'));
  t.is(row(rows, 'order.submit').cause, seq('quote.decided'));
  t.is(rows[0]?.cause, 0);
});

test('a breach, its halt and its cancels are one turn, cause by cause', (t) => {
  const { turn } = driven(configured('risk.max_xrp_exposure=50'));
  const rows = turn(tick(0));
  const seq = (type: EventType): number => row(rows, type).seq;
  t.is(row(rows, 'limit.breached').cause, seq('market.observed'));
  t.is(row(rows, 'halt').cause, seq('limit.breached'));
  t.like(row(rows, 'halt').event, { reason: 'risk_xrp_exposure', event: seq('limit.breached') });
  t.is(row(rows, 'mode.changed').cause, seq('limit.breached'));
});

test('the guards are gathered into one event a tick, all of them, and on no other turn', (t) => {
  const { turn, before } = driven();
  t.false(kinds(before).includes('guards.evaluated'));
  const found = turn(tick(0)).filter(({ event }) => event.type === 'guards.evaluated');
  t.is(found.length, 1);
  const [one] = found;
  t.deepEqual(one?.event.type === 'guards.evaluated' ? Object.keys(one.event.facts) : [], [
    ...guardIds,
  ]);
  t.false(kinds(turn(closed(101, 404) as Input)).includes('guards.evaluated'));
});

test('a guard that is switched off is absent', (t) => {
  const { turn } = driven(configured('guards.issuer.enabled=false'));
  const { event } = row(turn(tick(0)), 'guards.evaluated');
  t.false(event.type === 'guards.evaluated' && 'issuer' in event.facts);
});

test('the tick that trips a guard quotes nothing and cancels what rests, in that turn', (t) => {
  const { turn } = driven();
  const first = turn(tick(0));
  const [bid] = first.flatMap(({ event }) => (event.type === 'order.submit' ? [event] : []));
  if (!bid) throw new Error('no bid');
  const { sequence } = bid;
  turn({
    type: 'transaction.signed',
    intent: 1,
    blob: 'B',
    hash: 'H',
    sequence,
    lastLedger: 104,
  });
  const created = {
    CreatedNode: {
      LedgerEntryType: 'Offer',
      NewFields: {
        Account: account,
        Sequence: sequence,
        TakerGets: bid.tx['TakerGets'],
        TakerPays: bid.tx['TakerPays'],
      },
    },
  };
  turn(validated('H', 101, { TransactionType: 'OfferCreate', Sequence: sequence }, [created]));
  turn({ type: 'gateway.down', endpoint: 'ws://x', why: 'closed' });
  const rows = turn(tick(1));
  t.deepEqual(kinds(rows).slice(-4), [
    'guards.evaluated',
    'guard.tripped',
    'mode.changed',
    'order.cancel',
  ]);
});

test('what a later stage says reaches an earlier one at the start of the next turn', (t) => {
  const { turn, core } = driven();
  turn(tick(0));
  const state = () => (core.snapshot('session') as { value: unknown }).value;
  turn({ type: 'operator.kill', note: 'x' });
  t.is(state(), 'running', 'the halt was said after the session’s stage');
  turn(closed(101, 404) as Input);
  t.is(state(), 'closing');
});

test('a reducer hears of what it was spared the newest of each type, in order, before the next thing', (t) => {
  const heard: string[] = [];
  const listener: Reducer<null> = {
    id: 'listener',
    hears: ['tick', 'ledger.closed', 'gateway.up', 'gateway.down'],
    isStill: (_, { event }) => event.type === 'tick' || event.type === 'ledger.closed',
    initial: null,
    on: (state, { seq, event }) => {
      heard.push(`${seq} ${event.type}`);
      return state;
    },
  };
  const stages = () => [{ name: 'only', gathers: false, parts: [thing(listener)] }];
  const core = createCore(settings, { stages });
  for (const input of [tick(0), closed(100, 400), closed(101, 404), tick(1), tick(2)]) {
    core.turn(input as Input, 0);
  }
  t.deepEqual(heard, []);
  core.turn(up, 0);
  t.deepEqual(heard, ['3 ledger.closed', '5 tick', '6 gateway.up']);
  core.turn(up, 0);
  t.is(heard.at(-1), '7 gateway.up', 'and each but once');
  t.is(heard.length, 4);
});

test('an actor hears in the order in which it was said, and never itself', (t) => {
  const heard: string[] = [];
  const speaker: Reducer<null> = {
    id: 'speaker',
    hears: ['gateway.up', 'market.observed'],
    initial: null,
    on: (state, { event }, say) => {
      if (event.type === 'market.observed') heard.push('itself');
      else say(observed(0));
      return state;
    },
  };
  const listener: Reducer<null> = {
    id: 'listener',
    hears: ['gateway.up', 'market.observed'],
    isStill: (_, { event }) => event.type === 'market.observed',
    initial: null,
    on: (state, { event }) => {
      heard.push(event.type);
      return state;
    },
  };
  const stages = () =>
    [speaker, listener].map((one) => ({ name: one.id, gathers: false, parts: [thing(one)] }));
  const core = createCore(settings, { stages });
  core.turn(up, 0);
  core.turn(up, 0);
  t.deepEqual(heard, ['gateway.up', 'market.observed', 'gateway.up', 'market.observed']);
});

/** What the gateway said of itself. */
const states = (rows: readonly Row[]): readonly string[] =>
  rows.flatMap(({ event }) => (event.type === 'gateway.changed' ? [event.state] : []));

/** Calm for ten ticks, of which the gateway was spared all. */
const calm = () => {
  const { turn } = driven();
  for (let n = 1; n <= 10; n += 1) {
    const all = [closed(100 + n, 4 * n), read(100 + n), tick(n)] as readonly Input[];
    for (const input of all) turn(input, n * 4000);
  }
  return (input: Event) => states(turn(input as Input, 41_000));
};

test('what the gateway was spared is neither a gap nor silence when it hears it at last', (t) => {
  const other: Input = { type: 'gateway.up', endpoint: 'ws://other', networkId: 0 };
  const after = calm();
  t.deepEqual(after(closed(111, 44)), []);
  t.deepEqual(after(other), []);
});

test('what is no more of the same the gateway is not spared: a ledger left out, a server that ails', (t) => {
  t.deepEqual(calm()(closed(112, 44)), ['syncing']);
  const { server } = read(111);
  t.deepEqual(calm()(read(111, { server: { ...server, state: 'connected' } })), ['syncing']);
});

test('the check of a start and a realignment are made with the read itself', (t) => {
  const books = carried({ ...noInventory, known: true });
  const core = createCore(settings);
  const turn = (input: Event) => core.turn(input as Input, 0);
  turn({ ...opened, brought: { ...opened.brought, inventory: books } });
  turn(up);
  t.like(row(turn(read(100)), 'truth.checked').event, { source: 'start', status: 'trip' });
  const running = driven();
  running.turn(tick(0));
  running.turn({ type: 'operator.realign', note: 'x' });
  const { account: wallet } = read(101);
  const found = read(101, { account: { ...wallet, drops: '70000000' } });
  t.like(row(running.turn(found as Input), 'inventory.changed').event, { why: 'realignment' });
});

test('what no server has taken goes again with the ledger that closes, not with the tick after it', (t) => {
  const { turn } = driven();
  const { seq, event } = row(turn(tick(0)), 'order.submit');
  if (event.type !== 'order.submit') throw new Error('nothing was sent');
  const { sequence, lastLedger } = event;
  turn({ type: 'transaction.signed', intent: seq, blob: 'B', hash: 'H', sequence, lastLedger });
  turn({ type: 'transaction.answered', hash: 'H', result: null, error: 'timeout' });
  t.like(row(turn(closed(101, 404) as Input), 'transaction.resend').event, { hash: 'H' });
});

test('the XRP that we open with costs the first mid seen, however many others follow before anything is booked', (t) => {
  const { turn } = driven();
  turn(tick(0));
  const dearer = { price: '1.6', drops: '1000000000', rlusd: '1600', own: false };
  for (const index of [1, 2, 3]) {
    turn(read(100 + index, { asks: [dearer] }) as Input);
    turn(tick(index));
  }
  const paid = validated('P', 104, { TransactionType: 'AccountSet' }, [
    root('69400000', '69399990'),
  ]);
  const { event } = row(turn(paid), 'inventory.changed');
  // 69.4 XRP at 1.42, and the fee of 0.00001 gone from them.
  t.like(event, { why: 'fee', wac: '1.42000020461098' });
});

test('time never goes back within a session', (t) => {
  const { turn } = driven();
  t.is(turn(tick(0), 9000)[0]?.at, 9000);
  t.is(turn(tick(1), 8000)[0]?.at, 9000);
});

test('the same inputs say the same, byte for byte', (t) => {
  const run = (): string => {
    const { turn, before } = driven();
    const reads = [1, 2, 3].map((n) => turn(read(100 + n) as Input));
    return JSON.stringify([before, ...reads, turn(tick(0)), turn(tick(1))]);
  };
  t.is(run(), run());
});

const illegal = taken('X', 101, [
  modifiedOffer({ sequence: 20, side: 'buy', left: four, before: ten }),
]);

test('an actor that fails stops the core with the turn so far, for good', (t) => {
  const { turn } = driven();
  turn(tick(0));
  const error = t.throws<CoreError>(() => turn(illegal), { instanceOf: CoreError });
  t.regex(error?.message ?? '', /actor orders failed: order.partially_filled is not a legal move/);
  t.deepEqual(kinds(error?.rows ?? []), [
    'transaction.validated',
    'fill.recorded',
    'movement.seen',
  ]);
  t.throws(() => turn(tick(1)), { instanceOf: CoreError });
});

test('an unseen market is no market: a failed read leaves the tick without a mid', (t) => {
  const { turn } = driven();
  turn({ type: 'read.failed', code: 'noAnswer', message: 'x' });
  const { event } = row(turn(tick(0)), 'market.observed');
  t.like(event, { mid: null, missing: 'no_read' });
});

const only = (given: Partial<MarketRead>) => {
  const { turn } = driven();
  turn(read(101, given) as Input);
  return row(turn(tick(0)), 'market.observed').event;
};

test('a side that is missing, or a crossed book, is no mid', (t) => {
  const level = (price: string, own = false) => ({ price, drops: '1', rlusd: '1', own });
  t.like(only({ bids: [] }), { mid: null, missing: 'no_bid' });
  t.like(only({ asks: [level('1.42', true)] }), { mid: null, missing: 'no_ask' });
  t.like(only({ bids: [level('1.43')], asks: [level('1.42')] }), { missing: 'crossed' });
  t.like(only({ bids: [level('1.419', true), level('1.41')], asks: [level('1.43')] }), {
    mid: '1.42',
    bestBid: '1.41',
    missing: null,
  });
});

test('the anchor error is (pool − mid)/mid in bps, positive above the book, without a cap', (t) => {
  const level = (price: string) => ({ price, drops: '1', rlusd: '1', own: false });
  const book = { bids: [level('0.9')], asks: [level('1.1')] };
  const pool = (rlusd: string) => ({
    drops: '1000000',
    rlusd,
    feeHundredThousandths: 0,
    frozen: false,
  });
  t.like(only({ ...book, amm: pool('1.01') }), { anchorErrorBps: 100 });
  t.like(only({ ...book, amm: pool('0.5') }), { anchorErrorBps: -5000 });
  t.like(only({ ...book, amm: null }), { anchorErrorBps: null });
});

test('a price that nobody can mean is no price: the next one of that side is, or there is none', (t) => {
  const level = (price: string, own = false) => ({ price, drops: '1', rlusd: '1', own });
  const pool = (rlusd: string) => ({
    drops: '1000000',
    rlusd,
    feeHundredThousandths: 0,
    frozen: false,
  });
  const sane = [level('1.1')];
  t.like(only({ bids: [level('1e-11')], asks: [level('2e-11')], amm: null }), {
    mid: null,
    missing: 'no_bid',
  });
  t.like(only({ bids: [level('1.0'), level('1e-9')], asks: [level('1e70')], amm: null }), {
    missing: 'no_ask',
  });
  t.like(only({ bids: [level('0.9')], asks: sane, amm: pool('1e40') }), { amm: null, mid: '1' });
});

test('an actor that failed stops the engine: its turn is written, nothing after it is taken', async (t) => {
  const written: string[] = [];
  const core = createCore(settings);
  const broke = await new Promise<unknown>((resolve) => {
    const engine = createEngine(
      core,
      (rows) => {
        written.push(kinds(rows).join());
        return Promise.resolve();
      },
      { now: () => 0, at: () => () => undefined },
      resolve,
    );
    for (const input of [opened, up, read(100), synced, tick(0), illegal, tick(1)]) {
      engine.post(input as Input);
    }
  });
  t.true(broke instanceof CoreError);
  t.is(written.at(-1), 'transaction.validated,fill.recorded,movement.seen');
});

test('an input is recorded once the log has it, and not where nothing is taken or written any more', async (t) => {
  const world = { now: () => 0, at: () => () => undefined };
  let write: () => void = () => undefined;
  const slow = createEngine(
    createCore(settings),
    () => new Promise((resolve) => (write = resolve)),
    world,
    () => undefined,
  );
  let isRecorded: boolean | undefined;
  const recording = slow.record(opened as Input).then((one) => (isRecorded = one));
  await new Promise((resolve) => setImmediate(resolve));
  t.is(isRecorded, undefined, 'not before it is durable');
  write();
  t.true(await recording);
  slow.stop();
  t.false(await slow.record({ type: 'operator.kill', note: 'late' }));

  const full = createEngine(
    createCore(settings),
    () => Promise.reject(new Error('the disk is full')),
    world,
    () => undefined,
  );
  t.false(await full.record(opened as Input));
});

for (const ended of [false, true]) {
  test(`a session that died of an actor is closed by the next start${ended ? ', its halt left as it was' : ''}`, async (t) => {
    const log = await openSample(join(await folderFor(t), 'neo.db'));
    const core = createCore(settings);
    const inputs: readonly Input[] = [
      { ...opened, config: { layers: {}, effective: settings as unknown as Json } },
      up,
      read(100),
      synced,
      tick(0),
      ...(ended ? [{ type: 'operator.kill', note: 'x' } as const] : []),
    ];
    for (const input of inputs) await log.append(1, core.turn(input, 1000));
    const error = t.throws<CoreError>(() => core.turn(illegal, 2000), { instanceOf: CoreError });
    await log.append(1, error?.rows ?? []);
    const found = await settlePredecessor(log, 9000);
    t.true(found?.died);
    const rows: Row[] = [];
    for await (const page of log.readSession(1)) rows.push(...(page as readonly Row[]));
    t.deepEqual(kinds(rows).slice(-3), [
      'session.closed_by_next',
      'session.ending',
      ended ? 'halt.ignored' : 'halt',
    ]);
    t.deepEqual(
      rows.map(({ seq }) => seq),
      rows.map((_, index) => index + 1),
    );
    t.like(rows.at(-1)?.event, { reason: 'unexpected_halt', source: 'recovery' });
    t.is(rows.at(-1)?.cause, rows.length - 1);
    t.is(kinds(rows).filter((type) => type === 'halt').length, 1);
    t.false((await settlePredecessor(log, 9000))?.died);
    await log.close({ clean: true });
  });
}

test('a session that died under another build is closed by the next start, with what stood by its record', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const other = createCore(configured('strategy.enabled=false'));
  const manifest = { layers: {}, effective: settings as unknown as Json };
  const down: Input = { type: 'gateway.down', endpoint: 'ws://x', why: 'closed' };
  const inputs = [{ ...opened, config: manifest }, up, read(100), synced, tick(0), down, tick(1)];
  for (const input of inputs as readonly Input[]) await log.append(1, other.turn(input, 5000));
  const { divergence } = await replay(turnsOf(log.readWritten(1)), settings);
  t.not(divergence, null);
  t.true((await settlePredecessor(log, 1000))?.died);
  const rows: Row[] = [];
  for await (const page of log.readSession(1)) rows.push(...(page as readonly Row[]));
  const closing = ['session.closed_by_next', 'session.ending', 'halt'];
  t.deepEqual(kinds(rows).slice(-3), closing);
  t.like(rows.at(-1)?.event, { reason: 'unexpected_halt', standing: ['ledger_connection'] });
  t.true(
    rows.every(({ seq, at }, index) => seq === index + 1 && at === 5000),
    'numbers and times go on',
  );
  t.like(rows.at(-3)?.event, { silentMs: 0 }, 'whatever this clock says');
  t.false((await settlePredecessor(log, 9000))?.died);
  await log.close({ clean: true });
});

test('what has recovered by its record does not stand beside that end', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const other = createCore(configured('strategy.enabled=false'));
  const manifest = { layers: {}, effective: settings as unknown as Json };
  const down: Input = { type: 'gateway.down', endpoint: 'ws://x', why: 'closed' };
  const start = [{ ...opened, config: manifest }, up, read(100), synced, tick(0)];
  for (const input of [...start, down, tick(1), up, synced, tick(2)] as readonly Input[]) {
    await log.append(1, other.turn(input, 5000));
  }
  t.true((await settlePredecessor(log, 9000))?.died);
  const rows: Row[] = [];
  for await (const page of log.readSession(1)) rows.push(...(page as readonly Row[]));
  t.true(kinds(rows).includes('guard.recovered'));
  t.like(rows.at(-1)?.event, { reason: 'unexpected_halt', standing: [] });
  await log.close({ clean: true });
});
