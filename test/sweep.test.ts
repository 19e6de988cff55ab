/** A sweep says of each variant what neo replay --set says of it, goes on where it was interrupted, and refuses what is none. */
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { importSession } from '../actors/log/import.ts';
import type { Command } from '../commands/command.ts';
import { replayCommand } from '../commands/replay.ts';
import type { SimulatedWhatIf } from '../commands/simulated/whatif.ts';
import { spreadOf } from '../commands/sweep/summary.ts';
import { sweepCommand } from '../commands/sweep/sweep.ts';
import type { WhatIf } from '../commands/whatif.ts';
import { folderFor, openSample, withSqlite } from './log-sample.ts';
import { play, type Script } from './narrative.ts';
import { root } from './tidy/source.ts';

/** As S42, and a calmer one that ends by its old policy. */
const scripts: readonly Script[] = [
  {
    seconds: 602,
    amm: () => 1.419,
    fills: [
      { t: 22, side: 'buy' },
      { t: 46, side: 'sell' },
      { t: 310, side: 'buy' },
      { t: 314, side: 'sell' },
    ],
  },
  { seconds: 602, profile: 'legacy-s42', amm: (t) => (t < 200 ? 1.42 : 1.4185) },
];

/** Played once: both sessions as they are recorded. */
const [first = [], second = []] = scripts.map((script) => play(script));

const databaseOf = async (t: ExecutionContext<unknown>, rows = second): Promise<string> => {
  const file = join(await folderFor(t), 'neo.db');
  const log = await openSample(file);
  await log.append(1, first);
  await log.append(2, rows);
  await log.close({ clean: true });
  return file;
};

const said = async (command: Command, ...args: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const surroundings = {
    env: {},
    out: (text: string) => void out.push(text),
    error: (text: string) => void err.push(text),
  };
  const code = await command.run(args, surroundings);
  return { code, text: out.join(''), error: err.join('') };
};

type Told = Readonly<{
  results: string;
  actual: Of | null;
  failures: readonly Readonly<{ session: number; why: string }>[];
  base: Of;
  variants: readonly Of[];
}>;
type Spread = Readonly<{ mean: number; sd: number | null; n: number }>;
type Of = Readonly<{
  set: Readonly<Record<string, string>>;
  refused: string | null;
  difference: Readonly<Record<string, Spread>>;
  ends: Readonly<Record<string, number>>;
  sessions: readonly Readonly<{
    session: number;
    counterfactual: boolean;
    diverged_at: number | null;
    halt: Readonly<{ reason: string; source: string; after_seconds: number }>;
    degraded_seconds: number;
    trips: number;
    fills_unquoted: number;
    fills: Readonly<{ buy: number; sell: number; vw_spread_bps: number | null }>;
    drift: Readonly<Record<string, Readonly<{ fills: number }>>>;
    basis: Readonly<Record<string, Readonly<{ fills: number }>>>;
    touch_bid: number | null;
    touch_ask: number | null;
  }>[];
}>;

const bias = 'guards.anchor_saturation.bias_threshold_bps';
const timeout = 'guards.anchor_saturation.timeout_seconds';
const grid = ['--grid', `${bias}=5,6.5,9,15`, '--grid', `${timeout}=0,120`];
/** So few that no process is started for them. */
const few = ['--grid', `${bias}=5,15`];

test('each variant of each session is what neo replay --set says of it', async (t) => {
  const db = await databaseOf(t);
  const { code, text } = await said(sweepCommand, '1', '2', ...grid, '--db', db, '--json');
  t.is(code, 0);
  const { base, variants } = JSON.parse(text) as Told;
  t.is(variants.length, 8);
  let differing = 0;
  for (const { set, sessions } of variants) {
    t.deepEqual(
      sessions.map(({ session }) => session),
      [1, 2],
    );
    for (const one of sessions) {
      const line = Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
      const args = [String(one.session), '--db', db, '--json', ...line];
      const { whatif, diverged_at } = JSON.parse(
        (await said(replayCommand, ...args)).text,
      ) as WhatIf;
      const { reason, source, after_seconds } = one.halt;
      t.deepEqual(
        { reason, source, at: after_seconds },
        {
          reason: whatif.halt?.reason,
          source: whatif.halt?.source,
          at: (Date.parse(whatif.halt?.at ?? '') - Date.parse(whatif.started_at)) / 1000,
        },
      );
      t.is(one.diverged_at, diverged_at);
      t.is(one.counterfactual, diverged_at !== null);
      t.is(
        one.trips,
        Object.values(whatif.guards).reduce((sum, guard) => sum + guard.trips, 0),
      );
      t.is(one.fills.buy, whatif.fills.buy);
      t.is(one.fills.sell, whatif.fills.sell);
      t.is(one.fills.vw_spread_bps, whatif.fills.vw_spread_bps);
      t.is(one.touch_bid, whatif.touch.bid.within_2bps);
      t.is(one.touch_ask, whatif.touch.ask.within_2bps);
      t.is(one.degraded_seconds, degradedSeconds(whatif));
      for (const parts of [one.drift, one.basis]) {
        const sum = Object.values(parts).reduce((all, { fills }) => all + fills, 0);
        t.is(sum, whatif.fills.buy + whatif.fills.sell);
      }
      if (diverged_at !== null) differing += 1;
    }
  }
  t.true(differing >= 8, `${differing} differ`);
  t.deepEqual(
    base.sessions.map(({ diverged_at }) => diverged_at),
    [null, null],
  );
});

const degradedSeconds = ({ mode, halt }: WhatIf['whatif']): number => {
  const ends = [...mode.slice(1).map(({ at }) => at), halt?.at ?? ''].map((at) => Date.parse(at));
  return mode.reduce(
    (sum, entry, index) =>
      entry.mode === 'DEGRADED' ? sum + ((ends[index] ?? 0) - Date.parse(entry.at)) / 1000 : sum,
    0,
  );
};

test('differences from the record have their deviation over the sessions and how many those are', async (t) => {
  t.deepEqual(spreadOf([1, null, 4, 7]), { mean: 4, sd: 3, n: 3 });
  t.deepEqual(spreadOf([2]), { mean: 2, sd: null, n: 1 });
  t.deepEqual(spreadOf([null]), { mean: null, sd: null, n: 0 });
  const db = await databaseOf(t);
  const { text } = await said(sweepCommand, '1', '2', '--grid', `${bias}=15`, '--db', db, '--json');
  const { base, variants } = JSON.parse(text) as Told;
  const [one] = variants;
  const differences = [0, 1].map(
    (index) =>
      (one?.sessions[index]?.degraded_seconds ?? 0) - (base.sessions[index]?.degraded_seconds ?? 0),
  );
  t.true(differences.every((difference) => difference < 0));
  t.deepEqual(one?.difference['degraded_seconds'], spreadOf(differences));
  t.deepEqual(base.ends, { duration_elapsed: 1, 'degraded_timeout (anchor_saturation)': 1 });
});

test('fills that came while a variant is DEGRADED are told, and fills after its end are not counted', async (t) => {
  const db = await databaseOf(t);
  const of = async (...pairs: readonly string[]) => {
    const cross = pairs.flatMap((pair) => ['--grid', pair]);
    const { text } = await said(sweepCommand, '1', ...cross, '--db', db, '--json');
    const { base, variants } = JSON.parse(text) as Told;
    t.is(base.sessions[0]?.fills_unquoted, 2);
    return variants[0]?.sessions[0];
  };
  const open = await of(`${bias}=15`, `${timeout}=0`);
  t.deepEqual([open?.fills.buy, open?.fills.sell, open?.fills_unquoted], [2, 2, 0]);
  const short = await of(`${bias}=5`, `${timeout}=120`);
  t.is(short?.halt.reason, 'degraded_timeout');
  t.deepEqual([short?.fills.buy, short?.fills.sell, short?.fills_unquoted], [1, 1, 0]);
});

test('an interrupted sweep goes on where it stopped, a line that was cut off is made again', async (t) => {
  const db = await databaseOf(t);
  const file = join(db, '..', 'results.jsonl');
  const line = ['1', '--grid', `${bias}=5,6.5,15`, '--db', db, '-o', file];
  const whole = await said(sweepCommand, ...line);
  const text = await readFile(file, 'utf8');
  t.is(text.split('\n').length, 1 + 4 + 1);
  const half = text.split('\n').slice(0, 3).join('\n').length;
  await truncate(file, half + 20);
  const again = await said(sweepCommand, ...line);
  t.regex(again.error, /going on: 2 results of 4 are there already/);
  t.is(again.text, whole.text);
  const lines = (await readFile(file, 'utf8')).split('\n');
  t.deepEqual(lines.toSorted(), text.split('\n').toSorted());
  const third = await said(sweepCommand, ...line);
  t.is(third.error, '');
  t.is(third.text, whole.text);
});

const refusedIn = async (t: ExecutionContext<unknown>, ...args: readonly string[]) => {
  const error = await t.throwsAsync(said(sweepCommand, ...args));
  t.is((error as { exitCode?: number }).exitCode, 2, error?.message);
  return error?.message ?? '';
};

test('the results of another grid, of another build or of something else are refused in words, and left as they are', async (t) => {
  const db = await databaseOf(t);
  const file = join(db, '..', 'results.jsonl');
  await said(sweepCommand, '1', '--grid', `${bias}=5,7`, '--db', db, '-o', file);
  const text = await readFile(file, 'utf8');
  const line = ['--db', db, '-o', file];
  t.regex(
    await refusedIn(t, '1', '--grid', `${bias}=5,8`, ...line),
    /holds the results of another grid: name another file with -o/,
  );
  t.regex(await refusedIn(t, '2', '--grid', `${bias}=5,7`, ...line), /of other sessions/);
  t.regex(
    await refusedIn(t, '1', '--grid', `${bias}=5,7`, '--set', `${timeout}=9`, ...line),
    /of another grid/,
  );
  t.is(await readFile(file, 'utf8'), text);
  await writeFile(file, text.replace(/"build":"[0-9a-f]+"/, '"build":"0123456789abcdef"'));
  t.regex(
    await refusedIn(t, '1', '--grid', `${bias}=5,7`, ...line),
    /of another build \(0123456789abcdef, this one is/,
  );
  for (const other of ['words\n', 'words', '{}\n']) {
    await writeFile(file, other);
    t.regex(
      await refusedIn(t, '1', '--grid', `${bias}=5,7`, ...line),
      /name another (file|one) with -o/,
    );
    t.is(await readFile(file, 'utf8'), other);
  }
});

test('what is no sweep is refused before anything is run, with the reason', async (t) => {
  const db = await databaseOf(t);
  const refused = (...args: readonly string[]) => refusedIn(t, ...args, '--db', db);
  t.regex(await refused('1'), /at least one --grid/);
  t.regex(await refused('--grid', `${bias}=5`), /Say which sessions/);
  t.regex(await refused('1', '1', '--grid', `${bias}=5`), /Session 1 is named twice/);
  t.regex(await refused('9', '--grid', `${bias}=5`), /no session 9 in .*, its newest is 2/);
  t.regex(await refused('1', '--grid', bias), /not of the form key=a,b,c/);
  t.regex(await refused('1', '--grid', `${bias}=`), /has no value/);
  t.regex(await refused('1', '--grid', `${bias}=5,,6`), /a comma too many/);
  t.regex(await refused('1', '--grid', `${bias}=5,6,5`), /has the value 5 twice/);
  t.regex(await refused('1', '--grid', `${bias}=5`, '--grid', `${bias}=6`), /stands twice/);
  t.regex(
    await refused('1', '--grid', `${bias}=5`, '--set', `${bias}=6`),
    /stands in --set and in --grid/,
  );
  t.regex(
    await refused('1', '--grid', 'engine.tick_interval_seconds=1,2'),
    /cannot be changed in a replay \(ticks and the planned end are recorded inputs\)/,
  );
  t.regex(await refused('1', '--grid', `${bias}=5,x`), /is refused: give/);
  t.regex(
    await refused('1', '--grid', 'guards.anchor.bias=1'),
    /no configuration key: did you mean/,
  );
  t.regex(
    await refused(
      '1',
      ...Array.from({ length: 6 }, (_, index) => [
        '--grid',
        `guards.${['wallet_truth', 'anchor_saturation', 'directional_drift', 'inventory_corridor', 'order_integrity', 'issuer'][index]}.timeout_seconds=${Array.from({ length: 10 }, (_unused, value) => value).join()}`,
      ]).flat(),
    ),
    /1000000 variants, more than/,
  );
});

test('values that do not go together are left out by name, the others are measured', async (t) => {
  const db = await databaseOf(t);
  const exit = 'guards.anchor_saturation.exit_bias_threshold_bps';
  const { code, text } = await said(
    sweepCommand,
    '1',
    '--grid',
    `${bias}=3,7`,
    '--grid',
    `${exit}=2,4`,
    '--db',
    db,
  );
  t.is(code, 0);
  t.regex(text, /3 +4 +left out: .*exit_bias_threshold_bps = 4 is not below/);
  t.is(text.split('\n').filter((line) => line.endsWith('duration_elapsed')).length, 4);
});

test('a session that cannot be read is named, the others go on, and the exit code is 1', async (t) => {
  const damaged = await databaseOf(t);
  await withSqlite(damaged, 'write', (connection) =>
    connection.exec(
      `DROP TRIGGER event_is_never_updated; PRAGMA ignore_check_constraints = ON; UPDATE event SET data = 'x' WHERE session = 2 AND seq = 40`,
    ),
  );
  const ninth = second.map((row) => (row.seq === 40 ? { ...row, v: 9 } : row));
  const newer = await databaseOf(t, ninth);
  for (const [db, why] of [
    [damaged, /session 2 is left out: session 2 is damaged/],
    [newer, /session 2 is left out: event 40 of session 2 was written by a newer neo/],
  ] as const) {
    const { code, text, error } = await said(
      sweepCommand,
      '1',
      '2',
      '--grid',
      `${bias}=5`,
      '--db',
      db,
      '--json',
    );
    t.is(code, 1);
    t.regex(error, why);
    const told = JSON.parse(text) as Told;
    t.deepEqual(
      told.failures.map(({ session }) => session),
      [2],
    );
    t.true(told.variants.every(({ sessions }) => sessions.length === 1));
    t.is((await readFile(told.results, 'utf8')).split('\n').length, 1 + 2 + 1);
  }
});

test('with simulated fills each variant is what neo replay --fills simulated says of it, beside the model’s error', async (t) => {
  const db = join(await folderFor(t), 'neo.db');
  const demo = join(root, 'test', 'recordings', 'sessions', 'demo.neo');
  await importSession(demo, db, () => Promise.resolve());
  const line = ['1', '--fills', 'simulated', '--grid', 'strategy.bid_offset_bps=4', '--db', db];
  const told = JSON.parse((await said(sweepCommand, ...line, '--json')).text) as Told;
  const one = told.variants[0]?.sessions[0];
  const args = ['1', '--fills', 'simulated', '--set', 'strategy.bid_offset_bps=4', '--db', db];
  const { base, calibration, whatif } = JSON.parse(
    (await said(replayCommand, ...args, '--json')).text,
  ) as SimulatedWhatIf;
  t.true(one?.counterfactual);
  t.is(one?.halt.reason, whatif.halt?.reason);
  t.is(one?.fills.buy, whatif.fills.buy);
  t.is(one?.fills.sell, whatif.fills.sell);
  t.is(one?.fills.vw_spread_bps, whatif.fills.vw_spread_bps);
  t.is(one?.touch_bid, whatif.touch.bid.within_2bps);
  t.is(one?.degraded_seconds, degradedSeconds(whatif));
  t.is(told.actual?.sessions[0]?.fills.vw_spread_bps, base.fills.vw_spread_bps);
  const { buy, sell } = calibration;
  t.is(told.base.difference['fills']?.mean, buy.error.fills + sell.error.fills);
  t.true((one?.touch_bid ?? 0) > (told.base.sessions[0]?.touch_bid ?? 0), 'a nearer bid is nearer');
  const { text, error } = await said(sweepCommand, ...line);
  t.is(error, '', 'nothing is simulated again');
  t.regex(text, /fills simulated: .*No ledger has any of it/);
  t.regex(text, /\n +recorded .*\n +simulated .*\n +4 /);
  const without = await databaseOf(t);
  const { code, error: why } = await said(sweepCommand, ...line.with(-1, without));
  t.is(code, 1);
  t.regex(
    why,
    /session 1 is left out: Session 1 cannot be simulated: what others traded was not recorded/,
  );
});

test('the CSV has every measure with its difference, and is never written over another file', async (t) => {
  const db = await databaseOf(t);
  const csv = join(db, '..', 'sweep.csv');
  await said(sweepCommand, '1', ...few, '--db', db, '--csv', csv);
  const [head = '', ...rows] = (await readFile(csv, 'utf8')).trimEnd().split('\n');
  const columns = head.split(',');
  for (const name of [
    bias,
    'fills_are',
    'degraded_seconds_difference_sd',
    'vw_spread_bps_drift_A',
    'fills_basis_stress',
    'spread_dominance',
  ])
    t.true(columns.includes(name), name);
  t.is(rows.length, 3);
  for (const row of rows) t.is(row.split(',').length, columns.length, row);
  await appendFile(csv, 'mine\n');
  t.regex(await refusedIn(t, '1', ...few, '--db', db, '--csv', csv), /is there already/);
});
