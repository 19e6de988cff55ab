/**
 * Draws a layout as SVG and lights it. Only attributes and text nodes are set: nothing from outside is ever parsed.
 */

/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {{ element: SVGSVGElement, light: (look: Look) => void }} Drawn */
/** @typedef {{ active: ReadonlySet<string>, was: ReadonlySet<string>, hot: ReadonlySet<string> }} Look */

const namespace = 'http://www.w3.org/2000/svg';

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} name
 * @param {Readonly<Record<string, string | number>>} attributes
 * @param {readonly (Node | string)[]} [children]
 * @returns {SVGElementTagNameMap[T]}
 */
export const shape = (name, attributes, children = []) => {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
};

/** @param {Layout} layout @param {string} label read out in the drawing's place @returns {Drawn} */
export const draw = (layout, label) => {
  const { width, height, nodes, group, arrows, endless } = layout;
  const element = shape('svg', {
    class: 'flat',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': label,
  });
  const compound = group
    ? shape('rect', {
        class: 'compound',
        x: group.x,
        y: group.y,
        width: group.w,
        height: group.h,
        rx: 9,
      })
    : null;
  if (compound) element.append(compound);
  const lines = arrows.map((arrow) => ({ ids: arrow.ids, element: line(arrow) }));
  element.append(...lines.map((one) => one.element));
  const states = nodes.map((node) => ({ id: node.id, key: node.label, element: state(node) }));
  element.append(...states.map((one) => one.element));
  if (endless) element.append(ring(endless));
  return {
    element,
    light: ({ active, was, hot }) => {
      const standing = states.filter(({ id }) => active.has(id)).map(({ key }) => key);
      element.setAttribute('aria-label', `${label}; active: ${standing.join(', ') || 'none'}`);
      for (const one of states) {
        one.element.classList.toggle('on', active.has(one.id));
        one.element.classList.toggle('was', was.has(one.id));
      }
      for (const one of lines) {
        one.element.classList.toggle(
          'hot',
          one.ids.some((id) => hot.has(id)),
        );
      }
      const isLit = group && states.some(({ id }) => active.has(id) && inside(group, nodes, id));
      compound?.classList.toggle('on', Boolean(isLit));
    },
  };
};

/** @param {import('./layout.js').Box} group @param {readonly import('./layout.js').Box[]} nodes @param {string} id */
const inside = (group, nodes, id) => {
  const node = nodes.find((one) => one.id === id);
  return node !== undefined && node.x >= group.x && node.x < group.x + group.w;
};

/** @param {import('./layout.js').Box} box */
const state = ({ label, isCalm, x, y, w, h }) =>
  shape('g', { class: `state ${label}${isCalm ? ' calm' : ''}` }, [
    shape('rect', { x, y, width: w, height: h, rx: 6 }),
    shape('text', { x: x + w / 2, y: y + h / 2 + 4, 'text-anchor': 'middle' }, [label]),
  ]);

/** @param {import('./layout.js').Arrow} arrow */
const line = ({ d, tip, title, label }) =>
  shape('g', { class: 'arrow' }, [
    shape('title', {}, [title]),
    shape('path', { class: 'line', d }),
    shape('path', { class: 'tip', d: head(tip) }),
    ...(label
      ? [
          shape('text', { x: label.x, y: label.y, 'text-anchor': label.end ? 'end' : 'middle' }, [
            label.text,
          ]),
        ]
      : []),
  ]);

/** @param {import('./layout.js').Arrow['tip']} tip */
const head = ([x, y, direction]) => {
  const back = { right: 'l-6 -3v6Z', left: 'l6 -3v6Z', down: 'l-3 -6h6Z', up: 'l-3 6h6Z' };
  return `M${x} ${y}${back[direction]}`;
};

/** @param {{ x: number, y: number }} place */
const ring = ({ x, y }) =>
  shape('g', { class: 'endless' }, [
    shape('title', {}, ['waits for ever: no deadline leads to HALT']),
    shape('circle', { cx: x, cy: y, r: 9 }),
    shape('text', { x, y: y + 4, 'text-anchor': 'middle' }, ['∞']),
  ]);
