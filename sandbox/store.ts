/**
 * Where a sandbox's ledger is kept between runs: a line of JSON that holds a whole state, then one for each ledger closed
 * since. A process that is killed loses nothing; a line that was not finished is dropped.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  ftruncateSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import type { ClosedLedger, Entry, Header, Kept, Saved } from './chain.ts';

export type Store = Readonly<{
  /** What was there when it was opened. */
  saved: Saved | undefined;
  /** The state to start from, before the first append. */
  begin: (header: Header, entries: Iterable<Entry>) => void;
  append: (ledger: Kept) => void;
  close: () => void;
}>;

const formatVersion = 1;
const ledgersKept = 256;

type First = Readonly<{
  v: number;
  header: Header;
  entries: readonly Entry[];
  history: readonly Kept[];
}>;

/** Opens or makes the file, and packs what is in it into its first line. Throws an Error that names the file and the cure where it cannot. */
export const openStore = (path: string): Store => {
  const saved = existsSync(path) ? load(path) : undefined;
  if (saved) pack(path, saved);
  const file = openSync(path, 'a', 0o600);
  if (!saved) ftruncateSync(file, 0);
  const write = (value: unknown): void => {
    appendFileSync(file, `${JSON.stringify(value)}\n`);
  };
  return {
    saved,
    begin: (header, entries) => write(firstLine({ header, entries: [...entries], history: [] })),
    append: (ledger) => write(kept(ledger)),
    close: () => closeSync(file),
  };
};

/** Without the state, which a closed ledger carries too. */
const kept = ({ header, transactions, changes }: Kept | ClosedLedger): Kept => ({
  header,
  transactions,
  changes,
});

const firstLine = (saved: Omit<First, 'v'>): First => ({ v: formatVersion, ...saved });

/** Undefined for a file whose first line was never finished. */
const load = (path: string): (Saved & Omit<First, 'v'>) | undefined => {
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  const [first, ...rest] = lines.map((line, place) => parsed(path, line, place + 1));
  if (first === undefined) return undefined;
  const { v, header, entries, history } = first as First;
  if (v !== formatVersion) {
    throw new Error(
      `${path} has format ${v}, not ${formatVersion}: move it away, and a new ledger is founded`,
    );
  }
  const closed = rest as readonly Kept[];
  const state = new Map(entries.map((entry) => [entry.index, entry]));
  for (const { changes } of closed) {
    for (const [index, now] of changes) {
      if (now === null) state.delete(index);
      else state.set(index, now);
    }
  }
  return {
    header: closed.at(-1)?.header ?? header,
    entries: [...state.values()],
    history: [...history, ...closed].slice(-ledgersKept),
  };
};

const parsed = (path: string, line: string, number: number): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new Error(
      `${path} is damaged at line ${number}: move it away, and a new ledger is founded`,
    );
  }
};

/** Beside the old file first, so that one of the two is always whole. */
const pack = (path: string, saved: Omit<First, 'v'>): void => {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', 0o600);
  appendFileSync(file, `${JSON.stringify(firstLine(saved))}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(beside, path);
};
