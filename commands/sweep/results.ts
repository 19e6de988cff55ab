/**
 * The file of a sweep's results: one line that says what is swept, then one for each variant of each session as it comes. A sweep
 * that was interrupted goes on from it; the results of another sweep are never mixed in.
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { unwritable } from '../../actors/log/output.ts';
import type { Fills } from '../../config.ts';
import { UsageError } from '../command.ts';
import type { Axis } from './grid.ts';
import type { Outcome } from './measure.ts';

/** Everything that the results follow from. */
export type Header = Readonly<{
  format: 'neo-sweep';
  version: 1;
  build: string;
  fills: Fills;
  sessions: readonly Readonly<{
    session: number;
    uuid: string;
    network: string;
    events: number;
    last_hash: string;
  }>[];
  set: readonly string[];
  grid: readonly Axis[];
}>;

export type Result = Exclude<Outcome, { failure: string }>;

export type Results = Readonly<{
  /** What was there already. */
  before: readonly Result[];
  add: (result: Result) => void;
}>;

/** Beside the database, by what is swept: the same sweep finds its file again, another one has another. */
export const resultsFile = (database: string, header: Header): string => {
  const digest = createHash('sha256').update(JSON.stringify(header)).digest('hex');
  return `${database}.sweeps/${digest.slice(0, 16)}.jsonl`;
};

/** Makes the file, or goes on with it. Throws a UsageError where it is none, or one of another sweep. */
export const openResults = (file: string, header: Header): Results => {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  /** A line that was being written when the process died is none. */
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...lines] = whole.split('\n').slice(0, -1);
  if (first === undefined) {
    if (text !== '') throw new UsageError(`${file} holds no sweep: name another file with -o.`);
    writing(file, () => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(header)}\n`);
    });
  } else {
    const other = differs(parsed(file, first) as Header, header);
    if (other !== undefined) {
      throw new UsageError(
        `${file} holds the results of ${other}: name another file with -o, or remove it.`,
      );
    }
    if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  }
  return {
    before: lines.map((line) => parsed(file, line) as Result),
    add: (result) => writing(file, () => appendFileSync(file, `${JSON.stringify(result)}\n`)),
  };
};

const writing = (file: string, write: () => void): void => {
  try {
    write();
  } catch (error) {
    throw unwritable(file, error);
  }
};

const parsed = (file: string, line: string): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new UsageError(
      `${file} is no sweep's file or is damaged: name another one with -o, or remove it.`,
    );
  }
};

const differs = (there: Header | null, here: Header): string | undefined => {
  if (there?.format !== 'neo-sweep') return 'something else than a sweep';
  if (there.version !== here.version) return 'a newer neo';
  const same = (part: (header: Header) => unknown): boolean =>
    JSON.stringify(part(there)) === JSON.stringify(part(here));
  if (!same(({ build }) => build))
    return `another build (${there.build}, this one is ${here.build})`;
  if (!same(({ sessions }) => sessions))
    return 'other sessions, or of a time when they were shorter';
  if (!same(({ fills }) => fills)) return 'another way to fill';
  if (!same(({ set, grid }) => [set, grid])) return 'another grid';
  return undefined;
};
