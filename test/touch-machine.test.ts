/** How far our quotes stand from the best offers of others, tick by tick. */
import test from 'ava';
import type { Event } from '../events/event.ts';
import { touch } from '../machines/touch.ts';
import { blind, observed, only, thing } from './given.ts';
import { submit, ten } from './given-transaction.ts';

const quoted = (bid: string | null, ask: string | null): Event => ({
  type: 'quote.decided',
  tick: 0,
  bid: bid === null ? null : { price: bid, rlusd: '15' },
  ask: ask === null ? null : { price: ask, rlusd: '15' },
  reference: '1',
  referenceIs: 'mid',
  skewBps: 0,
  driftPct: 0,
  withheld: { bid: null, ask: null },
});
const rests = (sequence: number): Event => ({
  type: 'order.resting',
  order: `bid-${sequence}`,
  hash: `H${sequence}`,
  ...ten,
  ledger: 101,
});
const cancelled = (sequence: number): Event => ({
  type: 'order.cancelled',
  order: `bid-${sequence}`,
  hash: 'C',
  why: 'replaced',
});

/** Others stand at 1 and 1.1, unless said otherwise. */
const driven = () => {
  const actor = thing(touch);
  const say = (...events: readonly Event[]) => actor.turn(0, ...events);
  const tick = (given = {}) =>
    only(say(observed(0, { bestBid: '1', bestAsk: '1.1', ...given })), 'touch.measured');
  return { say, tick };
};

test('nothing is measured before the first quote is decided, and from then on every tick', (t) => {
  const { say, tick } = driven();
  t.is(tick(), undefined);
  say(quoted('0.999', '1.101'));
  t.truthy(tick());
  t.like(tick(blind), { bid: null, ask: null });
});

test('a bid is measured below the best bid, an ask above the best ask; up to 2 bps is within', (t) => {
  const { say, tick } = driven();
  say(quoted('0.9998', '1.10033'));
  t.like(tick(), {
    bid: { price: '0.9998', distanceBps: 2, within2bps: true },
    ask: { price: '1.10033', distanceBps: 3, within2bps: false },
  });
  say(quoted('1.0001', '1.0989'));
  t.like(tick(), { bid: { distanceBps: -1, within2bps: true }, ask: { distanceBps: -10 } });
});

test('it is the live order’s price that counts, the intended one where none is live', (t) => {
  const { say, tick } = driven();
  const bid = () => tick()?.bid?.price;
  say(quoted('0.99', null));
  t.is(bid(), '0.99');
  say(submit(7, { price: '0.99' }), rests(7), quoted('0.98', null));
  t.is(bid(), '0.99', 'what rests');
  say(submit(8, { price: '0.98' }), rests(8), quoted('0.97', null), cancelled(7));
  t.is(bid(), '0.98', 'the end of the old one is not that of the new');
  say(quoted(null, null), cancelled(8));
  t.is(bid(), '0.97', 'what was wanted last');
});
