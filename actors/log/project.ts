/**
 * Read models written through the log's one writer: each batch of changes and the position it brings them to are one
 * transaction, so that a projector continues where it stopped. It decides nothing about what the changes are.
 */
import { LogError, messageOf } from './failure.ts';
import { type Change, statementsText } from './literal.ts';
import type { Position } from './read.ts';
import type { Sqlite } from './sqlite.ts';

export type Projector = Readonly<{
  /** `upTo` is the last event whose changes these are. */
  add: (changes: readonly Change[], upTo: Position) => Promise<void>;
  waiting: () => boolean;
  /**
   * One transaction of as many batches as fit in the time allowed, ended early when `interrupted`. A batch alone is one
   * call, so that it is written while this thread is busy.
   */
  slice: (interrupted: () => boolean) => Promise<void>;
  stop: (cause: LogError) => void;
}>;

const sliceMs = 5;

type Batch = Readonly<{
  changes: readonly Change[];
  upTo: Position;
  resolve: () => void;
  reject: (cause: unknown) => void;
}>;

/** A failed batch stops the read models, not the log: what came after it would be built on a gap. */
export const projector = (connection: Sqlite): Projector => {
  let waiting: Batch[] = [];
  let stopped: LogError | undefined;

  const stop = (cause: LogError): void => {
    stopped ??= cause;
    const lost = waiting;
    waiting = [];
    for (const batch of lost) batch.reject(stopped);
  };

  return {
    /** `upTo` is the last event whose changes these are. */
    add: (changes, upTo) =>
      new Promise((resolve, reject) => {
        if (stopped) reject(stopped);
        else waiting.push({ changes, upTo, resolve, reject });
      }),
    waiting: () => waiting.length > 0,
    slice: async (interrupted) => {
      const started = performance.now();
      const applied: Batch[] = [];
      let isOpen = true;
      try {
        do {
          const batch = waiting.shift();
          if (!batch) break;
          const begin = applied.length === 0 ? 'BEGIN IMMEDIATE;\n' : '';
          isOpen = waiting.length > 0;
          applied.push(batch);
          await connection.exec(`${begin}${textOf(batch)}${isOpen ? '' : ';\nCOMMIT'}`);
        } while (isOpen && !interrupted() && performance.now() - started < sliceMs);
        if (isOpen) await connection.exec('COMMIT');
      } catch (error) {
        waiting = [...applied, ...waiting];
        stop(
          new LogError(
            4,
            `the read models could not be written (${messageOf(error)}): neo rebuild makes them anew from the log`,
            error,
          ),
        );
        await connection.exec('ROLLBACK').catch(() => undefined);
        return;
      }
      for (const batch of applied) batch.resolve();
    },
    stop,
  };
};

const textOf = ({ changes, upTo }: Batch): string =>
  statementsText([...changes, { sql: progressSql, parameters: [upTo.session, upTo.seq] }]);

/** The last event that is in the read models; sessions are told one after the other. */
export const readProjected = async (connection: Sqlite): Promise<Position> =>
  (await connection.get<Position>(
    'SELECT session, seq FROM projection_progress ORDER BY session DESC LIMIT 1',
  )) ?? { session: 0, seq: 0 };

const progressSql = `
  INSERT INTO projection_progress (session, seq) VALUES (?, ?)
  ON CONFLICT (session) DO UPDATE SET seq = excluded.seq`;
