/**
 * Whether the page hears the engine, and since when it does not. Pure: the clock is handed in. A line that is open and
 * silent for longer than three pulses counts as lost.
 */

/** @typedef {{ kind: 'opening' | 'live' | 'lost', heardAt: number | null, lostAt: number | null }} Link */

export const silenceMaxMs = 16_000;

/** @type {Link} */
export const opening = { kind: 'opening', heardAt: null, lostAt: null };

/** @param {number} now @returns {Link} */
export const heard = (now) => ({ kind: 'live', heardAt: now, lostAt: null });

/** @param {Link} link @param {number} now @returns {Link} */
export const failed = (link, now) =>
  link.kind === 'lost' ? link : { ...link, kind: 'lost', lostAt: link.heardAt ?? now };

/** @param {Link} link @param {number} now @returns {Link} */
export const looked = (link, now) =>
  link.heardAt !== null && now - link.heardAt > silenceMaxMs ? failed(link, now) : link;
