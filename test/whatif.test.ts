/** A session under other settings: who decides again, that a tape says what the whole record says, and what is counterfactual. */
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { rerun, rerunPages } from '../actors/rerun.ts';
import { anewUnder, tapeOf } from '../actors/tape.ts';
import { replayCommand } from '../commands/replay.ts';
import type { WhatIf } from '../commands/whatif.ts';
import { readConfigForReplay } from '../config.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { SessionOpened } from '../events/session.ts';
import { settingsOf } from '../machines/settings.ts';
import { folderFor, openSample } from './log-sample.ts';
import { play } from './narrative.ts';

type Row = Recorded<Event>;

/** As S42: a pool 7 bps below the book all along, one buy, one sell, then silence. */
const session = play({
  seconds: 602,
  amm: () => 1.419,
  fills: [
    { t: 22, side: 'buy' },
    { t: 46, side: 'sell' },
  ],
});
const opened = session[0]?.event as SessionOpened;
const recorded = settingsOf(opened);
const under = (...set: readonly string[]) => readConfigForReplay(opened.config, { set }).effective;

const bias = 'guards.anchor_saturation.bias_threshold_bps';

test('the mode, its listeners and whoever is made under a changed setting decide again, nobody else', (t) => {
  const actors = (...set: readonly string[]) =>
    [...anewUnder(recorded, [under(...set)]).actors].toSorted();
  const always = ['directional_drift', 'issuer', 'mode', 'session'];
  t.deepEqual(actors(), always);
  t.deepEqual(actors(`${bias}=9`), ['anchor_saturation', ...always]);
  t.deepEqual(actors('risk.max_xrp_exposure=90'), [...always, 'limits'].toSorted());
  t.deepEqual(actors('guards.ledger_connection.enabled=false'), always, 'it is silent');
});

test('a tape says what the whole record says, whichever settings are changed', async (t) => {
  const sets: readonly (readonly string[])[] = [
    [],
    [`${bias}=9`],
    ['guards.anchor_saturation.timeout_seconds=300'],
    ['guards.directional_drift.no_opposing_fill_ticks=40'],
    ['guards.directional_drift.condition_c_enabled=false', `${bias}=9`],
    ['guards.inventory_corridor.max_xrp_pct=48'],
    ['guards.anchor_saturation.enabled=false'],
    ['risk.max_xrp_exposure=90'],
    ['guards.wallet_truth.trip_delta_xrp=1.5', 'guards.order_integrity.grace_ticks=3'],
  ];
  const said = (rows: readonly Row[]): readonly string[] =>
    rows
      .filter(({ actor }) => actor === 'mode' || actor === 'limits')
      .map(({ at, event }) => JSON.stringify({ at, ...event, event: 0 }));
  const ends = new Set<string>();
  for (const set of sets) {
    const settings = under(...set);
    const anew = anewUnder(recorded, [settings]);
    const fromTape: Row[] = [];
    const whole: Row[] = [];
    const one = rerun(
      await tapeOf(session, anew),
      settings,
      anew,
      (rows) => void fromTape.push(...rows),
    );
    const other = await rerunPages([session], settings, (rows) => void whole.push(...rows));
    t.deepEqual(one, other, set.join());
    t.deepEqual(said(fromTape), said(whole), set.join());
    ends.add(JSON.stringify(one));
  }
  t.true(ends.size > 4, `there is something to compare: ${ends.size}`);
});

test('a guard that is switched off in a what-if says nothing, though the record has its facts', async (t) => {
  const rows: Row[] = [];
  const settings = under('guards.anchor_saturation.enabled=false');
  await rerunPages([session], settings, (turn) => void rows.push(...turn));
  const facts = rows.flatMap(({ event }) =>
    event.type === 'guards.evaluated' ? [event.facts] : [],
  );
  t.true(facts.length > 100);
  t.true(facts.every((found) => !('anchor_saturation' in found) && 'wallet_truth' in found));
});

const asked = async (t: ExecutionContext<unknown>, ...args: readonly string[]): Promise<string> => {
  const db = join(await folderFor(t), 'neo.db');
  const log = await openSample(db);
  await log.append(1, session);
  await log.close({ clean: true });
  const out: string[] = [];
  const surroundings = { env: {}, out: (text: string) => out.push(text), error: () => undefined };
  t.is(await replayCommand.run(['1', '--db', db, ...args], surroundings), 0);
  return out.join('');
};

test('what comes after the first difference is marked counterfactual, what nobody decided again as recorded', async (t) => {
  const set = ['--set', 'guards.anchor_saturation.timeout_seconds=300'];
  const told = JSON.parse(await asked(t, '--json', ...set)) as WhatIf;
  const { base, whatif, counterfactual } = told;
  const tripped = session.find(({ event }) => event.type === 'guard.tripped') as Row;
  t.is(told.diverged_at, tripped.seq, 'the deadline is the first difference');
  t.is(Date.parse(counterfactual?.since ?? ''), tripped.at);
  t.is(counterfactual?.mode_from, 0);
  t.deepEqual(counterfactual?.trips, { anchor_saturation: 1, directional_drift: 1 });
  t.true(counterfactual?.halt);
  t.deepEqual(counterfactual?.as_recorded, ['fills', 'inventory', 'touch', 'orders']);
  t.is(whatif.halt?.reason, 'degraded_timeout');
  t.deepEqual(whatif.fills, base.fills);
  const text = await asked(t, ...set);
  t.regex(text, /first difference at event \d+, 1m37s after the start/);
  t.regex(
    text,
    /counterfactual, .*: 4 of 4 changes of mode, 1 trip of anchor_saturation, .*, the end/,
  );
  t.regex(text, /Fills, inventory, touch and orders stay as recorded/);
});

test('what stands before the first difference is no counterfactual, and a what-if without one has none', async (t) => {
  const later = 'guards.directional_drift.no_opposing_fill_ticks=100';
  const told = JSON.parse(await asked(t, '--json', '--set', later)) as WhatIf;
  t.deepEqual(told.whatif.mode[0], told.base.mode[0], 'the anchor’s trip comes first');
  t.is(told.counterfactual?.mode_from, 1);
  const same = JSON.parse(await asked(t, '--json', '--set', `${bias}=6.1`)) as WhatIf;
  t.is(same.diverged_at, null);
  t.is(same.counterfactual, null);
});
