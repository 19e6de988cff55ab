/**
 * Whether a log is what was written: every session's chain, order, turns, causes and JSON, and then the file. Reads in
 * short pages, beside a running writer too, and never changes anything. Damage is a result, not an exception.
 */
import { resolve } from 'node:path';
import type { Recorded } from '../../events/envelope.ts';
import { type Tail, emptyTail, hashRow, misplaced } from './chain.ts';
import { LogError, messageOf } from './failure.ts';
import { inspect, quickCheck } from './inspect.ts';
import { shippedMigrations } from './migrate.ts';
import { lookInto, readingAccess } from './place.ts';
import { readNumbers } from './read.ts';
import { type Sqlite, connect } from './sqlite.ts';

export type Verdict =
  | Readonly<{ intact: true; sessions: number; events: number; lastHash: string | undefined }>
  | Readonly<{
      intact: false;
      /** Undefined where the file as a whole is at fault. */
      session: number | undefined;
      seq: number | undefined;
      /** What is wrong and what to do, for people. */
      sentence: string;
    }>;

/** All sessions and the file, or one session. Rejects with a LogError (exit code 2) if there is no such file or session. */
export const verifyLog = async (path: string, session?: number): Promise<Verdict> => {
  const file = resolve(path);
  let connection: Sqlite | undefined;
  try {
    const { bytes } = await lookInto(file);
    if (bytes === undefined) throw new LogError(2, `there is no log ${file}: name one with --db`);
    const access = await readingAccess(file);
    await inspect(file, access, await shippedMigrations(), false);
    connection = await connect(file, access);
    return await verifyOpen(connection, file, session);
  } catch (error) {
    if (error instanceof LogError && error.exitCode === 2) throw error;
    return { intact: false, session: undefined, seq: undefined, sentence: messageOf(error) };
  } finally {
    await connection?.close();
  }
};

const verifyOpen = async (
  connection: Sqlite,
  file: string,
  only: number | undefined,
): Promise<Verdict> => {
  const numbers = await readNumbers(connection);
  if (only !== undefined && !numbers.includes(only)) {
    throw new LogError(2, `there is no session ${only} in ${file}: neo sessions lists them`);
  }
  let events = 0;
  let lastHash: string | undefined;
  for (const [index, session] of numbers.entries()) {
    if (only !== undefined && session !== only) continue;
    if (only === undefined && session !== index + 1) {
      return damage(file, index + 1, 1, `session ${index + 1} is missing`);
    }
    const end = await followChain(connection, session);
    if ('fault' in end) return damage(file, session, end.seq, end.fault);
    events += end.seq;
    lastHash = end.hash;
  }
  if (only === undefined) await quickCheck(connection, file);
  return { intact: true, sessions: only === undefined ? numbers.length : 1, events, lastHash };
};

type Fault = Readonly<{ seq: number; fault: string }>;

const followChain = async (connection: Sqlite, session: number): Promise<Tail | Fault> => {
  let tail = emptyTail;
  for (;;) {
    const rows = await storedRows(connection, session, tail.seq);
    if (rows === undefined) return { seq: tail.seq + 1, fault: 'it cannot be read' };
    if (rows.length === 0) return tail;
    for (const stored of rows) {
      const next = follow(tail, stored);
      if ('fault' in next) return next;
      tail = next;
    }
  }
};

/** A row as it is stored: every column, the data as text. */
type Stored = readonly [
  seq: number,
  turn: number,
  at: number,
  kind: Recorded['kind'],
  actor: string,
  type: string,
  v: number,
  cause: number,
  data: string,
  hash: string,
];

const follow = (tail: Tail, stored: Stored): Tail | Fault => {
  const [seq, turn, at, kind, actor, type, v, cause, data, hash] = stored;
  const row: Recorded = { seq, turn, at, kind, actor, v, cause, event: { type } };
  const fault = misplaced(tail, row) ?? badData(data);
  if (fault !== undefined) return { seq: tail.seq + 1, fault };
  if (hashRow(tail.hash, row, data) !== hash) {
    return { seq, fault: 'its hash does not follow from its content and the hash before it' };
  }
  return { seq, turn, at, hash };
};

const badData = (data: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
    return 'its data is no JSON object';
  } catch (error) {
    return `its data is no JSON (${messageOf(error)})`;
  }
};

const pageRows = 1_000;

/** The next rows; one by one where a page of them cannot be read. Undefined if not even the first can. */
const storedRows = async (
  connection: Sqlite,
  session: number,
  after: number,
): Promise<readonly Stored[] | undefined> => {
  for (const limit of [pageRows, 1]) {
    try {
      const row = await connection.get<{ page: string }>(storedSql, session, after, limit);
      return JSON.parse(row?.page ?? '[]') as readonly Stored[];
    } catch {
      continue;
    }
  }
  return undefined;
};

const storedSql = `
  SELECT json_group_array(json_array(seq, turn, at, kind, actor, type, v, cause, data, hash)) AS page FROM (
    SELECT * FROM event WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?
  )`;

const damage = (file: string, session: number, seq: number, fault: string): Verdict => ({
  intact: false,
  session,
  seq,
  sentence: `event ${seq} of session ${session} is damaged: ${fault}; restore ${file} from ${file}.backups/`,
});
