/** The list of sessions: every bar is filled without its session being opened, and no brief mode is lost in it. */
import test from 'ava';
import fc from 'fast-check';
import type { Mode } from '../events/mode.ts';
import { barCells, barOf } from '../inspector/bar.ts';
import { createCards } from '../inspector/cards.ts';
import { played, sourceFrom } from './inspected.ts';

test('a bar is as long as it is wide, and shows every mode that was in it', (t) => {
  const change = fc.record({
    at: fc.integer({ min: 1_000, max: 101_000 }),
    mode: fc.constantFrom<Mode>('OK', 'DEGRADED', 'HALT'),
  });
  const property = fc.property(fc.array(change), (changes) => {
    const sorted = changes.toSorted((a, b) => a.at - b.at);
    const bar = barOf(sorted, 1_000, 101_000);
    t.is(
      bar.reduce((sum, { cells }) => sum + cells, 0),
      barCells,
    );
    const worst = sorted.some(({ mode }) => mode === 'HALT') ? 'HALT' : null;
    if (worst) t.true(bar.some(({ mode }) => mode === worst));
    t.true(bar.every(({ mode }, i) => mode !== bar[i - 1]?.mode));
  });
  t.notThrows(() => fc.assert(property));
  t.deepEqual(barOf([], 0, 0), [{ mode: 'OK', cells: barCells }]);
  t.deepEqual(
    barOf(
      [
        { at: 50, mode: 'DEGRADED' },
        { at: 75, mode: 'OK' },
      ],
      0,
      100,
    ),
    [
      { mode: 'OK', cells: barCells / 2 },
      { mode: 'DEGRADED', cells: barCells / 4 + 1 },
      { mode: 'OK', cells: barCells / 4 - 1 },
    ],
  );
});

test('of many changes in little space each cell has the worst, and a stretch begins as it was before', (t) => {
  const changes = Array.from({ length: 100 }, (_, i) => ({
    at: 1_000 + i,
    mode: i % 2 === 0 ? ('DEGRADED' as const) : ('OK' as const),
  }));
  t.deepEqual(barOf(changes, 900, 1_100, 4), [
    { mode: 'OK', cells: 2 },
    { mode: 'DEGRADED', cells: 2 },
  ]);
  t.deepEqual(barOf(changes.slice(0, 1), 2_000, 3_000, 5), [{ mode: 'DEGRADED', cells: 5 }]);
  t.deepEqual(barOf(changes.slice(0, 2), 2_000, 3_000, 5), [{ mode: 'OK', cells: 5 }]);
});

test('every session of the list has its bar, from chapters and the rows behind them alone', async (t) => {
  const [long, short] = [played({ seconds: 3_600 }), played({ seconds: 300 })];
  const { source } = sourceFrom([long, short, short.slice(0, 40)]);
  let read = 0;
  const counted = {
    ...source,
    read: (session: number, range: { from: number; to: number }) => {
      read += range.to - range.from + 1;
      return source.read(session, range);
    },
  };
  const cards = createCards(counted);
  await cards();
  const [first, second, third] = await cards();
  for (const card of [first, second]) {
    t.true(card?.bar?.some(({ mode }) => mode === 'DEGRADED'));
    t.is(card?.bar?.[0]?.mode, 'OK');
  }
  t.deepEqual(first?.end, { reason: 'duration_elapsed', protective: false });
  t.is(third?.end, null);
  t.deepEqual(third?.bar, [{ mode: 'OK', cells: barCells }]);
  t.true(read < 40, `${read} rows were read`);
});

test('the bar of a session that grows has what it grows by, and is never empty again', async (t) => {
  const rows = played({ seconds: 600 });
  const { source, grow } = sourceFrom([rows.slice(0, 60)]);
  const cards = createCards(source);
  await cards();
  t.deepEqual((await cards())[0]?.bar, [{ mode: 'OK', cells: barCells }]);
  grow(1, rows.slice(60));
  t.not((await cards())[0]?.bar, null);
  const [card] = await cards();
  t.true(card?.bar?.some(({ mode }) => mode === 'DEGRADED'));
  t.is(card?.end?.reason, 'duration_elapsed');
});

test('rows that cannot be read leave a bar of what can, and the list whole', async (t) => {
  const { source } = sourceFrom([played({ seconds: 60 }), played({ seconds: 60 })]);
  const broken = {
    ...source,
    find: async (session: number, ...rest: [never, never]) => {
      if (session === 1) throw new Error('damaged');
      return source.find(session, ...rest);
    },
  };
  const cards = createCards(broken as typeof source);
  await cards();
  const all = await cards();
  t.deepEqual(
    all.map(({ session, bar }) => [session, bar !== null]),
    [
      [1, true],
      [2, true],
    ],
  );
});

test('a session without an end runs while somebody writes it, and has died where nobody does', async (t) => {
  const { source, die } = sourceFrom([
    played({ seconds: 300 }),
    played({ seconds: 300 }).slice(0, 400),
  ]);
  const cards = createCards(source);
  await cards();
  t.deepEqual(
    (await cards()).map(({ died }) => died),
    [false, false],
  );
  die();
  t.deepEqual(
    (await cards()).map(({ died }) => died),
    [false, true],
  );
});

test('of a session that died neither bar nor length has the silence until the next start', async (t) => {
  const dead = played({ seconds: 600, crash: { t: 300, silentSeconds: 90_000 } });
  const cards = createCards(sourceFrom([dead]).source);
  let [card] = await cards();
  for (let i = 0; i < 100 && card?.bar === null; i += 1) [card] = await cards();
  t.true((card?.lastAt ?? Infinity) - (card?.openedAt ?? 0) <= 301_000);
  const calm = card?.bar?.find(({ mode }) => mode === 'OK')?.cells ?? 0;
  t.true(calm > 0.25 * barCells && calm < 0.5 * barCells, 'it tripped after a third of its life');
  t.is(card?.end?.reason, 'unexpected_halt');
});
