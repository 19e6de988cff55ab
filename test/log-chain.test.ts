/** The chain: each hash depends on every field of its row and on all rows before, and on nothing else. */
import { hash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import type { AnyEvent, Recorded } from '../events/envelope.ts';
import { dataText, emptyTail, hashRow, isDataText } from '../actors/log/chain.ts';

const row: Recorded = {
  seq: 2,
  turn: 1,
  at: 1_790_000_000_001,
  kind: 'decision',
  actor: 'market',
  v: 1,
  cause: 1,
  event: { type: 'market.observed' },
};

test('a row is hashed over three lines: the hash before it, its envelope, its data', (t) => {
  const text = `${emptyTail.hash}\n[2,1,1790000000001,"decision","market","market.observed",1,1]\n{"mid":"1.5"}`;
  t.is(hashRow(emptyTail.hash, row, '{"mid":"1.5"}'), hash('sha256', text));
  t.is(emptyTail.hash, '0'.repeat(64));
});

test('the envelope line is the JSON of its fields, whatever an actor or a type is called', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (actor, type) => {
      const named = { ...row, actor, event: { type } };
      const envelope = JSON.stringify([2, 1, 1_790_000_000_001, 'decision', actor, type, 1, 1]);
      t.is(hashRow('', named, '{}'), hash('sha256', `\n${envelope}\n{}`));
    }),
  );
});

test('the data text is the JSON of the event without its type, wherever the type stands', (t) => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (fields, type) => {
      const { type: _, ...rest } = fields;
      const expected = JSON.stringify(rest);
      t.is(dataText({ type, ...rest }), expected);
      t.is(dataText({ ...rest, type } as AnyEvent), expected);
      for (const event of [{ type, ...rest }, { ...rest, type } as AnyEvent]) {
        t.true(isDataText(event, expected));
        t.false(isDataText(event, `${expected} `));
        t.false(isDataText({ ...event, more: 1 } as AnyEvent, expected));
      }
    }),
  );
});
