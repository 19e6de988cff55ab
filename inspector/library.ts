/**
 * All sessions of a log: their list, and the recordings of those that somebody looks at. It follows the log as it grows; a
 * recording that nobody has looked at for long is let go, and read again when it is wanted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Subject, concatMap, from, type Observable } from 'rxjs';
import { isProtective } from '../events/halt.ts';
import { apply as foldHalt, empty as noHalt } from '../projections/halt.ts';
import { entriesOf } from '../projections/trail.ts';
import type { ModeEntry } from '../projections/mode.ts';
import type { Recording } from './recording.ts';
import { createRecording } from './recording.ts';
import { rowsBetween, type Ends, type LogSource } from './source.ts';

/** A session in the list. */
export type Card = Readonly<{
  session: number;
  network: 'sandbox' | 'paper' | 'live' | null;
  profile: string;
  openedAt: number;
  lastAt: number;
  events: number;
  /** Null while it runs, and where it never said how it ended. */
  end: Readonly<{ reason: string; protective: boolean }> | null;
  /** Its changes of mode; null until it has been read. */
  modes: readonly Pick<ModeEntry, 'at' | 'mode'>[] | null;
}>;

export type Library = Readonly<{
  cards: () => Promise<readonly Card[]>;
  /** Undefined where there is no such session. Begins to read it, and waits for the end of that for a moment only. */
  recording: (session: number) => Promise<Recording | undefined>;
  newest: () => Promise<number>;
  /** Sessions of which more has been read. */
  changes: Observable<number>;
  close: () => void;
}>;

/** Recordings kept beside the newest session's. */
const keptMax = 4;
/** Most sessions are read by then. */
const patienceMs = 250;
/** The rows in which an end is looked for. */
const endRows = 400;

export const createLibrary = (source: LogSource): Library => {
  const changes = new Subject<number>();
  const recordings = new Map<number, Recording>();
  const finished = new Map<number, Card>();
  let closed = false;

  const open = ({ session, first, last }: Ends): Recording => {
    const found = recordings.get(session);
    const recording = found ?? createRecording(source, session, first, () => changes.next(session));
    recordings.delete(session);
    recordings.set(session, recording);
    const newest = Math.max(...recordings.keys());
    for (const old of [...recordings.keys()].slice(0, -keptMax)) {
      if (old !== newest) recordings.delete(old);
    }
    void recording.follow(last.seq);
    return recording;
  };

  const endsOf = async (session: number): Promise<Ends | undefined> =>
    (await source.sessions()).find((one) => one.session === session);

  const card = async (ends: Ends): Promise<Card> => {
    const { session, first, last } = ends;
    const known = finished.get(session);
    const modes = modesOf(recordings.get(session)) ?? known?.modes ?? null;
    if (known?.events === last.seq) return { ...known, modes };
    const tail = await rowsBetween(source, session, last.seq - endRows, last.seq);
    const halt = tail.reduce(foldHalt, noHalt);
    const opened = first.event.type === 'session.opened' ? first.event : null;
    const made: Card = {
      session,
      network: opened?.network ?? null,
      profile: profileOf(opened?.config.effective),
      openedAt: first.at,
      lastAt: last.at,
      events: last.seq,
      end: halt && { reason: halt.reason, protective: isProtective(halt.reason) },
      modes,
    };
    finished.set(session, made);
    return made;
  };

  const follow = source.news
    .pipe(
      concatMap(() =>
        from(
          source.newest().then(async (ends) => {
            if (!ends || closed) return;
            const known = recordings.get(ends.session);
            if (known) await known.follow(ends.last.seq);
            else open(ends);
            changes.next(ends.session);
          }),
        ),
      ),
    )
    .subscribe({ error: () => undefined });

  return {
    cards: async () => Promise.all((await source.sessions()).map(card)),
    recording: async (session) => {
      const found = recordings.get(session);
      if (found) return found;
      const ends = await endsOf(session);
      if (!ends) return undefined;
      const recording = open(ends);
      await Promise.race([recording.follow(ends.last.seq), sleep(patienceMs)]);
      return recording;
    },
    newest: async () => (await source.newest())?.session ?? 0,
    changes,
    close: () => {
      closed = true;
      follow.unsubscribe();
      changes.complete();
    },
  };
};

const modesOf = (recording: Recording | undefined): Card['modes'] => {
  if (!recording || recording.newest().seq < recording.durable()) return null;
  return entriesOf(recording.newest().session.mode.timeline).map(({ at, mode }) => ({ at, mode }));
};

export const profileOf = (effective: unknown): string => {
  const profile = (effective as Readonly<Record<string, unknown>> | undefined)?.['profile'];
  return typeof profile === 'string' ? profile : '?';
};
