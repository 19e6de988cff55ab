/** What is documented is what runs: the generated parts are current, and the table of modes is what a session does. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { modesText } from '../commands/modes.ts';
import { reading, rowsOf } from '../commands/chronicle.ts';
import { scenarioCommand } from '../commands/scenario/scenario.ts';
import type { Event } from '../events/event.ts';
import type { Mode } from '../events/mode.ts';
import { actions, permissions, type Action } from '../machines/permission.ts';
import { pages } from './docs/reference.ts';
import { document, written } from './docs/sections.ts';
import { folderFor } from './log-sample.ts';
import { root } from './tidy/source.ts';

const text = readFileSync(join(root, document), 'utf8');

test('the generated parts of the documentation are current (else: npm run docs)', (t) => {
  t.is(text, written(text));
});

for (const [path, page] of Object.entries(pages)) {
  test(`${path} is current (else: npm run docs)`, (t) => {
    t.is(readFileSync(join(root, path), 'utf8'), page());
    t.true(page().split('\n').length > 20);
  });
}

test('a part that is not current, or has no place, is found', (t) => {
  t.not(written(text.replace('| quote |', '| sell |')), text.replace('| quote |', '| sell |'));
  t.throws(() => written(text.replace('npm run docs: modes', 'by hand: modes')));
});

test('the help’s table has every mode and every action', (t) => {
  const [head, ...rows] = modesText().trim().split('\n');
  t.deepEqual(head?.trim().split(/\s+/), ['OK', 'DEGRADED', 'HALT']);
  t.deepEqual(
    rows.map((row) => row.trim().split(/\s/)[0]),
    ['quote', 'cancel', 'reconcile', 'check', 'resume'],
  );
});

/** The pool stands aside, and comes back; then the kill switch. Each time a taker is ahead of the cancel. */
const scenario = {
  name: 'modes',
  start: '2026-04-20T18:58:00Z',
  opening: { xrp: '69.4', rlusd: '98.55' },
  config: { 'guards.wallet_truth.interval_seconds': 20 },
  duration_seconds: 480,
  market: [
    { t: 0, bid: '1.4197', ask: '1.4203', amm: '1.4188' },
    { t: 98, bid: '1.4197', ask: '1.4203', amm: '1.42' },
  ],
  events: [
    { t: 95, race: 'buy' },
    { t: 399, race: 'sell' },
    { t: 399, kill_switch: true },
  ],
  expect: { fills: { buy: 1, sell: 1 }, halt: { reason: 'kill_switch' }, offers_left_on_ledger: 0 },
};

/** What shows that an action was taken. */
const traces: Readonly<Record<Action, (event: Event) => boolean>> = {
  quote: ({ type }) => type === 'quote.decided' || type === 'order.submit',
  cancel: ({ type }) => type === 'order.cancel',
  reconcile: ({ type }) => type === 'fill.recorded',
  check: ({ type }) => type === 'truth.checked',
  resume: (event) => event.type === 'mode.changed' && event.mode === 'OK',
};

test('a session does in each mode what the table says', async (t) => {
  const folder = await folderFor(t);
  const [file, db] = [join(folder, 'modes.json'), join(folder, 'neo.db')];
  writeFileSync(file, JSON.stringify(scenario));
  const said: string[] = [];
  const surroundings = { env: {}, out: (line: string) => said.push(line), error: () => undefined };
  t.is(await scenarioCommand.run([file, '--db', db], surroundings), 0, said.join(''));
  const seen = new Set<string>();
  let mode: Mode = 'OK';
  await reading(db, async (reader) => {
    for await (const { event } of rowsOf(reader, 1, 1, 1_000_000)) {
      for (const action of actions) if (traces[action](event)) seen.add(`${action} in ${mode}`);
      if (event.type === 'mode.changed') ({ mode } = event);
    }
  });
  for (const one of ['OK', 'DEGRADED', 'HALT'] as const) {
    for (const action of actions) {
      /** In OK a quote is replaced by the next one's transaction; a cancel of its own is for a side that is no longer quoted. */
      if (one === 'OK' && (action === 'cancel' || action === 'reconcile')) continue;
      const name = `${action} in ${one}`;
      t.is(seen.has(name), permissions[one][action].may, name);
    }
  }
});
