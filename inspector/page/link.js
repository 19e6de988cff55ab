/**
 * Whether the page hears the engine, and since when it does not. Pure: the clock is handed in. A line that is open and
 * silent for longer than three pulses counts as lost.
 */

import { timeOfDay } from './words.js';

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

/** @param {Link} link */
export const pillWords = ({ kind }) =>
  ({ opening: 'connecting', live: 'live', lost: 'disconnected' })[kind];

/**
 * What the page is worth while it hears nothing. `now` is the monotonic clock's, `wall` the calendar's.
 * @param {Link} link
 * @param {import('../frame.ts').Frame | null} frame
 * @param {number} now
 * @param {number} wall
 */
export const lostWords = (link, frame, now, wall) => {
  const since = timeOfDay(wall - (now - (link.lostAt ?? now)));
  const again = 'It tries again by itself.';
  if (!frame || frame.at === null) return `No engine answers since ${since}. ${again}`;
  const asOf = `Everything below is as of ${timeOfDay(frame.at)}; nothing is extrapolated.`;
  return frame.halt
    ? `The session is over and its engine is gone since ${since}. ${asOf} The page waits for the next session.`
    : `Disconnected since ${since}. ${asOf} ${again}`;
};
