/** What the benchmarks have in common: rows like a session's, times, medians, and lines that stand under each other. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, release, tmpdir, type } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '../../actors/log/open.ts';
import type { Recorded } from '../../events/envelope.ts';

export const rowAt = (seq: number, batch: number): Recorded => {
  const first = (seq - 1) % batch === 0;
  return {
    seq,
    turn: Math.floor((seq - 1) / batch) + 1,
    at: 1_790_000_000_000 + seq,
    kind: first ? 'input' : 'decision',
    actor: 'market',
    v: 1,
    cause: first ? 0 : seq - 1,
    event: {
      type: 'market.observed',
      ledgerIndex: 100_000_000 + seq,
      bid: '1.4973',
      ask: '1.4979',
      mid: '1.4976',
      ammPrice: '1.4968133',
      anchorErrorBps: -5.25,
      depth: { bid: ['1200.5', '804.25', '77'], ask: ['300', '12.125', '5000'] },
    } as Recorded['event'],
  };
};

/** Turns of this many rows, one after the other from seq 1. */
export const batchesOf = (size: number, count: number): readonly (readonly Recorded[])[] =>
  Array.from({ length: count }, (_, index) =>
    Array.from({ length: size }, (_unused, offset) => rowAt(index * size + offset + 1, size)),
  );

/** Milliseconds. */
export const timed = async (work: () => unknown): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'neo-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

export const openBench = (file: string): Promise<Log> =>
  openLog({
    file,
    network: 'sandbox',
    account: 'bench',
    synchronous: 'FULL',
    checkpointSeconds: 60,
    onCheckpoint: () => undefined,
    onFailure: (failure) => {
      throw failure;
    },
  });

/** A name and its figures, in columns. */
export const say = (name: string, ...figures: readonly string[]): void =>
  console.log(name.padEnd(42), figures.map((figure) => figure.padStart(11)).join(''));

export const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores, ${type()} ${release()}, Node ${process.version}`;
