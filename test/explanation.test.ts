/** Why a session ended, told from its rows: the chain of causes, the operands and their sources, the order of things. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { createListener } from '../projections/explanation.ts';
import { narrative } from '../projections/narrative.ts';
import { explain, play, type Script } from './narrative.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const fills = [
  { t: 24, side: 'buy' },
  { t: 48, side: 'sell' },
] as const;
const amm = (t: number): number => (t < 58 ? 1.419027 : 1.418949);
const legacy: Script = { profile: 'legacy-s42', seconds: 602, amm, fills };

const explained = (script: Script) => explain(play(script));
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

test('the chain leads along the causes from an input to the halt', (t) => {
  const rows = play(legacy);
  const { chain } = explain(rows);
  t.is(chain[0]?.kind, 'input');
  t.is(chain[0]?.type, 'tick');
  t.is(chain.at(-1)?.type, 'halt');
  for (const [index, step] of chain.entries()) {
    const before = chain[index - 1];
    if (before) t.is(step.cause, before.seq);
  }
});

test('S42 with the old policy: both causes in order, with operands, and the first one named', (t) => {
  const told = explained(legacy);
  t.deepEqual(
    told.causes.map(({ name, elapsed_seconds, outcome }) => [name, elapsed_seconds, outcome]),
    [
      ['anchor_saturation', 96, 'halted'],
      ['directional_drift C', 108, 'standing'],
    ],
  );
  t.is(told.first_cause?.guard, 'anchor_saturation');
  t.deepEqual(told.standing, ['directional_drift']);
  t.is(told.causes[0]?.operands['sharePct'], 100);
  t.is(told.causes[1]?.operands['ticksWithoutOpposing'], 15);
  t.is(told.causes[0]?.deadline_elapsed_seconds, 396);
  t.is(told.halt_elapsed_seconds, 396);
});

test('operands are traced to the inputs that brought them', (t) => {
  const rows = play(legacy);
  const { causes } = explain(rows);
  const [anchor, drift] = causes;
  t.is(anchor?.sources.length, 25);
  for (const source of anchor?.sources ?? []) {
    t.is(source.input?.type, 'market.read');
    t.is(source.carried_by.type, 'market.observed');
    t.true((source.input?.seq ?? Infinity) < source.carried_by.seq);
  }
  t.deepEqual(
    drift?.sources.map(({ carried_by }) => carried_by.type),
    ['fill.recorded'],
  );
  t.regex(drift?.sources[0]?.carried_by.what ?? '', /^a sell of 10 XRP for 14\.2199 RLUSD/);
});

test('a source is found however far before the trip it came', (t) => {
  const rows = play({
    seconds: 3_000,
    amm: () => 1.42,
    fills: [{ t: 24, side: 'buy' }],
    set: [
      'guards.directional_drift.no_opposing_fill_ticks=700',
      'guards.wallet_truth.enabled=false',
    ],
  });
  const drift = explain(rows).causes.find(({ guard }) => guard === 'directional_drift');
  const fill = drift?.sources[0]?.carried_by;
  t.is(fill?.type, 'fill.recorded');
  t.true((drift?.seq ?? 0) - (fill?.seq ?? 0) > 4_000);
});

test('of the rows of a session nothing is held but what is told', async (t) => {
  const texts = play(legacy).map((row) => JSON.stringify(row));
  const listener = createListener();
  const seen: WeakRef<Recorded<Event>>[] = [];
  for (const text of texts) {
    const row = JSON.parse(text) as Recorded<Event>;
    seen.push(new WeakRef(row));
    listener.take(row);
  }
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  t.is(listener.heard().trips.length, 2);
  t.true(seen.filter((row) => row.deref() !== undefined).length <= 1);
});

test('a breached limit is traced to the holdings and the market it was measured on', (t) => {
  const told = explained({
    seconds: 602,
    amm,
    wallet: { drops: '76922600', rlusd: '50' },
    set: ['risk.max_xrp_exposure=100'],
  });
  t.is(told.halt?.reason, 'risk_xrp_exposure');
  t.deepEqual(
    told.chain.map(({ type }) => type),
    ['tick', 'market.observed', 'limit.breached', 'halt'],
  );
  t.deepEqual(
    told.sources.map(({ carried_by, input }) => [carried_by.type, input?.type]),
    [
      ['inventory.changed', 'market.read'],
      ['market.observed', 'market.read'],
    ],
  );
});

test('the page tells S42 in the order in which it happened', (t) => {
  const page = flat(narrative(explained(legacy)));
  const marks = [
    'HALT since 2026-04-20 19:04:36Z: degraded_timeout of anchor_saturation',
    'Why: degraded_timeout, source anchor_saturation (degraded_timeout_exceeded_300s)',
    '1m36s anchor_saturation tripped at 18:59:36Z, the first cause: mean −7.07 bps (limit ±6.0) and 100 % of 25 samples beyond 5.0 bps (limit 40 %)',
    'Mode OK → DEGRADED, for anchor_saturation. Deadline: 5m00s later, at 6m36s.',
    'its recovery is switched off',
    '1m48s directional_drift C tripped at 18:59:48Z, while anchor_saturation stood: 15 ticks without a buy (limit 15)',
    'Mode still DEGRADED, for anchor_saturation and directional_drift.',
    '6m36s The deadline of anchor_saturation came, 5m00s after its trip, at 19:04:36Z: degraded_timeout',
    'What else stood at the end: directional_drift C, since 1m48s; its own deadline would have come at 6m48s',
    'From the input to the halt:',
    'node dist/main.js replay 42',
  ];
  let from = 0;
  for (const mark of marks) {
    const found = page.indexOf(mark, from);
    t.true(found >= from, mark);
    from = found;
  }
});

test('the page stays a page: no line beyond its width, and old episodes are counted', (t) => {
  const told = explained({
    seconds: 1500,
    set: ['guards.anchor_saturation.recovery_ticks=1', 'guards.anchor_saturation.cooldown_ticks=0'],
    amm: (at) => 1.42 * (1 - (Math.floor(at / 100) % 2 === 0 ? 8 : 0) / 10_000),
  });
  t.true(told.causes.length > 4);
  const lines = narrative(told).split('\n');
  for (const line of lines) t.true(line.length <= 100, line);
  t.true(
    lines.some((line) => /^Before that \d+ episodes? came and went: anchor_saturation/.test(line)),
  );
});

test('an instant of another day than the start has its date, and the margin room for days', (t) => {
  const told = explained(legacy);
  const trip = flat(narrative(told)).match(/tripped at (\S+Z)/)?.[1] ?? t.fail();
  t.regex(trip, /^\d\d:\d\d:\d\dZ$/);
  const day = 86_400;
  const page = narrative({
    ...told,
    started_at: new Date(Date.parse(told.started_at) - 9 * day * 1000).toISOString(),
    causes: told.causes.map((one) => ({
      ...one,
      elapsed_seconds: one.elapsed_seconds + 9 * day,
    })),
  });
  t.regex(page, new RegExp(`^9d00h\\S+ {2}\\S+ tripped at \\d{4}-\\d\\d-\\d\\d ${trip}`, 'm'));
  t.regex(page, /^ {13}\S/m);
  t.true(page.split('\n').every((line) => line.length <= 100));
});

test('a planned end has no cause in a guard that merely stood', (t) => {
  const told = explained({ ...legacy, profile: 'default' });
  t.is(told.halt?.reason, 'duration_elapsed');
  t.is(told.first_cause, null);
  t.deepEqual(told.standing, ['anchor_saturation']);
  t.deepEqual(
    told.causes.map(({ outcome }) => outcome),
    ['standing', 'recovered'],
  );
});

test('the last episode that a guard is allowed is told as that', (t) => {
  const told = explained({
    seconds: 602,
    amm: () => 1.42,
    set: ['guards.directional_drift.max_episodes=1'],
    fills: [4, 8, 12].map((t) => ({ t, side: 'buy' as const })),
  });
  t.is(told.halt?.reason, 'degraded_episode_limit_halt');
  const page = flat(narrative(told));
  t.regex(
    page,
    /directional_drift A tripped at \d\d:\d\d:\d\dZ, the cause: 3 buys within 30 s and no sell between/,
  );
  t.regex(page, /That was the last episode that directional_drift is allowed/);
  t.false(page.includes('It did not recover'));
});

test('a session that died is told with the last it said', (t) => {
  const rows = play({ ...legacy, crash: { t: 60, silentSeconds: 41 } });
  const told = explain(rows);
  const closed = rows.findIndex(({ event }) => event.type === 'session.closed_by_next');
  t.is(told.last_before_silence?.seq, rows[closed - 1]?.seq);
  t.is(told.chain[0]?.type, 'session.closed_by_next');
  t.regex(narrative(told), /The last event before the silence/);
});

test('later causes are told as ignored', (t) => {
  const told = explained({
    ...legacy,
    inputs: [
      { t: 96, input: { type: 'operator.kill', note: 'enough' } },
      { t: 96, input: { type: 'operator.kill', note: 'again' } },
    ],
  });
  t.is(told.halt?.detail, 'enough');
  t.deepEqual(
    told.ignored.map(({ what }) => what),
    ['kill_switch, source operator (again)'],
  );
});

test('a session that runs is explained by the chain to its present mode', (t) => {
  const rows = play(legacy);
  const tripped = rows.findIndex(({ event }) => event.type === 'mode.changed');
  const told = explain(rows.slice(0, tripped + 1));
  t.is(told.halt, null);
  t.is(told.first_cause?.guard, 'anchor_saturation');
  t.is(told.chain.at(-1)?.type, 'mode.changed');
  t.regex(narrative(told), /From the input to the present mode/);
});

test('of a session that is too long to run again the page says how to ask for one setting', (t) => {
  const page = flat(narrative(explain(play(legacy)), 'neo.db', null));
  t.regex(
    page,
    /too long to seek the settings that would have changed that\. Ask for one of them:/,
  );
  t.regex(page, /node dist\/main\.js replay 42 --set KEY=VALUE/);
});
