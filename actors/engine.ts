/**
 * Runs the core against the world: an input is a turn, a turn is one append, and what a turn intends leaves only when the
 * turn is durable, in order. A failed append or a failed actor ends everything that could send.
 */
import { Subject, type Observable } from 'rxjs';
import type { Recorded } from '../events/envelope.ts';
import type { Event, Input } from '../events/event.ts';
import type { Clock } from './clock.ts';
import { CoreError, type Core } from './core.ts';

export type Row = Recorded<Event>;

export type Engine = Readonly<{
  /** Computes the input's turn at once. `cause` is the seq of the intent it answers. */
  post: (input: Input, cause?: number) => void;
  /** The same; resolves with whether the input is in the log: false where nothing is taken any more, or could be written. */
  record: (input: Input) => Promise<boolean>;
  /** Rows as they are computed: ahead of the disk, for what must know the newest mode. */
  computed: Observable<Row>;
  /** Rows in order, after they are durable. */
  durable: Observable<Row>;
  /** Turns computed and not yet durable. */
  waiting: () => number;
  /** Resolves when nothing waits to become durable. */
  quiet: () => Promise<void>;
  /** Takes no further input; what was computed is still written. */
  stop: () => void;
}>;

/** What writes the rows of whole turns; resolves when they are durable. */
export type Append = (rows: readonly Row[]) => Promise<void>;

/** `onFailure` hears the first thing that broke: an actor, or the disk. */
export const createEngine = (
  core: Core,
  append: Append,
  clock: Clock,
  onFailure: (cause: unknown) => void,
): Engine => {
  const computed = new Subject<Row>();
  const durable = new Subject<Row>();
  let waiting = 0;
  let stopped = false;
  let tail: Promise<unknown> = Promise.resolve();

  const fail = (cause: unknown): void => {
    if (stopped) return;
    stopped = true;
    onFailure(cause);
  };

  /** A failed actor stops everything, with its turn so far in the log. */
  const broken = async (failure: unknown): Promise<boolean> => {
    stopped = true;
    const last = failure instanceof CoreError ? append(failure.rows) : Promise.reject(failure);
    const isWritten = await last.then(
      () => true,
      () => false,
    );
    await tail;
    onFailure(failure);
    return isWritten;
  };

  const write = async (rows: readonly Row[], before: Promise<unknown>): Promise<boolean> => {
    const written = append(rows);
    try {
      await written;
      await before;
      for (const row of rows) durable.next(row);
      return true;
    } catch (cause) {
      fail(cause);
      return false;
    } finally {
      waiting -= 1;
    }
  };

  const take = (input: Input, cause?: number): Promise<boolean> => {
    if (stopped) return Promise.resolve(false);
    try {
      const rows = core.turn(input, clock.now(), cause);
      waiting += 1;
      const written = write(rows, tail);
      tail = written;
      for (const row of rows) computed.next(row);
      return written;
    } catch (failure) {
      return broken(failure);
    }
  };

  return {
    post: (input, cause) => void take(input, cause),
    record: take,
    computed,
    durable,
    waiting: () => waiting,
    quiet: async () => {
      do {
        await tail;
        await new Promise((resolve) => setImmediate(resolve));
      } while (waiting > 0);
    },
    stop: () => {
      stopped = true;
    },
  };
};
