/** Reading a million events back and parsing them, beside lines of JSON; making the read models anew beside reading. */
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { openReader } from '../../actors/log/reader.ts';
import { rebuildReadModels } from '../../actors/rebuild.ts';
import type { Recorded } from '../../events/envelope.ts';
import { inFolder, machine, median, openBench, rowAt, say, timed } from './measured.ts';

const events = 1_000_000;
const rounds = 5;
const playedSeconds = 900;
const playedTimes = 20;
const main = fileURLToPath(new URL('../../main.js', import.meta.url));

const written = async (folder: string): Promise<void> => {
  const log = await openBench(join(folder, 'million.db'));
  const lines = createWriteStream(join(folder, 'million.jsonl'));
  const turn = 1_000;
  for (let seq = 1; seq <= events; seq += turn) {
    const rows = Array.from({ length: turn }, (_, index) => rowAt(seq + index, turn));
    await log.append(1, rows);
    if (!lines.write(rows.map((row) => `${JSON.stringify(row)}\n`).join('')))
      await once(lines, 'drain');
  }
  lines.end();
  await finished(lines);
  await log.close({ clean: true });
};

const fromLog = async (file: string, sessions: number): Promise<number> => {
  const reader = await openReader(file);
  let rows = 0;
  for (let session = 1; session <= sessions; session += 1) {
    for await (const page of reader.readSession(session)) rows += page.length;
  }
  await reader.close();
  return rows;
};

const fromLines = async (file: string): Promise<number> => {
  let rest = '';
  let rows = 0;
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) rows += (JSON.parse(line) as Recorded).seq > 0 ? 1 : 0;
  }
  return rows;
};

/** A session as it is really played, again and again. */
const played = async (folder: string): Promise<number> => {
  const one = join(folder, 'one.db');
  const line = ['--speed', 'max', '--duration-seconds', String(playedSeconds), '--db', one];
  execFileSync(process.execPath, [main, 'run', ...line], { stdio: 'ignore' });
  const reader = await openReader(one);
  const log = await openBench(join(folder, 'many.db'));
  let rows = 0;
  for (let session = 1; session <= playedTimes; session += 1) {
    let turn: Recorded[] = [];
    for await (const page of reader.readSession(1)) {
      for (const row of page) {
        if (row.kind === 'input' && turn.length >= 1_000) {
          await log.append(session, turn);
          turn = [];
        }
        turn.push(row);
        rows += 1;
      }
    }
    await log.append(session, turn);
  }
  await reader.close();
  await log.close({ clean: true });
  return rows;
};

await inFolder(async (folder) => {
  await written(folder);
  const times: Record<'log' | 'lines', number[]> = { log: [], lines: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.log.push(await timed(() => fromLog(join(folder, 'million.db'), 1)));
    times.lines.push(await timed(() => fromLines(join(folder, 'million.jsonl'))));
  }
  const perSecond = (ms: number, count: number): string => ((count / ms) * 1000).toFixed(0);
  console.log(machine());
  say(`1,000,000 events read, median of ${rounds}`, 'events/s', 'ratio');
  say('this log', perSecond(median(times.log), events));
  say(
    'lines of JSON',
    perSecond(median(times.lines), events),
    (median(times.lines) / median(times.log)).toFixed(2),
  );

  const rows = await played(folder);
  const many = join(folder, 'many.db');
  const [reading, rebuilding]: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round += 1) {
    reading.push(await timed(() => fromLog(many, playedTimes)));
    rebuilding.push(await timed(() => rebuildReadModels(many, () => undefined)));
  }
  say(`${rows} events of played sessions`, 'events/s', 'x reading');
  say('read', perSecond(median(reading), rows));
  say(
    'neo rebuild',
    perSecond(median(rebuilding), rows),
    (median(rebuilding) / median(reading)).toFixed(2),
  );
});
