/**
 * Writes one session into a file: `neo` to go on living in another log, `jsonl` and `csv` for notebooks. Reads beside a
 * running engine; every row is verified on its way, and one that holds a secret ends it.
 */
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Tail } from './chain.ts';
import { LogError } from './failure.ts';
import { explained, inspect } from './inspect.ts';
import { manifestOf } from './manifest.ts';
import { shippedMigrations } from './migrate.ts';
import { writeNew } from './output.ts';
import { lookInto, readingAccess, truePath } from './place.ts';
import type { Header } from './portable.ts';
import { secretIn } from './secret.ts';
import { type Sqlite, connect } from './sqlite.ts';
import { type Stored, storedPages } from './stored.ts';

export const exportFormats = ['neo', 'jsonl', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export type Exported = Readonly<{ session: number; events: number; lastHash: string }>;

/** Rejects with a LogError: 1 where the session is damaged, 2 where it is not there or `output` is, 4 where it holds a secret. */
export const exportSession = async (
  path: string,
  session: number,
  format: ExportFormat,
  output: string,
): Promise<Exported> => {
  const file = resolve(truePath(path));
  const { bytes } = await lookInto(file);
  if (bytes === undefined) throw new LogError(2, `there is no log ${file}: name one with --db`);
  const access = await readingAccess(file);
  let connection: Sqlite | undefined;
  try {
    await inspect(file, access, await shippedMigrations(), false);
    connection = await connect(file, access);
    const end = await endOf(connection, file, session);
    const text = Readable.from(textOf(connection, session, end, format));
    await writeNew(resolve(output), (draft) => {
      const sink = createWriteStream(draft);
      return format === 'neo' ? pipeline(text, createGzip(), sink) : pipeline(text, sink);
    });
    return { session, events: end.seq, lastHash: end.hash };
  } catch (error) {
    throw explained(error, file);
  } finally {
    await connection?.close();
  }
};

type End = Pick<Tail, 'seq' | 'hash'>;

/** Where the session stands now: what is written later stays out. */
const endOf = async (connection: Sqlite, file: string, session: number): Promise<End> => {
  const end = await connection.get<End>(
    'SELECT seq, hash FROM event WHERE session = ? ORDER BY seq DESC LIMIT 1',
    session,
  );
  if (end) return end;
  throw new LogError(2, `there is no session ${session} in ${file}: neo sessions lists them`);
};

async function* textOf(
  connection: Sqlite,
  session: number,
  end: End,
  format: ExportFormat,
): AsyncGenerator<string> {
  for await (const page of storedPages(connection, session)) {
    const rows = page.rows.filter(([seq]) => seq <= end.seq);
    for (const row of rows) refuseSecret(session, row);
    const head = rows[0]?.[0] === 1 ? headOf(format, rows[0], session, end) : '';
    yield head + rows.map((row) => `${lineOf(format, session, row)}\n`).join('');
    if ('fault' in page.end && page.end.seq <= end.seq) {
      throw new LogError(
        1,
        `event ${page.end.seq} of session ${session} is damaged (${page.end.fault}): run neo verify`,
      );
    }
    if ((page.rows.at(-1)?.[0] ?? 0) >= end.seq) return;
  }
}

const refuseSecret = (session: number, [seq, , , , , , , , data]: Stored): void => {
  const secret = secretIn(data);
  if (secret === undefined) return;
  throw new LogError(
    4,
    `event ${seq} of session ${session} holds ${secret}: it cannot be exported; whoever can read the log has it, so replace it`,
  );
};

const columns = 'session,seq,turn,at,kind,actor,type,v,cause,data,hash';

const headOf = (format: ExportFormat, first: Stored, session: number, end: End): string => {
  if (format === 'jsonl') return '';
  if (format === 'csv') return `${columns}\n`;
  const manifest = manifestOf(first);
  if (!manifest) throw new LogError(1, `session ${session} does not begin with its manifest`);
  const { uuid, network, account, build } = manifest;
  const header: Header = {
    format: 'neo-session',
    version: 1,
    uuid,
    network,
    account,
    build,
    events: end.seq,
    last_hash: end.hash,
  };
  return `${JSON.stringify(header)}\n`;
};

const lineOf = (format: ExportFormat, session: number, row: Stored): string => {
  const [seq, turn, at, kind, actor, type, v, cause, data, hash] = row;
  switch (format) {
    case 'neo':
      return JSON.stringify(row);
    case 'jsonl':
      return (
        `{"session":${session},"seq":${seq},"turn":${turn},"at":${at},"kind":"${kind}",` +
        `"actor":${JSON.stringify(actor)},"type":${JSON.stringify(type)},"v":${v},"cause":${cause},` +
        `"data":${data},"hash":"${hash}"}`
      );
    case 'csv': {
      const cells = [session, seq, turn, at, kind, actor, type, v, cause, data, hash];
      return cells.map(cellOf).join(',');
    }
  }
};

/** As RFC 4180 has it. */
const cellOf = (value: string | number): string =>
  typeof value === 'string' && /[",\r\n]/.test(value)
    ? `"${value.replaceAll('"', '""')}"`
    : String(value);
