/** Directories hold what was put in, page by page, and leave nothing behind when they are empty. */
import test from 'ava';
import fc from 'fast-check';
import { addToDirectory, members, removeFromDirectory } from '../sandbox/state/directory.ts';
import { type Draft, draftOf, read } from '../sandbox/state/draft.ts';
import type { Directory } from '../sandbox/state/entry.ts';
import { half } from '../ledger/hash.ts';

const root = half('00');
const indexes = Array.from({ length: 150 }, (_, n) => half(n.toString(16).padStart(4, '0')));

const emptyDraft = (): Draft =>
  draftOf(undefined, {
    index: 1,
    parentCloseTime: 0,
    parentHash: '',
    open: false,
    loadFactor: 1,
    poolAccount: () => '',
  });

const listed = (draft: Draft): readonly string[] => [
  ...members((index) => read(draft, index), root),
];

/** A list of numbers: one that is in goes out, one that is out goes in. */
const play = (numbers: readonly number[], keep: 'sorted' | 'arrival') => {
  const draft = emptyDraft();
  const pages = new Map<string, string>();
  for (const n of numbers) {
    const index = indexes[n] as string;
    const page = pages.get(index);
    if (page === undefined) pages.set(index, addToDirectory(draft, root, index, {}, keep));
    else {
      removeFromDirectory(draft, root, page, index);
      pages.delete(index);
    }
  }
  return { draft, pages };
};

const turns = fc.array(fc.nat(149), { maxLength: 400 });

test('a directory lists just what is in it', (t) => {
  fc.assert(
    fc.property(turns, fc.constantFrom('sorted' as const, 'arrival' as const), (numbers, keep) => {
      const { draft, pages } = play(numbers, keep);
      return (
        JSON.stringify(listed(draft).toSorted()) === JSON.stringify([...pages.keys()].toSorted())
      );
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('emptied in any order, it leaves no page behind', (t) => {
  fc.assert(
    fc.property(turns, fc.infiniteStream(fc.nat()), (numbers, choices) => {
      const { draft, pages } = play(numbers, 'sorted');
      const left = [...pages];
      while (left.length > 0) {
        const [picked] = left.splice((choices.next().value ?? 0) % left.length, 1);
        if (picked) removeFromDirectory(draft, root, picked[1], picked[0]);
      }
      return draft.root === undefined;
    }),
    { numRuns: 40 },
  );
  t.pass();
});

test('a page has 32 places, and an owner’s are in order', (t) => {
  const draft = emptyDraft();
  const pages = indexes
    .slice(0, 70)
    .map((index) => addToDirectory(draft, root, index, { Owner: 'r' }, 'sorted'));
  t.deepEqual([...new Set(pages)], ['0', '1', '2']);
  const first = read(draft, root) as Directory;
  t.is(first.Indexes.length, 32);
  t.deepEqual(first.Indexes, first.Indexes.toSorted());
  t.is(first.IndexPrevious, '2');
});

test('a book’s page keeps the order of arrival', (t) => {
  const draft = emptyDraft();
  for (const index of indexes.slice(0, 10)) addToDirectory(draft, root, index, {}, 'arrival');
  t.deepEqual(listed(draft), indexes.slice(0, 10));
});

test('what is not there cannot be removed', (t) => {
  t.false(removeFromDirectory(emptyDraft(), root, '0', indexes[0] as string));
});
