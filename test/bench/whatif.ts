/**
 * How fast a session's guards are run anew under other settings, beside replaying it from the disk, and how much memory that
 * takes. Prints what it measured; judges nothing.
 */
import { join } from 'node:path';
import { openReader } from '../../actors/log/reader.ts';
import { replay } from '../../actors/replay.ts';
import { rerun, rerunPages } from '../../actors/rerun.ts';
import { anewUnder, settingsOf, tapeOf } from '../../actors/tape.ts';
import { turnsOf } from '../../actors/turns.ts';
import { runCommand } from '../../commands/run/run.ts';
import { readConfigForReplay } from '../../config.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { SessionOpened } from '../../events/session.ts';
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

const measure = async (name: string, file: string, ...line: readonly string[]): Promise<void> => {
  const args = ['--speed', 'max', '--json', '--db', file, ...line];
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
  const told = (what: string, ms: number): void =>
    say(what, ((rows.length / ms) * 1000).toFixed(0), (base / ms).toFixed(1), (ms / 2).toFixed(0));
  told('  replay from the disk', base);
  for (const [what, set] of grids) {
    const settings = readConfigForReplay(opened.config, { set }).effective;
    const anew = anewUnder(recorded, [settings]);
    const pages = (): AsyncIterable<readonly Row[]> =>
      reader.readSession(1) as AsyncIterable<readonly Row[]>;
    told(
      `  ${what}, from the disk`,
      await timed(() => rerunPages(pages(), settings, () => undefined)),
    );
    const tape = tapeOf(rows, anew);
    const runs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      runs.push(await timed(() => rerun(tape, settings, anew)));
    }
    told(`  ${what}, from a tape`, median(runs));
  }
  await reader.close();
};

console.log(machine());
await inFolder(async (folder) => {
  const long = ['--duration-seconds', '7200'];
  const slow = ['--profile', 'default', '--set', 'sandbox.regime=field'];
  await measure('two hours, a tick in 4 s', join(folder, 'default.db'), ...slow, ...long);
  await measure('two hours, a tick a second', join(folder, 'demo.db'), ...long);
});
