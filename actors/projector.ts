/**
 * Brings the read models to where the log is, and keeps them there a moment behind it: always by reading back what is
 * durable, so that a start after a crash, a session that runs and a rebuild are one path. It never holds up an append,
 * and a failure of it ends nothing but itself.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { apply, emptyTables, type Sessions, type Tables } from '../projections/tables.ts';
import type { Change } from '../projections/tables/table.ts';
import type { Log } from './log/open.ts';

/** What it needs of the log. */
export type Followed = Pick<Log, 'durable' | 'project' | 'progress' | 'sessions' | 'readSession'>;

export type Projector = Readonly<{
  /** Resolves when all that is durable by now is in the read models, or never will be. */
  settled: () => Promise<void>;
  /** Follows no longer; resolves when nothing is under way. To be awaited before the log is closed. */
  stop: () => Promise<void>;
}>;

/** An event that the tables cannot tell: its session stands in them up to the event before. */
export class UntoldError extends Error {
  override readonly name = 'UntoldError';
}

export type Pace = Readonly<{
  /** Rows read at a time. */
  rowsMax: number;
  /** Changes after which an append may come in between. */
  changesMax: number;
  /** How long is waited for more rows. */
  pauseMs: number;
  /** Hears how many rows were taken. */
  onRows?: (rows: number) => void;
}>;

/** Beside a running engine: an append waits a millisecond, and the event loop is held for two. */
const besideTheEngine: Pace = { rowsMax: 200, changesMax: 8, pauseMs: 200 };

/**
 * `onFailure` hears an UntoldError where a session stays behind and the others go on, and whatever else stops the read
 * models where they are; the log goes on.
 */
export const startProjector = (
  log: Followed,
  onFailure: (cause: unknown) => void,
  pace: Pace = besideTheEngine,
): Projector => {
  /** By session: the last durable seq, and the last one in the read models. */
  const durable = new Map<number, number>();
  let projected: Map<number, number> | undefined;
  const numbers = new Map<string, number>();
  /** Sessions that cannot be told to their end. */
  const left = new Set<number>();
  let at: Readonly<{ tables: Tables; seq: number }> | undefined;
  let over = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const subscription = log.durable.subscribe({
    next: ({ session, rows }) => {
      durable.set(session, rows.at(-1)?.seq ?? 0);
      if (!running && !over) timer ??= setTimeout(run, pace.pauseMs);
    },
    complete: () => {
      over = true;
      clearTimeout(timer);
    },
  });

  const isBehind = (session: number): boolean =>
    !left.has(session) && (durable.get(session) ?? 0) > (projected?.get(session) ?? 0);

  /** The first session that is behind. */
  const behind = (): number | undefined =>
    [...durable.keys()].toSorted((a, b) => a - b).find(isBehind);

  const begin = async (): Promise<void> => {
    const sessions = await log.sessions();
    projected = new Map(await log.progress());
    for (const { session, first, last } of sessions) {
      durable.set(session, Math.max(durable.get(session) ?? 0, last.seq));
      learn(session, first as Recorded<Event>);
    }
  };

  const learn = (session: number, { event }: Recorded<Event>): void => {
    if (event.type === 'session.opened') numbers.set(event.uuid, session);
  };

  /** Some more rows of this session, from its first one on where it is not the one at hand. */
  const advance = async (session: number, done: Map<number, number>): Promise<void> => {
    let { tables, seq } =
      at?.tables.session === session ? at : { tables: emptyTables(session), seq: 0 };
    const newest = Math.max(...durable.keys());
    const from = seq + 1;
    const to = Math.min(durable.get(session) ?? 0, seq + pace.rowsMax);
    const already = done.get(session) ?? 0;
    let changes: Change[] = [];
    const written: Promise<void>[] = [];
    const write = (): void => {
      if (seq > already) written.push(log.project(changes, { session, seq }));
      changes = [];
    };
    try {
      for await (const page of log.readSession(session, { from, to })) {
        for (const row of page as readonly Recorded<Event>[]) {
          learn(session, row);
          const next = tell(tables, row, { numbers, newest });
          ({ tables } = next);
          ({ seq } = row);
          if (seq > already) changes.push(...next.changes);
          if (changes.length >= pace.changesMax) write();
        }
      }
    } finally {
      write();
      await Promise.all(written);
      done.set(session, Math.max(seq, already));
    }
    if (seq < to) throw new Error(`event ${seq + 1} of session ${session} cannot be read`);
    at = { tables, seq };
    pace.onRows?.(to - from + 1);
  };

  const advanceOrLeave = async (session: number, done: Map<number, number>): Promise<void> => {
    try {
      await advance(session, done);
    } catch (cause) {
      if (!(cause instanceof UntoldError)) throw cause;
      left.add(session);
      onFailure(cause);
    }
  };

  const follow = async (): Promise<void> => {
    await undefined;
    try {
      if (!projected) await begin();
      for (let next = behind(); next !== undefined && !over; next = behind()) {
        if (projected) await advanceOrLeave(next, projected);
      }
    } catch (cause) {
      if (!over) onFailure(cause);
      over = true;
    } finally {
      running = undefined;
    }
  };

  const run = (): void => {
    clearTimeout(timer);
    timer = undefined;
    running ??= follow();
  };

  run();
  return {
    settled: async () => {
      while (!over && (running || behind() !== undefined)) {
        run();
        await running;
      }
    },
    stop: async () => {
      over = true;
      clearTimeout(timer);
      subscription.unsubscribe();
      await running;
    },
  };
};

const tell = (tables: Tables, row: Recorded<Event>, among: Sessions): ReturnType<typeof apply> => {
  try {
    return apply(tables, row, among);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new UntoldError(
      `the read models stop at event ${row.seq} of session ${tables.session} (${what}): neo verify says whether it is damaged`,
      { cause },
    );
  }
};
