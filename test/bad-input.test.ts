/** What comes in wrong is never a trip and never a recovery by accident: the whole core, one kind of bad input after another. */
import test from 'ava';
import { createCore } from '../actors/core.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event, Input } from '../events/event.ts';
import type { GuardFact, GuardId } from '../events/guard.ts';
import type { MarketRead } from '../events/market.ts';
import { anchorGuard } from '../machines/guards/anchor.ts';
import {
  closed,
  configured,
  fact,
  fill,
  observed,
  opened,
  read,
  settings,
  thing,
} from './given.ts';

type Row = Recorded<Event>;
type Given = Partial<MarketRead>;

const pool = (bps: number): Given => ({
  amm: {
    drops: '1000000000000000',
    rlusd: String(Math.round(1_420_000_000 * (1 + bps / 10_000))),
    feeHundredThousandths: 1000,
    frozen: false,
  },
});
const empty: Given = {
  amm: { drops: '0', rlusd: '0', feeHundredThousandths: 1000, frozen: false },
};
const [bid] = read(1).bids;
const [ask] = read(1).asks;
if (!bid || !ask) throw new Error('a book has two sides');
const bad: Readonly<Record<string, Given>> = {
  'no bid': { bids: [] },
  'no ask': { asks: [] },
  'our own bid alone': { bids: [{ ...bid, own: true }] },
  'a crossed book': { bids: [{ ...bid, price: '1.5' }] },
  'a locked book': { bids: [{ ...bid, price: ask.price }] },
};

/** A tick every 4 s, a ledger and a read before each; inputs before them. */
const driven = (rules = settings) => {
  const core = createCore(rules);
  const rows: Row[] = [];
  const post = (at: number, ...inputs: readonly Event[]): readonly Row[] => {
    const said = inputs.flatMap((input) => [...core.turn(input as Input, at)]);
    rows.push(...said);
    for (const { seq, event } of said) {
      if (event.type !== 'order.submit' && event.type !== 'order.cancel') continue;
      core.turn({ type: 'intent.withheld', intent: seq, sequence: event.sequence, why: 'x' }, at);
    }
    return said;
  };
  post(0, opened, { type: 'gateway.up', endpoint: 'ws://x', networkId: 0 }, closed(99, 0));
  post(0, read(99), { type: 'gateway.synced', from: 99, to: 99 });
  const tick = (n: number, given: Given | null = {}, at = n * 4000): readonly Row[] => {
    const whole = given === null ? [] : [read(100 + n, given)];
    return post(at, closed(100 + n, n * 4), ...whole, { type: 'tick', index: n });
  };
  return { post, tick, rows };
};

const found = (rows: readonly Row[], guard: GuardId): GuardFact => {
  const row = rows.find(({ event }) => event.type === 'guards.evaluated');
  const facts = row?.event.type === 'guards.evaluated' ? row.event.facts[guard] : undefined;
  if (!facts) throw new Error(`no fact of ${guard}`);
  return facts;
};
const count = (rows: readonly Row[], type: Event['type'], guard: GuardId): number =>
  rows.filter(({ event }) => event.type === type && 'guard' in event && event.guard === guard)
    .length;

for (const [name, given] of [...Object.entries(bad), ['an empty pool', empty] as const]) {
  test(`${name} adds no anchor sample: 24 of 25 stay 24, however long`, (t) => {
    const { tick, rows } = driven();
    for (let n = 0; n < 24; n += 1) tick(n, pool(-9));
    for (let n = 24; n < 124; n += 1) tick(n, given);
    t.is(count(rows, 'guard.tripped', 'anchor_saturation'), 0);
    tick(124, pool(-9));
    t.is(count(rows, 'guard.tripped', 'anchor_saturation'), 1);
  });

  test(`${name} lets a tripped anchor go no sooner and no later`, (t) => {
    const { tick, rows } = driven(configured('guards.anchor_saturation.lookback_ticks=2'));
    for (let n = 0; n < 2; n += 1) tick(n, pool(-9));
    t.is(count(rows, 'guard.tripped', 'anchor_saturation'), 1);
    for (let n = 2; n < 20; n += 1) tick(n, pool(0));
    for (let n = 20; n < 120; n += 1) tick(n, given);
    t.is(count(rows, 'guard.recovered', 'anchor_saturation'), 0);
    const calm = rows.filter(
      ({ event }) =>
        event.type === 'guards.evaluated' && event.facts.anchor_saturation?.release === 'holds',
    );
    for (let n = 120; n < 120 + 30 - calm.length; n += 1) {
      t.is(count(rows, 'guard.recovered', 'anchor_saturation'), 0);
      tick(n, pool(0));
    }
    t.is(count(rows, 'guard.recovered', 'anchor_saturation'), 1);
  });
}

for (const [name, given] of Object.entries(bad)) {
  test(`${name} leaves corridor and floor as they are`, (t) => {
    const poor = { line: { rlusd: '20', limit: '1000000', frozen: false, deepFrozen: false } };
    const rich: Given = { account: { ...read(1).account, drops: '400000000' } };
    const lasting = configured('risk.max_xrp_exposure=100000');
    const floor = driven(lasting);
    for (let n = 0; n < 10; n += 1) floor.tick(n, { ...poor, ...given });
    t.is(count(floor.rows, 'guard.tripped', 'inventory_corridor'), 0, 'floor');
    const { tick, rows } = driven(lasting);
    tick(0, rich);
    t.is(count(rows, 'guard.tripped', 'inventory_corridor'), 0);
  });

  test(`${name} quotes nothing`, (t) => {
    const { tick } = driven();
    tick(0);
    t.false(tick(1, given).some(({ event }) => event.type === 'quote.decided'));
  });
}

test('a number that is none is no sample', (t) => {
  const guard = thing(anchorGuard(settings.guards.anchor_saturation));
  for (let n = 0; n < 24; n += 1) guard.turn(n, observed(n, { anchorErrorBps: -9 }));
  for (const broken of [Number.NaN, Infinity, -Infinity]) {
    const said = fact(guard.turn(24, observed(24, { anchorErrorBps: broken })));
    t.false(said.trip);
    t.is(said.release, 'neither');
    t.is(said.operands['samples'], 24);
    t.is(said.operands['meanBps'], -9);
  }
});

test('reads that fail count for nothing but the limit on them', (t) => {
  const { post, tick, rows } = driven(configured('risk.max_rpc_failures=1000'));
  for (let n = 0; n < 24; n += 1) tick(n, pool(-9));
  for (let n = 24; n < 62; n += 1) {
    post(n * 4000, { type: 'read.failed', code: 'noAnswer', message: 'x' });
    const said = tick(n, null);
    t.is(found(said, 'anchor_saturation').operands['samples'], 24);
    t.is(found(said, 'issuer').release, 'neither');
  }
  const trips = rows.filter(({ event }) => event.type === 'guard.tripped');
  t.deepEqual(
    trips.map(({ event }) => (event.type === 'guard.tripped' ? event.guard : '')),
    ['wallet_truth'],
    'three checks in a row could not be made',
  );
});

test('clocks that differ: drift knows ledger time alone, a deadline the engine’s alone', (t) => {
  for (const skewSeconds of [-3600, 0, 3600]) {
    const { post, tick, rows } = driven(
      configured('guards.directional_drift.net_notional_rlusd=100000'),
    );
    const ledgerTime = (n: number): number => 100_000 + skewSeconds + n * 4;
    const at = (n: number, ...more: readonly Event[]) => {
      post(n * 4000, closed(200 + n, ledgerTime(n)), ...more);
      tick(n, { ledger: { index: 200 + n, closeTime: ledgerTime(n) } });
    };
    const buy = (n: number) => fill(ledgerTime(n), { hash: `F${n}`, rlusd: '1', drops: '700000' });
    at(0);
    at(1, buy(1));
    at(3, buy(3));
    t.is(count(rows, 'guard.tripped', 'directional_drift'), 0);
    at(7, buy(7));
    const trip = rows.find(({ event }) => event.type === 'guard.tripped');
    t.is(
      trip?.event.type === 'guard.tripped' && trip.event.fact.condition,
      'A',
      `${skewSeconds} s`,
    );
  }
});

test('a tick that comes twice is one tick', (t) => {
  const { tick, post, rows } = driven();
  for (let n = 0; n < 24; n += 1) {
    tick(n, pool(-9));
    t.deepEqual(
      post(n * 4000, { type: 'tick', index: n }).map(({ event }) => event.type),
      ['tick'],
    );
  }
  t.is(count(rows, 'guard.tripped', 'anchor_saturation'), 0);
  tick(24, pool(-9));
  t.is(count(rows, 'guard.tripped', 'anchor_saturation'), 1);
});

test('no ticks for five minutes: nothing is counted for them', (t) => {
  const { tick, post, rows } = driven(
    configured('guards.directional_drift.net_notional_rlusd=100000'),
  );
  for (let n = 0; n < 5; n += 1) tick(n, pool(-9));
  post(20_000, fill(20, { rlusd: '1', drops: '700000' }));
  tick(5, pool(-9));
  const said = tick(80, pool(-9));
  t.is(found(said, 'directional_drift').operands['ticksWithoutOpposing'], 1);
  t.is(found(said, 'anchor_saturation').operands['samples'], 7);
  t.deepEqual(
    rows.filter(({ event }) => event.type === 'guard.tripped' || event.type === 'halt'),
    [],
    'nothing has tripped, and no ledger was too old',
  );
});

test('no ticks for five minutes while a guard recovers: its count goes on where it was', (t) => {
  const { tick, rows } = driven(
    configured(
      'guards.anchor_saturation.lookback_ticks=2',
      'guards.anchor_saturation.recovery_ticks=5',
    ),
  );
  tick(0, pool(-9));
  tick(1, pool(-9));
  for (let n = 2; n < 6; n += 1) tick(n, pool(0));
  tick(80, pool(0));
  t.is(count(rows, 'guard.recovered', 'anchor_saturation'), 0);
  tick(81, pool(0));
  t.is(count(rows, 'guard.recovered', 'anchor_saturation'), 1);
});

test('no ticks for five minutes: a deadline that came in them ends the session on the next one', (t) => {
  const { tick, rows } = driven(
    configured(
      'guards.anchor_saturation.lookback_ticks=2',
      'guards.anchor_saturation.timeout_seconds=100',
    ),
  );
  tick(0, pool(-9));
  tick(1, pool(-9));
  tick(80, pool(0));
  const halt = rows.find(({ event }) => event.type === 'halt');
  t.is(halt?.event.type === 'halt' && halt.event.source, 'anchor_saturation');
});
