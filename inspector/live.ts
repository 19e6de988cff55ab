/**
 * The streams of the page: one a session, that tells every page that looks at it the newest moment, and that there are other
 * sessions. Nothing is told that is not durable.
 */
import type { ServerResponse } from 'node:http';
import { exhaustMap, timer } from 'rxjs';
import { isOver } from '../projections/session.ts';
import type { Library } from './library.ts';
import type { Recording } from './recording.ts';
import type { Left, LogSource } from './source.ts';
import { createStream, type Stream } from './stream.ts';
import { viewOf, type MomentView } from './view.ts';

/** What a stream tells whenever something is new. */
export type Frame = Readonly<{
  /** Null before the first event has been read. */
  moment: MomentView | null;
  /** How far the log has been read, and how far it goes, or can be read where it is damaged. */
  read: number;
  durable: number;
  /** What is wrong with the log behind the last event read. */
  damage: string | null;
  newestSession: number;
  /** The log's file was deleted, moved or replaced: all of this is what it was. */
  gone: boolean;
}> &
  Left;

/** Told once to each page. */
export type Greeting = Readonly<{
  /** Of the page's own files: another one than before means that a newer page is there. */
  build: string;
}>;

/** A session that is read for the first time is told when its newest state is near: what it once was is not what it is. */
const isRead = (recording: Recording): boolean =>
  recording.newest().seq > 0 &&
  (recording.damage() !== null || recording.durable() - recording.newest().seq < behindMax);
const behindMax = 5_000;
/** So often is looked whether somebody still writes what is shown, the log is still there, and what is left to be answered. */
const lookMs = 2_000;

export type Live = Readonly<{
  /** Takes over the answer; false where there is no such session, or too many pages. */
  add: (session: number, response: ServerResponse) => Promise<boolean>;
  close: () => void;
}>;

export const createLive = (
  source: Pick<LogSource, 'isWritten' | 'isThere' | 'imported' | 'left'>,
  library: Library,
  greeting: Greeting,
): Live => {
  const streams = new Map<number, Stream>();
  /** Sessions without an end that nobody writes, by their last event. */
  const dead = new Map<number, number>();
  let newestSession = 0;
  let left: Left = { killLatched: false, awaiting: [] };
  let gone = false;

  const changes = library.changes.subscribe((session) => {
    newestSession = Math.max(newestSession, session);
    for (const [shown, stream] of streams) {
      if (shown === session || session === newestSession) stream.stir();
    }
  });

  const shown = new Set<Recording>();
  /** Whether what does not grow and has no end is still written. */
  const look = async (recording: Recording): Promise<void> => {
    const { session } = recording;
    const { seq, session: state } = recording.newest();
    const isDead =
      seq > 0 && !isOver(state) && !(await source.isWritten(session, seq).catch(() => true));
    if (isDead === (dead.get(session) === seq)) return;
    if (isDead) dead.set(session, seq);
    else dead.delete(session);
    streams.get(session)?.stir();
  };
  const lookAtLeft = async (): Promise<void> => {
    const found = await source.left().catch(() => left);
    if (JSON.stringify(found) === JSON.stringify(left)) return;
    left = found;
    for (const stream of streams.values()) stream.stir();
  };
  const lookAtFile = async (): Promise<void> => {
    if (gone || (await source.isThere().catch(() => true))) return;
    gone = true;
    for (const stream of streams.values()) stream.stir();
  };
  const looking = timer(0, lookMs)
    .pipe(
      exhaustMap(
        async () => void (await Promise.all([lookAtLeft(), lookAtFile(), ...[...shown].map(look)])),
      ),
    )
    .subscribe();

  const streamOf = async (session: number): Promise<Stream | undefined> => {
    const found = streams.get(session);
    if (found) return found;
    const recording = await library.recording(session);
    if (!recording) return undefined;
    newestSession = await library.newest();
    await look(recording);
    const imported = (await source.imported()).has(session);
    const stream = createStream(
      () => JSON.stringify(greeting),
      () => {
        const moment = recording.newest();
        const frame: Frame = {
          moment: isRead(recording)
            ? viewOf(session, moment, recording.columns, {
                isWritten: dead.get(session) !== moment.seq,
                imported,
                damaged: recording.damage() !== null,
              })
            : null,
          read: moment.seq,
          durable: recording.readable(),
          damage: recording.damage(),
          newestSession,
          gone,
          ...left,
        };
        return JSON.stringify(frame);
      },
    );
    streams.set(session, stream);
    shown.add(recording);
    return stream;
  };

  return {
    add: async (session, response) => (await streamOf(session))?.add(response) ?? false,
    close: () => {
      changes.unsubscribe();
      looking.unsubscribe();
      for (const stream of streams.values()) stream.close();
    },
  };
};
