/** The base fee and the reserves of the recorded server. */

export const baseFeeDrops = 10;
export const reserveBaseDrops = 1_000_000n;
export const reserveIncrementDrops = 200_000n;
