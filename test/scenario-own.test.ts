/** Our own scenario files through the real core: every expectation in them holds, and one that does not is told. */
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { connect } from '../actors/log/sqlite.ts';
import { ask, documentOf, folderFor } from './door.ts';
import { judgedBy, type Judged } from './scenario-judged.ts';

const folder = fileURLToPath(new URL('../../test/scenarios/', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('there is a scenario for each story of the specification', (t) => {
  t.true(names.length >= 15);
});

for (const name of names) {
  test.serial(`scenario ${name.replace('.json', '')}`, async (t) => {
    await judgedBy(t, join(folder, name));
  });
}

type Change = (scenario: Record<string, unknown>) => void;
const expecting =
  (expect: object): Change =>
  (scenario) => {
    scenario['expect'] = expect;
  };

const wrong: readonly (readonly [
  what: RegExp,
  change: Change,
  expected: unknown,
  found: unknown,
])[] = [
  [
    /halt.*reason/,
    expecting({ halt: { reason: 'kill_switch' } }),
    'kill_switch',
    'duration_elapsed',
  ],
  [/fills.*buy/, expecting({ fills: { buy: 3 } }), 3, 0],
  [/offers_left/, expecting({ offers_left_on_ledger: 2 }), 2, 0],
  [/chain_matches/, expecting({ chain_matches_engine: false }), false, true],
  [
    /guards.*wallet_truth.*trips/,
    expecting({ guards: { wallet_truth: { trips: '>=1' } } }),
    '>=1',
    0,
  ],
  [/orders.*unknown/, expecting({ orders: { unknown: 1 } }), 1, 0],
];

test('a wrong expectation fails with what was expected and what was found; all are judged', async (t) => {
  const own = await folderFor(t);
  const scenario = JSON.parse(await readFile(join(folder, 'truth-warns.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  scenario['events'] = [];
  scenario['name'] = 'wrong';
  scenario['duration_seconds'] = 20;
  const file = join(own, 'wrong.json');
  for (const [what, change, expected, found] of wrong) {
    change(scenario);
    await writeFile(file, JSON.stringify(scenario));
    const told = await ask(
      own,
      'scenario',
      file,
      '--json',
      '--db',
      join(own, `${String(expected)}.db`),
    );
    t.is(told.code, 1, String(what));
    const [failure, ...others] = documentOf<Judged>(told).scenario.failures;
    t.regex(failure?.what ?? '', what);
    t.deepEqual([failure?.expected, failure?.found, others.length], [expected, found, 0]);
  }
  expecting({
    halt: { reason: 'kill_switch' },
    never_mode: 'OK',
    mode_at: [{ t: 8, mode: 'HALT' }],
    inventory: { xrp: '45', rlusd: '1' },
    sessions: [{}, {}],
  })(scenario);
  await writeFile(file, JSON.stringify(scenario));
  const told = await ask(own, 'scenario', file, '--db', join(own, 'last.db'));
  t.is(told.code, 1);
  t.regex(told.out, /^FAIL {2}wrong/);
  t.true([...told.out.matchAll(/: expected .*, found /g)].length >= 5, told.out);
});

test('the log of a scenario is kept where it is asked for, verifies, and each of its sessions replays identically', async (t) => {
  const own = await folderFor(t);
  const database = join(own, 'neo.db');
  const told = await ask(
    own,
    'scenario',
    join(folder, 'crash-with-offers-resting.json'),
    '--db',
    database,
  );
  t.is(told.code, 0, told.out);
  t.is((await ask(own, 'verify')).code, 0);
  for (const session of ['1', '2']) t.is((await ask(own, 'replay', session)).code, 0);
  const kept = await tablesIn(database);
  await ask(own, 'rebuild');
  t.deepEqual(kept, await tablesIn(database));
  t.is(kept.length, 2);
  const again = await ask(own, 'scenario', join(folder, 'kill.json'), '--db', database);
  t.is(again.code, 2);
  t.regex(again.err, /exists; name a file that does not exist yet/);
});

/** What its table of sessions says, with how much each of them has in others. */
const tablesIn = async (file: string): Promise<readonly unknown[]> => {
  const connection = await connect(file, 'read');
  const counts = ['orders', 'fills', 'market_snapshots'].map(
    (table) => `(SELECT count(*) FROM ${table} WHERE ${table}.session_id = sessions.session_id)`,
  );
  const rows = await connection.all(`SELECT *, ${counts.join(', ')} FROM sessions`);
  await connection.close();
  return rows;
};

test('a scenario has the same log on every run', async (t) => {
  const own = await folderFor(t);
  const hashes: string[] = [];
  for (const name of ['one.db', 'two.db']) {
    const told = await ask(
      own,
      'scenario',
      join(folder, 'race-with-replace.json'),
      '--json',
      '--db',
      join(own, name),
    );
    hashes.push(documentOf(told).log.last_hash);
  }
  t.is(hashes[0], hashes[1]);
});
