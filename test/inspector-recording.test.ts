/** What the page is told of a session: as of any event the same fold as the engine's own, in no more points than asked for. */
import test from 'ava';
import fc from 'fast-check';
import { Subject, filter, firstValueFrom } from 'rxjs';
import { createColumns } from '../inspector/columns.ts';
import { factsOf } from '../inspector/facts.ts';
import { createRecording, type Recording } from '../inspector/recording.ts';
import { trace } from '../inspector/trace.ts';
import { viewOf } from '../inspector/view.ts';
import { isoDate } from '../ledger/time.ts';
import { apply, empty } from '../projections/moment.ts';
import { freeze, thaw } from '../projections/frozen.ts';
import { sentence } from '../projections/sentence.ts';
import { columns, type Tick } from '../projections/strip.ts';
import type { Thresholds } from '../projections/thresholds.ts';
import { instant } from '../projections/wording.ts';
import { played, playedStart, sourceFrom } from './inspected.ts';

const rows = played();

const whole = async (): Promise<Recording> => {
  const { source } = sourceFrom([rows]);
  const [first] = rows;
  if (!first) throw new Error('nothing was played');
  const recording = createRecording(source, 1, first, () => undefined);
  await recording.follow(rows.length);
  return recording;
};

test('a moment is the fold of all rows up to it, wherever one looks and in whatever order', async (t) => {
  const recording = await whole();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: rows.length }), { minLength: 1 }),
      async (seqs) => {
        for (const seq of seqs) {
          const moment = await recording.momentAt(seq);
          const folded = rows.slice(0, seq).reduce(apply, empty);
          if (moment.seq !== seq) return false;
          if (sentence(1, moment.session, moment.at) !== sentence(1, folded.session, folded.at))
            return false;
        }
        return true;
      },
    ),
    { numRuns: 15 },
  );
  t.is(recording.newest().seq, rows.length);
  t.is(recording.damage(), null);
});

test('both causes stand at their times, and a time is the last event at or before it', async (t) => {
  const recording = await whole();
  const at = async (seconds: number) => {
    const seq = await recording.seqAt(playedStart + seconds * 1000);
    return viewOf(1, await recording.momentAt(seq), recording.columns, {
      isWritten: true,
      imported: false,
      damaged: false,
    });
  };
  t.deepEqual((await at(90)).causes, []);
  t.deepEqual((await at(100)).causes, ['anchor_saturation']);
  const both = await at(110);
  t.deepEqual(both.causes, ['anchor_saturation', 'directional_drift']);
  t.is(both.word, 'DEGRADED');
  const last = await at(598);
  t.true(last.at <= playedStart + 598_000);
  t.deepEqual(last.causes, ['anchor_saturation']);
});

test('a lane has no more points than asked for, and no extreme is lost', (t) => {
  const ticks = fc.array(fc.option(fc.double({ min: -50, max: 50, noNaN: true }), { nil: null }), {
    minLength: 1,
    maxLength: 400,
  });
  fc.assert(
    fc.property(ticks, fc.integer({ min: 1, max: 90 }), (errors, points) => {
      const kept = createColumns();
      errors.forEach((error, index) => {
        const blank = Object.fromEntries(columns.map((name) => [name, null])) as Tick;
        kept.push({ ...blank, seq: index + 1, at: index * 1000, error });
      });
      const { last, low, high } = kept.stretch(0, errors.length * 1000, points);
      t.true(last.at.length <= points || low === null);
      const known = errors.filter((error) => error !== null);
      if (!low || !high) {
        t.deepEqual(last.error, errors);
        return;
      }
      if (known.length === 0) return;
      t.is(Math.min(...low.error.filter((one) => one !== null)), Math.min(...known));
      t.is(Math.max(...high.error.filter((one) => one !== null)), Math.max(...known));
    }),
  );
});

test('ticks put before others and behind them stand in their order, whatever comes when', (t) => {
  const one = (seq: number): Tick => {
    const blank = Object.fromEntries(columns.map((name) => [name, null])) as Tick;
    return { ...blank, seq, at: seq * 1000 };
  };
  const steps = fc.array(fc.oneof(fc.constant('push'), fc.integer({ min: 0, max: 700 })), {
    maxLength: 12,
  });
  const property = fc.property(steps, (kinds) => {
    const kept = createColumns();
    let [low, high] = [5_000, 5_000];
    for (const kind of kinds) {
      if (kind === 'push') {
        for (let i = 0; i < 300; i += 1) kept.push(one((high += 1)));
      } else {
        const count = Number(kind);
        const ticks = Array.from({ length: count }, (_, i) => one(low - count + 1 + i));
        kept.unshift(ticks.map((tick) => columns.map((name) => tick[name])));
        low -= count;
      }
    }
    const wanted = Array.from({ length: high - low }, (_, i) => low + 1 + i);
    t.deepEqual(kept.stretch(-1e9, 1e12, 100_000).last.seq, wanted);
    t.is(kept.until(5_000_500), Math.max(0, Math.min(high, 5_000) - low));
  });
  fc.assert(property, { numRuns: 40 });
});

test('a session that grows is followed, a second look while one is under way included', async (t) => {
  const { source, grow } = sourceFrom([rows.slice(0, 100)]);
  const [first] = rows;
  if (!first) return t.fail();
  const recording = createRecording(source, 1, first, () => undefined);
  await recording.follow(100);
  await recording.follow(100);
  t.is(recording.newest().seq, 100);
  grow(1, rows.slice(100, 900));
  await Promise.all([recording.follow(500), recording.follow(900)]);
  t.is(recording.newest().seq, 900);
});

test('a log is shown up to where it is damaged, and what is wrong is said', async (t) => {
  const { source } = sourceFrom([rows]);
  const broken = {
    ...source,
    outlines: (session: number, range: { from: number; to: number }) => {
      if (range.from <= 730 && range.to >= 730) throw new Error('event 730 is missing');
      return source.outlines(session, range);
    },
  };
  const [first] = rows;
  if (!first) return t.fail();
  const recording = createRecording(broken, 1, first, () => undefined);
  await recording.follow(rows.length);
  t.is(recording.newest().seq, 729);
  t.is(recording.damage(), 'event 730 is missing');
});

test('behind an event that is not what was written nothing is shown, also where it was shown already', async (t) => {
  const { source, grow } = sourceFrom([rows.slice(0, 800)]);
  const asked: number[] = [];
  const tampered = {
    ...source,
    broken: async (_: number, { from, to }: { from: number; to: number }) => {
      asked.push(from);
      return from <= 730 && to >= 730 ? { seq: 730, why: 'event 730 is damaged' } : undefined;
    },
  };
  const [first] = rows;
  if (!first) return t.fail();
  const told = new Subject<void>();
  const recording = createRecording(tampered, 1, first, () => told.next());
  const said = firstValueFrom(told.pipe(filter(() => recording.damage() !== null)));
  await recording.follow(700);
  t.is(recording.damage(), null);
  grow(1, rows.slice(800));
  await recording.follow(rows.length);
  await said;
  t.deepEqual(asked, [1, 701]);
  t.is(recording.damage(), 'event 730 is damaged');
  t.is(recording.newest().seq, 729);
  t.deepEqual(recording.newest(), rows.slice(0, 729).reduce(apply, empty));
  t.is((await recording.momentAt(900)).seq, 729);
  const before = createRecording(source, 1, first, () => undefined);
  await before.follow(729);
  const ticksOf = ({ columns: kept }: Recording) =>
    kept.stretch(0, Number.MAX_SAFE_INTEGER, 10_000).last;
  t.true(ticksOf(recording).seq.length > 80);
  t.deepEqual(ticksOf(recording), ticksOf(before));
  t.true(recording.marks().length > 0 && recording.marks().every(({ seq }) => seq < 730));
  await recording.follow(rows.length + 1);
  t.is(recording.newest().seq, 729);
});

test('an event of a newer build is a row of the log, and the fold goes on behind it', async (t) => {
  const strange = rows.map((row) =>
    row.seq === 40 ? { ...row, event: { type: 'moon.risen', phase: 3 } as never } : row,
  );
  const { source } = sourceFrom([strange]);
  const [first] = rows;
  if (!first) return t.fail();
  const recording = createRecording(source, 1, first, () => undefined);
  await recording.follow(strange.length);
  t.is(recording.newest().seq, strange.length);
  const traced = await trace(source, 1, 40, { last: strange.length, thresholds: null });
  t.is(traced?.up.at(-1)?.what, '{"phase":3}');
});

test('the causes of a trip lead up to the input that began it, its evidence is a list of its own', async (t) => {
  const { source } = sourceFrom([rows]);
  const last = rows.length;
  const tripped = rows.find(({ event }) => event.type === 'guard.tripped');
  const thresholds = rows.map(({ event }) => event).find((event) => event.type === 'session.opened')
    ?.config.effective as unknown as Thresholds;
  const traced = await trace(source, 1, tripped?.seq ?? 0, { last, thresholds });
  t.deepEqual(
    traced?.up.map(({ type }) => type),
    ['tick', 'market.observed', 'guards.evaluated', 'guard.tripped'],
  );
  t.true(traced?.beside.some(({ type }) => type === 'mode.changed'));
  t.true((traced?.evidence.length ?? 0) >= 25);
  const tick = await trace(source, 1, traced?.up[0]?.seq ?? 0, { last, thresholds });
  t.deepEqual(tick?.up.length, 1);
  t.true(tick?.down.some(({ type, depth }) => type === 'guard.tripped' && depth === 3));
  t.is(await trace(source, 1, rows.length + 1, { last, thresholds: null }), undefined);
});

test('a session opened with its chapters is told as one that was read whole', async (t) => {
  const long = played({ seconds: 3_600 });
  const { source } = sourceFrom([long]);
  const [first] = long;
  if (!first) return t.fail();
  let read = 0;
  const counted = {
    ...source,
    outlines: (session: number, range: { from: number; to: number }) => {
      read += range.to - range.from + 1;
      return source.outlines(session, range);
    },
  };
  const chaptered = createRecording(counted, 1, first, () => undefined);
  await chaptered.follow(long.length);
  await chaptered.whole();
  t.is(chaptered.since(), 1);
  t.true((await source.chapters(1)).length >= 2);
  t.true(read < 2_500, `${read} rows were read`);
  const whole = createRecording({ ...source, chapters: async () => [] }, 1, first, () => undefined);
  await whole.follow(long.length);
  t.deepEqual(chaptered.marks(), whole.marks());
  t.is(chaptered.columns.count(), whole.columns.count());
  const all = (one: Recording) => one.columns.stretch(0, Number.MAX_SAFE_INTEGER, 100_000).last;
  t.deepEqual(all(chaptered), all(whole));
  for (const seq of [1, 5, 1_999, 2_003, 2_500, 4_100, long.length - 1, long.length]) {
    const [a, b] = [await chaptered.momentAt(seq), await whole.momentAt(seq)];
    t.deepEqual(
      viewOf(1, a, chaptered.columns, { isWritten: true, imported: false, damaged: false }),
      viewOf(1, b, whole.columns, { isWritten: true, imported: false, damaged: false }),
      `event ${seq}`,
    );
  }
});

test('the newest moment waits for no older chapter, and what asks for older ones waits for them', async (t) => {
  const long = played({ seconds: 3_600 });
  const { source } = sourceFrom([long]);
  const [first] = long;
  if (!first) return t.fail();
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const slow = {
    ...source,
    strips: async (session: number, range: { from: number; to: number }) => {
      await held;
      return source.strips(session, range);
    },
  };
  const recording = createRecording(slow, 1, first, () => undefined);
  await recording.follow(long.length);
  t.is(recording.newest().seq, long.length);
  t.true(recording.since() > 2_000);
  const ticksBefore = recording.columns.count();
  const early = recording.seqAt(playedStart + 60_000);
  letGo();
  t.is((await recording.momentAt(await early)).at, playedStart + 60_000);
  t.is(recording.since(), 1);
  t.true(recording.columns.count() > ticksBefore);
});

test('a fold comes back from its text as it was', (t) => {
  const leaf = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.bigInt(), fc.integer());
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree')),
      fc.dictionary(fc.stringMatching(/^[a-z]+$/), tie('tree')),
      fc.array(fc.tuple(fc.string(), tie('tree'))).map((entries) => new Map(entries)),
    ),
  }));
  fc.assert(fc.property(tree, (value) => t.deepEqual(thaw(freeze(value)), value)));
  t.throws(() => freeze({ a: Number.NaN }), { message: /cannot be kept/ });
});

test('a planned end of another day than the start is told with its date', async (t) => {
  const { seq } = rows.findLast(({ event }) => event.type === 'tick') ?? t.fail();
  const moment = await (await whole()).momentAt(seq);
  const { openedAt } = moment.session;
  const noteOf = (days: number, isWritten: boolean) => {
    const plannedEndAt = openedAt + days * 86_400_000;
    const session = { ...moment.session, plannedEndAt };
    const where = { isWritten, imported: false, damaged: false };
    return factsOf({ ...moment, session }, where)[0];
  };
  t.is(noteOf(0, true)?.note, instant(openedAt).slice(11));
  t.is(noteOf(3, true)?.note, instant(openedAt + 3 * 86_400_000));
  t.is(noteOf(0, false)?.note, 'not reached');
  t.is(noteOf(3, false)?.note, `${isoDate(openedAt + 3 * 86_400_000)}, not reached`);
});

test('what ends says so: ending until it is proven, and nothing of the sentence is said twice', async (t) => {
  const recording = await whole();
  const at = async (type: string) => {
    const seq = rows.find(({ event }) => event.type === type)?.seq ?? 0;
    return viewOf(1, await recording.momentAt(seq), recording.columns, {
      isWritten: true,
      imported: false,
      damaged: false,
    });
  };
  const ending = await at('halt');
  t.is(ending.word, 'ENDING');
  t.is(ending.facts[0]?.name, 'ending since');
  t.regex(ending.sentence, /^ending after .*; closing/);
  const ended = await at('session.ended');
  t.is(ended.word, 'ENDED');
  t.is(ended.facts[0]?.name, 'ended');
  t.regex(ended.sentence, /^ended after /);
  t.true(
    ended.guards.every(({ ring, endless }) => ring === null && !endless),
    'nothing runs out',
  );
  const running = viewOf(1, await recording.momentAt(100), recording.columns, {
    isWritten: true,
    imported: false,
    damaged: false,
  });
  t.is(running.rest, 'quoting');
  const died = viewOf(1, await recording.momentAt(100), recording.columns, {
    isWritten: false,
    imported: false,
    damaged: false,
  });
  t.regex(died.rest, /^nobody writes this log since /);
});

test('one that lacks is one fill, and of no samples there is no mean', async (t) => {
  const burst = played({
    seconds: 60,
    set: ['guards.directional_drift.burst_fill_count=2'],
    fills: [{ t: 24, side: 'buy' }],
  });
  const view = (seq: number) => {
    const moment = burst.slice(0, seq).reduce(apply, empty);
    const columns = createColumns();
    return viewOf(1, moment, columns, { isWritten: true, imported: false, damaged: false });
  };
  const drift = view(burst.length).guards.find(({ guard }) => guard === 'directional_drift');
  t.is(drift?.operands[0]?.distance, '1 fill to trip');
  const blind = played({ seconds: 20, amm: () => null });
  const moment = blind.reduce(apply, empty);
  const { values } = viewOf(1, moment, createColumns(), {
    isWritten: true,
    imported: false,
    damaged: false,
  });
  t.deepEqual(
    values['anchor']?.map(({ value }) => value),
    ['none', '?', '? %'],
  );
});

test('of a guard whose recovery is switched off nothing is said to be left to its release', async (t) => {
  const stuck = played({ set: ['guards.anchor_saturation.recovery_enabled=false'] });
  const moment = stuck.slice(0, rows.length - 400).reduce(apply, empty);
  const view = viewOf(1, moment, createColumns(), {
    isWritten: true,
    imported: false,
    damaged: false,
  });
  const anchor = view.guards.find(({ guard }) => guard === 'anchor_saturation');
  t.is(anchor?.phase, 'tripped');
  t.deepEqual(
    anchor?.operands.map(({ distance }) => distance),
    ['', ''],
  );
  t.is(anchor?.release.note, 'its recovery is switched off');
});
