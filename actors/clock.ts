/**
 * Time for the edges: one that runs, and one that stands still until everything due has been dealt with. A timer is never
 * early; timers of one instant run in the order in which they were set.
 */

export type Clock = Readonly<{
  /** Unix milliseconds; never goes back. */
  now: () => number;
  /** Runs `task` at that instant, or at once if it has passed. Returns what calls it off. */
  at: (instantMs: number, task: () => void) => () => void;
}>;

/**
 * Wall time at start plus monotonic time since, so that a step of the wall clock changes nothing. `notBefore` (Unix ms) puts
 * the start later; `speed` lets time run that many times as fast.
 */
export const realClock = (notBefore = 0, speed = 1): Clock => {
  const start = Math.max(Date.now(), notBefore);
  const origin = performance.now();
  const now = (): number => start + Math.round((performance.now() - origin) * speed);
  return {
    now,
    at: (instantMs, task) => {
      const timer = setTimeout(task, Math.max(0, Math.ceil((instantMs - now()) / speed)));
      return () => clearTimeout(timer);
    },
  };
};

export type VirtualClock = Clock &
  Readonly<{
    /** Goes on from timer to timer, each time after `quiet` resolves, until `isOver`, or until nothing is due any more. */
    run: (quiet: () => Promise<void>, isOver: () => boolean) => Promise<void>;
  }>;

type Timer = Readonly<{ instantMs: number; order: number; task: () => void }>;

export const virtualClock = (startMs: number): VirtualClock => {
  let now = startMs;
  let order = 0;
  let timers: Timer[] = [];
  return {
    now: () => now,
    at: (instantMs, task) => {
      order += 1;
      const timer: Timer = { instantMs: Math.max(instantMs, now), order, task };
      const place = timers.findIndex(({ instantMs: other }) => other > timer.instantMs);
      timers.splice(place < 0 ? timers.length : place, 0, timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    run: async (quiet, isOver) => {
      await quiet();
      while (!isOver()) {
        const next = timers.shift();
        if (!next) return;
        now = next.instantMs;
        next.task();
        await quiet();
      }
    },
  };
};
