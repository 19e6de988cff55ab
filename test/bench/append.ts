/**
 * How many events a second become durable, by how many are appended at once: this log, Node's own SQLite binding on
 * the main thread, and the disk alone (one write and fdatasync a batch). Prints a table; decides nothing.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recorded } from '../../events/envelope.ts';
import { dataText, emptyTail, hashRow } from '../../actors/log/chain.ts';
import { type Log, openLog } from '../../actors/log/open.ts';

type Rival = Readonly<{
  name: string;
  /** Makes these batches durable in a fresh folder. Resolves with the milliseconds that it took. */
  write: (folder: string, batches: readonly (readonly Recorded[])[]) => Promise<number>;
}>;

const batchSizes = [1, 10, 100, 1000];
const rounds = 3;

const eventAt = (seq: number, batch: number): Recorded => {
  const turn = Math.floor((seq - 1) / batch) + 1;
  const first = (seq - 1) % batch === 0;
  return {
    seq,
    turn,
    at: 1_790_000_000_000 + seq,
    kind: first ? 'input' : 'decision',
    actor: 'market',
    v: 1,
    cause: first ? 0 : seq - 1,
    event: {
      type: 'market.observed',
      ledgerIndex: 100_000_000 + seq,
      bid: '1.4973',
      ask: '1.4979',
      mid: '1.4976',
      ammPrice: '1.4968133',
      anchorErrorBps: -5.25,
      depth: { bid: ['1200.5', '804.25', '77'], ask: ['300', '12.125', '5000'] },
    } as Recorded['event'],
  };
};

const batchesOf = (size: number): readonly (readonly Recorded[])[] => {
  const count = Math.max(20, Math.min(500, Math.floor(50_000 / size)));
  return Array.from({ length: count }, (_, index) =>
    Array.from({ length: size }, (_unused, offset) => eventAt(index * size + offset + 1, size)),
  );
};

const timed = async (work: () => Promise<void>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

const openBench = (folder: string): Promise<Log> =>
  openLog({
    file: join(folder, 'neo.db'),
    network: 'sandbox',
    account: 'bench',
    synchronous: 'FULL',
    checkpointSeconds: 0,
    onCheckpoint: () => undefined,
    onFailure: (failure) => {
      throw failure;
    },
  });

const log: Rival = {
  name: 'this log',
  write: async (folder, batches) => {
    const opened = await openBench(folder);
    const elapsed = await timed(async () => {
      for (const batch of batches) await opened.append(1, batch);
    });
    await opened.close({ clean: true });
    return elapsed;
  },
};

const logAtOnce: Rival = {
  name: 'this log, all appended at once',
  write: async (folder, batches) => {
    const opened = await openBench(folder);
    const elapsed = await timed(async () => {
      await Promise.all(batches.map((batch) => opened.append(1, batch)));
    });
    await opened.close({ clean: true });
    return elapsed;
  },
};

const disk: Rival = {
  name: 'file and fdatasync',
  write: async (folder, batches) => {
    const file = await open(join(folder, 'neo.jsonl'), 'w');
    const elapsed = await timed(async () => {
      for (const batch of batches) {
        await file.write(batch.map((row) => `${JSON.stringify(row)}\n`).join(''));
        await file.datasync();
      }
    });
    await file.close();
    return elapsed;
  },
};

/** The parts of node:sqlite used here; it is not in every Node that this runs on. */
type NodeSqlite = Readonly<{
  DatabaseSync: new (file: string) => {
    exec: (sql: string) => void;
    prepare: (sql: string) => { run: (...parameters: readonly (string | number)[]) => unknown };
    close: () => void;
  };
}>;

const nodeSqlite = async (): Promise<Rival | undefined> => {
  const name = 'node:sqlite';
  const module = await import(name).then(
    (found) => found as NodeSqlite,
    () => undefined,
  );
  if (!module) return undefined;
  return {
    name,
    write: async (folder, batches) => {
      const database = new module.DatabaseSync(join(folder, 'neo.db'));
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
         CREATE TABLE event (session INTEGER, seq INTEGER, turn INTEGER, at INTEGER, kind TEXT, actor TEXT,
           type TEXT, v INTEGER, cause INTEGER, data TEXT, hash TEXT, PRIMARY KEY (session, seq)) STRICT`,
      );
      const insert = database.prepare('INSERT INTO event VALUES (1,?,?,?,?,?,?,?,?,?,?)');
      let hash = emptyTail.hash;
      const elapsed = await timed(async () => {
        for (const batch of batches) {
          database.exec('BEGIN');
          for (const row of batch) {
            const data = dataText(row.event);
            hash = hashRow(hash, row, data);
            const { seq, turn, at, kind, actor, v, cause, event } = row;
            insert.run(seq, turn, at, kind, actor, event.type, v, cause, data, hash);
          }
          database.exec('COMMIT');
        }
      });
      database.close();
      return elapsed;
    },
  };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const perSecond = async (rival: Rival, size: number): Promise<number> => {
  const batches = batchesOf(size);
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'neo-bench-'));
    const elapsedMs = await rival.write(folder, batches);
    await rm(folder, { recursive: true });
    rates.push((batches.length * size) / (elapsedMs / 1000));
  }
  return median(rates);
};

const rivals = [log, logAtOnce, await nodeSqlite(), disk].filter((rival) => rival !== undefined);
console.log(
  `durable events/s, median of ${rounds}`.padEnd(36),
  batchSizes.map((s) => String(s).padStart(9)).join(''),
);
for (const rival of rivals) {
  const rates: number[] = [];
  for (const size of batchSizes) rates.push(await perSecond(rival, size));
  console.log(rival.name.padEnd(36), rates.map((rate) => rate.toFixed(0).padStart(9)).join(''));
}
