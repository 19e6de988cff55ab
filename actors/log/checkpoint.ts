/**
 * Moves the write-ahead log into the database from a connection of its own: PASSIVE while the log runs, which waits for
 * nobody, TRUNCATE at a clean end. What each one did is reported, failures included.
 */
import { messageOf } from './failure.ts';
import type { InTurn } from './in-turn.ts';
import type { Sqlite } from './sqlite.ts';

/** For the process log, with the names that operators already know. */
export type CheckpointReport = Readonly<{
  mode: 'PASSIVE' | 'TRUNCATE';
  busy: number;
  log_frames: number;
  checkpointed: number;
  elapsed_ms: number;
  /** Why it did not happen. */
  failure?: string;
}>;

/** One that failed, or took so long that an operator should look at the disk. */
export const isTroubled = ({ failure, elapsed_ms: elapsedMs }: CheckpointReport): boolean =>
  failure !== undefined || elapsedMs > troubledMs;

const troubledMs = 1_000;

export type Checkpointer = Readonly<{
  /** Ends the PASSIVE ones; resolves when none is under way. */
  stop: () => Promise<void>;
  truncate: () => Promise<void>;
}>;

/** Every `intervalSeconds`; 0 is never. `queued` is whatever else uses the connection, which a checkpoint waits for. */
export const startCheckpoints = (
  connection: Sqlite,
  queued: InTurn,
  intervalSeconds: number,
  report: (done: CheckpointReport) => void,
): Checkpointer => {
  const next = (mode: CheckpointReport['mode']): Promise<void> =>
    queued(async () => report(await checkpoint(connection, mode)));
  const timer =
    intervalSeconds > 0
      ? setInterval(() => void next('PASSIVE'), intervalSeconds * 1000)
      : undefined;
  timer?.unref();
  return {
    stop: () => {
      clearInterval(timer);
      return queued(async () => undefined);
    },
    truncate: () => next('TRUNCATE'),
  };
};

const checkpoint = async (
  connection: Sqlite,
  mode: CheckpointReport['mode'],
): Promise<CheckpointReport> => {
  const started = performance.now();
  const elapsed = (): number => Math.round((performance.now() - started) * 10) / 10;
  try {
    const row = await connection.get<{ busy: number; log: number; checkpointed: number }>(
      `PRAGMA wal_checkpoint(${mode})`,
    );
    const { busy = 0, log = 0, checkpointed = 0 } = row ?? {};
    return { mode, busy, log_frames: log, checkpointed, elapsed_ms: elapsed() };
  } catch (error) {
    const failure = messageOf(error);
    return { mode, busy: 1, log_frames: -1, checkpointed: -1, elapsed_ms: elapsed(), failure };
  }
};
