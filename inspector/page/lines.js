/** The lines of arrows between placed boxes: straight ones, arcs around what lies between, ways out to the right edge. Pure. */

/** @typedef {import('./layout.js').Box} Box */
/** @typedef {'right' | 'left' | 'up' | 'down'} Direction */
/** @typedef {{ x: number, y: number, text: string, end: boolean }} Label */
/** @typedef {{ d: string, tip: [number, number, Direction], label: Label | null }} Line */

/** @param {Box} from @param {Box} to @param {number} y @param {string} words @returns {Line} */
export const straight = (from, to, y, words) => {
  const isForward = to.x > from.x;
  const start = isForward ? from.x + from.w : from.x;
  const end = isForward ? to.x : to.x + to.w;
  const label = { x: (start + end) / 2, y: isForward ? y - 4 : y + 12, text: words, end: false };
  return {
    d: `M${start} ${y}H${end}`,
    tip: [end, y, isForward ? 'right' : 'left'],
    label: fits(words, start, end) ? label : null,
  };
};

/** From anywhere. @param {Box} to @returns {Line} */
export const stem = (to) => {
  const x = to.x + 10;
  return { d: `M${x} ${Math.max(0, to.y - 12)}V${to.y}`, tip: [x, to.y, 'down'], label: null };
};

/**
 * @param {Box} from @param {Box} to @param {number} edge where both boxes end @param {number} y @param {number} shift
 * @param {string} words
 * @returns {Line}
 */
export const arc = (from, to, edge, y, shift, words) => {
  const isForward = to.x > from.x;
  const start = from.x + from.w / 2 + (isForward ? shift : -shift);
  const end = to.x + to.w / 2 + (isForward ? -8 : 8) * (shift ? 0 : 1);
  const r = Math.min(4, Math.abs(edge - y));
  const turn = isForward ? r : -r;
  const rise = y < edge ? -r : r;
  return {
    d: `M${start} ${edge}V${y - rise}q0 ${rise} ${turn} ${rise}H${end - turn}q${turn} 0 ${turn} ${-rise}V${edge}`,
    tip: [end, edge, y < edge ? 'down' : 'up'],
    label: fits(words, start, end)
      ? { x: (start + end) / 2, y: y < edge ? y - 3 : y + 12, text: words, end: false }
      : null,
  };
};

/** @param {number} start @param {number} y @param {number} width @param {string} text @returns {Line} */
export const out = (start, y, width, text) => ({
  d: `M${start} ${y}H${width}`,
  tip: [width, y, 'right'],
  label: { x: width - 9, y: y - 4, text, end: true },
});

/** @param {Box} from @param {number} y @param {number} width @param {string} text @returns {Line} */
export const outAbove = (from, y, width, text) => {
  const start = from.x + Math.min(14, from.w / 2);
  return {
    d: `M${start} ${from.y}V${y + 4}q0 -4 4 -4H${width}`,
    tip: [width, y, 'right'],
    label: { x: width - 9, y: y - 4, text, end: true },
  };
};

/** @param {string} words @param {number} start @param {number} end */
const fits = (words, start, end) => words !== '' && Math.abs(end - start) > words.length * 6.4 + 22;
