/** `neo report S`: the report of one session as a file that needs nothing else; one is made at the end of every session. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unwritable, writeNew } from '../actors/log/output.ts';
import type { Reader } from '../actors/log/reader.ts';
import { table } from '../config.ts';
import type { SessionOpened } from '../events/session.ts';
import { plotColumns } from '../inspector/report/canvas.ts';
import { gather, type Gathered } from '../inspector/report/gather.ts';
import { report, type About } from '../inspector/report/report.ts';
import type { Difference } from '../inspector/report/sections.ts';
import type { Alternatives } from '../projections/alternative.ts';
import { alternatives, endedOf } from './alternatives.ts';
import { ledTo } from './causes.ts';
import {
  closingOf,
  diedIn,
  endsOf,
  isWritten,
  provenOutlines,
  reading,
  rowsOf,
} from './chronicle.ts';
import { command, databaseDefault, onlySession, type Surroundings } from './command.ts';
import { withProgress } from './progress.ts';

const help = `neo report S [-o F.html] [--db F] [--json]

  The report of session S as one HTML file that needs no network and no script: the sentence, the end and its causes, a
  timeline of modes, guards, prices, quotes, fills and holdings, fills, reconciliation, wallet checks, orders, settings. It
  prints on A4, light or dark on a screen. Every session leaves one beside its database when it ends.

  -o, --output F  a file that does not exist yet (default DATABASE.reports/session-S.html, made anew)
  --db F          the database (default ${databaseDefault})
  --json          what was written, as one JSON document

Exit code: 0 done, 1 the session is damaged and the report ends there, 2 no such session or the file exists, 4 the log
cannot be read or the file not written.
`;

const options = { output: { type: 'string', short: 'o' } } as const;

export const reportCommand = command(
  help,
  options,
  async ({ values, positionals, database }, { out, error }) => {
    const session = onlySession(positionals, 'report');
    const { damage, ...written } = await writeReport(database, session, {
      output: values.output,
      error,
    });
    out(values.json ? `${JSON.stringify({ session, ...written })}\n` : `${written.file}\n`);
    if (damage === null) return 0;
    error(`the report ends where the log is damaged: ${damage}\n`);
    return 1;
  },
);

export type ReportWritten = Readonly<{ file: string; bytes: number; damage: string | null }>;

/** Where a session's report lies unless it was told where to. */
export const reportFile = (database: string, session: number): string =>
  join(`${database}.reports`, `session-${session}.html`);

/** Without an output: beside the database, in the place of an earlier one. `error` hears how far it has come. Rejects with a LogError. */
export const writeReport = async (
  database: string,
  session: number,
  {
    output,
    error = () => undefined,
  }: Readonly<{ output?: string | undefined; error?: Surroundings['error'] }> = {},
): Promise<ReportWritten> => {
  const { told, about } = await reading(database, async (reader) => {
    const { gathered, ...about } = await gathering(reader, database, session, plotColumns, error);
    return {
      told: gathered,
      about: {
        session,
        database,
        ...about,
        ...(await ledTo(reader, session, gathered)),
        alternatives: await alternativesOf(reader, session, gathered),
        ...(await differencesOf(reader, gathered.opened)),
      } satisfies About,
    };
  });
  const text = report(told, about);
  const file = output ?? reportFile(database, session);
  if (output === undefined) {
    await emptied(file).catch((error: unknown) => {
      throw unwritable(file, error);
    });
  }
  await writeNew(file, (draft) => writeFile(draft, text));
  return { file, bytes: Buffer.byteLength(text), damage: told.damage };
};

/** In a folder that is there, and gone itself. */
const emptied = async (file: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
};

/** A session as far as it is durable, in at most so many points. `error` hears how far it has come. */
export const gathering = async (
  reader: Reader,
  database: string,
  session: number,
  columns: number,
  error: Surroundings['error'],
): Promise<
  Readonly<{ gathered: Gathered; lastHash: string; isWritten: boolean; imported: boolean }>
> => {
  const { first, last, lastHash } = await endsOf(reader, database, session);
  const closing = await closingOf(reader, session, last.seq);
  const frame = { from: first.at, to: diedIn(closing) ?? last.at, columns };
  const rows = withProgress(provenOutlines(reader, database, session, last.seq), last.seq, error);
  const gathered = await gather(rows, frame);
  return {
    gathered,
    lastHash,
    isWritten: await isWritten(reader, database, session, last.seq),
    imported: (await reader.imported()).has(session),
  };
};

/** So long a session is run again in a few seconds. */
const eventsMax = 100_000;

/** Undefined where no guard and no limit ended it, null where it is too long. */
const alternativesOf = async (
  reader: Reader,
  session: number,
  { moment, opened, damage }: Gathered,
): Promise<Alternatives | null | undefined> => {
  const ended = damage === null ? endedOf(opened, moment.session) : undefined;
  if (!ended) return undefined;
  if (moment.seq > eventsMax) return null;
  return alternatives(ended, () => rowsOf(reader, session, 1, moment.seq));
};

const differencesOf = async (
  reader: Reader,
  opened: SessionOpened | null,
): Promise<Pick<About, 'fromDefaults' | 'fromBefore'>> => {
  const here = valuesOf(opened?.config.effective);
  const defaults = new Map([...table].map(([key, { default: value }]) => [key, value]));
  const before = opened?.parent ? await reader.numberOf(opened.parent.uuid) : undefined;
  const ends = (await reader.sessions()).find(({ session }) => session === before);
  return {
    fromDefaults: differences(here, defaults),
    fromBefore: ends
      ? {
          session: ends.session,
          differences: differences(
            here,
            valuesOf((ends.first.event as SessionOpened).config.effective),
          ),
        }
      : null,
  };
};

/** By dotted name. A list is a value. */
const valuesOf = (node: unknown, name = ''): ReadonlyMap<string, unknown> =>
  typeof node === 'object' && node !== null && !Array.isArray(node)
    ? new Map(
        Object.entries(node).flatMap(([key, value]) => [
          ...valuesOf(value, name === '' ? key : `${name}.${key}`),
        ]),
      )
    : new Map(name === '' ? [] : [[name, node]]);

const differences = (
  here: ReadonlyMap<string, unknown>,
  there: ReadonlyMap<string, unknown>,
): readonly Difference[] =>
  [...here].flatMap(([key, value]) => {
    const [mine, other] = [value, there.get(key)].map(shown) as [string, string];
    return mine === other ? [] : [{ key, here: mine, there: other }];
  });

const shown = (value: unknown): string =>
  value === undefined || value === null || value === ''
    ? 'none'
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
