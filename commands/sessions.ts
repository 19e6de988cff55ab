/** `neo sessions`: the sessions of a database and how each ended, read from the two ends of each log. Writes nothing. */
import type { SessionEnds } from '../actors/log/read.ts';
import type { Reader } from '../actors/log/reader.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { isProtective } from '../events/halt.ts';
import type { SessionOpened } from '../events/session.ts';
import { isoTime } from '../ledger/time.ts';
import { ending } from '../projections/document.ts';
import { apply, empty, type Ending } from '../projections/halt.ts';
import { instant, lasted } from '../projections/wording.ts';
import { closingOf, diedIn, isWritten, reading } from './chronicle.ts';
import { command, databaseDefault, UsageError } from './command.ts';

const help = `neo sessions [--db F] [--json]

Lists the sessions of a database, the newest last, and how each ended.

  --db F    the database (default ${databaseDefault})
  --json    one JSON array: session, network, imported, started_at, ended_at, died_at, events, halt,
            last_hash
`;

export const sessionsCommand = command(
  help,
  {},
  async ({ values, positionals, database }, { out }) => {
    if (positionals[0] !== undefined) {
      throw new UsageError(`neo sessions takes no "${positionals[0]}"; one session: neo show S.`);
    }
    const listed = await reading(database, async (reader) => {
      const found: Listed[] = [];
      const imported = await reader.imported();
      for (const ends of await reader.sessions()) {
        const listed = await listedOf(reader, database, ends);
        found.push({ ...listed, imported: imported.has(ends.session) });
      }
      return found;
    });
    out(values.json ? `${JSON.stringify(listed.map(asJson))}\n` : table(listed, database));
    return 0;
  },
);

type Listed = Readonly<{
  session: number;
  /** It was brought in from another log. */
  imported: boolean;
  network: SessionOpened['network'] | null;
  startedAt: number;
  /** When it ended or died; of one that runs, its last event. */
  livedUntil: number;
  /** Its last event before it died, as the next start found it or nobody writes the log; null where it did not die. */
  diedAt: number | null;
  over: boolean;
  halt: Ending | null;
  events: number;
  lastHash: string;
}>;

const listedOf = async (
  reader: Reader,
  database: string,
  ends: SessionEnds,
): Promise<Omit<Listed, 'imported'>> => {
  const { session, lastHash, first, last } = ends;
  const opened = (first as Recorded<Event>).event;
  const closing = await closingOf(reader, session, last.seq);
  const found = diedIn(closing);
  const ended = closing.find(({ event }) => event.type === 'session.ended');
  const over = found !== null || ended !== undefined;
  const silent = !over && !(await isWritten(reader, database, session, last.seq));
  return {
    session,
    network: opened.type === 'session.opened' ? opened.network : null,
    startedAt: first.at,
    livedUntil: found ?? ended?.at ?? last.at,
    diedAt: silent ? last.at : found,
    over,
    halt: closing.reduce(apply, empty),
    events: last.seq,
    lastHash,
  };
};

const asJson = (one: Listed): object => ({
  session: one.session,
  network: one.network,
  imported: one.imported,
  started_at: isoTime(one.startedAt),
  ended_at: one.over ? isoTime(one.livedUntil) : null,
  died_at: one.diedAt === null ? null : isoTime(one.diedAt),
  events: one.events,
  halt: one.halt && ending(one.halt),
  last_hash: one.lastHash,
});

const table = (listed: readonly Listed[], database: string): string => {
  if (listed.length === 0) return `${database} has no sessions yet: start one with neo run.\n`;
  const rows = [
    ['S', 'network', 'started', 'lasted', 'end'],
    ...listed.map((one) => [
      String(one.session),
      `${one.network ?? '?'}${one.imported ? ', imported' : ''}`,
      instant(one.startedAt),
      lasted(Math.min(one.halt?.at ?? Infinity, one.livedUntil) - one.startedAt),
      endText(one),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
};

const endText = ({ halt, over, diedAt, imported }: Listed): string => {
  if (!over && diedAt !== null) {
    return `died: nobody writes this log since ${instant(diedAt)}; the next start closes it`;
  }
  if (!halt) {
    if (over) return 'ended without a halt';
    return imported ? 'no end in what was imported' : 'no end yet: it runs';
  }
  const { reason, source, detail } = halt;
  const bracketed = detail === '' || reason === 'duration_elapsed' ? '' : ` (${detail})`;
  return isProtective(reason)
    ? `HALT ${reason}, source ${source}${bracketed}`
    : `${reason}${bracketed}`;
};
