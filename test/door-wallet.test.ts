/**
 * Live, from end to end, against a server in another process: sessions with fills, DEGRADED, a cut line, kill −9, a stop, a
 * difference that is realigned, the kill switch. In the end books are wallet to the drop, and no offer is left.
 */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { HaltReason } from '../events/halt.ts';
import { formatXrp, parseDrops } from '../ledger/drops.ts';
import type { SessionDocument } from '../projections/document.ts';
import { ask, documentOf, folderFor, neo, recorded, start, untilRows, type Ended } from './door.ts';
import { proxyTo } from './wallet/proxy.ts';
import { serverFor, type Server } from './wallet/server.ts';

type Rows = readonly Recorded<Event>[];

const count = (rows: Rows, type: Event['type']): number =>
  rows.filter(({ event }) => event.type === type).length;
const at = (rows: Rows, type: Event['type']): number =>
  rows.findLastIndex(({ event }) => event.type === type);
const mode = (rows: Rows): string => {
  const row = rows.findLast(({ event }) => event.type === 'mode.changed');
  return row?.event.type === 'mode.changed' ? row.event.mode : 'OK';
};

/** Both sides rest after the last of what `since` names. */
const quotes = (rows: Rows, since: Event['type'] = 'session.started'): boolean => {
  const from = at(rows, since);
  return from >= 0 && count(rows.slice(from), 'order.resting') >= 2;
};

/** Ticks whose market is of a ledger long before the newest that was heard of. */
const staleTicks = (rows: Rows): readonly number[] => {
  let [read, closed] = [0, 0];
  return rows.flatMap(({ seq, event }) => {
    if (event.type === 'ledger.closed') closed = event.index;
    if (event.type === 'market.read') read = event.ledger.index;
    return event.type === 'tick' && read > 0 && read < closed - 2 ? [seq] : [];
  });
};

test('a wallet through everything that happens to it', async (t) => {
  t.timeout(240_000);
  const folder = await folderFor(t);
  const server = await serverFor(t, folder);
  const line = await proxyTo(t, server.url);
  const seedFile = join(folder, 'seed');
  await writeFile(seedFile, `${server.wallet.seed}\n`, { mode: 0o600 });
  const config = join(folder, 'live.json');
  await writeFile(
    config,
    JSON.stringify({
      network: {
        name: 'live',
        endpoints: [line.url],
        account: server.wallet.address,
        rlusd_issuer: server.issuer,
        wallet_seed_file: seedFile,
      },
      engine: { tick_interval_seconds: 1 },
      strategy: { requote_interval_seconds: 1 },
      orders: { lifetime_seconds: 30, renew_at_seconds: 20 },
      guards: {
        wallet_truth: { interval_seconds: 5 },
        // Nobody trades against us for longer than this asks for.
        directional_drift: { condition_c_enabled: false },
      },
    }),
  );
  const live = ['run', '--live', '--config', config, '--json'] as const;
  const until = (session: number, fits: (rows: Rows) => boolean, what: string) =>
    untilRows(folder, session, fits, what);

  // Fills from a second client, DEGRADED and back, the line lost and found.
  const first = start(t, folder, ...live);
  await until(1, (rows) => quotes(rows), 'quotes');
  await server.sellTo(4, 1.405);
  await until(1, (rows) => count(rows, 'fill.recorded') >= 1, 'a buy');
  await server.buyFrom(4, 1.435);
  await until(1, (rows) => count(rows, 'fill.recorded') >= 2, 'a sell');
  await server.freeze('on');
  await until(1, (rows) => mode(rows) === 'DEGRADED', 'DEGRADED');
  await server.freeze('off');
  await until(1, (rows) => mode(rows) === 'OK' && quotes(rows, 'mode.changed'), 'OK again');
  line.drop();
  await until(
    1,
    (rows) => at(rows, 'gateway.synced') > at(rows, 'gateway.down') && at(rows, 'gateway.down') > 0,
    'a line found again',
  );

  // The machine pauses: no tick looks at the market of before it.
  const before = count(await until(1, (rows) => quotes(rows), 'quotes'), 'tick');
  first.kill('SIGSTOP');
  await wait(4_000);
  first.kill('SIGCONT');
  const resumed = await until(1, (rows) => count(rows, 'tick') > before + 2, 'ticks again');
  t.deepEqual(staleTicks(resumed), []);

  // It dies with offers resting, of which one is taken before anybody looks.
  await until(
    1,
    (rows) => quotes(rows, 'gateway.synced') || quotes(rows, 'mode.changed'),
    'quotes',
  );
  first.kill('SIGKILL');
  await first.ended;
  await server.sellTo(3, 1.405);
  await server.closed();
  const second = start(t, folder, ...live);
  await until(
    2,
    (rows) => quotes(rows) && count(rows, 'fill.recorded') >= 1,
    'the fill of the dead',
  );
  t.is((await ask(folder, 'stop')).code, 0);
  const stopped = await second.ended;
  await agree(t, server, stopped, 0, 'engine_requested_halt');
  const dead = documentOf(await ask(folder, 'show', '1', '--json'));
  t.is(dead.halt?.reason, 'unexpected_halt');
  const gate = (await recorded(join(folder, 'neo.db'), 2)).find(
    ({ event }) => event.type === 'gate.answered',
  );
  t.true(gate?.event.type === 'gate.answered' && gate.event.go);

  // Nobody announced this payment: books and wallet are apart until the wallet is adopted.
  await server.pay(10);
  await server.closed();
  const apart = await neo(folder, ...live, '--duration-seconds', '5');
  t.is(apart.code, 4);
  t.regex(documentOf(apart).halt?.detail ?? '', /neo realign --confirm/);
  t.is((await ask(folder, 'realign', '--note', 'a gift', '--confirm')).code, 0);
  const adopted = await neo(folder, ...live, '--duration-seconds', '5');
  await agree(t, server, adopted, 0, 'duration_elapsed');
  t.is(documentOf(adopted).inventory.capital_overlay?.xrp, '10');

  // The kill switch works with the line cut, and holds the next start.
  const fifth = start(t, folder, ...live);
  await until(5, (rows) => quotes(rows), 'quotes');
  line.cut('on');
  await until(5, (rows) => count(rows, 'gateway.down') > 0, 'a cut line');
  t.is((await neo(folder, 'kill', '--note', 'enough')).code, 0);
  const killed = await until(5, (rows) => count(rows, 'halt') > 0, 'the halt');
  const [asked, halted] = [killed[at(killed, 'operator.kill')], killed[at(killed, 'halt')]];
  t.is(halted?.turn, asked?.turn, 'in the turn of the kill itself');
  line.cut('off');
  await agree(t, server, await fifth.ended, 3, 'kill_switch');
  t.is((await ask(folder, ...live)).code, 4);
  const refused = await ask(folder, 'gate', '--config', config);
  t.is(refused.code, 1);
  t.regex(refused.out, /No-go\. The commands that stand here want --db \/\S+\/neo\.db\.\n$/);
  t.is((await ask(folder, 'kill', '--clear', '--by', 'me', '--note', 'looked')).code, 0);
  await agree(
    t,
    server,
    await ask(folder, ...live, '--duration-seconds', '5'),
    0,
    'duration_elapsed',
  );
  const passed = await ask(folder, 'gate', '--config', config);
  t.is(passed.code, 0, passed.out);

  // Two XRP go home while it runs: announced, by another program with the wallet's own key.
  const home = start(t, folder, ...live);
  await until(8, (rows) => quotes(rows), 'quotes');
  const announcing = ['capital', 'withdraw', '--xrp', '2', '--note', 'home', '--confirm'] as const;
  t.is((await ask(folder, ...announcing)).code, 0);
  await until(8, (rows) => count(rows, 'operator.capital') === 1, 'the announcement');
  await server.withdraw(2);
  const paid = (rows: Rows): boolean =>
    rows.some(({ event }) => event.type === 'inventory.changed' && event.why === 'withdrawal');
  await until(8, paid, 'the withdrawal');
  await until(8, (rows) => quotes(rows, 'movement.seen'), 'quotes after it');
  t.is((await ask(folder, 'stop')).code, 0);
  await agree(t, server, await home.ended, 0, 'engine_requested_halt');

  // Nobody announced this one either, and the session ends with books and wallet apart: the next start adopts the wallet, and trades.
  const parting = start(t, folder, ...live);
  await until(9, (rows) => quotes(rows), 'quotes');
  await server.pay(10);
  await server.closed();
  await until(9, (rows) => mode(rows) === 'DEGRADED', 'a wallet that is apart');
  t.is((await ask(folder, 'stop')).code, 0);
  t.is((await parting.ended).code, 0);
  t.is((await ask(folder, 'gate', '--config', config)).code, 1);
  t.is((await ask(folder, 'realign', '--note', 'another gift', '--confirm')).code, 0);
  t.is((await ask(folder, 'gate', '--config', config)).code, 0);
  const again = await ask(folder, ...live, '--duration-seconds', '5');
  await agree(t, server, again, 0, 'duration_elapsed');
  t.is(documentOf(again).inventory.capital_overlay?.xrp, '18');

  // Changed after the last session, and nobody said why.
  const changed = await neo(folder, ...live, '--set', 'strategy.bid_offset_bps=12');
  t.is(changed.code, 4);
  t.regex(
    documentOf(changed).halt?.detail ?? '',
    /gate says no: changed since session 10: strategy\.bid_offset_bps 10 → 12/,
  );
  const override = ['--override', 'a wider bid', '--duration-seconds', '5'];
  const wider = await ask(folder, ...live, '--set', 'strategy.bid_offset_bps=12', ...override);
  await agree(t, server, wider, 0, 'duration_elapsed');

  // A file that others can read is refused before anything is written.
  await chmod(seedFile, 0o644);
  const open = await neo(folder, ...live);
  t.is(open.code, 2);
  t.regex(open.err, /has mode 0644/);

  t.is((await ask(folder, 'verify')).code, 0);
  for (const session of [1, 2, 4, 5, 8, 9, 10, 12]) {
    t.is((await ask(folder, 'replay', String(session))).code, 0, `session ${session}`);
  }
  for (const { err, out } of [stopped, apart, adopted, changed, open]) {
    t.false(`${err}${out}`.includes(server.wallet.seed));
  }
});

const agree = async (
  t: ExecutionContext,
  server: Server,
  ended: Ended,
  code: number,
  reason: HaltReason,
): Promise<void> => {
  t.is(ended.code, code, ended.err);
  const { halt, orders, inventory } = documentOf<SessionDocument>(ended);
  t.is(halt?.reason, reason);
  t.deepEqual([orders.left_on_ledger, orders.with_proof, orders.unknown], [0, true, 0]);
  const { drops, rlusd, offers } = await server.holdings();
  t.is(offers, 0);
  t.deepEqual([inventory.xrp, inventory.rlusd], [formatXrp(parseDrops(drops)), rlusd]);
};
