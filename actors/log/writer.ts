/**
 * The single writer. One insert is outstanding; what arrives meanwhile is the next transaction, in order, and no append
 * is ever split over two. That an append is durable is told while the next transaction is being written, where one waits. Read
 * models are written in between, when no event waits. The first failure is final.
 */
import { Subject, type Observable } from 'rxjs';
import type { Recorded } from '../../events/envelope.ts';
import { type Tail, dataText, emptyTail, hashRow, misplaced } from './chain.ts';
import { LogError, messageOf } from './failure.ts';
import { type Change, literal } from './literal.ts';
import { projector } from './project.ts';
import type { Page, Position } from './read.ts';
import type { Sqlite } from './sqlite.ts';

export type Writer = Readonly<{
  /** Resolves when the rows (whole turns, the next of the newest session or the first of a new one) are durable. */
  append: (session: number, rows: readonly Recorded[]) => Promise<void>;
  /** Resolves when the read models are changed and the progress noted, in one transaction. */
  project: (changes: readonly Change[], upTo: Position) => Promise<void>;
  /** The rows of each append, after they became durable: whole turns. */
  durable: Observable<Page>;
  /** The session that the next new one becomes. */
  nextSession: () => number;
  /** Makes this the failure that every later append rejects with, unless there is one. */
  fail: (failure: LogError) => void;
  /** Refuses what comes from now on and resolves when everything before is written or has failed. */
  finish: () => Promise<void>;
}>;

const transactionRowsMax = 2_000;

type Entry = Readonly<{
  session: number;
  rows: readonly Recorded[];
  lines: string;
  resolve: () => void;
  reject: (cause: unknown) => void;
}>;

/** `explain` makes the sentence for a failed transaction; `onFailure` hears the first failure, once. */
export const openWriter = async (
  connection: Sqlite,
  explain: (error: unknown) => LogError,
  onFailure: (failure: LogError) => void,
): Promise<Writer> => {
  let { session: newest, tail } = await readNewestTail(connection);
  const durable = new Subject<Page>();
  const readModels = projector(connection);
  let waiting: Entry[] = [];
  let failure: LogError | undefined;
  let finished = false;
  let running: Promise<void> | undefined;

  const fail = (cause: LogError): void => {
    if (failure) return;
    failure = cause;
    const lost = waiting;
    waiting = [];
    for (const entry of lost) entry.reject(cause);
    readModels.stop(cause);
    onFailure(cause);
  };

  /** Chains rows to the newest session, or begins the next one with them. */
  const chain = (session: number, rows: readonly Recorded[]): string => {
    if (session !== newest && session !== newest + 1) {
      throw unfit(session, `only session ${newest} can, or ${newest + 1} begin`);
    }
    if (rows[0]?.kind !== 'input') {
      throw unfit(session, 'what is appended does not begin with an input');
    }
    let next = session === newest ? tail : emptyTail;
    const lines: string[] = [];
    for (const row of rows) {
      const wrong = misplaced(next, row);
      if (wrong) throw unfit(session, wrong);
      const data = textOf(session, row);
      const hash = hashRow(next.hash, row, data);
      lines.push(line(session, row, data, hash));
      next = { seq: row.seq, turn: row.turn, at: row.at, hash };
    }
    newest = session;
    tail = next;
    return lines.join(',');
  };

  /** The entries that are durable now: none where that failed. */
  const commit = async (): Promise<readonly Entry[]> => {
    const batch = waiting.splice(0, entriesOf(waiting));
    try {
      await connection.exec(insertSql + batch.map((entry) => entry.lines).join(','));
      return batch;
    } catch (error) {
      const cause = explain(error);
      waiting = [...batch, ...waiting];
      fail(cause);
      return [];
    }
  };

  const tell = (batch: readonly Entry[]): void => {
    for (const { session, rows, resolve } of batch) {
      resolve();
      durable.next({ session, rows });
    }
  };

  const work = async (): Promise<void> => {
    await undefined;
    let written: readonly Entry[] = [];
    while (waiting.length > 0 || written.length > 0 || readModels.waiting()) {
      if (waiting.length > 0) {
        const next = commit();
        tell(written);
        written = await next;
      } else if (written.length > 0) {
        tell(written);
        written = [];
      } else await readModels.slice(() => waiting.length > 0);
    }
    running = undefined;
  };

  return {
    append: (session, rows) =>
      new Promise((resolve, reject) => {
        if (failure ?? finished) return reject(failure ?? closed());
        if (rows.length === 0) return resolve();
        try {
          waiting.push({ session, rows, lines: chain(session, rows), resolve, reject });
        } catch (error) {
          const cause = explain(error);
          fail(cause);
          return reject(cause);
        }
        running ??= work();
      }),
    project: async (changes, upTo) => {
      if (failure ?? finished) throw failure ?? closed();
      const applied = readModels.add(changes, upTo);
      running ??= work();
      return applied;
    },
    durable: durable.asObservable(),
    nextSession: () => newest + 1,
    fail,
    finish: async () => {
      finished = true;
      await running;
      durable.complete();
    },
  };
};

const insertSql =
  'INSERT INTO event (session, seq, turn, at, kind, actor, type, v, cause, data, hash) VALUES ';

const line = (session: number, row: Recorded, data: string, hash: string): string =>
  `(${session},${row.seq},${row.turn},${row.at},'${row.kind}',${literal(row.actor)},` +
  `${literal(row.event.type)},${row.v},${row.cause},${literal(data)},'${hash}')`;

const textOf = (session: number, row: Recorded): string => {
  try {
    return dataText(row.event);
  } catch (error) {
    throw unfit(session, `event ${row.seq} has no JSON: ${messageOf(error)}`);
  }
};

/** The engine's own fault: the log holds what came before it and nothing else. */
const unfit = (session: number, why: string): LogError =>
  new LogError(
    4,
    `session ${session} cannot go on (${why}): a fault in neo, please report it with this sentence`,
  );

/** How many entries make the next transaction: at least one, then as many as fit. */
const entriesOf = (waiting: readonly Entry[]): number => {
  let rows = 0;
  let entries = 0;
  for (const entry of waiting) {
    rows += entry.rows.length;
    if (entries > 0 && rows > transactionRowsMax) break;
    entries += 1;
  }
  return entries;
};

const readNewestTail = async (
  connection: Sqlite,
): Promise<Readonly<{ session: number; tail: Tail }>> => {
  const row = await connection.get<Tail & { session: number }>(
    'SELECT session, seq, turn, at, hash FROM event ORDER BY session DESC, seq DESC LIMIT 1',
  );
  if (!row) return { session: 0, tail: emptyTail };
  const { session, ...tail } = row;
  return { session, tail };
};

const closed = (): LogError => new LogError(4, 'the log is closed: nothing more can be written');
