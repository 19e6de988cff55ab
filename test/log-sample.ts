/** Rows, folders and openings for the tests of the log: well-formed turns of any content, in a folder of their own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { AnyEvent, Recorded } from '../events/envelope.ts';
import { evidence } from '../events/outline.ts';
import { type Log, type LogOptions, openLog } from '../actors/log/open.ts';
import { type Access, type Sqlite, connect } from '../actors/log/sqlite.ts';

export const sampleAccount = 'rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn';

/** A turn of one input and `decisions` answers, whose first row has this seq. */
export const turnAt = (
  seq: number,
  turn: number,
  decisions: number,
  fields: Readonly<Record<string, unknown>> = { mid: '1.4976' },
): readonly Recorded[] =>
  Array.from({ length: decisions + 1 }, (_, index) => ({
    seq: seq + index,
    turn,
    at: 1_790_000_000_000 + turn,
    kind: index === 0 ? ('input' as const) : ('decision' as const),
    actor: index === 0 ? 'clock' : 'market',
    v: 1,
    cause: index === 0 ? 0 : seq + index - 1,
    event: { type: index === 0 ? 'tick' : 'market.observed', ...fields } satisfies AnyEvent,
  }));

/** Turns one after the other, from seq 1, with these numbers of decisions. */
export const turnsOf = (decisions: readonly number[]): readonly (readonly Recorded[])[] => {
  let seq = 1;
  return decisions.map((count, index) => {
    const rows = turnAt(seq, index + 1, count);
    seq += rows.length;
    return rows;
  });
};

/** A folder that goes away with the test. */
export const folderFor = async (t: ExecutionContext<unknown>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'neo-log-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

export const optionsFor = (file: string, more: Partial<LogOptions> = {}): LogOptions => ({
  file,
  network: 'sandbox',
  account: sampleAccount,
  synchronous: 'OFF',
  checkpointSeconds: 0,
  onCheckpoint: () => undefined,
  onFailure: () => undefined,
  ...more,
});

export const openSample = (file: string, more: Partial<LogOptions> = {}): Promise<Log> =>
  openLog(optionsFor(file, more));

/** A closed log of one session with these turns. */
export const writeSample = async (
  file: string,
  turns: readonly (readonly Recorded[])[],
): Promise<void> => {
  const log = await openSample(file);
  for (const rows of turns) await log.append(1, rows);
  await log.close({ clean: true });
};

export const readAll = async (
  log: Pick<Log, 'readSession'>,
  session: number,
): Promise<Recorded[]> => {
  const rows: Recorded[] = [];
  for await (const page of log.readSession(session)) rows.push(...page);
  return rows;
};

export const withSqlite = async <T>(
  file: string,
  access: Access,
  work: (connection: Sqlite) => Promise<T>,
): Promise<T> => {
  const connection = await connect(file, access);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
};

/** The row with the outline of its event. */
export const withoutEvidence = (row: Recorded): Recorded => {
  const left: readonly string[] = evidence[row.event.type as keyof typeof evidence] ?? [];
  const fields = Object.entries(row.event).filter(([name]) => !left.includes(name));
  return { ...row, event: Object.fromEntries(fields) as Recorded['event'] };
};
