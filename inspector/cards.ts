/**
 * The list of a log's sessions: how each ended and the bar of its modes. Both are filled in from what the log keeps ready and a
 * few rows behind that, newest first, so that no session is opened for it; one that is not filled in yet says so.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isProtective } from '../events/halt.ts';
import type { Mode } from '../events/mode.ts';
import { apply as foldHalt, empty as noHalt, type Ending } from '../projections/halt.ts';
import { diedAt } from '../projections/session.ts';
import { barOf, type Bar } from './bar.ts';
import { rowsBetween, type Ends, type LogSource } from './source.ts';

/** A session in the list. */
export type Card = Readonly<{
  session: number;
  network: 'sandbox' | 'paper' | 'live' | null;
  profile: string;
  openedAt: number;
  lastAt: number;
  events: number;
  /** Null while it runs, where it never said how it ended, and while its bar is not known either. */
  end: Readonly<{ reason: string; protective: boolean }> | null;
  /** Its modes along its length; null until they and its end are known. */
  bar: Bar | null;
  /** It has no end, and nobody writes it. */
  died: boolean;
  /** It was brought in from another log: whether it goes on there is not known here. */
  imported: boolean;
}>;

/** What is known of a session, up to an event. */
type Known = {
  endTo: number;
  end: Ending | null;
  /** Where the next start closed it. */
  diedAt: number | null;
  modesTo: number;
  /** Its modes were known up to its end: what it has added since is soon known too. */
  isFilled: boolean;
  readonly modes: { at: number; mode: Mode }[];
};

/** The list waits so long for bars that are not filled. */
const patienceMs = 100;
/** The rows in which an end is looked for. */
const endRows = 400;
/** Rows searched at a time where a log keeps nothing ready. */
const searchedRows = 20_000;

export const createCards = (source: LogSource): (() => Promise<readonly Card[]>) => {
  const known = new Map<number, Known>();
  let filling: Promise<void> | undefined;

  const knownOf = (session: number): Known => {
    const found = known.get(session) ?? {
      endTo: 0,
      end: noHalt,
      diedAt: null,
      modesTo: 0,
      isFilled: false,
      modes: [],
    };
    known.set(session, found);
    return found;
  };

  const rowsOf = async (session: number, from: number, to: number, type: string) => {
    const seqs = await source.find(session, { from, to }, { actor: '', type, text: '' });
    const rows = [];
    for (const seq of seqs) rows.push(...(await rowsBetween(source.read, session, seq, seq)));
    return rows;
  };

  const findEnd = async ({ session, last }: Ends): Promise<void> => {
    const own = knownOf(session);
    if (own.endTo === last.seq) return;
    const from = Math.max(own.endTo + 1, last.seq - endRows);
    own.end = (await rowsOf(session, from, last.seq, 'halt')).reduce(foldHalt, own.end);
    for (const row of await rowsOf(session, from, last.seq, 'session.closed_by_next')) {
      own.end ??= foldHalt(own.end, row);
      if (row.event.type === 'session.closed_by_next') own.diedAt = diedAt(row.at, row.event);
    }
    own.endTo = last.seq;
  };

  const fill = async (ends: Ends): Promise<void> => {
    const { session, last } = ends;
    const own = knownOf(session);
    await findEnd(ends);
    if (own.modesTo === 0) {
      const { lastSeq, changes } = await source.modes(session);
      own.modes.push(...changes.map(({ at, mode }) => ({ at, mode: mode as Mode })));
      own.modesTo = lastSeq;
    }
    while (own.modesTo < last.seq) {
      const to = Math.min(last.seq, own.modesTo + searchedRows);
      for (const { at, event } of await rowsOf(session, own.modesTo + 1, to, 'mode.changed')) {
        if (event.type === 'mode.changed') own.modes.push({ at, mode: event.mode });
      }
      own.modesTo = to;
    }
    own.isFilled = true;
  };

  /** A session whose rows cannot be read has the modes that could be. */
  const fillAll = async (sessions: readonly Ends[]): Promise<void> => {
    for (const ends of sessions.toReversed()) {
      await fill(ends).catch(() => void (knownOf(ends.session).isFilled = true));
    }
  };

  const card = async (
    { session, first, last }: Ends,
    imported: ReadonlySet<number>,
  ): Promise<Card> => {
    const { end, diedAt: died, modes, isFilled } = knownOf(session);
    const opened = first.event.type === 'session.opened' ? first.event : null;
    return {
      session,
      network: opened?.network ?? null,
      profile: profileOf(opened?.config.effective),
      openedAt: first.at,
      lastAt: died ?? last.at,
      events: last.seq,
      end: end && { reason: end.reason, protective: isProtective(end.reason) },
      bar: isFilled ? barOf(modes, first.at, died ?? last.at) : null,
      died: isFilled && end === null && !(await source.isWritten(session, last.seq)),
      imported: imported.has(session),
    };
  };

  return async () => {
    const sessions = await source.sessions();
    filling ??= fillAll(sessions).finally(() => (filling = undefined));
    await Promise.race([filling, sleep(patienceMs)]);
    const imported = await source.imported();
    return Promise.all(sessions.map((ends) => card(ends, imported)));
  };
};

export const profileOf = (effective: unknown): string => {
  const profile = (effective as Readonly<Record<string, unknown>> | undefined)?.['profile'];
  return typeof profile === 'string' ? profile : '?';
};
