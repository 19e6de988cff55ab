/** `neo replay S --fills simulated` through its door: on itself it has the fills that there were, and says how far off it is where it has not. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { tapeOf } from '../commands/simulated/tape.ts';
import type { SimulatedWhatIf } from '../commands/simulated/whatif.ts';
import type { Event } from '../events/event.ts';
import { ask, folderFor } from './door.ts';
import { closed, opened, read, settings } from './given.ts';
import { withSqlite } from './log-sample.ts';
import { recorded as rowsOf } from './recorded.ts';
import { root } from './tidy/source.ts';

/** One of our own scenarios in a log of the folder, recorded once. */
const recorded = async (t: ExecutionContext, name: string): Promise<string> => {
  const folder = await folderFor(t);
  const known = logs.get(name) ?? record(t, name);
  logs.set(name, known);
  await writeFile(join(folder, 'neo.db'), await known);
  return folder;
};
const logs = new Map<string, Promise<Buffer>>();

const record = async (t: ExecutionContext, name: string): Promise<Buffer> => {
  const folder = await folderFor(t);
  const { code } = await ask(folder, 'scenario', join(root, `test/scenarios/${name}.json`));
  t.is(code, 0);
  return readFile(join(folder, 'neo.db'));
};

const simulated = async (
  t: ExecutionContext,
  folder: string,
  ...set: readonly string[]
): Promise<SimulatedWhatIf> => {
  const flags = set.flatMap((one) => ['--set', one]);
  const { code, out, err } = await ask(
    folder,
    'replay',
    '1',
    '--fills',
    'simulated',
    '--json',
    ...flags,
  );
  t.is(err, '');
  t.is(code, 0);
  return JSON.parse(out) as SimulatedWhatIf;
};

for (const name of ['three-sells', 'both-causes-stay', 'race-with-replace', 'hostile-basis']) {
  test(`simulated on itself ${name} has the fills that it had, and the same halt`, async (t) => {
    const folder = await recorded(t, name);
    const { base, calibration, whatif, fills } = await simulated(t, folder);
    t.is(fills, 'simulated');
    t.is(whatif.network, 'paper', 'what is simulated never looks like what it is simulated on');
    t.deepEqual(whatif.fills, base.fills);
    for (const side of ['buy', 'sell'] as const) {
      t.deepEqual(calibration[side].simulated, calibration[side].actual);
      t.is(calibration[side].error.fills, 0);
    }
    t.is(whatif.halt?.reason, base.halt?.reason);
    t.deepEqual(whatif.guards.directional_drift.trips, base.guards.directional_drift.trips);
    t.is(whatif.orders.unknown, 0);
    t.true(whatif.orders.with_proof);
    t.is(whatif.inventory.engine_total, whatif.inventory.chain_total);
    const { mirrored, traded } = calibration.ledgers;
    t.true(mirrored > 10);
    t.is(traded, mirrored);
  });
}

test('offers further away are not reached; nearer ones earn less for each fill', async (t) => {
  const folder = await recorded(t, 'three-sells');
  const { whatif: far } = await simulated(t, folder, 'strategy.ask_offset_bps=40');
  t.is(far.fills.sell, 0);
  t.is(far.guards.directional_drift.trips, 0);
  const {
    base,
    whatif: near,
    calibration,
  } = await simulated(t, folder, 'strategy.ask_offset_bps=5');
  t.is(near.fills.sell, base.fills.sell);
  t.true((near.fills.vw_spread_bps ?? 0) < (base.fills.vw_spread_bps ?? 0));
  t.deepEqual(
    calibration.sell.simulated,
    calibration.sell.actual,
    'the error is that of the session itself',
  );
});

test('on a session of the seeded market the model finds what there was, all but a fill', async (t) => {
  t.timeout(90_000);
  const folder = await folderFor(t);
  const off = ['anchor_saturation', 'directional_drift'].flatMap((id) => [
    '--set',
    `guards.${id}.enabled=false`,
  ]);
  const line = ['--speed', 'max', '--profile', 'default', '--duration-seconds', '300', '--json'];
  t.is((await ask(folder, 'run', ...line, ...off)).code, 0);
  const { calibration, whatif } = await simulated(t, folder);
  for (const side of ['buy', 'sell'] as const) {
    const { actual, error } = calibration[side];
    t.true(actual.fills > 2, JSON.stringify(actual));
    t.true(Math.abs(error.fills) <= 1, JSON.stringify(calibration[side]));
    t.true(Math.abs(error.vw_spread_bps ?? Infinity) < 2, JSON.stringify(calibration[side]));
  }
  t.true(whatif.orders.with_proof);
});

test('what the record cannot say any more ends as replay_exhausted', async (t) => {
  const folder = await recorded(t, 'kill');
  const { base, whatif } = await simulated(t, folder);
  t.is(base.halt?.reason, 'kill_switch');
  t.is(whatif.halt?.reason, 'replay_exhausted');
});

test('for people it is called simulated, with its error beside it', async (t) => {
  const folder = await recorded(t, 'three-sells');
  const { code, out } = await ask(folder, 'replay', '1', '--fills', 'simulated');
  t.is(code, 0);
  t.regex(out, /simulated what if: {2}0 buy, 3 sell/);
  t.regex(out, /model’s error[^]*sell {2}fills 3 against 3/);
});

test('a ledger that was told and was none is no part of the market', (t) => {
  const effective = { ...settings } as unknown as typeof opened.config.effective;
  const events: readonly Event[] = [
    { ...opened, config: { layers: {}, effective } },
    read(100),
    closed(101, 404),
    closed(1001, 800),
    read(101),
    closed(102, 408),
    { type: 'market.traded', from: 101, to: 102, trades: [] },
  ];
  const rows = rowsOf(events.map((event, second) => [second, event]));
  t.deepEqual(
    tapeOf(1, rows, 7_000).ledgers.map(({ index }) => index),
    [100, 101, 102],
  );
});

test('a damaged session is not simulated, nor is one of a newer build', async (t) => {
  const folder = await recorded(t, 'race-with-replace');
  const file = join(folder, 'neo.db');
  const damaged = (change: string): Promise<void> =>
    withSqlite(file, 'write', async (connection) => {
      await connection.exec('DROP TRIGGER IF EXISTS event_is_never_updated');
      await connection.exec(change);
    });
  const read = "session = 1 AND type = 'market.read' AND seq > 100";
  await damaged(`UPDATE event SET v = 99 WHERE ${read}`);
  const newer = await ask(folder, 'replay', '1', '--fills', 'simulated');
  t.true(newer.code === 1 || newer.code === 4);
  await damaged(`UPDATE event SET v = 1, data = '{}' WHERE ${read}`);
  const broken = await ask(folder, 'replay', '1', '--fills', 'simulated');
  t.is(broken.code, 1);
  t.is(broken.out, '');
  t.regex(broken.err, /^event \d+ of session 1 is damaged: .*restore/);
});

test('a session without recorded trades is not simulated, and a key that it cannot change is refused', async (t) => {
  const old = await folderFor(t);
  const schema = await readFile(join(root, 'test/schemas/004.gz'));
  await writeFile(join(old, 'neo.db'), gunzipSync(schema));
  const without = await ask(old, 'replay', '1', '--fills', 'simulated');
  t.is(without.code, 2);
  t.regex(without.err, /cannot be simulated: what others traded was not recorded/);
  const folder = await recorded(t, 'race-with-replace');
  const refused: readonly (readonly [line: readonly string[], says: RegExp])[] = [
    [['--fills', 'invented'], /--fills invented is not known/],
    [['--fills', 'simulated', '--until', '9'], /--until goes with a comparison/],
    [['--fills', 'simulated', '--set', 'network.name=live'], /network\.name cannot be changed/],
    [
      ['--fills', 'simulated', '--set', 'engine.duration_seconds=9'],
      /duration_seconds cannot be changed/,
    ],
    [
      ['--fills', 'simulated', '--set', 'strategy.bid_ofset_bps=9'],
      /did you mean strategy\.bid_offset_bps/,
    ],
  ];
  for (const [line, says] of refused) {
    const { code, out, err } = await ask(folder, 'replay', '1', ...line);
    t.is(code, 2, line.join(' '));
    t.is(out, '');
    t.regex(err, says);
  }
  t.is((await ask(folder, 'replay', '9', '--fills', 'simulated')).code, 2);
  const { code } = await ask(folder, 'replay', '1', '--set', 'orders.lifetime_seconds=90');
  t.is(code, 2, 'with recorded fills orders stay as they were');
});
