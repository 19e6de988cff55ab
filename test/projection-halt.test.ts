/** A session has one end: the first halt, or what the next start found. */
import test from 'ava';
import type { Event } from '../events/event.ts';
import { apply, empty } from '../projections/halt.ts';
import { recorded } from './recorded.ts';

const fold = (...events: (readonly [number, Event])[]) => recorded(events).reduce(apply, empty);

const halt: Event = {
  type: 'halt',
  reason: 'degraded_timeout',
  source: 'anchor_saturation',
  detail: 'degraded_timeout_exceeded_300s',
  event: 1,
  standing: ['directional_drift'],
};
const tick: Event = { type: 'tick', index: 0 };
const closed: Event = { type: 'session.closed_by_next', uuid: 'u', silentMs: 41_300 };

test('a session without a halt has no end', (t) => {
  t.is(fold([0, tick]), null);
});

test('the halt is told with its source, its cause and what stood beside it', (t) => {
  t.deepEqual(fold([0, tick], [396, halt]), {
    reason: 'degraded_timeout',
    source: 'anchor_saturation',
    detail: 'degraded_timeout_exceeded_300s',
    at: 396_000,
    seq: 2,
    event: 1,
    standing: ['directional_drift'],
  });
});

test('a second cause never replaces the first', (t) => {
  const later: Event = { ...halt, reason: 'kill_switch', source: 'operator', event: 2 };
  t.is(fold([0, tick], [396, halt], [400, later])?.reason, 'degraded_timeout');
  t.is(fold([0, tick], [396, halt], [500, closed])?.reason, 'degraded_timeout');
});

test('a session that died ends unexpectedly, and the detail says how long the log was silent', (t) => {
  const ending = fold([0, tick], [50, closed]);
  t.is(ending?.reason, 'unexpected_halt');
  t.is(ending?.source, 'recovery');
  t.is(ending?.detail, 'the log was silent for 41 s');
});

test('the halt that the next start writes takes the place of the derived one', (t) => {
  const written: Event = {
    ...halt,
    reason: 'unexpected_halt',
    source: 'recovery',
    detail: 'the log was silent for 41 s',
    event: 2,
    standing: ['anchor_saturation'],
  };
  const ending = fold([0, tick], [50, closed], [50, written]);
  t.deepEqual([ending?.seq, ending?.event], [3, 2]);
  t.deepEqual(ending?.standing, ['anchor_saturation']);
});
