/** The map that all states share: it must do what an ordinary sorted map does, and never change what was handed out. */
import test from 'ava';
import fc from 'fast-check';
import { after, differences, get, remove, set, type Trie } from '../sandbox/state/trie.ts';

type Value = Readonly<{ index: string; n: number }>;

/** Few digits vary, so that prefixes are shared at all depths. */
const index = fc
  .array(fc.constantFrom('0', '1', 'A', 'F'), { minLength: 6, maxLength: 6 })
  .map(
    (digits) =>
      `${'0'.repeat(30)}${digits.slice(0, 3).join('')}${'7'.repeat(28)}${digits.slice(3).join('')}`,
  );
const steps = fc.array(fc.record({ index, n: fc.nat(9), drop: fc.boolean() }), { maxLength: 60 });

const play = (list: readonly { index: string; n: number; drop: boolean }[]) => {
  let trie: Trie<Value>;
  const map = new Map<string, Value>();
  for (const { index: at, n, drop } of list) {
    const value = { index: at, n };
    trie = drop ? remove(trie, at) : set(trie, value);
    if (drop) map.delete(at);
    else map.set(at, value);
  }
  return { trie, map };
};

const sorted = (map: Map<string, Value>): readonly Value[] =>
  [...map.values()].toSorted((a, b) => (a.index < b.index ? -1 : 1));

test('it finds what was set and nothing else', (t) => {
  fc.assert(
    fc.property(steps, index, (list, other) => {
      const { trie, map } = play(list);
      return [...map.keys(), other].every((at) => get(trie, at) === map.get(at));
    }),
  );
  t.pass();
});

test('the next index is the least one that is greater', (t) => {
  fc.assert(
    fc.property(steps, index, (list, at) => {
      const { trie, map } = play(list);
      return after(trie, at) === sorted(map).find((value) => value.index > at);
    }),
  );
  t.pass();
});

test('the differences of two states are just what differs, in order', (t) => {
  fc.assert(
    fc.property(steps, steps, (first, more) => {
      const before = play(first);
      const now = play([...first, ...more]);
      const keys = [...new Set([...before.map.keys(), ...now.map.keys()])].toSorted();
      const expected = keys.filter((at) => before.map.get(at)?.n !== now.map.get(at)?.n);
      const found = differences(before.trie, now.trie)
        .filter(([was, is]) => was?.n !== is?.n)
        .map(([was, is]) => (was ?? is)?.index);
      return JSON.stringify(found) === JSON.stringify(expected);
    }),
  );
  t.pass();
});

test('a state that was handed out stays as it was', (t) => {
  const { trie } = play([
    { index: `${'0'.repeat(63)}1`, n: 1, drop: false },
    { index: `${'0'.repeat(63)}2`, n: 2, drop: false },
  ]);
  remove(set(trie, { index: `${'0'.repeat(63)}1`, n: 9 }), `${'0'.repeat(63)}2`);
  t.is(get(trie, `${'0'.repeat(63)}1`)?.n, 1);
  t.is(get(trie, `${'0'.repeat(63)}2`)?.n, 2);
});
