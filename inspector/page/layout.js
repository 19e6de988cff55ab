/**
 * Places a row of states and its arrows for a given width: states side by side in the order of the machine, arrows that skip
 * one above, arrows back beneath, ways out to the right edge. Pure; type keeps its size, the gaps take what there is.
 */
import { arc, out, outAbove, stem, straight } from './lines.js';
import { words as plain } from './words.js';

/** @typedef {import('../statechart.ts').ChartEdge} ChartEdge */
/** @typedef {{ id: string, label: string, x: number, y: number, w: number, h: number, isCalm: boolean }} Box */
/** @typedef {import('./lines.js').Line & { ids: string[], title: string }} Arrow */
/** @typedef {{ width: number, height: number, nodes: Box[], group: Box | null, arrows: Arrow[],
 *   endless: { x: number, y: number } | null }} Layout */
/** @typedef {{ edges: readonly string[], sources: readonly string[], limit: string }} Exit */
/**
 * @typedef {object} Plan
 * @property {readonly { id: string, key: string }[]} states
 * @property {string | null} calm the state whose being active is nothing to look at
 * @property {readonly ChartEdge[]} edges
 * @property {{ id: string, members: readonly string[] } | null} group drawn around some of the states
 * @property {readonly Exit[]} exits
 * @property {boolean} endless whether to say that nothing runs out
 * @property {number} gapMax between two states
 */
/** @typedef {{ source: string, target: string, ids: string[], title: string, words: string, isPaired: boolean }} Gathered */

const height = 24;
const lane = 9;
const margin = 7;

/** @param {Plan} plan @param {number} width @returns {Layout} */
export const layout = (plan, width) => {
  const { states, exits, group, endless } = plan;
  const edges = gathered(plan);
  const at = (/** @type {string} */ id) => states.findIndex((one) => one.id === id);
  const span = (/** @type {Gathered} */ { source, target }) => at(target) - at(source);
  const own = edges.filter(({ source, target }) => at(source) >= 0 && at(target) >= 0);
  const skipping = targets(
    own.filter((edge) => span(edge) > 1),
    at,
  );
  /** Where nothing is drawn around, a neighbour's arrow back runs straight beside the one forward. */
  const isBeside = (/** @type {Gathered} */ edge) =>
    edge.isPaired && group === null && Math.abs(span(edge)) === 1;
  const returning = targets(
    own.filter((edge) => span(edge) < 0 && !isBeside(edge)),
    at,
  );
  const over = exits.filter((exit) => !isFromGroup(exit, plan));
  const hasStem = edges.some(({ source }) => at(source) < 0 && source !== group?.id);

  const padding = group ? margin : 0;
  const above = padding + skipping.length * lane + over.length * 17;
  const top = 4 + Math.max(above, hasStem ? 12 : 0);
  const nodes = placed(plan, width, top);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const around = group ? surround(group, nodes) : null;
  const bottom = top + height + padding;
  const middle = top + height / 2;

  /** @param {Gathered} edge @returns {import('./lines.js').Line | null} */
  const line = (edge) => {
    const from = byId.get(edge.source);
    const to = byId.get(edge.target);
    if (!to) return null;
    if (!from) return around?.id === edge.source ? straight(around, to, middle, '') : stem(to);
    if (isBeside(edge)) return straight(from, to, middle + (span(edge) > 0 ? -4 : 5), edge.words);
    if (span(edge) === 1) return straight(from, to, middle, edge.words);
    if (span(edge) > 1) {
      const level = skipping.indexOf(edge.target);
      return arc(from, to, top, top - padding - (level + 1) * lane + 3, level * 6, '');
    }
    const level = returning.indexOf(edge.target);
    const words = Math.abs(span(edge)) === 1 && !plan.calm ? edge.words : '';
    return arc(from, to, top + height, bottom + (level + 1) * lane - 3, level * 6, words);
  };

  /** @param {Exit} exit */
  const way = (exit) => {
    const first = byId.get(exit.sources[0] ?? '') ?? around ?? nodes[0];
    if (!first) return null;
    return around && isFromGroup(exit, plan)
      ? out(around.x + around.w, middle, width, exit.limit)
      : outAbove(first, (over.indexOf(exit) + 1) * 17 - 2, width, exit.limit);
  };

  const lines = [
    ...edges.flatMap((edge) => {
      const found = line(edge);
      return found ? [{ ...found, ids: edge.ids, title: edge.title }] : [];
    }),
    ...exits.flatMap((exit) => {
      const found = way(exit);
      return found ? [{ ...found, ids: [...exit.edges], title: `out: ${exit.limit}` }] : [];
    }),
  ];
  const isLabelledBelow = (/** @type {Arrow} */ { label }) => label !== null && label.y > bottom;
  const right = around ?? nodes.at(-1);
  return {
    width,
    height: bottom + returning.length * lane + (lines.some(isLabelledBelow) ? 15 : 3),
    nodes,
    group: around,
    arrows: lines,
    endless:
      endless && right ? { x: Math.min(width - 12, right.x + right.w + 18), y: middle } : null,
  };
};

/** Capitals are wider. @param {string} label */
const widthOf = (label) =>
  14 + Math.ceil([...label].reduce((sum, c) => sum + (c === c.toUpperCase() ? 8.4 : 6.6), 0));

/** @param {Plan} plan @param {number} width @param {number} top @returns {Box[]} */
const placed = (plan, width, top) => {
  const { states, calm, exits, endless, group, gapMax } = plan;
  const roomRight = exits.some((exit) => isFromGroup(exit, plan)) ? 52 : endless ? 30 : 2;
  const padding = group ? margin : 0;
  const used = states.reduce((sum, { key }) => sum + widthOf(key), 2 + padding + roomRight);
  const gap = Math.max(8, Math.min(gapMax, (width - used) / Math.max(1, states.length - 1)));
  let x = 1 + (group?.members.includes(states[0]?.id ?? '') ? padding : 0);
  return states.map(({ id, key }) => {
    const box = { id, label: key, x, y: top, w: widthOf(key), h: height, isCalm: id === calm };
    x += box.w + gap;
    return box;
  });
};

/** @param {Exit} exit @param {Plan} plan */
const isFromGroup = ({ sources }, { group }) =>
  group !== null && sources.every((id) => group.members.includes(id));

/**
 * One arrow for all transitions between the same two states.
 * @param {Plan} plan
 */
const gathered = ({ states, edges }) => {
  const keys = new Map(states.map(({ id, key }) => [id, key]));
  /** @type {Map<string, Gathered>} */
  const found = new Map();
  for (const { id, source, target, event, guard } of edges) {
    const words = guard ? plain(guard) : (event ?? '');
    const reason = [event ?? 'at once', guard ? `if it ${words}` : ''].filter(Boolean).join(', ');
    const before = found.get(`${source} ${target}`);
    const title = before
      ? `${before.title}; ${reason}`
      : `${keys.get(source) ?? 'from anywhere'} → ${keys.get(target) ?? 'out'}: ${reason}`;
    const isPaired = edges.some((other) => other.source === target && other.target === source);
    const ids = [...(before?.ids ?? []), id];
    found.set(`${source} ${target}`, { source, target, ids, title, words, isPaired });
  }
  return [...found.values()];
};

/**
 * The states that arrows lead to, nearest first: each has its lane.
 * @param {readonly { target: string }[]} edges
 * @param {(id: string) => number} at
 */
const targets = (edges, at) =>
  [...new Set(edges.map(({ target }) => target))].sort((a, b) => at(a) - at(b));

/** @param {{ id: string, members: readonly string[] }} group @param {Box[]} nodes */
const surround = ({ id, members }, nodes) => {
  const inside = nodes.filter((node) => members.includes(node.id));
  const first = inside[0];
  const last = inside.at(-1);
  if (!first || !last) return null;
  const x = first.x - margin;
  return {
    id,
    label: '',
    x,
    y: first.y - margin,
    w: last.x + last.w + margin - x,
    h: height + 2 * margin,
    isCalm: false,
  };
};
