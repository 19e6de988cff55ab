/** Capital, realignment and acknowledgement through the command line: dry unless confirmed, taken by the next session, refused in words. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { openReader } from '../actors/log/reader.ts';
import { leftIn } from '../commands/inspect/left.ts';
import type { Event } from '../events/event.ts';
import { ask, documentOf, recorded, snapshot } from './door.ts';
import { quick, refused, testRefusals, withLog, type Case } from './door-refused.ts';
import { withSqlite } from './log-sample.ts';

const refusal = (what: string, line: readonly string[], says: RegExp): Case => ({
  what,
  line,
  code: 2,
  says,
  given: withLog,
});

testRefusals([
  refusal('a deposit of nothing', ['capital', 'deposit'], /takes --xrp N or --rlusd N/),
  refusal('a deposit of no number', ['capital', 'deposit', '--xrp', 'ten'], /no amount of XRP/),
  refusal('a deposit below zero', ['capital', 'deposit', '--xrp=-1'], /no amount of XRP above 0/),
  refusal('a seventh place', ['capital', 'deposit', '--xrp', '1.0000001'], /at most six places/),
  refusal(
    'a withdrawal of no RLUSD',
    ['capital', 'withdraw', '--rlusd', '0'],
    /no amount of RLUSD/,
  ),
  refusal(
    'a withdrawal of more than there is',
    ['capital', 'withdraw', '--xrp', '5000', '--confirm'],
    /More than there is.*the books hold [\d.]+ XRP and [\d.]+ RLUSD/,
  ),
  refusal('a basis without a price', ['capital', 'basis'], /takes --price P/),
  ...['0', '1e50', '1e-50', '1e2', '1000000.1', '0.0000009', '-1', '+1', '1.4.2'].map((price) =>
    refusal(
      `a basis at ${price}`,
      ['capital', 'basis', `--price=${price}`],
      /--price ".*" is no price/,
    ),
  ),
  refusal(
    'a deposit of a power of ten',
    ['capital', 'deposit', '--rlusd', '1e3'],
    /no amount of RLUSD above 0, in plain digits/,
  ),
  refusal(
    'a gift',
    ['capital', 'gift', '--xrp', '1'],
    /knows deposit, withdraw and basis, no "gift"/,
  ),
  refusal('an amount without a verb', ['capital', '--xrp', '1'], /Say deposit, withdraw or basis/),
  refusal('a realignment of something', ['realign', 'all'], /takes no "all"/),
  refusal('an acknowledgement of nothing', ['acknowledge'], /Say which session/),
  refusal('one of a session alone', ['acknowledge', '1'], /Say which event/),
  refusal('one without a note', ['acknowledge', '1', '5'], /takes --note TEXT/),
  refusal('one of no event', ['acknowledge', '1', '999999', '--note', 'x'], /no event 999999/),
  refusal('one of no session', ['acknowledge', '9', '5', '--note', 'x'], /no session 9/),
  refusal(
    'one of an event that nobody asked about',
    ['acknowledge', '1', '1', '--note', 'x'],
    /Event 1 of session 1 is a session\.opened, and nothing waits/,
  ),
  ...['capital', 'realign'].map((name): Case => ({
    what: `${name} without a log`,
    line: [name],
    code: 2,
    says: /there is no log/,
  })),
]);

/** The events of that type in a session, in order. */
const saidIn = async <T extends Event['type']>(
  folder: string,
  session: number,
  type: T,
): Promise<readonly Extract<Event, { type: T }>[]> => {
  const rows = await recorded(join(folder, 'neo.db'), session);
  return rows
    .map(({ event }) => event)
    .filter((event): event is Extract<Event, { type: T }> => event.type === type);
};

const inbox = (folder: string): Promise<readonly string[]> =>
  readdir(join(folder, 'neo.db.inbox')).catch(() => []);

const runs = async (t: ExecutionContext, folder: string): Promise<void> => {
  const { code, err } = await ask(folder, 'run', ...quick);
  t.is(code, 0, err);
};

test('without --confirm nothing is written', async (t) => {
  const folder = await withLog(t);
  const before = await snapshot(folder);
  for (const line of [
    ['deposit', '--xrp', '5'],
    ['withdraw', '--rlusd', '1'],
    ['basis', '--price', '1.4'],
  ]) {
    const { code, out } = await ask(folder, 'capital', ...line);
    t.is(code, 0);
    t.regex(out, /Nothing was done: add --confirm/);
    t.is(
      documentOf<{ dry_run: boolean }>(await ask(folder, 'capital', ...line, '--json')).dry_run,
      true,
    );
  }
  const shown = await ask(folder, 'realign');
  t.regex(
    shown.out,
    /As of ledger \d+, the newest that session 1 has read, the books say (.*) and the wallet has \1: they agree\.\nNothing was done/,
  );
  t.deepEqual(await snapshot(folder), before);
});

test('an announced deposit moves nothing, stands in the next session, and is shown', async (t) => {
  const folder = await withLog(t);
  const line = ['deposit', '--xrp', '35.21', '--note', 'from cold storage', '--confirm', '--json'];
  const sent = documentOf<{ sent: readonly string[] }>(await ask(folder, 'capital', ...line));
  t.deepEqual(sent.sent, ['operator.capital']);
  await runs(t, folder);
  t.deepEqual(await inbox(folder), []);
  t.like((await saidIn(folder, 2, 'operator.capital'))[0], {
    drops: '35210000',
    rlusd: '0',
    note: 'from cold storage',
  });
  t.deepEqual(
    (await saidIn(folder, 2, 'inventory.changed')).filter(({ why }) => why === 'deposit'),
    [],
  );
  const { out } = await ask(folder, 'capital');
  t.regex(out, /average cost 1\.\d+, realised \S+ RLUSD since the first session\./);
  t.regex(out, /announced and not seen: 35\.21 XRP \(from cold storage\)/);
  await runs(t, folder);
  t.regex(
    (await ask(folder, 'capital')).out,
    /announced and not seen: 35\.21 XRP/,
    'session after session',
  );
});

test('a withdrawal is announced below zero, each asset for itself', async (t) => {
  const folder = await withLog(t);
  const line = ['withdraw', '--xrp', '1.5', '--rlusd', '2.25', '--confirm'];
  t.is((await ask(folder, 'capital', ...line)).code, 0);
  await runs(t, folder);
  t.deepEqual(
    (await saidIn(folder, 2, 'operator.capital')).map(({ drops, rlusd }) => [drops, rlusd]),
    [
      ['-1500000', '0'],
      ['0', '-2.25'],
    ],
  );
});

test('a basis is the average cost from then on, and moves no balance', async (t) => {
  const folder = await withLog(t);
  t.is(
    (await ask(folder, 'capital', 'basis', '--price', '1.25', '--note', 'bought', '--confirm'))
      .code,
    0,
  );
  await runs(t, folder);
  const [committed] = await saidIn(folder, 2, 'capital.basis_committed');
  t.is(committed?.price, '1.25');
  const [opened] = await saidIn(folder, 2, 'inventory.changed');
  t.is(committed?.drops, opened?.balances.drops);
  t.is((await ask(folder, 'rebuild')).code, 0);
  await withSqlite(join(folder, 'neo.db'), 'read', async (connection) => {
    const rows = await connection.all(
      'SELECT asset, event_type, price_rlusd, source_note FROM capital_events',
    );
    t.deepEqual(rows, [
      { asset: 'XRP', event_type: 'basis_commit', price_rlusd: '1.25', source_note: 'bought' },
    ]);
  });
  t.is((await ask(folder, 'replay', '2')).code, 0);
});

test('a realignment of a wallet that agrees changes nothing', async (t) => {
  const folder = await withLog(t);
  const { code, out } = await ask(folder, 'realign', '--note', 'looked', '--confirm');
  t.is(code, 0);
  t.regex(out, /No session runs: the request waits for the next start, which adopts the wallet/);
  await runs(t, folder);
  t.is((await saidIn(folder, 2, 'operator.realign'))[0]?.note, 'looked');
  t.deepEqual(
    (await saidIn(folder, 2, 'inventory.changed')).filter(({ why }) => why === 'realignment'),
    [],
  );
});

/** 1.5 XRP leave unseen: warned of, and at the end books and wallet are apart. */
const apart = fileURLToPath(new URL('../../test/scenarios/truth-warns.json', import.meta.url));

test('an end with books and wallet apart is acknowledged by its own number, once somebody has looked', async (t) => {
  const folder = await withLog(t);
  const db = join(folder, 'apart.db');
  const played = await ask(folder, 'scenario', apart, '--db', db);
  t.is(played.code, 0, played.out);
  const drift = (await recorded(db, 1)).find(
    ({ event }) => event.type === 'inventory.drift_at_shutdown',
  );
  t.truthy(drift);
  const [shown, explained] = [
    await ask(folder, 'show', '1', '--db', db),
    await ask(folder, 'explain', '1', '--db', db),
  ];
  t.true(shown.out.includes(`apart at the end (event ${drift?.seq})`), shown.out);
  t.true(shown.out.includes(`neo acknowledge 1 ${drift?.seq} --note TEXT`));
  t.regex(
    explained.out.replaceAll(/\s+/g, ' '),
    /apart at the end \(event \d+\), and the next start waits/,
  );
  const reader = await openReader(db);
  t.teardown(reader.close);
  const left = leftIn(reader, db);
  t.like(await left(), {
    awaiting: [{ session: 1, seq: drift?.seq, type: 'inventory.drift_at_shutdown' }],
  });
  const line = ['1', String(drift?.seq), '--note', 'a gift', '--db', db];
  const { code, out } = await ask(folder, 'acknowledge', ...line);
  t.is(code, 0);
  t.regex(out, /inventory\.drift_at_shutdown\) waits for the next start/);
  t.is((await readdir(`${db}.inbox`)).length, 1);
  t.deepEqual((await left()).awaiting, [], 'an acknowledgement waits');
  refused(
    t,
    { code: 2, says: /nothing waits for its acknowledgement/ },
    await ask(folder, 'acknowledge', '1', '2', '--note', 'x', '--db', db),
  );
});
