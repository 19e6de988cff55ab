/**
 * Brings the read models to where the log is, and keeps them there a moment behind it, by following the tail from the last
 * event that is in them: a start after a crash, a session that runs and a rebuild are one path. It never holds up an
 * append, and a failure of it ends nothing but itself.
 */
import {
  ReplaySubject,
  Subject,
  firstValueFrom,
  lastValueFrom,
  race,
  takeUntil,
  timer,
} from 'rxjs';
import type { Log } from './log/open.ts';
import type { Page, Position } from './log/read.ts';
import { createTeller, UntoldError } from './teller.ts';

/** What it needs of the log. */
export type Followed = Pick<
  Log,
  'durable' | 'project' | 'projected' | 'end' | 'newest' | 'numberOf' | 'nextOutlines' | 'tail'
>;

export type Projector = Readonly<{
  /** Resolves when all that is durable by now is in the read models, or never will be. */
  settled: () => Promise<void>;
  /** Follows no longer; resolves when nothing is under way. To be awaited before the log is closed. */
  stop: () => Promise<void>;
}>;

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
  const teller = createTeller(log, pace.changesMax);
  /** The last durable row, and the last one that has been dealt with. */
  let [end, reached] = [nowhere, nowhere];
  /** The newest session that is not from elsewhere, and the one that cannot be told to its end. */
  let [newest, untold] = [0, 0];
  let [over, hurried] = [false, 0];
  const stopped = new ReplaySubject<void>(1);
  const hurry = new Subject<void>();
  const moved = new Subject<void>();

  const durable = log.durable.subscribe((page) => {
    end = endOf(page);
    newest = page.session;
  });

  const take = async (page: Page): Promise<void> => {
    try {
      if (page.session !== untold) await teller.tell(page, newest || end.session);
    } catch (cause) {
      if (!(cause instanceof UntoldError)) throw cause;
      untold = page.session;
      onFailure(cause);
    }
    reached = endOf(page);
    pace.onRows?.(page.rows.length);
    moved.next();
    if (page.rows.length >= pace.rowsMax || hurried > 0) return;
    await teller.written();
    await firstValueFrom(race(hurry, stopped, timer(pace.pauseMs)));
  };

  const look = async (): Promise<void> => {
    const [last, own] = [await log.end(), (await log.newest())?.session ?? 0];
    if (isBefore(end, last)) end = last;
    newest = Math.max(newest, own);
    reached = await log.projected();
  };
  const looked = look();

  const follow = async (): Promise<void> => {
    await looked;
    const { rowsMax } = pace;
    const told = log.tail(reached, { take, rowsMax, outlines: true }).pipe(takeUntil(stopped));
    await lastValueFrom(told, { defaultValue: undefined });
    await teller.written();
  };

  const running = follow()
    .catch(onFailure)
    .finally(() => {
      over = true;
      durable.unsubscribe();
      moved.next();
    });

  return {
    settled: async () => {
      hurried += 1;
      hurry.next();
      await looked.catch(() => undefined);
      while (!over && isBefore(reached, end)) await firstValueFrom(moved);
      hurried -= 1;
      await teller.written().catch(() => undefined);
    },
    stop: async () => {
      over = true;
      stopped.next();
      await running;
    },
  };
};

const nowhere: Position = { session: 0, seq: 0 };

const endOf = ({ session, rows }: Page): Position => ({ session, seq: rows.at(-1)?.seq ?? 0 });

const isBefore = (a: Position, b: Position): boolean =>
  a.session < b.session || (a.session === b.session && a.seq < b.seq);
