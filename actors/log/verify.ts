/**
 * Whether a log is what was written: every session's chain, order, turns, causes, JSON and manifest, and then the file.
 * Reads in short pages, beside a running writer too, and never changes anything. Damage is a result, not an exception.
 */
import { resolve } from 'node:path';
import { isoTime } from '../../ledger/time.ts';
import type { Binding } from './binding.ts';
import { LogError, damageText } from './failure.ts';
import { refuseForeignWal } from './foreign.ts';
import { explained, inspect, quickCheck, quickCheckTables } from './inspect.ts';
import { findWriter } from './lock.ts';
import { manifestFault } from './manifest.ts';
import { shippedMigrations } from './migrate.ts';
import { openedBy } from './owner.ts';
import { lookInto, missingWal, readingAccess, truePath } from './place.ts';
import { readEnds, readNumbers } from './read.ts';
import { type Sqlite, connect } from './sqlite.ts';
import { storedPages } from './stored.ts';

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
  const file = resolve(truePath(path));
  let connection: Sqlite | undefined;
  try {
    const place = await lookInto(file);
    if (place.bytes === undefined) {
      throw new LogError(2, `there is no log ${file}: name one with --db`);
    }
    const writes = (await findWriter(file)) !== undefined;
    const doubt = writes ? null : missingWal(file, place, await openedBy(file));
    const access = await readingAccess(file);
    const { binding } = await inspect(file, access, await shippedMigrations(), false);
    connection = await connect(file, access);
    if (!writes && access === 'read') await refuseForeignWal(file, binding, connection);
    const verdict = await verifyOpen(connection, file, binding, session);
    if (doubt === null || !verdict.intact) return verdict;
    const sentence = `${await endOf(connection)}; whether that is all nothing here can say: ${doubt}: put it back, or delete ${file}.owner to go on from there`;
    return { intact: false, session: undefined, seq: undefined, sentence };
  } catch (error) {
    if (error instanceof LogError && error.exitCode === 2) throw error;
    const sentence = explained(error, file, `restore it from ${file}.backups/`).message;
    return { intact: false, session: undefined, seq: undefined, sentence };
  } finally {
    await connection?.close();
  }
};

/** Up to where a log goes that is whole, in words. */
const endOf = async (connection: Sqlite): Promise<string> => {
  const end = (await readEnds(connection)).at(-1);
  return end
    ? `what is there is whole, up to event ${end.last.seq} of session ${end.session} (${isoTime(end.last.at)})`
    : 'what is there is whole, and holds no event';
};

const verifyOpen = async (
  connection: Sqlite,
  file: string,
  binding: Binding,
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
    for await (const { rows, end } of storedPages(connection, session)) {
      const [first] = rows;
      const fault = first?.[0] === 1 && (await manifestFault(connection, binding, session, first));
      if (fault) return damage(file, session, 1, fault);
      if ('fault' in end) return damage(file, session, end.seq, end.fault);
      events += rows.length;
      lastHash = end.hash;
    }
  }
  if (only === undefined) {
    const isRunning = (await findWriter(file)) !== undefined;
    await (isRunning ? quickCheckTables(connection, file) : quickCheck(connection, file));
  }
  return { intact: true, sessions: only === undefined ? numbers.length : 1, events, lastHash };
};

const damage = (file: string, session: number, seq: number, fault: string): Verdict => ({
  intact: false,
  session,
  seq,
  sentence: damageText(file, session, seq, fault),
});
