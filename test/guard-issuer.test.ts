/** Issuer: the token's rules changed under us. */
import test from 'ava';
import { issuerGuard } from '../machines/guards/issuer.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { OperatorAcknowledge } from '../events/operator.ts';
import type { MarketRead } from '../events/market.ts';
import type { MovementSeen } from '../events/inventory.ts';
import { apply, brought, noLegacy } from '../projections/legacy.ts';
import { fact, observed, opened, quiet, read, thing } from './given.ts';

const line = { rlusd: '98.55', limit: '1000000', frozen: false, deepFrozen: false };
const issuer = { flags: 0, transferRate: null, tickSize: 7 };
const calm: Partial<MarketRead> = { line, issuer };

const tripped: Event = {
  type: 'guard.tripped',
  guard: 'issuer',
  episode: 1,
  fact: quiet,
  deadlineAt: null,
};

const driven = () => {
  const guard = thing(issuerGuard);
  let seq = 0;
  let trip = 0;
  const turn = (...events: readonly Event[]) => {
    for (const event of events) {
      seq += 1;
      if (event.type === 'guard.tripped') trip = seq;
    }
    return guard.turn(0, ...events);
  };
  const tick = (...events: readonly Event[]) => fact(turn(...events, observed(0)));
  const acknowledge = (given: Partial<OperatorAcknowledge> = {}): Event => ({
    type: 'operator.acknowledge',
    session: 1,
    uuid: opened.uuid,
    seq: trip,
    note: 'seen',
    ...given,
  });
  turn(opened);
  tick(read(100, calm));
  return { tick, turn, acknowledge };
};

const moved = (kind: MovementSeen['kind']): Event => ({
  type: 'movement.seen',
  hash: 'H',
  kind,
  drops: '0',
  rlusd: '-10',
  ledger: 101,
});

const changes: Readonly<Record<string, Partial<MarketRead>>> = {
  'global freeze': { ...calm, issuer: { ...issuer, flags: 0x0040_0000 } },
  'our line is frozen': { ...calm, line: { ...line, frozen: true } },
  'our line is deep-frozen': { ...calm, line: { ...line, deepFrozen: true } },
  'transfer rate none → 1002000000': {
    ...calm,
    issuer: { ...issuer, transferRate: 1_002_000_000 },
  },
  'tick size 7 → 5': { ...calm, issuer: { ...issuer, tickSize: 5 } },
};

for (const [what, change] of Object.entries(changes)) {
  test(`${what}: trips, and recovers when undone`, (t) => {
    const { tick, turn } = driven();
    const found = tick(read(101, change));
    t.true(found.trip);
    t.is(found.condition, what);
    t.is(tick().release, 'broken');
    turn(tripped);
    t.is(typeof tick().operands['trip'], 'number');
    const undone = tick(read(102, calm));
    t.is(undone.release, 'holds');
    t.is(undone.operands['trip'], null, 'there is nothing to acknowledge');
  });
  test(`${what}: recovers when acknowledged, and trips again when it comes back`, (t) => {
    const { tick, turn, acknowledge } = driven();
    tick(read(101, change));
    turn(tripped);
    t.is(tick(acknowledge({ seq: 1 })).release, 'broken', 'another event of the session');
    t.is(tick(acknowledge({ uuid: 'x' })).release, 'broken', 'that of another session');
    t.is(tick(acknowledge()).release, 'holds');
    t.false(tick(read(102, change)).trip, 'still there, still accepted');
    t.false(tick(read(103, calm)).trip);
    t.true(tick(read(104, change)).trip, 'undone and done again is news');
  });
}

test('terms that were there from the first read are no change', (t) => {
  const guard = thing(issuerGuard);
  const found = guard.turn(0, read(100, { issuer: { ...issuer, transferRate: 5 } }), observed(0));
  t.false(fact(found).trip);
});

test('before any read it neither trips nor releases', (t) => {
  const found = fact(thing(issuerGuard).turn(0, observed(0)));
  t.false(found.trip);
  t.is(found.release, 'neither');
});

test('a tick whose read failed is no proof that all is undone', (t) => {
  for (const lost of [
    { type: 'read.failed', code: 'noAnswer', message: 'x' },
    { type: 'gateway.down', endpoint: 'ws://ledger', why: 'x' },
  ] as const) {
    const { tick } = driven();
    t.is(tick().release, 'holds');
    t.is(tick(lost).release, 'neither', lost.type);
    t.is(tick().release, 'neither', 'nothing was read since');
    t.is(tick(read(101, calm)).release, 'holds');
  }
});

test('a clawback naming us trips until it is acknowledged; each further one trips again', (t) => {
  const { tick, turn, acknowledge } = driven();
  t.true(tick(moved('clawback')).trip);
  turn(tripped);
  t.true(tick(read(102, calm)).trip, 'a read does not undo it');
  t.false(tick(acknowledge()).trip);
  t.true(tick(moved('clawback')).trip);
});

test('a payment is no matter of the issuer', (t) => {
  t.false(driven().tick(moved('payment')).trip);
});

test('an acknowledgement accepts what stands, not what comes after', (t) => {
  const { tick, turn, acknowledge } = driven();
  tick(read(101, changes['global freeze']));
  turn(tripped);
  tick(acknowledge());
  t.true(tick(read(102, changes['our line is frozen'])).trip);
});

test('an acknowledgement accepts nothing that came after what it names: that waits for one of its own', (t) => {
  const { tick, turn, acknowledge } = driven();
  const smaller = { ...issuer, tickSize: 5 };
  tick(read(101, { ...calm, issuer: smaller }));
  turn(tripped);
  const frozen = { ...calm, issuer: { ...smaller, flags: 0x0040_0000 } };
  const later = tick(read(102, frozen)).operands['trip'];
  const unseen = tick(acknowledge());
  t.true(unseen.trip);
  t.is(unseen.operands['found'], 'global freeze, tick size 7 → 5');
  t.is(tick(acknowledge({ seq: Number(later) })).release, 'holds');
});

test('what the issuer changes between an acknowledgement and the release waits for one of its own', (t) => {
  const { tick, turn, acknowledge } = driven();
  const smaller = { ...calm, issuer: { ...issuer, tickSize: 5 } };
  tick(read(101, smaller));
  turn(tripped);
  t.is(tick(acknowledge()).operands['trip'], null, 'nothing waits any more');
  const dearer = { ...calm, issuer: { ...issuer, tickSize: 5, transferRate: 1_002_000_000 } };
  const later = tick(read(102, dearer));
  t.true(later.trip);
  t.true(tick(acknowledge()).trip, 'the spent number accepts nothing');
  t.is(tick(acknowledge({ seq: Number(later.operands['trip']) })).release, 'holds');
});

test('a second clawback while the first is not acknowledged waits for its own', (t) => {
  const { tick, turn, acknowledge } = driven();
  tick(moved('clawback'));
  turn(tripped);
  const later = tick(moved('clawback')).operands['trip'];
  t.true(tick(acknowledge()).trip);
  t.false(tick(acknowledge({ seq: Number(later) })).trip);
});

test('terms are compared with what the session before knew', (t) => {
  const terms = { transferRate: null, tickSize: 7 };
  const trip = { uuid: 'the session before', seq: 41, standing: ['tick size 7 → 5'] };
  const brought = { terms, found: ['tick size 7 → 5'], accepted: [], trip, clawback: null };
  const resumed = () => {
    const guard = thing(issuerGuard);
    guard.turn(0, { ...opened, brought: { ...opened.brought, issuer: brought } });
    return guard;
  };
  const changed = read(100, { ...calm, issuer: { ...issuer, tickSize: 5 } });
  const found = fact(resumed().turn(1, changed, observed(0)));
  t.true(found.trip);
  t.is(found.condition, 'tick size 7 → 5');
  t.is(found.operands['trip'], null, 'none of this session');
  t.false(fact(resumed().turn(1, read(100, calm), observed(0))).trip);

  const seen = resumed();
  const { uuid, seq } = trip;
  seen.turn(1, { type: 'operator.acknowledge', session: 1, note: 'seen', uuid, seq });
  t.false(fact(seen.turn(2, changed, observed(0))).trip, 'acknowledged between the sessions');
});

test('a clawback that nobody has acknowledged trips the next session too', (t) => {
  const { acknowledge } = driven();
  const clawback = 'clawback of -1 RLUSD';
  const guard = thing(issuerGuard);
  const issuer = { terms: { transferRate: null, tickSize: 7 }, found: [], accepted: [] };
  const trip = { uuid: 'the session before', seq: 41, standing: [clawback] };
  guard.turn(0, {
    ...opened,
    brought: { ...opened.brought, issuer: { ...issuer, trip, clawback } },
  });
  t.like(fact(guard.turn(1, read(100, calm), observed(0))), { trip: true, condition: clawback });
  guard.turn(2, acknowledge({ uuid: trip.uuid, seq: 41 }));
  t.false(fact(guard.turn(3, read(101, calm), observed(1))).trip);
});

test('a session leaves the terms it knew, what it found and what was accepted of that', (t) => {
  const row = (seq: number, event: Event): Recorded<Event> => ({
    seq,
    turn: seq,
    at: 0,
    kind: 'input',
    actor: 'world',
    v: 1,
    cause: 0,
    event,
  });
  const told = (...events: readonly Event[]) =>
    brought(events.reduce((legacy, event, index) => apply(legacy, row(index + 1, event)), noLegacy))
      .issuer;
  const changed = read(101, { ...calm, issuer: { ...issuer, tickSize: 5 } });
  t.is(told(opened), null);
  const before = [opened, read(100, calm), changed, tripped] as const;
  const left = {
    terms: { transferRate: null, tickSize: 7 },
    found: ['tick size 7 → 5'],
    trip: { uuid: opened.uuid, seq: 4, standing: ['tick size 7 → 5'] },
    clawback: null,
  };
  t.deepEqual(told(...before), { ...left, accepted: [] });
  const seen: Event = {
    type: 'operator.acknowledge',
    session: 1,
    uuid: opened.uuid,
    seq: 4,
    note: '',
  };
  t.deepEqual(told(...before, seen), {
    ...left,
    accepted: left.found,
    trip: { ...left.trip, standing: [] },
  });
});

test('whether the pool is frozen is an operand, and no trip', (t) => {
  const { amm } = read(1);
  const frozen = driven().tick(read(101, { ...calm, amm: amm && { ...amm, frozen: true } }));
  t.deepEqual([frozen.trip, frozen.operands['poolFrozen']], [false, true]);
  t.is(driven().tick(read(101, { ...calm, amm: null })).operands['poolFrozen'], null);
});
