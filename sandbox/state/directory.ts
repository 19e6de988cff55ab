/**
 * Directories: chained pages of at most 32 indexes each. An owner's pages are sorted, a book's keep the order of
 * arrival. Page numbers are hex text, as printed.
 */
import type { Entry } from '../chain.ts';
import { type Draft, erase, read, write } from './draft.ts';
import type { Directory } from './entry.ts';
import { ownerDirIndex, pageIndex } from './keylet.ts';

const pageSize = 32;

type Fields = Readonly<Partial<Directory>>;

const hexNumber = (text: string | undefined): number => Number.parseInt(text ?? '0', 16);

const readPage = (draft: Draft, root: string, page: number): Directory | undefined =>
  read(draft, pageIndex(root, page)) as Directory | undefined;

/** Adds an index at the end of a directory and returns the page it went to. `fields` describe a new page. */
export const addToDirectory = (
  draft: Draft,
  root: string,
  index: string,
  fields: Fields,
  keep: 'sorted' | 'arrival',
): string => {
  const top = readPage(draft, root, 0);
  if (!top) {
    write(draft, newPage(root, root, index, fields));
    return '0';
  }
  const last = hexNumber(top.IndexPrevious);
  const page = last === 0 ? top : (readPage(draft, root, last) as Directory);
  if (page.Indexes.length < pageSize) {
    const all = page.Indexes.slice();
    const place = keep === 'sorted' ? all.findIndex((member) => member > index) : -1;
    all.splice(place < 0 ? all.length : place, 0, index);
    write(draft, { ...page, Indexes: all });
    return last.toString(16);
  }
  const next = last + 1;
  const text = next.toString(16);
  if (last === 0) write(draft, { ...top, IndexNext: text, IndexPrevious: text });
  else {
    write(draft, { ...page, IndexNext: text });
    write(draft, { ...top, IndexPrevious: text });
  }
  write(draft, {
    ...newPage(pageIndex(root, next), root, index, fields),
    ...(next === 1 ? {} : { IndexPrevious: last.toString(16) }),
  });
  return text;
};

const newPage = (index: string, root: string, member: string, fields: Fields): Directory => ({
  ...fields,
  LedgerEntryType: 'DirectoryNode',
  Flags: 0,
  Indexes: [member],
  RootIndex: root,
  index,
});

export const addToOwner = (draft: Draft, owner: string, index: string): string =>
  addToDirectory(draft, ownerDirIndex(owner), index, { Owner: owner }, 'sorted');

/** Takes an index out of a page; pages that become empty go too. False if it was not there. */
export const removeFromDirectory = (
  draft: Draft,
  root: string,
  pageText: string,
  index: string,
): boolean => {
  const number = hexNumber(pageText);
  const found = readPage(draft, root, number);
  if (!found || !found.Indexes.includes(index)) return false;
  const page = { ...found, Indexes: found.Indexes.filter((member) => member !== index) };
  write(draft, page);
  if (page.Indexes.length > 0) return true;
  if (number === 0) dropRoot(draft, root, page);
  else dropPage(draft, root, page);
  return true;
};

const dropRoot = (draft: Draft, root: string, top: Directory): void => {
  const next = hexNumber(top.IndexNext);
  if (next === 0) {
    erase(draft, top);
    return;
  }
  if (next !== hexNumber(top.IndexPrevious)) return;
  const last = readPage(draft, root, next);
  if (!last || last.Indexes.length > 0) return;
  erase(draft, last);
  const alone = { ...top, IndexNext: '0', IndexPrevious: '0' };
  write(draft, alone);
  erase(draft, alone);
};

const dropPage = (draft: Draft, root: string, page: Directory): void => {
  const before = hexNumber(page.IndexPrevious);
  const next = hexNumber(page.IndexNext);
  link(draft, root, before, { IndexNext: next.toString(16) });
  link(draft, root, next, { IndexPrevious: before.toString(16) });
  erase(draft, page);
  let following = next;
  const last = readPage(draft, root, next);
  if (next !== 0 && last && hexNumber(last.IndexNext) === 0 && last.Indexes.length === 0) {
    erase(draft, last);
    link(draft, root, before, { IndexNext: '0' });
    link(draft, root, 0, { IndexPrevious: before.toString(16) });
    following = 0;
  }
  if (following !== 0 || before !== 0) return;
  const top = readPage(draft, root, 0);
  if (top && top.Indexes.length === 0) erase(draft, top);
};

const link = (draft: Draft, root: string, number: number, fields: Fields): void => {
  const page = readPage(draft, root, number);
  if (page) write(draft, { ...page, ...fields } as Entry);
};

/** All indexes of a directory, page after page. */
export function* members(
  readEntry: (index: string) => Entry | undefined,
  root: string,
): Generator<string> {
  let number = 0;
  do {
    const page = readEntry(pageIndex(root, number)) as Directory | undefined;
    if (!page) return;
    yield* page.Indexes;
    number = hexNumber(page.IndexNext);
  } while (number !== 0);
}
