/** The page's own modules, as far as they need no browser: words, the line to the engine, where states and arrows stand. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import { loadConfig } from '../config.ts';
import { guardIds, type GuardFact } from '../events/guard.ts';
import { drawingOf, type GuardRegion, type ModeDrawing, type Row } from '../inspector/chart.ts';
import type { Frame, GuardView, Taken } from '../inspector/frame.ts';
import { createTap } from '../inspector/tap.ts';
import { armed } from '../projections/episode.ts';
import { span, timeOfDay } from '../projections/wording.ts';

const folder = fileURLToPath(new URL('../../inspector/page/', import.meta.url));
const load = (name: string): Promise<unknown> => import(join(folder, name));

type Words = Readonly<{
  duration: (ms: number) => string;
  timeOfDay: (at: number) => string;
  situation: (
    region: GuardRegion,
    view: GuardView,
    frame: Frame,
  ) => Readonly<{ phase: string; lines: readonly string[] }>;
  operands: (view: GuardView) => readonly Readonly<{ name: string; value: string }>[];
  pieces: (
    sentence: string,
    guards: readonly string[],
  ) => readonly Readonly<{ text: string; guard: string | null }>[];
  movement: (drawing: ModeDrawing, last: Taken | null) => string;
  remainder: (sentence: string, mode: string, lasting: string) => string;
}>;
type Link = Readonly<{ kind: string; heardAt: number | null; lostAt: number | null }>;
type Links = Readonly<{
  opening: Link;
  silenceMaxMs: number;
  heard: (now: number) => Link;
  failed: (link: Link, now: number) => Link;
  looked: (link: Link, now: number) => Link;
  lostWords: (link: Link, frame: Frame | null, now: number, wall: number) => string;
}>;
type Box = Readonly<{ id: string; x: number; y: number; w: number; h: number }>;
type Layouts = Readonly<{
  layout: (
    plan: object,
    width: number,
  ) => Readonly<{
    width: number;
    height: number;
    nodes: readonly Box[];
    arrows: readonly Readonly<{
      ids: readonly string[];
      d: string;
      tip: [number, number, string];
    }>[];
  }>;
}>;

const words = (await load('words.js')) as Words;
const link = (await load('link.js')) as Links;
const { layout } = (await load('layout.js')) as Layouts;

const drawing = drawingOf(loadConfig({ env: {}, set: [] }).effective);
const frame: Frame = { ...createTap().frame(), at: 1_000_000, tick: 50 };
const region = (guard: string): GuardRegion => {
  const found = drawing.mode.guards.find((one) => one.guard === guard);
  if (!found) throw new Error(`no region ${guard}`);
  return found;
};
const fact: GuardFact = {
  trip: false,
  release: 'holds',
  condition: 'C',
  operands: { meanBps: -8.36174, side: null },
  toTrip: 2,
  toRelease: 4.36174,
};
const view = (changed: Partial<GuardView['episode']>): GuardView => ({
  episode: { ...armed, ...changed },
});

test('the page’s modules keep to the types of what the server sends', (t) => {
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = join(dirname(compiler), 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  t.is(status, 0, stdout);
});

test('the page writes spans and times as every sentence does', (t) => {
  const spans = fc.property(
    fc.integer({ min: -5_000, max: 9e8 }),
    (ms) => words.duration(ms) === span(ms),
  );
  const times = fc.property(
    fc.integer({ min: 0, max: 4e12 }),
    (at) => words.timeOfDay(at) === timeOfDay(at),
  );
  t.notThrows(() => fc.assert(spans));
  t.notThrows(() => fc.assert(times));
});

test('a guard that stands says what ends it and how far off that is, as of the frame', (t) => {
  const said = words.situation(
    region('inventory_corridor'),
    view({ phase: 'recovering', trips: 2, trippedAt: 940_000, deadlineAt: 1_300_000, count: 1 }),
    frame,
  );
  t.is(said.phase, 'recovering, tripped 1m00s ago');
  t.deepEqual(said.lines, ['episode 2 of 3', 'times out in 5m00s', 'release 1/3']);
});

test('a guard that waits for ever says so, one that cools says how long', (t) => {
  const { lines } = words.situation(
    region('anchor_saturation'),
    view({ phase: 'cooling', trips: 2, trippedAt: 990_000, untilTick: 61 }),
    frame,
  );
  t.deepEqual(lines, ['episode 2', 'no deadline', 'cools for 11 more ticks']);
});

test('an armed guard says nothing of deadlines, and after the end no countdown is left', (t) => {
  t.deepEqual(words.situation(region('issuer'), view({}), frame), { phase: 'armed', lines: [] });
  const halt = { reason: 'kill_switch', source: 'operator', detail: '' } as const;
  const stood = view({ phase: 'tripped', trips: 1, trippedAt: 1, deadlineAt: 2_000_000 });
  t.deepEqual(words.situation(region('wallet_truth'), stood, { ...frame, halt }), {
    phase: 'tripped at the end',
    lines: ['episode 1'],
  });
});

test('operands are named in words, unknown ones are left out, and the distance is to the next line', (t) => {
  t.deepEqual(words.operands(view({ fact })), [
    { name: 'condition', value: 'C' },
    { name: 'mean bps', value: '−8.3617' },
    { name: 'to trip', value: '2' },
  ]);
  t.deepEqual(words.operands(view({ fact, phase: 'tripped' })).at(-1), {
    name: 'to release',
    value: '4.3617',
  });
  t.deepEqual(words.operands(view({})), []);
});

test('a sentence in pieces is the sentence, and every guard named in it is a piece', (t) => {
  const part = fc.oneof(
    fc.constantFrom(...guardIds),
    fc.constantFrom(' ', ', ', 'x', '<b>', '(C) '),
  );
  const whole = fc.property(fc.array(part), (parts) => {
    const sentence = parts.join(' ');
    const found = words.pieces(sentence, guardIds);
    const named = parts.filter((one) => guardIds.some((id) => id === one)).length;
    return (
      found.map(({ text }) => text).join('') === sentence &&
      found.filter(({ guard }) => guard !== null).length === named
    );
  });
  t.notThrows(() => fc.assert(whole));
});

test('the sentence loses only the words that stand beside it already', (t) => {
  t.is(words.remainder('OK for 3 s: quoting', 'OK', 'for 3 s'), 'quoting');
  t.is(words.remainder('OK for 3 s: quoting', 'OK', 'for 4 s'), 'OK for 3 s: quoting');
});

test('the last transition is told region by region', (t) => {
  const edges = ['mode.live.issuer.armed guards.evaluated 1', 'mode.live.join.OK always 0'];
  const last = { seq: 3, at: 0, event: 'guards.evaluated', edges };
  t.is(
    words.movement(drawing.mode, last),
    'last: issuer → tripped, join → DEGRADED; 00:00:00Z on guards.evaluated',
  );
  t.is(words.movement(drawing.mode, null), '');
});

test('a line that fails or falls silent is lost since it was last heard', (t) => {
  const live = link.heard(5_000);
  t.is(link.looked(live, 5_000 + link.silenceMaxMs).kind, 'live');
  const silent = link.looked(live, 5_001 + link.silenceMaxMs);
  t.deepEqual([silent.kind, silent.lostAt], ['lost', 5_000]);
  t.is(link.failed(silent, 90_000).lostAt, 5_000);
  t.is(link.failed(link.opening, 70).lostAt, 70);
  t.is(link.looked(link.opening, 1e9).kind, 'opening');
});

test('a lost line says since when, as of when, and that nothing is extrapolated', (t) => {
  const lost = link.failed(link.heard(5_000), 9_000);
  const said = link.lostWords(lost, frame, 65_000, 3_660_000);
  t.is(
    said,
    'Disconnected since 01:00:00Z. Everything below is as of 00:16:40Z; nothing is extrapolated. It tries again by itself.',
  );
  t.regex(link.lostWords(lost, null, 65_000, 3_660_000), /No engine answers since 01:00:00Z/);
  const halt = { reason: 'duration_elapsed', source: 'session', detail: '' } as const;
  t.regex(link.lostWords(lost, { ...frame, halt }, 65_000, 3_660_000), /session is over/);
});

const planOf = (row: Row, exits: GuardRegion['exits'] = []): object => ({
  ...row,
  calm: row.initial,
  group:
    exits.length > 0
      ? { id: '', members: row.states.map(({ id }) => id).filter((id) => id !== row.initial) }
      : null,
  exits,
  endless: exits.length === 0,
  gapMax: 64,
});

test('at every width from a phone on, states lie apart inside the drawing and every arrow ends at a border', (t) => {
  const { mode, gateway, session } = drawing;
  const plans = [
    ...mode.guards.map((row) => ({ row, plan: planOf(row, row.exits) })),
    ...[mode.join, gateway, session].map((row) => ({ row, plan: planOf(row) })),
  ];
  let arrowsSeen = 0;
  fc.assert(
    fc.property(fc.integer({ min: 330, max: 3840 }), fc.constantFrom(...plans), (width, one) => {
      const { nodes, arrows, height } = layout(one.plan, width);
      t.is(nodes.length, one.row.states.length);
      nodes.forEach(({ x, y, w, h }, i) => {
        const before = nodes[i - 1];
        t.true(x >= (before ? before.x + before.w : 0));
        t.true(x + w <= width && y >= 0 && y + h <= height);
      });
      const drawn = new Set(arrows.flatMap(({ ids }) => ids));
      for (const { id } of one.row.edges) t.true(drawn.has(id), id);
      for (const { d, tip } of arrows) {
        arrowsSeen += 1;
        t.notRegex(d, /NaN|undefined|Infinity/);
        const [x, y] = tip;
        const atBorder = nodes.some(
          (box) =>
            ((x === box.x || x === box.x + box.w) && y >= box.y && y <= box.y + box.h) ||
            ((y === box.y || y === box.y + box.h) && x >= box.x && x <= box.x + box.w),
        );
        t.true(atBorder || x === width, `${d} ends nowhere`);
      }
    }),
    { numRuns: 60 },
  );
  t.true(arrowsSeen > 100);
});
