/**
 * Places a row of states and its arrows for a given width: states side by side in the order of the machine, arrows that skip
 * one above, arrows back beneath, ways out to the right edge. Pure; type keeps its size, the gaps take what there is.
 */

/** @typedef {import('../statechart.ts').ChartEdge} ChartEdge */
/** @typedef {{ id: string, label: string, x: number, y: number, w: number, h: number, isCalm: boolean }} Box */
/** @typedef {'right' | 'left' | 'up' | 'down'} Direction */
/** @typedef {{ ids: string[], d: string, tip: [number, number, Direction], title: string,
 *   label: { x: number, y: number, text: string, end: boolean } | null }} Arrow */
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
 */

const height = 24;
const lane = 9;
const gapMax = 64;

/** @param {Plan} plan @param {number} width @returns {Layout} */
export const layout = (plan, width) => {
  const { states, calm, exits, group, endless } = plan;
  const edges = gathered(plan);
  const place = new Map(states.map(({ id }, i) => [id, i]));
  const at = (/** @type {string} */ id) => place.get(id) ?? -1;
  const skipping = targets(
    edges.filter((edge) => at(edge.target) - at(edge.source) > 1 && at(edge.source) >= 0),
    at,
  );
  const returning = targets(
    edges.filter((edge) => at(edge.source) > at(edge.target) && at(edge.target) >= 0),
    at,
  );
  const over = exits.filter((exit) => !isFromGroup(exit, plan)).length;

  const roomRight = exits.length > 0 ? 52 : endless ? 30 : 1;
  const sizes = states.map(({ key }) => Math.ceil(key.length * 6.4) + 14);
  const inset = group ? 8 : 0;
  const free = width - 2 - inset - roomRight - sizes.reduce((sum, w) => sum + w, 0);
  const gap = Math.max(8, Math.min(gapMax, free / Math.max(1, states.length - 1)));
  const top = 4 + over * 17 + skipping.length * lane + (group ? 7 : 0);

  let x = 1 + (group && group.members.includes(states[0]?.id ?? '') ? inset : 0);
  const nodes = states.map(({ id, key }, i) => {
    const box = { id, label: key, x, y: top, w: sizes[i] ?? 0, h: height, isCalm: id === calm };
    x += box.w + gap;
    return box;
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const around = group ? surround(group, nodes, inset) : null;
  const bottom = top + height + (group ? 7 : 0);
  const middle = top + height / 2;

  /** @type {Arrow[]} */
  const arrows = [];
  for (const edge of edges) {
    const from = byId.get(edge.source);
    const to = byId.get(edge.target);
    if (!to) continue;
    const common = { ids: edge.ids, title: edge.title };
    if (!from) {
      arrows.push({
        ...common,
        ...(around && edge.source === around.id ? straight(around, to, middle, '') : stem(to)),
      });
    } else if (at(edge.target) - at(edge.source) === 1) {
      arrows.push({
        ...common,
        ...straight(from, to, middle - (edge.isPaired ? 4 : 0), edge.words),
      });
    } else if (at(edge.target) > at(edge.source)) {
      const level = skipping.indexOf(edge.target);
      arrows.push({
        ...common,
        ...arc(from, to, top, top - (group ? 7 : 0) - (level + 1) * lane + 3, level * 6),
      });
    } else if (at(edge.source) - at(edge.target) === 1 && edge.isPaired && !group) {
      arrows.push({ ...common, ...straight(from, to, middle + 5, edge.words) });
    } else {
      const level = returning.indexOf(edge.target);
      arrows.push({
        ...common,
        ...arc(from, to, top + height, bottom + (level + 1) * lane - 3, level * 6),
      });
    }
  }
  let above = 0;
  for (const exit of exits) {
    const common = { ids: [...exit.edges], title: `to HALT: ${exit.limit}` };
    const first = byId.get(exit.sources[0] ?? '') ?? around;
    if (!first) continue;
    if (isFromGroup(exit, plan) && around) {
      arrows.push({ ...common, ...out(around.x + around.w, middle, width, exit.limit) });
    } else {
      above += 1;
      arrows.push({ ...common, ...outAbove(first, above * 17 - 2, width, exit.limit) });
    }
  }
  const right = around ?? nodes.at(-1);
  return {
    width,
    height: bottom + returning.length * lane + 3,
    nodes,
    group: around,
    arrows,
    endless:
      endless && right ? { x: Math.min(width - 12, right.x + right.w + 18), y: middle } : null,
  };
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
  /** @type {Map<string, { source: string, target: string, ids: string[], title: string, words: string, isPaired: boolean }>} */
  const found = new Map();
  for (const { id, source, target, event, guard } of edges) {
    const words = guard ? guard.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`) : (event ?? '');
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

/** @param {{ id: string, members: readonly string[] }} group @param {Box[]} nodes @param {number} inset */
const surround = ({ id, members }, nodes, inset) => {
  const inside = nodes.filter((node) => members.includes(node.id));
  const first = inside[0];
  const last = inside.at(-1);
  if (!first || !last) return null;
  const x = first.x - inset;
  return {
    id,
    label: '',
    x,
    y: first.y - 7,
    w: last.x + last.w + inset - x,
    h: height + 14,
    isCalm: false,
  };
};

/** @param {Box} from @param {Box} to @param {number} y @param {string} words @returns {Pick<Arrow, 'd' | 'tip' | 'label'>} */
const straight = (from, to, y, words) => {
  const isForward = to.x > from.x;
  const start = isForward ? from.x + from.w : from.x;
  const end = isForward ? to.x : to.x + to.w;
  const fits = Math.abs(end - start) > words.length * 6 + 16;
  const label = { x: (start + end) / 2, y: isForward ? y - 4 : y + 12, text: words, end: false };
  return {
    d: `M${start} ${y}H${end}`,
    tip: [end, y, isForward ? 'right' : 'left'],
    label: fits && words ? label : null,
  };
};

/** From anywhere. @param {Box} to @returns {Pick<Arrow, 'd' | 'tip' | 'label'>} */
const stem = (to) => {
  const x = to.x + 10;
  return { d: `M${x} ${Math.max(0, to.y - 12)}V${to.y}`, tip: [x, to.y, 'down'], label: null };
};

/**
 * @param {Box} from @param {Box} to @param {number} edge where both boxes end @param {number} y @param {number} shift
 * @returns {Pick<Arrow, 'd' | 'tip' | 'label'>}
 */
const arc = (from, to, edge, y, shift) => {
  const isForward = to.x > from.x;
  const start = from.x + from.w / 2 + (isForward ? shift : -shift);
  const end = to.x + to.w / 2 + (isForward ? -8 : 8) * (shift ? 0 : 1);
  const r = Math.min(4, Math.abs(edge - y));
  const turn = isForward ? r : -r;
  const rise = y < edge ? -r : r;
  return {
    d: `M${start} ${edge}V${y - rise}q0 ${rise} ${turn} ${rise}H${end - turn}q${turn} 0 ${turn} ${-rise}V${edge}`,
    tip: [end, edge, y < edge ? 'down' : 'up'],
    label: null,
  };
};

/** @param {number} start @param {number} y @param {number} width @param {string} text @returns {Pick<Arrow, 'd' | 'tip' | 'label'>} */
const out = (start, y, width, text) => ({
  d: `M${start} ${y}H${width}`,
  tip: [width, y, 'right'],
  label: { x: width - 9, y: y - 4, text, end: true },
});

/** @param {Box} from @param {number} y @param {number} width @param {string} text @returns {Pick<Arrow, 'd' | 'tip' | 'label'>} */
const outAbove = (from, y, width, text) => {
  const start = from.x + Math.min(14, from.w / 2);
  return {
    d: `M${start} ${from.y}V${y + 4}q0 -4 4 -4H${width}`,
    tip: [width, y, 'right'],
    label: { x: width - 9, y: y - 4, text, end: true },
  };
};
