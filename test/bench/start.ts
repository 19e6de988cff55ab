/** Whether a start gets slower or bigger with the sessions of the past: one, and a thousand. Each start is a process of its own. */
import { execFileSync } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settlePredecessor } from '../../actors/opening.ts';
import { startProjector } from '../../actors/projector.ts';
import { observed, opened, told, type Row } from '../story.ts';
import { inFolder, machine, median, openBench, say } from './measured.ts';

const rounds = 9;
const ticks = 60;

const session = (number: number): readonly Row[] => {
  const uuid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return told([
    [0, opened(uuid)],
    ...Array.from(
      { length: ticks },
      (_, index) => [index, { type: 'tick', index }, observed(index)] as const,
    ),
    [ticks + 1, { type: 'session.closed_by_next', uuid, silentMs: 1 }],
  ]);
};

const written = async (file: string, sessions: number): Promise<void> => {
  const log = await openBench(file);
  for (let number = 1; number <= sessions; number += 1) {
    await log.append(number, session(number));
  }
  const projector = startProjector(log, (cause) => console.log(String(cause)), {
    rowsMax: 5_000,
    changesMax: 5_000,
    pauseMs: 0,
  });
  await projector.settled();
  await projector.stop();
  await log.close({ clean: true });
};

type Start = Readonly<{ ms: number; mebibytes: number }>;

/** From the opening of the log to the first durable turn, as neo run does it. */
const start = async (file: string): Promise<Start> => {
  const startedMs = performance.now();
  const log = await openBench(file);
  await settlePredecessor(log, Date.now());
  const projector = startProjector(log, (cause) => console.log(String(cause)));
  await log.append(log.nextSession(), session(999_999).slice(0, 1));
  const ms = performance.now() - startedMs;
  const mebibytes = process.memoryUsage().rss / 1024 / 1024;
  await projector.stop();
  await log.close({ clean: true });
  return { ms, mebibytes };
};

const startedIn = (file: string): Start =>
  JSON.parse(
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), file], { encoding: 'utf8' }),
  ) as Start;

const [, , given] = process.argv;
if (given) {
  console.log(JSON.stringify(await start(given)));
} else {
  await inFolder(async (folder) => {
    const starts = new Map<number, Start[]>([
      [1, []],
      [1_000, []],
    ]);
    for (const count of starts.keys()) await written(join(folder, `${count}.db`), count);
    for (let round = 0; round < rounds; round += 1) {
      for (const [count, found] of starts) {
        const file = join(folder, 'copy.db');
        await copyFile(join(folder, `${count}.db`), file);
        found.push(startedIn(file));
      }
    }
    const figureOf = (count: number, figure: keyof Start): number =>
      median((starts.get(count) ?? []).map((one) => one[figure]));
    console.log(machine());
    say(`start, median of ${rounds}`, 'ms', 'MiB');
    for (const count of starts.keys()) {
      say(
        `on ${count} sessions`,
        figureOf(count, 'ms').toFixed(0),
        figureOf(count, 'mebibytes').toFixed(0),
      );
    }
    say(
      'a thousand to one',
      ...(['ms', 'mebibytes'] as const).map((figure) =>
        (figureOf(1_000, figure) / figureOf(1, figure)).toFixed(2),
      ),
    );
  });
}
