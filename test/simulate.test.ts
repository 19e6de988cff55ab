/** The simulation: what it suffers follows from its seed, every invariant holds, and each planted bug is caught by one. */
import test from 'ava';
import { connect } from '../actors/log/sqlite.ts';
import { stages, thing, type Part, type Stages } from '../actors/wiring.ts';
import type { Row } from '../actors/engine.ts';
import { keyOf, type FillFact } from '../commands/simulate/facts.ts';
import { simulateOne, type Job } from '../commands/simulate/one.ts';
import {
  crashNames,
  parseSuffered,
  planOf,
  shareOf,
  sufferedNames,
  type Suffered,
} from '../commands/simulate/plan.ts';
import { neverHappened, nothing, plus, told } from '../commands/simulate/tally.ts';
import { createWatch, Violation } from '../commands/simulate/watch.ts';
import type { Planted } from '../commands/simulate/world.ts';
import type { Said } from '../events/event.ts';
import type { FillRecorded } from '../events/inventory.ts';
import { decimal, zero } from '../ledger/decimal.ts';
import { reconciler } from '../machines/reconciler.ts';
import type { Reducer } from '../machines/reducer.ts';
import { ask, documentOf, folderFor } from './door.ts';

const job = (seed: number, names: readonly Suffered[] = [], seconds = 120): Job => ({
  seed,
  seconds,
  names,
});

/** A seed in which both sides are filled before long. */
const busy = 3;

const violationOf = async (planted: Planted, of: Job = job(busy)): Promise<string> => {
  const outcome = await simulateOne(of, undefined, planted);
  return 'violation' in outcome ? outcome.violation : '';
};

/** The reconciler with something else to say in place of what it says. */
const misled = (change: (said: Said) => readonly Said[]): Planted => {
  const faulty: Reducer<typeof reconciler.initial> = {
    ...reconciler,
    on: (state, heard, say) =>
      reconciler.on(state, heard, (event, because) => {
        for (const one of change(event)) say(one, because);
      }),
  };
  const inPlace = (part: Part): Part => (part.id === reconciler.id ? thing(faulty) : part);
  const wired: Stages = (settings) =>
    stages(settings).map((stage) => ({ ...stage, parts: stage.parts.map(inPlace) }));
  return { stages: wired };
};

const madeUp = (hash: string, ledger: number): FillRecorded => ({
  type: 'fill.recorded',
  hash,
  order: null,
  offerSequence: 1,
  side: 'buy',
  role: 'maker',
  drops: '1000000',
  rlusd: '1.42',
  price: '1.42',
  mid: null,
  spreadBps: null,
  spreadPnl: null,
  ledger,
  closeTime: 0,
  late: false,
});

const isFill = (said: Said): said is FillRecorded => said.type === 'fill.recorded';

test('without faults a simulated engine trades, and every invariant holds', async (t) => {
  const outcome = await simulateOne(job(busy));
  if ('violation' in outcome) return t.fail(outcome.violation);
  const { tally } = outcome;
  t.true(tally.fills.buy + tally.fills.sell > 0, 'the other tests need fills');
  t.true(tally.ticks >= 30 && tally.ledgers >= 30);
  return t.is(tally.simulated, 1);
});

test('planted: a fill is lost', async (t) => {
  const lost = misled((said) => (isFill(said) ? [] : [said]));
  t.regex(await violationOf(lost), /^fill \w+\/\d+ of ledger \d+ is missing/);
});

test('planted: a fill is booked twice', async (t) => {
  const doubled = misled((said) => (isFill(said) ? [said, said] : [said]));
  t.regex(await violationOf(doubled), /^fill \w+\/\d+ is booked twice/);
});

test('planted: a fill is booked at the quoted amounts and not at the ledger’s', async (t) => {
  const rounded = misled((said) => [isFill(said) ? { ...said, rlusd: `${said.rlusd}1` } : said]);
  t.regex(await violationOf(rounded), /^fill \w+\/\d+ is booked with other amounts/);
});

test('planted: a guess, a fill made up where a fee was paid', async (t) => {
  const guessed = misled((said) =>
    said.type === 'fee.paid' ? [said, madeUp(said.hash, said.ledger)] : [said],
  );
  t.regex(await violationOf(guessed), /^fill \w+\/1 is booked, and no ledger has it/);
});

test('planted: a fee is not booked', async (t) => {
  const free = misled((said) => (said.type === 'fee.paid' ? [] : [said]));
  t.regex(await violationOf(free), /^at ledger \d+ the engine has .*, the ledger /);
});

test('planted: what a line rounds is not booked', async (t) => {
  const careless = misled((said) => (said.type === 'line.rounded' ? [] : [said]));
  t.regex(
    await violationOf(careless),
    /^at ledger \d+ the engine has .* and \d+\.\d{10,} RLUSD, the /,
  );
});

test('planted: fills are booked in another order than the ledger’s', async (t) => {
  const fact = (ledger: number, index: number): FillFact => ({
    key: keyOf(`${ledger}.${index}`, 1),
    ledger,
    index,
    side: 'buy',
    drops: 1_000_000n,
    rlusd: decimal('1.42'),
  });
  const facts = [fact(2, 4), fact(3, 1), fact(3, 2)];
  const booked = (order: readonly number[]): void => {
    const watch = createWatch();
    const nobody = { drops: 0n, rlusd: zero };
    for (const index of [2, 3]) {
      const fills = facts.filter(({ ledger }) => ledger === index);
      watch.ledger({ index, closeTime: 0, fills, sent: [], balance: nobody, offers: [] });
    }
    const rows = order.map((place, at): Row => {
      const { ledger, index } = facts[place] ?? fact(0, 0);
      const event = madeUp(`${ledger}.${index}`, ledger);
      return {
        seq: at + 1,
        turn: 1,
        at: 0,
        kind: 'decision',
        actor: 'reconciler',
        v: 1,
        cause: 0,
        event,
      };
    });
    watch.rows(1, rows);
  };
  t.notThrows(() => booked([0, 1, 2]));
  const message = /^fill .* is booked after one that came later/;
  t.throws(() => booked([1, 0, 2]), { instanceOf: Violation, message });
  t.throws(() => booked([0, 2, 1]), { instanceOf: Violation, message });
});

test('planted: an effect before its commit', async (t) => {
  t.regex(await violationOf({ isHasty: true }), /was sent before its cause was durable/);
});

test('under every fault and death there is, with the same counts each time', async (t) => {
  const wild = job(7, sufferedNames, 240);
  const first = await simulateOne(wild);
  if ('violation' in first) return t.fail(first.violation);
  t.true(first.tally.sessions > 2, 'it was started again');
  t.true(Object.values(first.tally.faults).filter((count) => count > 0).length > 15);
  return t.deepEqual(await simulateOne(wild), first);
});

test('the command counts what happened and says that all of it held', async (t) => {
  const folder = await folderFor(t);
  const line = ['--sessions', '3', '--hours', '0.02', '--faults', 'none'];
  const refused = await ask(folder, 'simulate', ...line);
  t.is(refused.code, 2, '--db is for one session');
  const file = `${folder}/one.db`;
  const one = ['--sessions', '1', '--hours', '0.02', '--seed', '40', '--db', file, '--json'];
  const kept = await ask(folder, 'simulate', ...one, '--faults', 'answer_late,crash_before_append');
  t.is(kept.code, 0, kept.err);
  const counts = documentOf<Record<string, unknown>>(kept);
  t.like(counts, { simulated: 1, violation: null, never_happened: [] });
  t.like(counts['faults'], { answer_late: 1, crash_before_append: 1 });
  t.is((await ask(folder, 'verify', '--db', file)).code, 0, 'the log of it is kept');
  const tables = await connect(file, 'read');
  const rows = await tables.all('SELECT session_id FROM sessions');
  await tables.close();
  t.is(rows.length, Number(counts['sessions']), 'with its tables');
  t.is((await ask(folder, 'simulate', ...one)).code, 2, 'and is not written over');
});

test('wrong words are refused with what is right', async (t) => {
  const folder = await folderFor(t);
  for (const [line, says] of [
    [['--faults', 'flood'], /no fault "flood": choose all, none, or of socket_dropped, /],
    [['--sessions', '0'], /--sessions is a whole number from 1/],
    [['--hours', 'x'], /--hours is a number from 0\.01/],
    [['word'], /takes no "word"/],
    [
      ['--sessions', '1', '--db', `${folder}/none/one.db`],
      /^there is no folder .*: create it.*\n$/,
    ],
  ] as const) {
    const { code, out, err } = await ask(folder, 'simulate', ...line);
    t.is(code, 2);
    t.is(out, '');
    t.regex(err, says);
  }
});

test('a fault that was asked for and never happened is named', (t) => {
  const names: readonly Suffered[] = ['clawback', 'freeze'];
  const once = plus(nothing, { ...nothing, simulated: 1, faults: { freeze: 2 } });
  t.deepEqual(neverHappened(once, names), ['clawback']);
  t.deepEqual(neverHappened(plus(once, { ...nothing, faults: { clawback: 1 } }), names), []);
  t.regex(told(once, names), /freeze +2\n {2}clawback +0\n/);
});

test('each name has its own blows, whatever else is asked for, and each comes to several sessions', (t) => {
  const all = planOf(5, 600, sufferedNames).blows;
  for (const name of sufferedNames) {
    const alone = planOf(5, 600, [name]).blows;
    t.deepEqual(
      alone,
      all.filter((blow) => blow.name === name),
    );
    t.true(alone.length > 0 && alone.every(({ at }) => at > 0 && at < 600));
  }
  for (const sessions of [1, 2, 5, 30]) {
    const shares = Array.from({ length: sessions }, (_, place) =>
      shareOf(sufferedNames, place, sessions, 60),
    );
    for (const name of sufferedNames) {
      t.true(
        shares.some((share) => share.includes(name)),
        `${name} in ${sessions}`,
      );
    }
  }
  t.deepEqual(parseSuffered('all'), sufferedNames);
  t.deepEqual(parseSuffered('none'), []);
  t.deepEqual(parseSuffered(' crash_after_send, freeze'), ['freeze', 'crash_after_send']);
  t.true(crashNames.every((name) => sufferedNames.includes(name)));
});
