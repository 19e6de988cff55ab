/**
 * Time for the edges: one that runs, and one that stands still until everything due has been dealt with. A timer is never
 * early; timers of one instant run in the order in which they were set.
 */

export type Clock = Readonly<{
  /** Unix milliseconds; never goes back. */
  now: () => number;
  /** Runs `task` at that instant, or at once if it has passed. Returns what calls it off. */
  at: (instantMs: number, task: () => void) => () => void;
  /** How many times as fast as real time it runs; once where it does not say. */
  speed?: number;
}>;

/** So far ahead of monotonic time the wall clock is where the machine has slept, or somebody has set it right. */
const sleptMs = 2_000;
/** No timer sleeps for longer at once: after the machine has slept it is late by so much at most. */
const napMs = 10_000;

/**
 * Wall time at start plus monotonic time since, so that a step back of the wall clock changes nothing; a step forward, as
 * after the machine has slept, is taken. `notBefore` (Unix ms) puts the start later; `speed` lets time run that many times as fast, and
 * then it follows no wall.
 */
export const realClock = (notBefore = 0, speed = 1): Clock => {
  let start = Math.max(Date.now(), notBefore);
  let origin = performance.now();
  const now = (): number => {
    const own = start + Math.round((performance.now() - origin) * speed);
    const wall = Date.now();
    if (speed !== 1 || wall - own < sleptMs) return own;
    [start, origin] = [wall, performance.now()];
    return wall;
  };
  return {
    now,
    speed,
    at: (instantMs, task) => {
      let timer: NodeJS.Timeout;
      const nap = (): void => {
        const left = Math.max(0, Math.ceil((instantMs - now()) / speed));
        timer = left > napMs ? setTimeout(nap, napMs) : setTimeout(task, left);
      };
      nap();
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
