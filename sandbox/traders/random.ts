/** Numbers drawn from a seed: the same on every machine, and for any moment without the moments before it. */

const golden = 0x9e3779b9;
const uint32 = 2 ** 32;

/** A stirred 32-bit integer of several (the finaliser of MurmurHash3). */
const stirred = (...parts: readonly number[]): number => {
  let state = 0x811c9dc5;
  for (const part of parts) {
    state = (state ^ (part >>> 0)) + golden;
    state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
};

/** A number of [0, 1) that belongs to these integers alone. */
export const drawn = (...parts: readonly number[]): number => stirred(...parts) / uint32;

/** From `least` up to, not including, `most`. */
export const between = (least: number, most: number, ...parts: readonly number[]): number =>
  least + (most - least) * drawn(...parts);

/** A path without jumps within ±1: drawn every `step` and straight between. */
export const wander = (at: number, step: number, ...parts: readonly number[]): number => {
  const place = Math.floor(at / step);
  const [from, to] = [drawn(...parts, place), drawn(...parts, place + 1)];
  return 2 * (from + (to - from) * (at / step - place)) - 1;
};
