/**
 * An evening through the real core and the sandbox's real ledger: fills, a deposit, a crash with offers resting, a restart.
 * The tables agree with each other, with the sessions' own documents, and with a rebuild.
 */
import { join } from 'node:path';
import test from 'ava';
import { readModelDigest } from '../actors/digest.ts';
import { type Log, openLog } from '../actors/log/open.ts';
import { openReader } from '../actors/log/reader.ts';
import { startProjector } from '../actors/projector.ts';
import { rebuildReadModels } from '../actors/rebuild.ts';
import type { Scenario } from '../commands/scenario/format.ts';
import { play } from '../commands/scenario/play.ts';
import { add, decimal, format } from '../ledger/decimal.ts';
import { document } from '../projections/document.ts';
import { apply, empty } from '../projections/session.ts';
import { readModels } from '../projections/tables.ts';
import type { Table } from '../projections/tables/table.ts';
import { folderFor, optionsFor, withSqlite } from './log-sample.ts';
import type { Query, Row } from './story.ts';

const evening: Scenario = {
  name: 'evening',
  start: '2026-04-20T18:58:00Z',
  opening: { xrp: '69.4', rlusd: '98.55' },
  duration_seconds: 200,
  market: [{ t: 0, bid: '1.41972', ask: '1.42028', amm: '1.420213' }],
  events: [
    { t: 14, take: 'buy' },
    { t: 26, take: 'sell', fraction: '0.5' },
    { t: 40, deposit: { xrp: '12.5' } },
    { t: 70, crash: true },
    { t: 130, restart: true },
    { t: 158, take: 'sell' },
  ],
  expect: {},
};

/** Plays it once for all: the log, and the read models as the projector made them. */
const played = async (file: string): Promise<void> => {
  await play(evening, file, undefined);
  const reader = await openReader(file);
  await reader.close();
  const log = await openLog({ ...optionsFor(file), ...reader.binding });
  let failure: unknown;
  const projector = startProjector(log, (cause) => (failure = cause));
  await projector.settled();
  await projector.stop();
  await log.close({ clean: true });
  if (failure !== undefined) throw failure;
};

const documents = async (log: Pick<Log, 'sessions' | 'readSession'>) =>
  Promise.all(
    (await log.sessions()).map(async ({ session, lastHash }) => {
      let state = empty;
      for await (const page of log.readSession(session)) {
        for (const row of page) state = apply(state, row as Row);
      }
      return document(state, { session, lastHash });
    }),
  );

const sum = (amounts: readonly string[]): string =>
  format(amounts.map(decimal).reduce((total, amount) => add(total, amount), decimal('0')));

test('the tables of sessions that were really played agree with all else that is said of them', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await played(file);
  const query: Query = (sql, ...parameters) =>
    withSqlite(file, 'write', (connection) => connection.all(sql, ...parameters));
  const column = async (sql: string): Promise<readonly string[]> =>
    (await query<{ value: string }>(sql)).map(({ value }) => value);
  const reader = await openReader(file);
  const said = await documents(reader);
  await reader.close();

  t.deepEqual(
    await query(
      `SELECT session_id, ended_at, halt_reason, ending_xrp, ending_rlusd, ending_value FROM sessions`,
    ),
    said.map(({ session, ended_at, halt, inventory }) => ({
      session_id: session,
      ended_at,
      halt_reason: halt?.reason,
      ending_xrp: inventory.xrp,
      ending_rlusd: inventory.rlusd,
      ending_value: inventory.engine_total,
    })),
  );
  t.deepEqual(
    said.map(({ halt }) => halt?.reason),
    ['unexpected_halt', 'duration_elapsed'],
  );

  const fills = await query<{ n: number }>(
    'SELECT count(*) AS n FROM fills JOIN orders ON orders.id = order_id GROUP BY fills.session_id',
  );
  t.deepEqual(
    fills.map(({ n }) => n),
    said.map(({ fills: { buy, sell } }) => buy + sell),
  );
  t.deepEqual(
    fills.map(({ n }) => n),
    [2, 1],
  );

  for (const [asset, held] of [
    ['XRP', 'xrp'],
    ['RLUSD', 'rlusd'],
  ] as const) {
    const changes = await column(
      `SELECT change AS value FROM inventory_ledger WHERE asset = '${asset}' ORDER BY id`,
    );
    const [newest = ''] = await column(
      `SELECT new_balance AS value FROM inventory_ledger WHERE asset = '${asset}' ORDER BY id DESC LIMIT 1`,
    );
    const capital = await column(
      `SELECT amount AS value FROM capital_events WHERE asset = '${asset}'`,
    );
    t.is(sum(changes), newest);
    t.is(newest, said.at(-1)?.inventory.fills_only[held] ?? '');
    t.is(sum([...changes, ...capital]), said.at(-1)?.inventory[held] ?? '');
  }
  t.deepEqual(await column('SELECT amount AS value FROM capital_events'), ['12.5']);

  t.deepEqual(await column(`SELECT DISTINCT status AS value FROM orders ORDER BY status`), [
    'CANCELED',
    'EXPIRED',
    'FILLED',
  ]);
  t.deepEqual(
    await query('SELECT count(*) AS n FROM market_snapshots GROUP BY session_id'),
    said.map(({ ticks }) => ({ n: ticks })),
  );

  const live = await withSqlite(file, 'write', readModelDigest);
  t.is((await rebuildReadModels(file, () => undefined)).digest, live);
});

/** What a session brings with it is in the ledger of balances already. */
test('of an event that it does not hear a table has nothing to say, and its state stays', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await played(file);
  const reader = await openReader(file);
  t.teardown(() => reader.close());
  for (const { session } of await reader.sessions()) {
    let before = empty;
    const states = new Map<string, unknown>();
    for await (const page of reader.readSession(session)) {
      for (const recorded of page as readonly Row[]) {
        const after = apply(before, recorded);
        const step = { session, recorded, before, after, numbers: new Map<string, number>() };
        for (const [name, table] of Object.entries(readModels) as [string, Table<unknown>][]) {
          const state = states.has(name) ? states.get(name) : table.initial;
          let said = 0;
          const count = (): void => void (said += 1);
          const next = table.on(state, step, count, count);
          states.set(name, next);
          const { type } = recorded.event;
          const brings = name === 'inventory_ledger' && type === 'session.opened';
          if (brings || table.hears.includes(type)) continue;
          t.is(said, 0, `${name} of ${type}`);
          t.is(next, state, `${name} of ${type}`);
        }
        before = after;
      }
    }
  }
});
