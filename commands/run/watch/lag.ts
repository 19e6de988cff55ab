/** Watches whether the event loop is held up: a tick that comes late is decided on an older market. */
import type { ProcessLog } from '../../process-log.ts';

export type LagPace = Readonly<{ intervalMs: number; troubledMs: number }>;

const usual: LagPace = { intervalMs: 10_000, troubledMs: 200 };
const pulseMs = 20;

/**
 * Says so in the process log where one hold-up of the last interval was long. Returns what stops it. A pulse of our own, for
 * the histogram of node:perf_hooks forgets the hold-up that its `reset` falls into.
 */
export const watchLag = (said: ProcessLog, { intervalMs, troubledMs } = usual): (() => void) => {
  let beat = performance.now();
  let longest = 0;
  const pulse = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - beat - pulseMs);
    beat = now;
  }, pulseMs).unref();
  const report = setInterval(() => {
    const max = longest;
    longest = 0;
    if (max <= troubledMs) return;
    said.warn({ max_ms: Math.round(max) }, 'the event loop was held up');
  }, intervalMs).unref();
  return () => {
    clearInterval(pulse);
    clearInterval(report);
  };
};
