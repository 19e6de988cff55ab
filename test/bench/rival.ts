/**
 * What a user would write events with instead of this log: each keeps the same table, which refuses what is no event, and the same
 * chain, durable at every batch.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Recorded } from '../../events/envelope.ts';
import { dataText, emptyTail, hashRow } from '../../actors/log/chain.ts';
import { shippedMigrations } from '../../actors/log/migrate.ts';
import { openBench } from './measured.ts';

/** Something that makes rows durable. */
export type Store = Readonly<{
  append: (rows: readonly Recorded[]) => Promise<unknown>;
  close: () => Promise<unknown>;
}>;

export type Rival = Readonly<{
  name: string;
  /** It refuses an append while another one is under way. */
  oneByOne?: true;
  open: (folder: string) => Promise<Store>;
}>;

const folder = fileURLToPath(new URL('../../../test/bench/rivals/', import.meta.url));

/** Installs what is compared with, once; says so where that does not work, and the comparison goes on without. */
export const installRivals = (): void => {
  if (existsSync(join(folder, 'node_modules'))) return;
  console.log(
    'installing what the log is compared with (better-sqlite3 may take minutes to compile)',
  );
  try {
    execFileSync('npm', ['ci', '--prefix', folder], { stdio: 'ignore' });
  } catch {
    console.log(`npm ci in ${folder} failed: compared without better-sqlite3 and Emmett`);
  }
};

const required = (name: string): unknown => {
  try {
    return createRequire(join(folder, 'package.json'))(name);
  } catch {
    return undefined;
  }
};

export const thisLog: Rival = {
  name: 'this log',
  open: async (at) => {
    const log = await openBench(join(at, 'neo.db'));
    return { append: (rows) => log.append(1, rows), close: () => log.close({ clean: true }) };
  },
};

const disk: Rival = {
  name: 'file and fdatasync',
  open: async (at) => {
    const file = await open(join(at, 'neo.jsonl'), 'w');
    return {
      append: async (rows) => {
        await file.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
        await file.datasync();
      },
      close: () => file.close(),
    };
  },
};

/** The parts of better-sqlite3 and node:sqlite that are used here. */
type Synchronous = Readonly<{
  exec: (sql: string) => void;
  prepare: (sql: string) => { run: (...parameters: readonly (string | number)[]) => unknown };
  close: () => void;
}>;

const pragmas = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;';

const [first] = await shippedMigrations();
const [table = ''] = /^CREATE TABLE event \([^;]*;/m.exec(first?.sql ?? '') ?? [];
const schema = `${pragmas} ${table}`;

/** The same columns without what they must be. */
const unchecked = `${pragmas}
  CREATE TABLE event (session INTEGER, seq INTEGER, turn INTEGER, at INTEGER, kind TEXT, actor TEXT,
    type TEXT, v INTEGER, cause INTEGER, data TEXT, hash TEXT, PRIMARY KEY (session, seq)) STRICT, WITHOUT ROWID`;

const insertSql = 'INSERT INTO event VALUES (1,?,?,?,?,?,?,?,?,?,?)';

/** A row's columns, chained to the one before it. */
const chainedBy = (): ((row: Recorded) => readonly (string | number)[]) => {
  let before = emptyTail.hash;
  return (row) => {
    const data = dataText(row.event);
    before = hashRow(before, row, data);
    const { seq, turn, at, kind, actor, v, cause, event } = row;
    return [seq, turn, at, kind, actor, event.type, v, cause, data, before];
  };
};

const synchronous = (name: string, connect: (file: string) => Synchronous): Rival => ({
  name,
  open: async (at) => {
    const database = connect(join(at, 'neo.db'));
    database.exec(schema);
    const insert = database.prepare(insertSql);
    const chained = chainedBy();
    return {
      append: async (rows) => {
        database.exec('BEGIN');
        for (const row of rows) insert.run(...chained(row));
        database.exec('COMMIT');
      },
      close: async () => database.close(),
    };
  },
});

type BetterSqlite = new (file: string) => Synchronous;

const betterSqlite = (): Rival | undefined => {
  const Database = required('better-sqlite3') as BetterSqlite | undefined;
  return Database && synchronous('better-sqlite3, main thread', (file) => new Database(file));
};

const nodeSqlite = async (): Promise<Rival | undefined> => {
  const name = 'node:sqlite';
  type Module = Readonly<{ DatabaseSync: BetterSqlite }>;
  const found = await import(name).then(
    (module) => module as Module,
    () => undefined,
  );
  return found && synchronous(`${name}, main thread`, (file) => new found.DatabaseSync(file));
};

/** As its documentation shows it: the database lives in a worker, the rows go there as messages. */
const workerText = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.module);
  const database = new Database(workerData.file);
  database.exec(workerData.schema);
  const insert = database.prepare(workerData.insertSql);
  parentPort.on('message', (rows) => {
    if (rows === null) { database.close(); parentPort.close(); return; }
    database.exec('BEGIN');
    for (const row of rows) insert.run(...row);
    database.exec('COMMIT');
    parentPort.postMessage(0);
  });`;

const betterSqliteInWorker = (name: string, tables: string): Rival | undefined => {
  if (!required('better-sqlite3')) return undefined;
  return {
    name,
    open: async (at) => {
      const module = createRequire(join(folder, 'package.json')).resolve('better-sqlite3');
      const workerData = { module, file: join(at, 'neo.db'), schema: tables, insertSql };
      const worker = new Worker(workerText, { eval: true, workerData });
      const waiting: (() => void)[] = [];
      worker.on('message', () => waiting.shift()?.());
      const chained = chainedBy();
      return {
        append: (rows) =>
          new Promise<void>((resolve) => {
            waiting.push(resolve);
            worker.postMessage(rows.map(chained));
          }),
        close: () =>
          new Promise((resolve) => {
            worker.on('exit', resolve);
            worker.postMessage(null);
          }),
      };
    },
  };
};

type Emmett = Readonly<{
  getSQLiteEventStore: (options: {
    fileName: string;
    schema: { autoMigration: 'CreateOrUpdate' };
  }) => {
    appendToStream: (stream: string, events: readonly object[]) => Promise<unknown>;
  };
}>;

/** It brings its own schema, and neither a chain nor a write-ahead log. */
const emmett = (): Rival | undefined => {
  const found = required('@event-driven-io/emmett-sqlite') as Emmett | undefined;
  return (
    found && {
      name: "Emmett's SQLite store",
      oneByOne: true,
      open: async (at) => {
        const store = found.getSQLiteEventStore({
          fileName: join(at, 'neo.db'),
          schema: { autoMigration: 'CreateOrUpdate' },
        });
        return {
          append: (rows) =>
            store.appendToStream(
              'session',
              rows.map(({ event: { type, ...data } }) => ({ type, data })),
            ),
          close: async () => undefined,
        };
      },
    }
  );
};

/** All that are to be had here. */
export const rivals = async (): Promise<readonly Rival[]> =>
  [
    thisLog,
    betterSqliteInWorker('better-sqlite3, worker', schema),
    betterSqliteInWorker('better-sqlite3, worker, unchecked', unchecked),
    betterSqlite(),
    await nodeSqlite(),
    emmett(),
    disk,
  ].filter((rival) => rival !== undefined);
