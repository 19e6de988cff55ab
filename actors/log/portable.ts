/**
 * The file of one session that goes from log to log: gzip over lines of JSON, first what it is, then every row as it is
 * stored. What is read from one is whole and follows row by row, or is refused.
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { type Tail, emptyTail } from './chain.ts';
import { LogError, codeOf, messageOf } from './failure.ts';
import { manifestOf } from './manifest.ts';
import { type Stored, follow } from './stored.ts';

/** The first line. `version` counts shapes of the file, not of events. */
export type Header = Readonly<{
  format: 'neo-session';
  version: 1;
  uuid: string;
  network: string;
  account: string;
  build: string;
  events: number;
  last_hash: string;
}>;

const rowsAtATime = 1_000;

/** Longer than any line that is written here: a file of something else is not kept in memory whole. */
const lineCharsMax = 64 * 1024 * 1024;

/** Rejects with a LogError: exit code 2 where it is no such file, 1 where it is a damaged one. */
export const readHeader = async (path: string): Promise<Header> => {
  for await (const line of linesOf(path)) return headerOf(path, line);
  throw foreign(path);
};

/** The rows in order, each found to follow. Rejects with a LogError, at the latest at the end, where the file is not whole. */
export async function* readRows(path: string): AsyncGenerator<readonly Stored[]> {
  let header: Header | undefined;
  let tail: Tail = emptyTail;
  let rows: Stored[] = [];
  for await (const line of linesOf(path)) {
    if (!header) {
      header = headerOf(path, line);
      continue;
    }
    const stored = rowOf(path, line, tail.seq + 1);
    const next = follow(tail, stored);
    if ('fault' in next) throw damaged(path, `event ${next.seq}: ${next.fault}`);
    if (tail.seq === 0) refuseOtherManifest(path, header, stored);
    tail = next;
    rows.push(stored);
    if (rows.length < rowsAtATime) continue;
    yield rows;
    rows = [];
  }
  if (!header) throw foreign(path);
  if (tail.seq !== header.events || tail.hash !== header.last_hash) {
    throw damaged(path, `it ends at event ${tail.seq} of ${header.events}`);
  }
  if (rows.length > 0) yield rows;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const plain = file.pipe(createGunzip()).setEncoding('utf8');
  file.on('error', (error) => plain.destroy(error));
  let rest = '';
  try {
    for await (const chunk of plain as AsyncIterable<string>) {
      rest += chunk;
      if (rest.length > lineCharsMax) throw foreign(path);
      if (!chunk.includes('\n')) continue;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw explained(path, error);
  } finally {
    file.destroy();
  }
  if (rest !== '') yield rest;
}

const explained = (path: string, error: unknown): LogError => {
  if (error instanceof LogError) return error;
  switch (codeOf(error)) {
    case 'ENOENT':
      return new LogError(2, `there is no file ${path}: name one that neo export has written`);
    case 'Z_DATA_ERROR':
      return messageOf(error) === 'incorrect header check'
        ? foreign(path)
        : damaged(path, messageOf(error));
    case 'Z_BUF_ERROR':
      return damaged(path, 'it is cut off');
    default:
      return new LogError(
        4,
        `${path} cannot be read (${messageOf(error)}): give this user the right to it`,
        error,
      );
  }
};

const headerOf = (path: string, line: string): Header => {
  const header = parsed(line) as Partial<Header> | undefined;
  if (header?.format !== 'neo-session') throw foreign(path);
  if (header.version !== 1) {
    throw new LogError(
      2,
      `${path} was written by a newer neo (version ${header.version}, this one knows 1): import it with that`,
    );
  }
  return header as Header;
};

const rowOf = (path: string, line: string, seq: number): Stored => {
  const row = parsed(line);
  if (Array.isArray(row) && row.length === 10 && typeof row[8] === 'string')
    return row as unknown as Stored;
  throw damaged(path, `line ${seq + 1} is no event`);
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
};

const refuseOtherManifest = (path: string, header: Header, first: Stored): void => {
  const manifest = manifestOf(first);
  const same =
    manifest &&
    manifest.uuid === header.uuid &&
    manifest.network === header.network &&
    manifest.account === header.account;
  if (!same) throw damaged(path, 'its first line does not say what its first event says');
};

const foreign = (path: string): LogError =>
  new LogError(2, `${path} is no session file of neo: write one with neo export S --format neo`);

const damaged = (path: string, what: string): LogError =>
  new LogError(1, `${path} is damaged (${what}): nothing was imported; export it again`);
