/**
 * Paper and recordings through the program itself: beside `neo sandbox` in another process with its traders on, and beside
 * any server that NEO_RIPPLED_URL names.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { SimulatedWhatIf } from '../commands/simulated/whatif.ts';
import { castOf } from '../sandbox/traders/founding.ts';
import { ask, documentOf, folderFor, recorded, start, startUnder, untilRecorded } from './door.ts';

const { address: issuer } = castOf(1).issuer;

const set = (...keys: readonly string[]): readonly string[] =>
  keys.flatMap((key) => ['--set', key]);

const following = (url: string): readonly string[] => [
  '--network',
  'paper',
  ...set(
    `network.endpoints=${url}`,
    `network.rlusd_issuer=${issuer}`,
    'engine.tick_interval_seconds=1',
    'strategy.requote_interval_seconds=1',
    'guards.anchor_saturation.enabled=false',
  ),
];
const near = set('strategy.bid_offset_bps=1', 'strategy.ask_offset_bps=1');

/** A real ledger, as far as paper can tell. */
const server = async (t: ExecutionContext, port = '0', ...more: readonly string[]) => {
  const folder = await folderFor(t);
  const line = ['sandbox', '--port', port, '--market', 'on', '--close', '500', ...more];
  const running = start(t, folder, ...line);
  return { url: await running.firstLine, running, folder };
};

const ran = (t: ExecutionContext, folder: string, ...line: readonly string[]) =>
  start(t, folder, ...line).ended;

const simulated = async (folder: string, db: string, ...set: readonly string[]) => {
  const line = ['--db', join(folder, db), '--fills', 'simulated', '--json', ...set];
  return documentOf<SimulatedWhatIf>(await ask(folder, 'replay', '1', ...line));
};

test.serial(
  'a paper session trades beside a server of another process, and a recording of the same market tells the same',
  async (t) => {
    t.timeout(300_000);
    const { url } = await server(t);
    const folder = await folderFor(t);
    const seconds = ['--duration-seconds', '14'];
    const [paper, record] = await Promise.all([
      ran(t, folder, 'run', ...following(url), ...near, ...seconds, '--json'),
      ran(t, folder, 'record', ...following(url), ...seconds, '--json', '--db', 'recording.db'),
    ]);
    t.is(paper.code, 0, paper.err);
    t.is(record.code, 0, record.err);
    const document = documentOf(paper);
    t.is(document.network, 'paper');
    t.is(document.halt?.reason, 'duration_elapsed');
    t.true(document.orders.submitted > 0);
    t.is(document.orders.unknown, 0);
    t.is(document.inventory.engine_total, document.inventory.chain_total);
    const rows = await recorded(join(folder, 'neo.db'), 1);
    const opened = rows[0]?.event;
    t.true(opened?.type === 'session.opened' && opened.network === 'paper');
    const traded = rows.flatMap(({ event }) => (event.type === 'market.traded' ? [event] : []));
    t.true(traded.length > 12);
    t.true(traded.flatMap(({ trades }) => trades).length > 0, 'somebody traded');
    t.is((await ask(folder, 'replay', '1')).code, 0);

    const again = await simulated(folder, 'neo.db');
    t.is(again.calibration.against, 'paper');
    for (const side of ['buy', 'sell'] as const) {
      const { actual, simulated: own, error } = again.calibration[side];
      t.is(actual.fills, document.fills[side], 'the fills that the session had');
      t.is(error.fills, own.fills - actual.fills);
    }
    t.true(again.whatif.orders.submitted > 0);

    const recording = documentOf(record);
    t.is(recording.network, 'paper');
    t.is(recording.orders.submitted, 0, 'a recording places nothing');
    t.is((await ask(folder, 'replay', '1', '--db', join(folder, 'recording.db'))).code, 0);
    const other = await simulated(folder, 'recording.db', ...near);
    t.is(other.calibration.against, 'nothing');
    t.true(other.whatif.orders.submitted > 0);
  },
);

test.serial(
  'where the server goes away the session degrades, and goes on when it is back',
  async (t) => {
    t.timeout(300_000);
    const { url, running, folder: theirs } = await server(t, '0', '--db', 'kept');
    const folder = await folderFor(t);
    const session = start(
      t,
      folder,
      'run',
      ...following(url),
      '--duration-seconds',
      '300',
      '--json',
    );
    await untilRecorded(folder, 1, 'order.resting');
    running.kill('SIGTERM');
    await running.ended;
    await untilRecorded(folder, 1, 'guard.tripped');
    const { port } = new URL(url);
    start(t, theirs, 'sandbox', '--port', port, '--market', 'on', '--close', '500', '--db', 'kept');
    await untilRecorded(folder, 1, 'guard.recovered');
    session.kill('SIGINT');
    const { code, out, err } = await session.ended;
    t.is(code, 0, err);
    const document = documentOf({ code, out, err });
    t.deepEqual(
      [document.guards.ledger_connection.trips, document.guards.ledger_connection.recoveries],
      [1, 1],
    );
    t.is(document.mode.at(-1)?.mode, 'OK');
    t.is((await ask(folder, 'replay', '1')).code, 0);
  },
);

test.serial(
  'the log of a paper account takes no sandbox session; the next paper session goes on with its wallet',
  async (t) => {
    t.timeout(300_000);
    const { url } = await server(t);
    const folder = await folderFor(t);
    const once = ['run', ...following(url), ...near, '--duration-seconds', '3', '--json'];
    const first = await ran(t, folder, ...once);
    t.is(first.code, 0, first.err);
    const mixed = await ask(folder, 'run', '--duration-seconds', '3', '--json');
    t.is(mixed.code, 4);
    t.regex(mixed.err, /paper/);
    const recording = await ask(folder, 'record', ...following(url), '--json');
    t.is(recording.code, 4, 'nor does a recording mix with what traded');
    const second = await ran(t, folder, ...once);
    t.is(second.code, 0, second.err);
    const [before, after] = [documentOf(first), documentOf(second)];
    t.is(after.session, 2);
    const least = Math.min(Number(before.inventory.xrp), Number(after.inventory.xrp));
    t.true(least > 20 && after.inventory.xrp !== '66.82', 'not founded anew');
  },
);

test('no server, a wrong network and a wrong issuer are a sentence and exit 4, and nothing is written', async (t) => {
  t.timeout(300_000);
  const { url } = await server(t);
  const folder = await folderFor(t);
  const otherIssuer = `network.rlusd_issuer=${castOf(2).issuer.address}`;
  const tries: readonly (readonly [line: readonly string[], says: RegExp])[] = [
    [
      following('ws://127.0.0.1:1'),
      /^Paper cannot start: .*ws:\/\/127\.0\.0\.1:1 could not be read/m,
    ],
    [
      [...following(url), '--set', 'network.network_id=21338'],
      /is on network 0, the configuration says 21338/,
    ],
    [
      [...following(url), '--set', otherIssuer],
      /is no account of this ledger; correct network\.rlusd_issuer/,
    ],
  ];
  await Promise.all(
    tries.map(async ([line, says], place) => {
      const db = join(folder, `refused-${place}.db`);
      const { code, out, err } = await ask(folder, 'run', ...line, '--json', '--db', db);
      t.is(code, 4, err);
      t.is(out, '');
      t.regex(err, says);
      t.false(existsSync(db));
    }),
  );
});

const real = process.env['NEO_RIPPLED_URL'];

(real === undefined ? test.skip : test)(
  'the market of a real server is recorded (skipped without NEO_RIPPLED_URL)',
  async (t) => {
    t.timeout(300_000);
    const folder = await folderFor(t);
    const line = ['record', '--network', 'paper', '--duration-seconds', '20', '--json'];
    const id = process.env['NEO_RIPPLED_NETWORK_ID'] ?? '0';
    const { code, out, err } = await startUnder(
      t,
      { NEO_NETWORK_ENDPOINTS: real ?? '', NEO_NETWORK_NETWORK_ID: id },
      folder,
      ...line,
    ).ended;
    if (code === 4) {
      t.regex(
        err,
        /is no account of this ledger; correct network\.rlusd_issuer/,
        'a network without RLUSD',
      );
      return;
    }
    t.is(code, 0, err);
    t.is(documentOf({ code, out, err }).orders.submitted, 0);
    const rows = await recorded(join(folder, 'neo.db'), 1);
    t.true(rows.some(({ event }) => event.type === 'market.traded'));
  },
);
