/** What leaves, and when: durable before it is signed and before it is sent, a create only while the newest mode allows it. */
import { Subject } from 'rxjs';
import test from 'ava';
import { virtualClock } from '../actors/clock.ts';
import { startDispatch } from '../actors/dispatch.ts';
import type { Row } from '../actors/engine.ts';
import type { Event } from '../events/event.ts';
import { closed, halt, read } from './given.ts';
import { submit as given, validated } from './given-transaction.ts';

const submit = (sequence: number): Event =>
  given(sequence, { tx: { TransactionType: 'OfferCreate', Sequence: sequence } });
const cancel = (sequence: number, excludes: string | null = null): Event => ({
  type: 'order.cancel',
  order: null,
  offerSequence: 20,
  sequence,
  lastLedger: 120,
  why: 'DEGRADED',
  excludes,
  tx: { TransactionType: 'OfferCancel', Sequence: sequence },
});
const again = (sequence: number): Event => ({
  type: 'transaction.resend',
  hash: `C${sequence}`,
  why: 'no answer',
});
const degraded: Event = { type: 'mode.changed', mode: 'DEGRADED', causes: ['issuer'] };

/** A disk that writes when it is told to. An offer's create with Sequence 20 has the hash O20, its cancel C20. */
const driven = (waiting = 0) => {
  const [computed, durable] = [new Subject<Row>(), new Subject<Row>()];
  const clock = virtualClock(0);
  const unwritten: Row[] = [];
  const said: string[] = [];
  let seq = 0;
  const say = (event: Event): void => {
    seq += 1;
    const row: Row = { seq, turn: seq, at: 0, kind: 'input', actor: 'x', v: 1, cause: 0, event };
    unwritten.push(row);
    computed.next(row);
  };
  startDispatch({
    engine: {
      post: (input) => {
        if (input.type === 'transaction.signed') said.push(`signed ${input.hash}`);
        if (input.type === 'intent.withheld') said.push(`withheld ${input.sequence}: ${input.why}`);
        say(input);
      },
      record: async () => true,
      computed,
      durable,
      waiting: () => waiting,
      quiet: async () => undefined,
      stop: () => undefined,
    },
    gateway: {
      open: () => undefined,
      synced: Promise.resolve(),
      read: async () => undefined,
      submit: async (blob) => {
        said.push(`sent ${blob}`);
        return { result: null, error: 'timeout' };
      },
      lookUp: async () => undefined,
      close: async () => undefined,
    },
    signer: {
      address: 'rEngine',
      sign: ({ TransactionType: type, Sequence: sequence }) => {
        const hash = `${type === 'OfferCancel' ? 'C' : 'O'}${String(sequence)}`;
        return { blob: hash, hash };
      },
    },
    clock,
    patienceMs: 8_000,
  });
  return {
    say: (...events: readonly Event[]) => events.forEach(say),
    /** Makes so many rows durable, all without a number; what was said meanwhile. */
    write: (rows = Infinity): readonly string[] => {
      for (let n = 0; n < rows; n += 1) {
        const row = unwritten.shift();
        if (!row) break;
        durable.next(row);
      }
      return said.splice(0);
    },
    waitUntil: async (ms: number) => {
      clock.at(ms, () => undefined);
      await clock.run(
        async () => undefined,
        () => clock.now() >= ms,
      );
    },
  };
};

test('an intent is signed when it is durable, and sent when its signature is', (t) => {
  const { say, write } = driven();
  say(submit(20));
  t.deepEqual(write(0), []);
  t.deepEqual(write(1), ['signed O20']);
  t.deepEqual(write(1), ['sent O20']);
});

test('a create that a mode has overtaken is withheld, and every unsent intent of a later Sequence with it', (t) => {
  const { say, write } = driven();
  say(cancel(20), submit(22), cancel(23), submit(21), degraded);
  t.deepEqual(write(), [
    'signed C20',
    'withheld 22: mode is DEGRADED',
    'withheld 23: mode is DEGRADED',
    'withheld 21: mode is DEGRADED',
    'sent C20',
  ]);
});

test('nor is it sent where the mode came after its signature', (t) => {
  const { say, write } = driven();
  say(submit(20));
  t.deepEqual(write(1), ['signed O20']);
  say(degraded);
  t.deepEqual(write(), ['withheld 20: mode is DEGRADED']);
});

test('what takes the Sequence of a withheld create leaves all the same', (t) => {
  const { say, write } = driven();
  say(submit(20));
  t.deepEqual(write(1), ['signed O20']);
  say(degraded, cancel(20, 'O20'));
  t.deepEqual(write(), ['withheld 20: mode is DEGRADED', 'signed C20', 'sent C20']);
});

test('once the halt is said nothing new is placed, and cancels leave', (t) => {
  const { say, write } = driven();
  say(submit(20), halt);
  t.deepEqual(write(), ['withheld 20: the session ends']);
  say(cancel(20));
  t.deepEqual(write(), ['signed C20', 'sent C20']);
});

test('a create that has waited for the disk for longer than two ticks is of another market', async (t) => {
  const after = async (ms: number): Promise<readonly string[]> => {
    const { say, write, waitUntil } = driven();
    say(submit(20), cancel(19));
    await waitUntil(ms);
    return write();
  };
  t.deepEqual(await after(8_000), ['signed O20', 'signed C19', 'sent O20', 'sent C19']);
  t.deepEqual(await after(8_001), ['withheld 20: the log is behind', 'signed C19', 'sent C19']);
});

test('where a thousand turns wait for the disk nothing is placed', (t) => {
  const behind = (turns: number): readonly string[] => {
    const { say, write } = driven(turns);
    say(submit(20));
    return write();
  };
  t.deepEqual(behind(1_000), ['signed O20', 'sent O20']);
  t.deepEqual(behind(1_001), ['withheld 20: the log is behind']);
});

test('what was to exclude a transaction that has been applied meanwhile is withheld', (t) => {
  const { say, write } = driven();
  say(cancel(20, 'O20'), cancel(21, 'O21'), validated('O20', 101, {}, []));
  t.deepEqual(write(), [
    'withheld 20: what it excludes has been applied',
    'signed C21',
    'sent C21',
  ]);
});

test('what no server has taken goes again: a create only while the mode allows it, a cancel always', (t) => {
  const { say, write } = driven();
  const create = { ...again(20), hash: 'O20' } as Event;
  say(submit(20), cancel(21));
  write();
  say(create);
  t.deepEqual(write(), ['sent O20']);
  say(degraded, create, again(21));
  t.deepEqual(write(), ['sent C21']);
});

/** What goes again of a cancel whose last ledger is 120, with these events before. */
const sentAgain = (...events: readonly Event[]): readonly string[] => {
  const { say, write } = driven();
  say(cancel(21));
  write();
  say(...events, again(21));
  return write();
};

test('it goes again, also behind a ledger that was told and was none', (t) => {
  t.deepEqual(sentAgain(), ['sent C21']);
  t.deepEqual(sentAgain(closed(1001, 800), closed(102, 404)), ['sent C21']);
});

test('it goes no more once it is validated, nor once a read has proven that its last ledger is over', (t) => {
  t.deepEqual(sentAgain(validated('C21', 101, {}, [])), []);
  t.deepEqual(sentAgain(read(120)), ['sent C21']);
  t.deepEqual(sentAgain(read(121)), []);
});
