/**
 * Brings a session that was exported elsewhere into a log, as its next one, to the letter: what verified and replayed there
 * does so here. All of it or nothing; no engine ever starts from it.
 */
import { versionOf } from '../../events/version.ts';
import { LogError } from './failure.ts';
import { explained } from './inspect.ts';
import { type Log, openLog } from './open.ts';
import { type Header, readHeader, readRows } from './portable.ts';
import { type Sqlite, connect } from './sqlite.ts';
import type { Stored } from './stored.ts';

export type Imported = Readonly<{
  session: number;
  uuid: string;
  events: number;
  lastHash: string;
}>;

/**
 * Creates the log if there is none. `afterwards` gets it while it is still held. Rejects with a LogError: 1 where the file
 * is damaged, 2 where it is none, a newer build's or is here already, 4 where this log cannot take it.
 */
export const importSession = async (
  source: string,
  file: string,
  afterwards: (log: Log) => Promise<void>,
): Promise<Imported> => {
  const header = await readHeader(source);
  for await (const rows of readRows(source)) refuseNewer(source, rows);
  const { network, account, uuid, events, last_hash: lastHash } = header;
  const log = await openLog({
    file,
    network,
    account,
    synchronous: 'FULL',
    checkpointSeconds: 0,
    onCheckpoint: () => undefined,
    onFailure: () => undefined,
  });
  try {
    await refuse(log, header);
    const session = (await log.end()).session + 1;
    const connection = await connect(log.file, 'write');
    try {
      await take(connection, source, session);
    } catch (error) {
      throw explained(error, log.file);
    } finally {
      await connection.close();
    }
    await afterwards(log);
    return { session, uuid, events, lastHash };
  } finally {
    await log.close({ clean: !log.uncleanEnd });
  }
};

/** The log would keep for good what this build cannot read, and with it all that asks for every session. */
const refuseNewer = (source: string, rows: readonly Stored[]): void => {
  const newer = rows.find(([, , , , , type, v]) => v > versionOf(type));
  if (!newer) return;
  const [seq, , , , , type, v] = newer;
  throw new LogError(
    2,
    `event ${seq} of ${source} was written by a newer neo (${type} of version ${v}): import it with that version`,
  );
};

const refuse = async (log: Log, { uuid }: Header): Promise<void> => {
  const here = await log.numberOf(uuid);
  if (here !== undefined) {
    throw new LogError(2, `this session is in ${log.file} already, as session ${here}`);
  }
  const newest = await log.newest();
  if (!newest || (await isOver(log, newest.session))) return;
  throw new LogError(
    4,
    `session ${newest.session} of ${log.file} died and is not closed yet: start neo once on it, or import into another database with --db`,
  );
};

const isOver = async (log: Log, session: number): Promise<boolean> => {
  for await (const rows of log.readSession(session)) {
    if (rows.some(({ event: { type } }) => lastWords.has(type))) return true;
  }
  return false;
};

const lastWords: ReadonlySet<string> = new Set(['session.ended', 'session.closed_by_next']);

const take = async (connection: Sqlite, source: string, session: number): Promise<void> => {
  await connection.exec('PRAGMA wal_autocheckpoint = 0; BEGIN IMMEDIATE');
  try {
    for await (const rows of readRows(source)) {
      await connection.run(insertSql, session, JSON.stringify(rows));
    }
    await connection.run('INSERT INTO imported VALUES (?, ?)', session, Date.now());
    await connection.exec('COMMIT');
  } catch (error) {
    await connection.exec('ROLLBACK').catch(() => undefined);
    throw error;
  }
};

const insertSql = `
  INSERT INTO event (session, seq, turn, at, kind, actor, type, v, cause, data, hash)
  SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
    value ->> 7, value ->> 8, value ->> 9
  FROM jsonb_each(?)`;
