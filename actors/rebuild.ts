/**
 * Drops the read models and makes them anew from the log, holding the writer's lock. Cut off, it leaves tables that the
 * next start or the next rebuild completes: what has been dropped and how far it has come are one transaction.
 */
import { resolve } from 'node:path';
import { tableKeys } from '../projections/tables.ts';
import type { Change } from '../projections/tables/table.ts';
import { readModelDigest } from './digest.ts';
import { shippedMigrations } from './log/migrate.ts';
import { type Log, openLog } from './log/open.ts';
import { readingAccess, truePath } from './log/place.ts';
import { openReader } from './log/reader.ts';
import { connect } from './log/sqlite.ts';
import { type Pace, startProjector } from './projector.ts';
import { UntoldError } from './teller.ts';

export type Rebuilt = Readonly<{
  digest: string;
  sessions: number;
  events: number;
  /** A sentence for each session that could not be told to its end. */
  untold: readonly string[];
}>;

/** Events taken of all there are. */
export type OnProgress = (done: number, all: number) => void;

/** Rejects with a LogError: exit code 2 if there is no such file, 4 if it is being written or is no log. */
export const rebuildReadModels = async (path: string, onProgress: OnProgress): Promise<Rebuilt> => {
  const file = resolve(truePath(path));
  const reader = await openReader(file);
  await reader.close();
  const log = await openLog({
    ...reader.binding,
    file,
    synchronous: 'NORMAL',
    checkpointSeconds: 5,
    onCheckpoint: () => undefined,
    onFailure: () => undefined,
  });
  try {
    const ends = await log.sessions();
    const events = ends.reduce((sum, { last }) => sum + last.seq, 0);
    await log.project(await renewal(), { session: 1, seq: 0 });
    const untold = await follow(log, events, onProgress);
    return { digest: await digestOf(file), sessions: ends.length, events, untold };
  } finally {
    await log.close({ clean: !log.uncleanEnd });
  }
};

/** The migrations that say what the read models are. */
const schema = [2, 4];

const renewal = async (): Promise<readonly Change[]> => {
  const shipped = await shippedMigrations();
  const drops = Object.keys(tableKeys).map((table) => `DROP TABLE IF EXISTS ${table}`);
  const creates = shipped
    .filter(({ number }) => schema.includes(number))
    .flatMap(({ sql }) => sql.replaceAll(/^--.*$/gm, '').split(';'))
    .filter((statement) => statement.trim() !== '');
  const all = [...drops, ...creates, 'DELETE FROM projection_progress'];
  return all.map((sql) => ({ sql, parameters: [] }));
};

/** Nobody waits for the writer meanwhile. */
const pace: Pace = { rowsMax: 1_000, changesMax: 1_000, pauseMs: 0 };

const follow = async (
  log: Log,
  events: number,
  onProgress: OnProgress,
): Promise<readonly string[]> => {
  const failures: unknown[] = [];
  let done = 0;
  const onRows = (rows: number): void => onProgress((done += rows), events);
  const projector = startProjector(log, (cause) => failures.push(cause), { ...pace, onRows });
  await projector.settled();
  await projector.stop();
  return failures.map((failure) => {
    if (failure instanceof UntoldError) return failure.message;
    throw failure;
  });
};

const digestOf = async (file: string): Promise<string> => {
  const connection = await connect(file, await readingAccess(file));
  try {
    return await readModelDigest(connection);
  } finally {
    await connection.close();
  }
};
