/** Order integrity: a grace of ticks for an order whose fate is not known. */
import test from 'ava';
import { integrityGuard } from '../machines/guards/integrity.ts';
import type { Event } from '../events/event.ts';
import { fact, observed, opened, resting, settings, thing } from './given.ts';

const unknown = (order: string): Event => ({
  type: 'order.unknown',
  order,
  why: 'x',
  until: 460,
});
const filled = (order: string): Event => ({ type: 'order.filled', order, hash: 'H' });

const driven = (grace = 1) => {
  const guard = thing(integrityGuard({ ...settings.guards.order_integrity, grace_ticks: grace }));
  return (...events: readonly Event[]) => fact(guard.turn(0, ...events, observed(0)));
};

test('all known: nothing trips, and it would release', (t) => {
  const found = driven()();
  t.false(found.trip);
  t.is(found.release, 'holds');
});

test('the first tick is grace, the second trips', (t) => {
  const tick = driven();
  const first = tick(unknown('bid-1'));
  t.false(first.trip);
  t.is(first.release, 'broken');
  const second = tick();
  t.true(second.trip);
  t.is(second.operands['first'], 'bid-1');
});

test('the grace is as many ticks as is configured', (t) => {
  const atOnce = driven(0);
  t.is(atOnce().toTrip, null);
  t.true(atOnce(unknown('bid-1')).trip);
  const later = driven(3);
  t.is(later(unknown('bid-1')).toTrip, 3);
  t.false(later().trip);
  t.false(later().trip);
  t.true(later().trip);
});

test('an order that is found within the grace tick trips nothing', (t) => {
  const tick = driven();
  tick(unknown('bid-1'));
  t.false(tick(filled('bid-1')).trip);
});

test('every way of being accounted for ends it', (t) => {
  const ways: readonly Event[] = [
    filled('a'),
    { type: 'order.cancelled', order: 'a', hash: 'H', why: 'x' },
    { type: 'order.expired', order: 'a', ledger: 1, hash: null },
    { type: 'order.rejected', order: 'a', result: 'x', hash: null },
    { type: 'order.resting', order: 'a', hash: 'H', drops: '1', rlusd: '1', ledger: 1 },
  ];
  for (const way of ways) {
    const tick = driven();
    tick(unknown('a'));
    tick();
    t.is(tick(way).release, 'holds', way.type);
  }
});

test('it recovers only when every order is accounted for', (t) => {
  const tick = driven();
  tick(unknown('a'), unknown('b'));
  tick();
  t.is(tick(filled('a')).release, 'broken');
  t.is(tick(filled('b')).release, 'holds');
});

test('a further word of ignorance gives no new grace', (t) => {
  const tick = driven();
  tick(unknown('a'));
  t.true(tick(unknown('a')).trip);
});

test('an order that an earlier session left unknown is unknown here', (t) => {
  const order = { ...resting, id: 'a', state: 'unknown' };
  const brought = { ...opened.brought, orders: [order, { ...order, id: 'b', state: 'resting' }] };
  const tick = driven();
  tick({ ...opened, brought });
  const found = tick();
  t.true(found.trip);
  t.is(found.operands['unknown'], 1);
});
