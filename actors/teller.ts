/** Tells pages of the log to the read models: what each row changes in them, written with how far that brings them. */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import { apply, emptyTables, type Sessions, type Tables } from '../projections/tables.ts';
import { lasting, type Said } from '../projections/tables/table.ts';
import type { Log } from './log/open.ts';
import type { Page } from './log/read.ts';

export type Teller = Readonly<{
  /**
   * Tells the rows, the next ones of their session, while those before them are being written. Rejects with an UntoldError, or
   * with what those before them could not be written for.
   */
  tell: (page: Page, newestSession: number) => Promise<void>;
  /** Resolves when all that was told is written. */
  written: () => Promise<void>;
}>;

/** An event that the tables cannot tell: its session stands in them up to the event before. */
export class UntoldError extends Error {
  override readonly name = 'UntoldError';
}

/** Rows read at a time where a session that is half told is folded again from its beginning. */
const rowsAgain = 200;

/** After `changesMax` changes an append may come in between. */
export const createTeller = (
  log: Pick<Log, 'project' | 'numberOf' | 'nextOutlines'>,
  changesMax: number,
): Teller => {
  const numbers = new Map<string, number>();
  let at: Readonly<{ tables: Tables; seq: number }> | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  /** Finds out which session this one goes on from. */
  const learn = async (session: number, [first]: Page['rows']): Promise<void> => {
    const { event } = first as Recorded<Outline>;
    if (event.type !== 'session.opened') return;
    numbers.set(event.uuid, session);
    const parent = event.parent?.uuid;
    if (parent === undefined || numbers.has(parent)) return;
    const number = await log.numberOf(parent);
    if (number !== undefined) numbers.set(parent, number);
  };

  /** The tables of this session as they stand before the row `seq`. */
  const tablesBefore = async (session: number, seq: number, among: Sessions): Promise<Tables> => {
    if (at?.tables.session === session && at.seq === seq - 1) return at.tables;
    let tables = emptyTables(session);
    for (let done = 0; done < seq - 1;) {
      const page = await log.nextOutlines(
        { session, seq: done },
        Math.min(rowsAgain, seq - 1 - done),
      );
      if (!page) throw new Error(`event ${done + 1} of session ${session} cannot be read`);
      const rows = page.rows();
      await learn(session, rows);
      for (const row of rows) ({ tables } = changesOf(tables, row, among));
      done += rows.length;
    }
    return tables;
  };

  const tell: Teller['tell'] = async ({ session, rows }, newest) => {
    const among = { numbers, newest };
    let seq = (rows[0]?.seq ?? 1) - 1;
    let said: Said[] = [];
    const written: Promise<void>[] = [];
    const write = (): void => {
      written.push(log.project(lasting(said), { session, seq }));
      said = [];
    };
    await learn(session, rows);
    let tables = await tablesBefore(session, seq + 1, among);
    try {
      for (const row of rows) {
        const next = changesOf(tables, row, among);
        ({ tables } = next);
        ({ seq } = row);
        said.push(...next.said);
        if (said.length >= changesMax) write();
      }
    } finally {
      at = { tables, seq };
      write();
      const before = writing;
      writing = Promise.all(written);
      writing.catch(() => undefined);
      await before;
    }
  };

  return {
    tell,
    written: async () => {
      await writing;
    },
  };
};

const changesOf = (tables: Tables, row: Recorded, among: Sessions): ReturnType<typeof apply> => {
  try {
    return apply(tables, row as Recorded<Outline>, among);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new UntoldError(
      `the read models stop at event ${row.seq} of session ${tables.session} (${what}): neo verify says whether it is damaged`,
      { cause },
    );
  }
};
