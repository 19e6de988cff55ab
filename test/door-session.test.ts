/** One session in virtual time as a user has it, and everything that can be asked about it afterwards: told, explained, replayed, verified, rebuilt. */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openReader } from '../actors/log/reader.ts';
import { replay } from '../actors/replay.ts';
import { turnsOf } from '../actors/turns.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { settingsOf } from '../machines/settings.ts';
import type { SessionDocument } from '../projections/document.ts';
import { ask, documentOf, folderFor, neo, recorded, snapshot, start, type Ended } from './door.ts';
import { openSample } from './log-sample.ts';

const seconds = 90;
const asked = ['--speed', 'max', '--duration-seconds', String(seconds), '--seed', '7', '--json'];
let folder = '';
let ended: Ended;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neo-door-'));
  ended = await neo(folder, ...asked);
});
test.after.always(() => rm(folder, { recursive: true, force: true }));

const logOf = (where: string): string => join(where, 'neo.db');

/** A database of its own with the rows of the recorded session, each as `change` has it, and a chain that fits. */
const rewritten = async (
  file: string,
  rows: readonly Recorded<Event>[],
  change: (row: Recorded<Event>) => Recorded<Event>,
): Promise<void> => {
  const [opened] = rows;
  const account = opened?.event.type === 'session.opened' ? opened.event.account : '';
  const log = await openSample(file, { account });
  await log.append(1, rows.map(change));
  await log.close({ clean: true });
};

test('it leaves its report beside the log, and the same can be asked for again', async (t) => {
  const text = await readFile(join(folder, 'neo.db.reports', 'session-1.html'), 'utf8');
  t.true(text.includes(documentOf(ended).log.last_hash));
  const again = await neo(folder, 'report', '1', '-o', 'again.html');
  t.is(again.code, 0, again.err);
  t.is(await readFile(join(folder, 'again.html'), 'utf8'), text);
});

test('a session ends 0 with one JSON document of the contract, everything cancelled and proven', (t) => {
  t.is(ended.code, 0, ended.err);
  t.is(ended.out.trimEnd().split('\n').length, 1);
  const told = documentOf(ended);
  const keys = (value: object): string => Object.keys(value).join(' ');
  t.is(
    keys(told),
    'session network imported started_at checks_passed_at ended_at died_at ticks halt mode guards fills inventory ' +
      'touch orders log',
  );
  t.is(keys(told.halt ?? {}), 'reason source detail at seq');
  t.is(keys(told.fills), 'buy sell rlusd_notional vw_spread_bps');
  t.is(
    keys(told.inventory),
    'xrp rlusd fills_only capital_overlay engine_total summary_total chain_total drift_event',
  );
  t.is(keys(told.touch.bid), 'within_2bps mean median buckets');
  t.is(keys(told.touch.ask), keys(told.touch.bid));
  t.is(
    keys(told.orders),
    'submitted filled cancelled unknown left_on_ledger with_proof expired rejected withheld ' +
      'resting unsettled brought_in proof_ledger foreign_offers remains',
  );
  t.is(keys(told.log), 'events last_hash');
  t.is(keys(told.guards.anchor_saturation), 'trips recoveries tripped_at');
  t.deepEqual(
    [told.session, told.network, told.ticks, told.halt?.reason, told.halt?.source],
    [1, 'sandbox', seconds, 'duration_elapsed', 'session'],
  );
  const { unknown, left_on_ledger: left, with_proof: proven } = told.orders;
  t.deepEqual([unknown, left, proven], [0, 0, true]);
  t.is(Date.parse(told.ended_at ?? '') - Date.parse(told.started_at) >= seconds * 1000, true);
  t.is(told.inventory.engine_total, told.inventory.summary_total);
  t.regex(told.log.last_hash, /^[0-9a-f]{64}$/);
});

test('what was run is what is shown, listed and explained', async (t) => {
  const run = documentOf(ended);
  t.deepEqual(documentOf(await ask(folder, 'show', '1', '--json')), run);
  const [listed, ...others] = documentOf<readonly SessionDocument[]>(
    await ask(folder, 'sessions', '--json'),
  );
  t.deepEqual([listed?.halt?.reason, others.length], ['duration_elapsed', 0]);
  t.regex((await ask(folder, 'sessions')).out, /duration_elapsed/);
  const page = await ask(folder, 'show', '1');
  t.regex(page.out, /fills-only = .*capital overlay = .*engine total = /);
  t.true(page.out.includes(run.log.last_hash));
  t.regex(page.out, /node dist\/main.js replay 1/);
  const explained = await ask(folder, 'explain', '1');
  t.is(explained.code, 0);
  t.regex(explained.out, /duration_elapsed/);
  const told = await ask(folder, 'explain', '1', '--json');
  t.notThrows(() => JSON.parse(told.out));
});

test('a replay is identical and names the halt and its cause', async (t) => {
  const { halt, log } = documentOf(ended);
  const told = await ask(folder, 'replay', '1');
  t.is(told.code, 0);
  t.regex(told.out, /identically/);
  t.true(told.out.includes(`caused by event ${halt?.seq}`));
  const { identical, events, divergence } = documentOf<Readonly<Record<string, unknown>>>(
    await ask(folder, 'replay', '1', '--json'),
  );
  t.deepEqual([identical, events, divergence], [true, log.events, null]);
});

test('verify follows every hash to the one that was printed', async (t) => {
  const { log } = documentOf(ended);
  const { code, out } = await ask(folder, 'verify', '--json');
  t.is(code, 0);
  t.deepEqual(documentOf<object>({ code, out, err: '' }), {
    intact: true,
    sessions: 1,
    events: log.events,
    last_hash: log.last_hash,
  });
});

test.serial(
  'rebuild prints the same digest every time, and backup a copy that verifies',
  async (t) => {
    const first = await ask(folder, 'rebuild');
    t.regex(first.out, /^[0-9a-f]{64}\n$/);
    t.is((await ask(folder, 'rebuild')).out, first.out);
    const copies = await folderFor(t);
    const copy = join(copies, 'copy.db');
    t.is((await ask(folder, 'backup', '-o', copy)).code, 0);
    t.is((await ask(copies, 'verify', '--db', copy)).code, 0);
    t.is((await ask(copies, 'rebuild', '--db', copy)).out, first.out);
  },
);

test('a flipped byte makes verify fail at its event', async (t) => {
  const own = await folderFor(t);
  const rows = await recorded(logOf(folder), 1);
  const closes = rows.filter(({ event }) => event.type === 'ledger.closed');
  t.true(closes.length > 10);
  for (const row of [closes[0], closes[20], closes.at(-1)]) {
    if (row?.event.type !== 'ledger.closed') throw new Error('there is no such ledger');
    await copyFile(logOf(folder), logOf(own));
    const bytes = await readFile(logOf(own));
    // SQLite may have left a former copy of the row in a page: that one too, or first.
    const said = `"hash":"${row.event.hash}"`;
    for (let at = bytes.indexOf(said); at >= 0; at = bytes.indexOf(said, at + 1)) {
      const place = at + said.length - 5;
      bytes[place] = bytes[place] === 65 ? 66 : 65;
    }
    await writeFile(logOf(own), bytes);
    const before = await snapshot(own);
    const told = await ask(own, 'verify', '--json');
    t.is(told.code, 1);
    const { intact, session, seq, problem } = documentOf<Readonly<Record<string, unknown>>>(told);
    t.deepEqual([intact, session, seq], [false, 1, row.seq]);
    t.regex(String(problem), /restore .*backups/);
    t.deepEqual(await snapshot(own), before);
  }
});

test('an input that was not recorded like this makes the replay diverge, however well its chain fits', async (t) => {
  const own = await folderFor(t);
  const rows = await recorded(logOf(folder), 1);
  const reads = rows.filter(({ event }) => event.type === 'market.read' && event.bids.length > 0);
  const changed = reads[10]?.seq ?? 0;
  await rewritten(logOf(own), rows, (row) => {
    if (row.seq !== changed || row.event.type !== 'market.read') return row;
    const bids = row.event.bids.map((level) => ({ ...level, price: '1.3' }));
    return { ...row, event: { ...row.event, bids } };
  });
  t.is((await ask(own, 'verify')).code, 0, 'nothing is wrong with the chain');
  const told = await ask(own, 'replay', '1');
  t.is(told.code, 1);
  t.regex(told.out, /first difference is at event \d+\.\n {2}expected .*\n {2}got /);
  const { divergence } = documentOf<{ divergence: { seq: number } }>(
    await ask(own, 'replay', '1', '--json'),
  );
  t.true(divergence.seq > changed);
  t.regex(
    told.out,
    /\nThis build recorded session 1 itself: .*\n.*: .* verify --session 1 --db .*\n$/,
  );
  t.is((await ask(own, 'replay', '1', '--until', String(changed))).code, 0);
});

test('where a replay differs it says which build recorded the session, and how to have that one', async (t) => {
  const rows = await recorded(logOf(folder), 1);
  const [opened] = rows;
  if (opened?.event.type !== 'session.opened') throw new Error('a session begins so');
  const { out: version } = await start(t, folder, '--version').ended;
  t.is(`${opened.event.build}\n`, version);
  t.regex(version, /^\d+\.\d+\.\d+\+(?:[0-9a-f]{12,}(?:-dirty)?\.)?[0-9a-f]{16}\n$/);
  for (const [build, cure] of [
    ['0.1.0+b0f55e8c21d4.5bbff742603ba261', ': git checkout b0f55e8c21d4, then npm ci.\n'],
    ['0.1.0+b0f55e8c21d4-dirty.5bbff742603ba261', ' word for word.\n'],
    ['0.1.0', ' word for word.\n'],
  ] as const) {
    const own = await folderFor(t);
    await rewritten(logOf(own), rows, (row) => {
      if (row.event.type === 'session.opened') return { ...row, event: { ...row.event, build } };
      if (row.event.type !== 'market.observed' || row.event.tick !== 3) return row;
      return { ...row, event: { ...row.event, mid: '1.3' } };
    });
    const told = await ask(own, 'replay', '1');
    t.is(told.code, 1);
    t.true(told.out.includes(`recorded by build ${build}, and this is ${version.trim()}: `));
    t.true(told.out.endsWith(cure), told.out);
    const { builds } = documentOf<{ builds: unknown }>(await ask(own, 'replay', '1', '--json'));
    t.deepEqual(builds, { recorded: build, replayed: version.trim() });
  }
});

test('the same rows rewritten as they are replay identically', async (t) => {
  const own = await folderFor(t);
  await rewritten(logOf(own), await recorded(logOf(folder), 1), (row) => row);
  t.is((await ask(own, 'replay', '1')).code, 0);
  t.is(
    documentOf(await ask(own, 'show', '1', '--json')).log.last_hash,
    documentOf(ended).log.last_hash,
  );
});

test('a rule that decides otherwise makes the replay diverge at the first quote', async (t) => {
  const reader = await openReader(logOf(folder));
  const [opened] = await recorded(logOf(folder), 1);
  if (opened?.event.type !== 'session.opened')
    throw new Error('a session begins with its manifest');
  const settings = settingsOf(opened.event);
  const strategy = { ...settings.strategy, bid_offset_bps: settings.strategy.bid_offset_bps + 1 };
  const { divergence } = await replay(turnsOf(reader.readWritten(1)), { ...settings, strategy });
  await reader.close();
  t.is(divergence?.expected?.event.type, 'quote.decided');
});

type Compared = Readonly<{
  base: SessionDocument;
  whatif: SessionDocument;
  diverged_at: number | null;
}>;

test('what if: another time limit ends the recorded session where it would have ended', async (t) => {
  const told = await ask(
    folder,
    'replay',
    '1',
    '--json',
    '--set',
    'guards.anchor_saturation.timeout_seconds=10',
  );
  t.is(told.code, 0, told.err);
  const { base, whatif, diverged_at: at } = documentOf<Compared>(told);
  t.is(base.guards.anchor_saturation.trips, 1, 'the seed is one in which the guard trips');
  t.is(base.halt?.reason, 'duration_elapsed');
  t.is(whatif.halt?.reason, 'degraded_timeout');
  t.is(whatif.halt?.source, 'anchor_saturation');
  t.true((at ?? 0) > 0 && (at ?? 0) < base.log.events);
  const tripped = Date.parse(base.guards.anchor_saturation.tripped_at[0] ?? '');
  t.is(Date.parse(whatif.halt?.at ?? '') - tripped, 10_000);
});

test('what if: under the old policy no guard recovers', async (t) => {
  const told = await ask(folder, 'replay', '1', '--json', '--profile', 'legacy-s42');
  t.is(told.code, 0, told.err);
  const { base, whatif } = documentOf<Compared>(told);
  t.true(base.guards.anchor_saturation.recoveries > 0);
  t.is(whatif.guards.anchor_saturation.recoveries, 0);
  t.is((await ask(folder, 'replay', '1', '--profile', 'legacy-s42')).code, 0);
});

test('what if with what was recorded says that nothing would have been otherwise', async (t) => {
  const told = await ask(
    folder,
    'replay',
    '1',
    '--json',
    '--set',
    'guards.anchor_saturation.timeout_seconds=0',
  );
  t.is(told.code, 0, told.err);
  const { base, whatif, diverged_at: at } = documentOf<Compared>(told);
  t.is(at, null);
  t.deepEqual(whatif.mode, base.mode);
  t.deepEqual(whatif.guards, base.guards);
  t.is(whatif.halt?.reason, base.halt?.reason);
});
