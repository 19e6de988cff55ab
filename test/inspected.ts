/** A log in memory for the page, that grows when a test says so; no test itself. */
import { Subject } from 'rxjs';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Outline } from '../events/outline.ts';
import type { Ends, Left, LogSource } from '../inspector/source.ts';
import { apply, blank, momentText, stripText, type Chapter } from '../projections/chapter.ts';
import { withoutEvidence } from './log-sample.ts';
import { lineageIn, play, start, type Script } from './narrative.ts';

type Row = Recorded<Event>;

export type Grown = Readonly<{
  source: LogSource;
  grow: (session: number, rows: readonly Row[]) => void;
  /** Nobody writes it any more. */
  die: () => void;
  /** The next start would find it so. */
  leave: (left: Partial<Left>) => void;
}>;

export const sourceFrom = (
  sessions: readonly (readonly Row[])[],
  imported: ReadonlySet<number> = new Set(),
): Grown => {
  const all = sessions.map((rows) => [...rows]);
  const news = new Subject<void>();
  let isAlive = true;
  let left: Left = { killLatched: false, awaiting: [] };
  const ends = (): readonly Ends[] =>
    all.flatMap((rows, index) => {
      const [first, last] = [rows[0], rows.at(-1)];
      return first && last ? [{ session: index + 1, first, last }] : [];
    });
  const read: LogSource['read'] = async function* (session, { from, to }) {
    const rows = all[session - 1]?.filter(({ seq }) => seq >= from && seq <= to) ?? [];
    if (rows.length > 0) yield rows;
  };
  return {
    source: {
      name: 'memory.db',
      sessions: async () => ends(),
      newest: async () => ends().at(-1),
      imported: async () => imported,
      left: async () => left,
      broken: async () => undefined,
      isThere: async () => true,
      isWritten: async (session, lastSeq) =>
        isAlive || (all[session - 1]?.at(-1)?.seq ?? 0) !== lastSeq,
      read,
      outlines: async function* (session, range) {
        for await (const page of read(session, range)) {
          yield page.map(withoutEvidence) as unknown as readonly Recorded<Outline>[];
        }
      },
      lineage: async (session, seqs) => lineageIn(all[session - 1] ?? [], seqs),
      find: async (session, { from, to }, { actor, type, text }) =>
        (all[session - 1] ?? [])
          .filter(({ seq }) => seq >= from && seq <= to)
          .filter((row) => actor === '' || row.actor === actor)
          .filter(({ event }) => type === '' || event.type === type)
          .filter(({ event }) => JSON.stringify(event).includes(text))
          .map(({ seq }) => seq),
      chapters: async (session) =>
        written(all[session - 1] ?? []).map((chapter) => ({
          firstSeq: chapter.firstSeq,
          lastSeq: chapter.moment.seq,
        })),
      strips: async (session, { from, to }) =>
        written(all[session - 1] ?? [])
          .filter(({ moment }) => moment.seq >= from && moment.seq <= to)
          .map(stripText),
      momentAt: async (session, lastSeq) => {
        const chapter = written(all[session - 1] ?? []).find(
          ({ moment }) => moment.seq === lastSeq,
        );
        return chapter && momentText(chapter.moment);
      },
      modes: async (session) => {
        const chapters = written(all[session - 1] ?? []);
        return {
          lastSeq: chapters.at(-1)?.moment.seq ?? 0,
          changes: chapters
            .flatMap(({ marks }) => marks)
            .flatMap((mark) => (mark.kind === 'mode' ? [{ at: mark.at, mode: mark.mode }] : [])),
        };
      },
      report: async (session) => (session === 1 ? '<p>the report</p>' : undefined),
      news,
    },
    grow: (session, rows) => {
      all[session - 1] = [...(all[session - 1] ?? []), ...rows];
      news.next();
    },
    die: () => (isAlive = false),
    leave: (found) => (left = { ...left, ...found }),
  };
};

/** The chapters that the read models would hold. */
const written = (rows: readonly Row[]): readonly Chapter[] => {
  const ended: Chapter[] = [];
  let chapter = blank;
  for (const row of rows) {
    const next = apply(chapter, row);
    ({ chapter } = next);
    if (next.ended) ended.push(next.ended);
  }
  return ended;
};

/** The market of two causes: the anchor trips and stays, drift C trips after one buy and one sell and recovers by silence. */
const twoCauses: Script = {
  seconds: 600,
  amm: () => 1.4188,
  fills: [
    { t: 24, side: 'buy' },
    { t: 48, side: 'sell' },
  ],
};

export const playedStart = start;
export const played = (script: Partial<Script> = {}): readonly Row[] =>
  play({ ...twoCauses, ...script });
