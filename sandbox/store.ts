/**
 * Where a sandbox's ledger is kept between runs: a line of JSON that holds a whole state, then one for each ledger closed
 * since. A process that is killed loses nothing; a line that was not finished is dropped. It writes nothing before it is told to own the file.
 */
import {
  appendFileSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import type { Entry, Header, Kept, Saved } from './chain.ts';

export type Store = Readonly<{
  /** What was there when it was opened. */
  saved: Saved | undefined;
  /** The state to start from, before the first append. */
  begin: (header: Header, entries: Iterable<Entry>) => void;
  append: (ledger: Kept) => void;
  /**
   * Writes what there is and what comes; for the one process that may. Throws an Error if the file is no longer what was
   * read, or cannot be written.
   */
  own: () => void;
  close: () => void;
}>;

const formatVersion = 1;
const ledgersKept = 512;
/** The file is packed into one line when it is owned, and after so many ledgers. */
const ledgersUntilPacked = 2000;

/** The first line of the file. */
type Whole = Readonly<{
  v: number;
  header: Header;
  entries: readonly Entry[];
  history: readonly Kept[];
}>;

/** What the file says, kept up to date in memory. */
type Book = { header: Header; entries: Map<string, Entry>; history: Kept[] };

/** Reads the file if there is one. Throws an Error that names the file and the cure where it cannot. */
export const openStore = (path: string): Store => {
  const read = stampOf(path);
  let book = read === undefined ? undefined : load(path);
  const saved = book && { ...wholeOf(book) };
  let file: number | undefined;
  let owned = false;
  let appended = 0;

  /** Beside the old file first, so that one of the two is always whole. */
  const pack = (from: Book): void => {
    const beside = `${path}.new`;
    const fresh = openSync(beside, 'w', 0o600);
    appendFileSync(fresh, lineOf(wholeOf(from)));
    fsyncSync(fresh);
    renameSync(beside, path);
    if (file !== undefined) closeSync(file);
    file = fresh;
    appended = 0;
  };

  return {
    saved,
    begin: (header, entries) => {
      const indexed = new Map([...entries].map((entry) => [entry.index, entry]));
      book = { header, entries: indexed, history: [{ header, transactions: [], changes: [] }] };
      if (owned) pack(book);
    },
    append: ({ header, transactions, changes }) => {
      if (!book) throw new Error(`${path}: a ledger before the first state`);
      const ledger = { header, transactions, changes };
      follow(book, ledger);
      if (file === undefined) return;
      appendFileSync(file, lineOf(ledger));
      appended += 1;
      if (appended >= ledgersUntilPacked) pack(book);
    },
    own: () => {
      if (stampOf(path) !== read) {
        throw new Error(`${path} was written by another process just now: start again`);
      }
      owned = true;
      if (book) pack(book);
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
};

/** Tells one state of a file from another; undefined where there is none. */
const stampOf = (path: string): string | undefined => {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.ino} ${found.size} ${found.mtimeNs}`;
};

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`;

const wholeOf = ({ header, entries, history }: Book): Whole => ({
  v: formatVersion,
  header,
  entries: [...entries.values()],
  history: [...history],
});

const follow = (book: Book, ledger: Kept): void => {
  for (const [index, now] of ledger.changes) {
    if (now === null) book.entries.delete(index);
    else book.entries.set(index, now);
  }
  book.header = ledger.header;
  book.history.push(ledger);
  if (book.history.length > ledgersKept) book.history.shift();
};

/** Undefined for a file whose first line was never finished. */
const load = (path: string): Book | undefined => {
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  const [first, ...rest] = lines.map((line, place) => parsed(path, line, place + 1));
  if (first === undefined) return undefined;
  if (!isObject(first)) throw damaged(path, 1);
  const { v, header, entries, history } = first as Partial<Whole>;
  if (v !== formatVersion) {
    throw new Error(`${path} has format ${v}, not ${formatVersion}: ${cure}`);
  }
  if (!header || !Array.isArray(entries) || !Array.isArray(history)) throw damaged(path, 1);
  const indexed = new Map((entries as readonly Entry[]).map((entry) => [entry.index, entry]));
  const book: Book = { header, entries: indexed, history: [...(history as readonly Kept[])] };
  for (const [place, ledger] of rest.entries()) {
    if (!isKept(ledger)) throw damaged(path, place + 2);
    follow(book, ledger);
  }
  return book;
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isKept = (value: unknown): value is Kept =>
  isObject(value) &&
  'header' in value &&
  isObject(value.header) &&
  'changes' in value &&
  Array.isArray(value.changes);

/** Sessions that traded on it know no other ledger: they go on with it or not at all. */
const cure = 'put back a copy of it, or begin anew with another database';

const damaged = (path: string, line: number): Error =>
  new Error(`${path} is damaged at line ${line}: ${cure}`);

const parsed = (path: string, line: string, number: number): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw damaged(path, number);
  }
};
