/** What the gate looks at, read from the log and from beside it. It judges nothing and writes nothing. */
import { resolve } from 'node:path';
import { copyHolding } from '../../actors/log/backup.ts';
import type { Reader } from '../../actors/log/reader.ts';
import { verifyLog, type Verdict } from '../../actors/log/verify.ts';
import type { TruthChecked } from '../../events/inventory.ts';
import { apply as behave, noConduct, type Conduct } from '../../projections/conduct.ts';
import { apply as fold, noLegacy, type Legacy } from '../../projections/legacy.ts';
import { outlinesOf, reading } from '../chronicle.ts';
import { waitingOn, withWaiting } from '../waiting.ts';

export type Past = Readonly<{ session: number } & Conduct>;

export type Evidence = Readonly<{
  /** What stands after the newest session and what waits for the next, or after what the starting one has heard so far. */
  legacy: Legacy;
  /** Sessions that traded, the newest first: as many as were asked for, one at least where there is one. */
  traded: readonly Past[];
  /** The newest comparison with the wallet, by the last session that traded or by a start since, the one that asks included. */
  compared: TruthChecked | null;
  verdict: Verdict;
  /** The newest copy that holds the newest of them, to its end. */
  backup: string | null;
}>;

/**
 * `starting`: the session that asks, which is none of its own past; the log is then verified as far as the last one that
 * traded. Rejects with a LogError where there is no log.
 */
export const gather = async (
  file: string,
  sessions: number,
  starting: number | null,
): Promise<Evidence> => {
  // Before the log is opened to read, which makes the write-ahead log whose absence is to be told.
  const whole = starting === null ? await verifyLog(file) : undefined;
  return reading(file, async (reader) => {
    const newest = await reader.newest();
    let legacy: Legacy = { ...noLegacy, session: newest?.session ?? 0 };
    if (newest) {
      for await (const row of outlinesOf(reader, newest.session, 1, newest.last.seq)) {
        legacy = fold(legacy, row);
      }
    }
    const { traded, compared } = await tradedIn(
      reader,
      legacy.session,
      Math.max(1, sessions),
      starting,
    );
    const [last] = traded;
    return {
      legacy: starting === null ? withWaiting(legacy, await waitingOn(file)) : legacy,
      traded,
      compared,
      verdict: whole ?? (await verifyLog(file, last?.session)),
      backup: last
        ? await copyHolding(resolve(file), { session: last.session, seq: last.lastSeq })
        : null,
    };
  });
};

/** From parent to parent, so that a session that was brought in from elsewhere is none of them. */
const tradedIn = async (
  reader: Reader,
  newest: number,
  wanted: number,
  starting: number | null,
): Promise<Pick<Evidence, 'traded' | 'compared'>> => {
  const found: Past[] = [];
  let compared: Evidence['compared'] = null;
  let session: number | undefined = newest > 0 ? newest : undefined;
  while (session !== undefined && found.length < wanted) {
    let conduct = noConduct;
    for await (const page of reader.readOutlines(session)) {
      for (const row of page) conduct = behave(conduct, row as Parameters<typeof behave>[1]);
    }
    if (found.length === 0) compared ??= conduct.truth;
    if (conduct.started && session !== starting) found.push({ session, ...conduct });
    const parent: string | undefined = conduct.opened?.parent?.uuid;
    session = parent === undefined ? undefined : await reader.numberOf(parent);
  }
  return { traded: found, compared };
};
