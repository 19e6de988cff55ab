/** How many requests a server may be asked in a minute: a bucket that refills steadily. It counts and refuses nothing by itself. */

export type Budget = Readonly<{
  spend: () => void;
  /** Nothing is left for what can wait. */
  isSpent: () => boolean;
}>;

export const createBudget = (perMinute: number, now: () => number): Budget => {
  let left = perMinute;
  let at = now();
  const refill = (): void => {
    const passed = now() - at;
    left = Math.min(perMinute, left + (passed * perMinute) / 60_000);
    at += passed;
  };
  return {
    spend: () => {
      refill();
      left = Math.max(-perMinute, left - 1);
    },
    isSpent: () => {
      refill();
      return left < 1;
    },
  };
};
