/**
 * One SQLite connection with promises. It takes text, numbers and null alone: the library stores a bigint silently as
 * NULL. Statements of one connection must be awaited one by one; unawaited ones land out of order.
 */
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import sqlite3 from 'sqlite3';
import { openedBy } from './owner.ts';

export type Parameter = string | number | null;

export type Statement = Readonly<{
  run: (...parameters: readonly Parameter[]) => Promise<void>;
  /** Runs at once, where a statement that is prepared first waits for this thread in between. */
  all: <Row>(...parameters: readonly Parameter[]) => Promise<readonly Row[]>;
  finalize: () => Promise<void>;
}>;

export type Sqlite = Readonly<{
  /** Several statements without parameters. */
  exec: (sql: string) => Promise<void>;
  run: (sql: string, ...parameters: readonly Parameter[]) => Promise<void>;
  get: <Row>(sql: string, ...parameters: readonly Parameter[]) => Promise<Row | undefined>;
  /** Holds the whole result in memory: for results that are known to be short. */
  all: <Row>(sql: string, ...parameters: readonly Parameter[]) => Promise<readonly Row[]>;
  prepare: (sql: string) => Promise<Statement>;
  /** Makes what runs now reject with SQLITE_INTERRUPT. */
  interrupt: () => void;
  /** Also of what is still prepared: who reads page by page may have been left in the middle. */
  close: () => Promise<void>;
}>;

/**
 * `create` and `write` are the writer's. `look` is a reader's where the files of the write-ahead log are missing: they are
 * made, and taken away again at the end, unless somebody has opened the log meanwhile and not closed it: what that one left when it
 * died is no reader's to merge. `read` leaves every file as it is. `frozen` takes no lock either, which is right only while nobody writes.
 */
export type Access = 'create' | 'write' | 'look' | 'read' | 'frozen';

/** The first SQLite whose checkpoints from a second connection cannot lose a page (sqlite.org/wal.html, "WAL-reset bug"). */
const versionMin = 3_051_003;

export const sqliteVersion: string = sqlite3.VERSION;

/** Rejects with the library's error, whose `code` is SQLite's name for it. */
export const connect = async (file: string, access: Access): Promise<Sqlite> => {
  if (sqlite3.VERSION_NUMBER < versionMin) {
    throw new Error(
      `SQLite ${sqlite3.VERSION} is older than 3.51.3: run npm ci to get the right one`,
    );
  }
  const before = access === 'look' ? await writerOf(file) : undefined;
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(
      uri(file, access),
      mode(access),
      (error) => (error ? reject(error) : resolve(opened)),
    );
  });
  const prepared = new Set<sqlite3.Statement>();
  /** Of each statement that is being prepared: whoever closes meanwhile waits for it, or SQLite would not close. */
  const preparing = new Set<Promise<unknown>>();
  let closing = false;
  const finalize = async (statement: sqlite3.Statement): Promise<void> => {
    if (prepared.delete(statement)) await settle((done) => statement.finalize(done));
  };
  const prepare = async (sql: string): Promise<sqlite3.Statement> => {
    if (closing) throw new Error('the connection is closed');
    const statement = await new Promise<sqlite3.Statement>((resolve, reject) => {
      const made: sqlite3.Statement = database.prepare(sql, (error: Error | null) =>
        error ? reject(error) : resolve(made),
      );
    });
    prepared.add(statement);
    return statement;
  };
  return {
    exec: (sql) => settle((done) => database.exec(sql, done)),
    run: (sql, ...parameters) => settle((done) => database.run(sql, parameters, done)),
    get: (sql, ...parameters) => settle((done) => database.get(sql, parameters, done)),
    all: (sql, ...parameters) => settle((done) => database.all(sql, parameters, done)),
    prepare: async (sql) => {
      const made = prepare(sql);
      preparing.add(made);
      const statement = await made.finally(() => preparing.delete(made));
      return {
        run: (...parameters) => settle((done) => statement.run(parameters, done)),
        all: (...parameters) => settle((done) => statement.all(parameters, done)),
        finalize: () => finalize(statement),
      };
    },
    interrupt: () => database.interrupt(),
    close: async () => {
      closing = true;
      await Promise.allSettled(preparing);
      await Promise.all([...prepared].map(finalize));
      const last =
        access === 'look' && (await isLeft(file, before)) ? await keeperOf(file) : undefined;
      await settle((done) => database.close(done));
      await last?.close();
    },
  };
};

/** Who writes it or died of that; where it cannot be read, somebody. */
const writerOf = (file: string): Promise<string | undefined> =>
  openedBy(file).catch(() => 'somebody');

/** There is something of a writer who has not closed the log. Where that was so `before`, with nothing to be seen of it, that is missing. */
const isLeft = async (file: string, before: string | undefined): Promise<boolean> => {
  const writer = await writerOf(file);
  return writer !== undefined && (writer !== before || (await holdsPages(file)));
};

const holdsPages = (file: string): Promise<boolean> =>
  stat(`${file}-wal`).then(
    ({ size }) => size > 0,
    () => false,
  );

/** Who closes after another one, and merges nothing; undefined where the database has gone. */
const keeperOf = async (file: string): Promise<Sqlite | undefined> => {
  const keeper = await connect(file, 'read').catch(() => undefined);
  await keeper?.get('SELECT 1 FROM sqlite_schema').catch(() => undefined);
  return keeper;
};

const mode = (access: Access): number => {
  switch (access) {
    case 'create':
      return sqlite3.OPEN_URI | sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE;
    case 'write':
    case 'look':
      return sqlite3.OPEN_URI | sqlite3.OPEN_READWRITE;
    case 'read':
    case 'frozen':
      return sqlite3.OPEN_URI | sqlite3.OPEN_READONLY;
  }
};

const uri = (file: string, access: Access): string =>
  pathToFileURL(file).href + (access === 'frozen' ? '?immutable=1' : '');

type Callback<T> = (error: Error | null, result?: T) => void;

const settle = <T>(start: (done: Callback<T>) => unknown): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result as T)));
  });
