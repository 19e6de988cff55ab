/**
 * The recordings of a log's sessions that somebody looks at. It follows the log as it grows; a recording that nobody has looked
 * at for long is let go, and read again when it is wanted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Subject, concatMap, from, type Observable } from 'rxjs';
import type { Recording } from './recording.ts';
import { createRecording } from './recording.ts';
import type { Ends, LogSource } from './source.ts';

export type Library = Readonly<{
  /** Undefined where there is no such session. Begins to read it, and waits for the end of that for a moment only. */
  recording: (session: number) => Promise<Recording | undefined>;
  /** This log's own where it has any; 0 where there is none. */
  newest: () => Promise<number>;
  /** Sessions of which more has been read. */
  changes: Observable<number>;
  close: () => void;
}>;

/** Recordings kept beside the newest session's. */
const keptMax = 4;
/** Most sessions are read by then. */
const patienceMs = 250;

export const createLibrary = (source: LogSource): Library => {
  const changes = new Subject<number>();
  const recordings = new Map<number, Recording>();
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

  const endsOf = async (session: number): Promise<Ends | undefined> => {
    const newest = await source.newest();
    if (newest?.session === session) return newest;
    return (await source.sessions()).find((one) => one.session === session);
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
    recording: async (session) => {
      const found = recordings.get(session);
      if (found) return found;
      const ends = await endsOf(session);
      if (!ends) return undefined;
      const recording = open(ends);
      await Promise.race([recording.follow(ends.last.seq), sleep(patienceMs)]);
      return recording;
    },
    newest: async () => ((await source.newest()) ?? (await source.sessions()).at(-1))?.session ?? 0,
    changes,
    close: () => {
      closed = true;
      follow.unsubscribe();
      changes.complete();
    },
  };
};
