/** What leaves: a blob that may go once more is kept until nothing can apply it. */
import { Subject } from 'rxjs';
import test from 'ava';
import { virtualClock } from '../actors/clock.ts';
import { startDispatch } from '../actors/dispatch.ts';
import type { Row } from '../actors/engine.ts';
import type { Event } from '../events/event.ts';
import { closed, read } from './given.ts';
import { recorded } from './recorded.ts';

const cancel: Event = {
  type: 'order.cancel',
  order: null,
  offerSequence: 20,
  sequence: 21,
  lastLedger: 120,
  why: 'DEGRADED',
  excludes: null,
  tx: { TransactionType: 'OfferCancel' },
};

/** The blobs that were sent of a cancel whose last ledger is 120, with these events before it is to go again. */
const sentAround = (...events: readonly Event[]): readonly string[] => {
  const [computed, durable] = [new Subject<Row>(), new Subject<Row>()];
  const sent: string[] = [];
  const say = (row: Row): void => [computed, durable].forEach((heard) => heard.next(row));
  startDispatch({
    engine: {
      post: (input) => recorded([[0, input]]).forEach(say),
      record: async () => true,
      computed,
      durable,
      waiting: () => 0,
      quiet: async () => undefined,
      stop: () => undefined,
    },
    gateway: {
      open: () => undefined,
      synced: Promise.resolve(),
      read: async () => undefined,
      submit: async (blob) => {
        sent.push(blob);
        return { result: null, error: 'timeout' };
      },
      lookUp: async () => undefined,
      close: async () => undefined,
    },
    signer: { address: 'rEngine', sign: () => ({ blob: 'B', hash: 'H' }) },
    clock: virtualClock(0),
    patienceMs: 8_000,
  });
  const again: Event = { type: 'transaction.resend', hash: 'H', why: 'no answer' };
  for (const row of recorded([cancel, ...events, again].map((event) => [0, event]))) say(row);
  return sent;
};

test('it goes again, also behind a ledger that was told and was none', (t) => {
  t.deepEqual(sentAround(), ['B', 'B']);
  t.deepEqual(sentAround(closed(1001, 800), closed(102, 404)), ['B', 'B']);
});

test('it goes no more once a read has proven that its last ledger is over', (t) => {
  t.deepEqual(sentAround(read(120)), ['B', 'B']);
  t.deepEqual(sentAround(read(121)), ['B']);
});
