/**
 * Where the states and arrows of a chart stand, laid out by ELK from what the machine's definition says. An arrow that is taken
 * from anywhere, and arrows that every state of the compound shares, are one from the frame's border, as statecharts are drawn.
 */
import { createRequire } from 'node:module';
import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs';
import type { Drawing, Exit, GuardRegion, ModeDrawing, Row } from './chart.ts';

export type Box = Readonly<{ key: string; x: number; y: number; w: number; h: number }>;

export type Arrow = Readonly<{
  /** Keys of the states that it leads from; of all within the frame where it begins at that. */
  from: readonly string[];
  to: string;
  /** The bends, from the first to the last; the tip is at the last. */
  points: readonly (readonly [number, number])[];
  /** What takes it, for whoever asks. */
  title: string;
  /** What takes it, a line each, where there is room to write it; its box has the first line on top. */
  words: readonly string[];
  at: Omit<Box, 'key'> | null;
}>;

type Planned = Omit<Arrow, 'points' | 'at'>;

export type Placed = Readonly<{
  width: number;
  height: number;
  states: readonly Box[];
  /** Around the states whose being active makes the engine DEGRADED, or around all where an arrow leads from anywhere. */
  compound: Omit<Box, 'key'> | null;
  arrows: readonly Arrow[];
  /** Ways out for good, each with its limit as its key. */
  exits: readonly Box[];
}>;

export type Placement = Readonly<{
  join: Placed;
  guards: Readonly<Record<string, Placed>>;
  gateway: Placed;
  session: Placed;
}>;

export const placementOf = async ({ mode, gateway, session }: Drawing): Promise<Placement> => {
  const guards: Record<string, Placed> = {};
  for (const region of mode.guards) guards[region.guard] = await place(regionPlan(region));
  return {
    join: await place(joinPlan(mode)),
    guards,
    gateway: await place(flatPlan(gateway)),
    session: await place(flatPlan(session)),
  };
};

type Plan = Readonly<{
  states: readonly string[];
  members: readonly string[];
  arrows: readonly Planned[];
  exits: readonly string[];
  gap: number;
}>;

const regionPlan = (region: GuardRegion): Plan => {
  const own = flatPlan(region);
  const members = own.states.slice(1);
  return {
    ...own,
    members,
    gap: 12,
    arrows: [...shared(own.arrows, members), ...region.exits.map(exitArrow(region))],
    exits: region.exits.map(({ limit }) => limit),
  };
};

const exitArrow =
  ({ states }: Row) =>
  ({ sources, limit }: Exit): Planned => ({
    from: states.filter(({ id }) => sources.includes(id)).map(({ key }) => key),
    to: limit,
    title: `HALT: ${limit}`,
    words: [],
  });

const joinPlan = ({ join, ends, endings }: ModeDrawing): Plan => {
  const own = flatPlan(join);
  const out = ends.map((end) => {
    const words = endings
      .filter(({ target }) => target === end.id)
      .map(({ event, guard }) => [event, guard].filter(Boolean).join(', '));
    return { from: own.states, to: end.key, title: words.join(' · '), words };
  });
  const within = own.arrows.map((arrow) => ({ ...arrow, words: wordsOf(join, arrow) }));
  const states = [...own.states, ...ends.map(({ key }) => key)];
  return { ...own, states, members: own.states, arrows: [...within, ...out], gap: 8 };
};

const wordsOf = ({ states, edges }: Row, { from, to }: Planned): readonly string[] => {
  const idOf = (key: string | undefined) => states.find((one) => one.key === key)?.id;
  return edges
    .filter(({ source, target }) => source === idOf(from[0]) && target === idOf(to))
    .map(({ guard, event }) => guard ?? event ?? 'at once');
};

/** Transitions between the same two states are one arrow; one of the chart itself leads from any of its states. */
const flatPlan = ({ id: whole, states, edges }: Row): Plan => {
  const keys = new Map(states.map(({ id, key }) => [id, key]));
  const all = states.map(({ key }) => key);
  const found = new Map<string, Planned>();
  for (const { source, target, event, guard } of edges) {
    const [from, to] = [source === whole ? 'anywhere' : keys.get(source), keys.get(target)];
    if (from === undefined || to === undefined) continue;
    const reason = [event ?? 'at once', guard].filter(Boolean).join(', ');
    const before = found.get(`${from} ${to}`);
    found.set(`${from} ${to}`, {
      from: source === whole ? all : [from],
      to,
      title: before ? `${before.title}; ${reason}` : `${from} → ${to}: ${reason}`,
      words: [],
    });
  }
  const isFramed = [...found.values()].some(({ from }) => from.length > 1);
  return {
    states: all,
    members: isFramed ? all : [],
    arrows: [...found.values()],
    exits: [],
    gap: 18,
  };
};

/** Gathers what all members share; what only some have stays as it is. */
const shared = (arrows: readonly Planned[], members: readonly string[]): readonly Planned[] => {
  const outside = [...new Set(arrows.map(({ to }) => to))].filter((to) => !members.includes(to));
  return outside.reduce((left, to) => {
    const each = left.filter((one) => one.to === to && members.includes(one.from[0] ?? ''));
    if (each.length < members.length) return left;
    const title = each.map((one) => one.title).join('; ');
    return [...left.filter((one) => !each.includes(one)), { from: members, to, title, words: [] }];
  }, arrows);
};

const stateHeight = 20;
const group = 'compound';
const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.spacing.nodeNode': '8',
  'elk.spacing.edgeEdge': '5',
  'elk.spacing.edgeNode': '6',
  'elk.layered.spacing.edgeNodeBetweenLayers': '7',
  'elk.spacing.edgeLabel': '1',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '5',
  'elk.padding': '[top=3,left=1,bottom=3,right=1]',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
} as const;

const place = async ({ states, members, arrows, exits, gap }: Plan): Promise<Placed> => {
  const order = [...states, ...exits];
  const nodes = order.map((key) => ({ id: key, width: widthOf(key), height: stateHeight }));
  const inside = nodes.filter(({ id }) => members.includes(id));
  const compound: ElkNode = {
    id: group,
    layoutOptions: { 'elk.padding': '[top=6,left=8,bottom=6,right=8]' },
    children: inside,
  };
  const outside = nodes.filter((node) => !inside.includes(node));
  const first = outside.filter(({ id }) => order.indexOf(id) < order.indexOf(members[0] ?? ''));
  const rest = outside.filter((node) => !first.includes(node));
  /** An arrow back is laid out as one forward and its tip put at the other end: so it takes no way around. */
  const isBack = ({ from, to }: Plan['arrows'][number]): boolean =>
    order.indexOf(to) < order.indexOf(from[0] ?? '');
  const end = (keys: readonly string[]): string => (keys.length === 1 ? (keys[0] ?? '') : group);
  const edges = arrows.map((arrow, index): ElkExtendedEdge => {
    const [from, to] = [end(arrow.from), arrow.to];
    const back = isBack(arrow);
    const labels = arrow.words.length === 0 ? [] : [labelOf(arrow.words)];
    return { id: String(index), sources: [back ? to : from], targets: [back ? from : to], labels };
  });
  const laid: ElkNode = await elk().layout<ElkNode>({
    id: 'chart',
    layoutOptions: { ...options, 'elk.layered.spacing.nodeNodeBetweenLayers': String(gap) },
    children: members.length > 0 ? [...first, compound, ...rest] : nodes,
    edges,
  });
  const around = laid.children?.find(({ id }) => id === group);
  const boxes = (laid.children ?? [])
    .map((node) => boxOf(node, 0, 0))
    .concat((around?.children ?? []).map((node) => boxOf(node, around?.x ?? 0, around?.y ?? 0)));
  const drawn = (laid.edges ?? []) as readonly (ElkExtendedEdge & { container?: string })[];
  return {
    width: Math.ceil(laid.width ?? 0),
    height: Math.ceil(laid.height ?? 0),
    states: boxes.filter(({ key }) => states.includes(key)),
    exits: boxes.filter(({ key }) => exits.includes(key)),
    compound: around ? boxOf(around, 0, 0) : null,
    arrows: drawn.flatMap((edge) => {
      const arrow = arrows[Number(edge.id)];
      if (!arrow) return [];
      const [x, y] = edge.container === group ? [around?.x ?? 0, around?.y ?? 0] : [0, 0];
      const points = pointsOf(edge).map(
        ({ x: px, y: py }) => [round(px + x), round(py + y)] as const,
      );
      const label = edge.labels?.[0];
      const at = label ? boxOf({ id: '', ...label }, x, y) : null;
      return [{ ...arrow, points: isBack(arrow) ? points.toReversed() : points, at }];
    }),
  };
};

const pointsOf = ({ sections = [] }: ElkExtendedEdge) =>
  sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);

const round = (value: number): number => Math.round(value * 2) / 2;

const boxOf = (
  { id, x = 0, y = 0, width = 0, height = 0 }: ElkNode,
  dx: number,
  dy: number,
): Box => ({
  key: id,
  x: round(x + dx),
  y: round(y + dy),
  w: width,
  h: height,
});

/** Of the word in its box, in 11 px type, capitals wider. */
const widthOf = (key: string): number => 12 + lengthOf(key);

const lengthOf = (word: string): number =>
  Math.ceil([...word].reduce((sum, c) => sum + (/[A-Z]/.test(c) ? 8 : 5.9), 0));

const lineHeight = 12;
const labelOf = (words: readonly string[]) => ({
  text: words.join(),
  width: Math.max(...words.map(lengthOf)),
  height: words.length * lineHeight,
});

let loaded: ELK | undefined;
const elk = (): ELK => {
  const Elk = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as new () => ELK;
  return (loaded ??= new Elk());
};
