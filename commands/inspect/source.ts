/** The log of a database as the page wants it, whoever writes it: read through a connection of its own. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { defer, from, switchMap } from 'rxjs';
import { brokenHash } from '../../actors/log/chain.ts';
import { damageText } from '../../actors/log/failure.ts';
import type { Reader } from '../../actors/log/reader.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { Outline } from '../../events/outline.ts';
import type { Ends, LogSource } from '../../inspector/source.ts';
import { isWritten, lineageOf } from '../chronicle.ts';
import { leftIn } from './left.ts';
import { reportFile } from '../report.ts';

/** `isThere` says whether `file` is still what `reader` reads; what stands beside another log is not of this one. */
export const sourceOf = (
  reader: Reader,
  file: string,
  isThere: () => Promise<boolean>,
): LogSource => ({
  name: basename(file),
  sessions: async () => (await reader.sessions()) as unknown as readonly Ends[],
  newest: async () => (await reader.newest()) as unknown as Ends | undefined,
  imported: reader.imported,
  left: leftIn(reader, file),
  read: (session, range) =>
    reader.readSession(session, range) as AsyncIterable<readonly Recorded<Event>[]>,
  outlines: (session, range) =>
    reader.readOutlines(session, range) as AsyncIterable<readonly Recorded<Outline>[]>,
  lineage: (session, seqs) => lineageOf(reader, session, seqs),
  find: reader.find,
  chapters: reader.chapters,
  strips: reader.strips,
  momentAt: reader.momentAt,
  modes: reader.modes,
  broken: async (session, range) => {
    const seq = await reader.brokenAt(session, range);
    return seq === undefined ? undefined : { seq, why: damageText(file, session, seq, brokenHash) };
  },
  isWritten: async (session, lastSeq) =>
    (await isThere()) && isWritten(reader, file, session, lastSeq),
  isThere,
  report: async (session) =>
    (await isThere())
      ? readFile(reportFile(file, session), 'utf8').catch(() => undefined)
      : undefined,
  news: defer(() => from(reader.newest())).pipe(
    switchMap((last) => reader.tail({ session: last?.session ?? 0, seq: last?.last.seq ?? 0 })),
  ),
});
