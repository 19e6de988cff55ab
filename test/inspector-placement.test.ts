/** Where ELK puts the charts: nothing lies on anything else, every arrow ends where it leads, whatever the policy. */
import test from 'ava';
import { loadConfig } from '../config.ts';
import { drawingOf } from '../inspector/chart.ts';
import { placementOf, type Box, type Placed } from '../inspector/placement.ts';

const touches = (
  [x, y]: readonly [number, number],
  { x: left, y: top, w, h }: Omit<Box, 'key'>,
): boolean =>
  ((Math.abs(x - left) < 1 || Math.abs(x - left - w) < 1) && y >= top - 1 && y <= top + h + 1) ||
  ((Math.abs(y - top) < 1 || Math.abs(y - top - h) < 1) && x >= left - 1 && x <= left + w + 1);

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const problems = ({
  states,
  exits,
  arrows,
  compound,
  width,
  height,
}: Placed): readonly string[] => {
  const boxes = [...states, ...exits];
  const borders = (keys: readonly string[]): readonly Omit<Box, 'key'>[] => [
    ...boxes.filter(({ key }) => keys.includes(key)),
    ...(compound ? [compound] : []),
  ];
  return [
    ...boxes.flatMap((a, i) =>
      boxes.slice(i + 1).flatMap((b) => (overlap(a, b) ? [`${a.key} on ${b.key}`] : [])),
    ),
    ...boxes.flatMap(({ key, x, y, w, h }) =>
      x < 0 || y < 0 || x + w > width || y + h > height ? [`${key} outside`] : [],
    ),
    ...arrows.flatMap(({ from, to, points }) => {
      const [start, end] = [points[0], points.at(-1)];
      if (!start || !end) return [`${to} without a way`];
      return [
        ...(borders(from).some((box) => touches(start, box))
          ? []
          : [`${from.join()} → ${to} starts nowhere`]),
        ...(borders([to]).some((box) => touches(end, box))
          ? []
          : [`${from.join()} → ${to} ends nowhere`]),
      ];
    }),
  ];
};

test('a transition that is taken from anywhere is one arrow from the frame', async (t) => {
  const drawing = drawingOf(loadConfig({ env: {}, set: [] }).effective);
  const { gateway, session } = await placementOf(drawing);
  const states = ['disconnected', 'syncing', 'ready', 'stale'];
  const { compound } = gateway;
  if (!compound) return t.fail('the gateway has no frame');
  for (const [to, by] of [
    ['disconnected', /^anywhere → disconnected: gateway\.down, isLast$/],
    ['syncing', /^anywhere → syncing: ledger\.contradicted$/],
  ] as const) {
    const [arrow, ...more] = gateway.arrows.filter(
      (one) => one.to === to && one.from.length === states.length,
    );
    t.deepEqual(more, []);
    t.deepEqual(arrow?.from, states);
    t.regex(arrow?.title ?? '', by);
    t.is(arrow?.points[0]?.[0], compound.x);
  }
  t.is(session.compound, null);
});

for (const profile of ['default', 'demo', 'legacy-s42', 'live-stage1']) {
  test(`the charts of profile ${profile} are placed, nothing on anything else, every arrow between borders`, async (t) => {
    const drawing = drawingOf(loadConfig({ profile, env: {}, set: [] }).effective);
    const { join, guards, gateway, session } = await placementOf(drawing);
    t.is(Object.keys(guards).length, 7);
    for (const placed of [join, gateway, session, ...Object.values(guards)]) {
      t.deepEqual(problems(placed), []);
      t.true(placed.width <= 394, `${placed.width} pixels are more than the column has`);
    }
    for (const region of drawing.mode.guards) {
      const placed = guards[region.guard];
      t.deepEqual(
        placed?.states.map(({ key }) => key).toSorted(),
        region.states.map(({ key }) => key).toSorted(),
      );
      t.is(placed?.exits.length, region.exits.length);
    }
  });
}
