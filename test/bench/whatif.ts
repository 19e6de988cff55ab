/**
 * How fast a session's guards are run anew under other settings, beside replaying it from the disk, and how much memory that
 * takes. Prints what it measured; judges nothing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openReader } from '../../actors/log/reader.ts';
import { replay } from '../../actors/replay.ts';
import { rerun, rerunPages } from '../../actors/rerun.ts';
import { anewUnder, tapeOf } from '../../actors/tape.ts';
import { turnsOf } from '../../actors/turns.ts';
import { runCommand } from '../../commands/run/run.ts';
import { readConfigForReplay } from '../../config.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { SessionOpened } from '../../events/session.ts';
import { settingsOf } from '../../machines/settings.ts';
import { inFolder, machine, median, say, timed } from './measured.ts';

type Row = Recorded<Event>;

const rounds = 7;
const quiet = { env: {}, out: () => undefined, error: () => undefined };

const grids: readonly (readonly [string, readonly string[]])[] = [
  ['one guard’s threshold', ['guards.anchor_saturation.bias_threshold_bps=5']],
  [
    'DEGRADED nearly throughout',
    [
      'guards.anchor_saturation.bias_threshold_bps=0.5',
      'guards.anchor_saturation.exit_bias_threshold_bps=0.1',
      'guards.anchor_saturation.prevalence_threshold_bps=0.01',
    ],
  ],
  [
    'five guards and a limit',
    [
      'guards.anchor_saturation.bias_threshold_bps=5',
      'guards.directional_drift.no_opposing_fill_ticks=20',
      'guards.inventory_corridor.min_xrp_pct=24',
      'guards.wallet_truth.trip_delta_xrp=6',
      'guards.order_integrity.grace_ticks=2',
      'risk.max_xrp_exposure=149',
    ],
  ],
];

const main = fileURLToPath(new URL('../../main.js', import.meta.url));

/** `neo sweep` in processes of its own: how long it takes, and the most that any of them holds. */
const swept = async (file: string, count: number): Promise<void> => {
  const values = Array.from({ length: count }, (_, index) => (4.1 + index / 100).toFixed(2));
  const grid = `guards.anchor_saturation.bias_threshold_bps=${values.join()}`;
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [main, 'sweep', '1', '--db', file, '--grid', grid, '--json'],
    {
      stdio: 'ignore',
    },
  );
  let peak = Number.NaN;
  const watch = setInterval(() => {
    for (const pid of family(child.pid)) peak = Math.max(peak || 0, peakMiB(pid));
  }, 250);
  await once(child, 'exit');
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1000;
  say(`  neo sweep, ${count} variants`, `${seconds.toFixed(1)} s`, `${peak.toFixed(0)} MiB`);
};

/** Where the system tells it (Linux): a process and its children, and the most memory that one has held. */
const told = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const family = (pid: number | undefined): readonly number[] =>
  pid === undefined
    ? []
    : [pid, ...told(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)];
const peakMiB = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(told(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;

const measure = async (name: string, file: string, ...more: readonly string[]): Promise<void> => {
  const args = ['--speed', 'max', '--json', '--db', file, ...more];
  await runCommand.run(args, quiet);
  const reader = await openReader(file);
  const rows: Row[] = [];
  for await (const page of reader.readSession(1)) rows.push(...(page as Row[]));
  const opened = rows[0]?.event as SessionOpened;
  const recorded = settingsOf(opened);
  const ticks = rows.filter(({ event }) => event.type === 'tick').length;
  say(`${name}: ${ticks} ticks, ${rows.length} events`, 'events/s', '× replay', '1,000 in s');
  const replayed: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    replayed.push(await timed(() => replay(turnsOf(reader.readWritten(1)), recorded)));
  }
  const base = median(replayed);
  const line = (what: string, ms: number): void =>
    say(what, ((rows.length / ms) * 1000).toFixed(0), (base / ms).toFixed(1), (ms / 2).toFixed(0));
  line('  replay from the disk', base);
  for (const [what, set] of grids) {
    const settings = readConfigForReplay(opened.config, { set }).effective;
    const anew = anewUnder(recorded, [settings]);
    const pages = (): AsyncIterable<readonly Row[]> =>
      reader.readSession(1) as AsyncIterable<readonly Row[]>;
    line(
      `  ${what}, from the disk`,
      await timed(() => rerunPages(pages(), settings, () => undefined)),
    );
    const tape = await tapeOf(rows, anew);
    const runs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      runs.push(await timed(() => rerun(tape, settings, anew)));
    }
    line(`  ${what}, from a tape`, median(runs));
  }
  await reader.close();
  for (const count of [20, 1000]) await swept(file, count);
};

console.log(machine());
await inFolder(async (folder) => {
  const long = ['--duration-seconds', '7200'];
  const slow = ['--profile', 'default', '--set', 'sandbox.regime=field'];
  await measure('two hours, a tick in 4 s', join(folder, 'default.db'), ...slow, ...long);
  await measure('two hours, a tick a second', join(folder, 'demo.db'), ...long);
});
