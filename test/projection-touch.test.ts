/** Distances to the touch: shares, mean, median and buckets. */
import test from 'ava';
import fc from 'fast-check';
import type { Event } from '../events/event.ts';
import { apply, empty, shares } from '../projections/touch.ts';
import { lengthOf } from '../projections/trail.ts';
import { recorded } from './recorded.ts';

const measured = (bid: number | null): Event => ({
  type: 'touch.measured',
  tick: 0,
  bid: bid === null ? null : { price: '1.4', distanceBps: bid, within2bps: bid <= 2 },
  ask: null,
});

const bid = (...distances: readonly (number | null)[]) =>
  shares(recorded(distances.map((one) => [0, measured(one)] as const)).reduce(apply, empty).bid);

test('a side that was never measured has no shares', (t) => {
  const touch = recorded([[0, measured(null)]]).reduce(apply, empty);
  t.deepEqual(shares(touch.ask), {
    within_2bps: null,
    mean: null,
    median: null,
    buckets: [0, 0, 0, 0],
  });
});

test('the buckets are 0–2, 2–5, 5–10 and above, their upper ends included', (t) => {
  t.deepEqual(bid(-1, 0, 2, 2.1, 5, 5.1, 10, 10.1).buckets, [3, 2, 2, 1]);
});

test('the share within 2 bps is that of the first bucket', (t) => {
  const { within_2bps, buckets } = bid(1, 2, 3, null, 20);
  t.is(within_2bps, 0.5);
  t.is(buckets[0], 2);
});

test('the median is the middle one, or between the two in the middle', (t) => {
  t.is(bid(9, 1, 5).median, 5);
  t.is(bid(9, 1, 5, 6).median, 5.5);
});

test('however many there are, whoever holds fewer of them still has those', (t) => {
  const rows = recorded(Array.from({ length: 1_000 }, (_, i) => [0, measured(i)] as const));
  const some = rows.slice(0, 100).reduce(apply, empty);
  t.is(shares(rows.slice(100).reduce(apply, some).bid).median, 499.5);
  t.is(shares(some.bid).median, 49.5);
  t.is(shares(apply(some, rows[0] ?? t.fail()).bid).median, 49);
});

test('a long session keeps them many to an entry', (t) => {
  const rows = recorded(Array.from({ length: 1_000 }, (_, i) => [0, measured(i)] as const));
  t.true(lengthOf(rows.reduce(apply, empty).bid.samples) < 1_000 / 50);
});

test('half of the distances are at or below the median, whatever their order', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 40 }), { minLength: 1 }), (distances) => {
      const { median, mean, buckets } = bid(...distances);
      const below = distances.filter((one) => one <= (median ?? -Infinity)).length;
      const above = distances.filter((one) => one >= (median ?? Infinity)).length;
      t.true(below * 2 >= distances.length && above * 2 >= distances.length);
      t.is(
        buckets.reduce((sum, one) => sum + one, 0),
        distances.length,
      );
      t.true((mean ?? 99) >= Math.min(...distances) && (mean ?? 99) <= Math.max(...distances));
    }),
  );
});
