/**
 * The log as it grows, from any event on. Who keeps up gets the rows straight from the writer, who does not reads them from
 * the disk. At most one page is fetched while one is dealt with: a slow reader holds two, and nobody up.
 */
import { Observable, from, of, type ObservableInput, type Subscriber } from 'rxjs';
import type { Fetched, Next, Page, Position } from './read.ts';

export type Source = Readonly<{
  /** The next rows of the log, undefined while there are none. */
  next: Next;
  nextOutlines: Next;
  /** There may be more; with the rows where they are at hand. Completes when there will be no more. */
  news: Observable<Page | undefined>;
}>;

export type TailOptions<T> = Readonly<{
  /** What a page becomes. The next page waits until that has completed. */
  take: (page: Page) => ObservableInput<T>;
  /** Rows read from the disk at a time: how long the event loop is held. */
  rowsMax?: number;
  /** The outlines of the events are enough; what comes straight from the writer is whole. */
  outlines?: true;
}>;

/**
 * All rows behind `after`, sessions one after the other, each exactly once and in order, then what becomes durable from now on.
 * Without `take` it emits the pages themselves, which a subscriber deals with before it returns. Completes when the log is
 * closed; ends in a LogError at damage.
 */
export type TailOf = {
  (after: Position): Observable<Page>;
  <T>(after: Position, options: TailOptions<T>): Observable<T>;
};

/** About two milliseconds of parsing. */
const rowsAtATime = 250;

export const tailOf =
  (source: Source): TailOf =>
  <T>(
    after: Position,
    { take, rowsMax = rowsAtATime, outlines }: TailOptions<T | Page> = { take: of },
  ): Observable<T> =>
    new Observable<T | Page>((subscriber) => {
      const next = outlines ? source.nextOutlines : source.next;
      const bell = listen(source.news, (cause) => subscriber.error(cause));
      subscriber.add(bell.stop);
      const follow = async (): Promise<void> => {
        let at = after;
        let ahead: ReturnType<Next> | undefined;
        while (!subscriber.closed) {
          const offered = bell.offer(at);
          const fetched = offered ?? (await (ahead ?? next(at, rowsMax)));
          ahead = undefined;
          if (fetched) {
            at = fetched.end;
            if (!offered) ahead = next(at, rowsMax);
            ahead?.catch(() => undefined);
            await deal(take({ session: at.session, rows: fetched.rows() }), subscriber);
          }
          if ((offered || !fetched) && !(await bell.rung())) return;
        }
      };
      follow().then(
        () => subscriber.complete(),
        (cause: unknown) => (bell.over() ? subscriber.complete() : subscriber.error(cause)),
      );
    }) as Observable<T>;

const deal = <T>(values: ObservableInput<T>, subscriber: Subscriber<T>): Promise<void> =>
  new Promise((resolve, reject) => {
    const inner = from(values).subscribe({
      next: (value) => subscriber.next(value),
      error: reject,
      complete: resolve,
    });
    subscriber.add(inner);
  });

type Bell = Readonly<{
  /** The rows that rang, where they are the next ones after `at` and nothing rang since. */
  offer: (at: Position) => Fetched | undefined;
  /** Resolves when there may be more than there was at the last call; false when there never will be. */
  rung: () => Promise<boolean>;
  over: () => boolean;
  stop: () => void;
}>;

/** Remembers that something came, and of that the rows alone for which somebody waits. */
const listen = (news: Source['news'], onError: (cause: unknown) => void): Bell => {
  let rang = false;
  let over = false;
  let offered: Page | undefined;
  let wake: (() => void) | undefined;
  const end = (): void => {
    over = true;
    wake?.();
  };
  const subscription = news.subscribe({
    next: (page) => {
      offered = wake && !rang ? page : undefined;
      rang = true;
      wake?.();
    },
    error: onError,
    complete: end,
  });
  return {
    offer: (at) => {
      const page = offered;
      offered = undefined;
      if (!page || !follows(at, page)) return undefined;
      const { session, rows } = page;
      return { end: { session, seq: rows.at(-1)?.seq ?? 0 }, rows: () => rows };
    },
    rung: async () => {
      if (!rang && !over) await new Promise<void>((resolve) => (wake = resolve));
      wake = undefined;
      const more = rang;
      rang = false;
      return more;
    },
    over: () => over,
    stop: () => {
      subscription.unsubscribe();
      end();
    },
  };
};

const follows = (at: Position, { session, rows }: Page): boolean => {
  const after = session === at.session ? at.seq : 0;
  return (session === at.session || session === at.session + 1) && rows[0]?.seq === after + 1;
};
