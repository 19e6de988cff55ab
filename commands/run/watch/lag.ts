/** Watches whether the event loop is held up: a tick that comes late is decided on an older market. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ProcessLog } from '../../process-log.ts';

export type LagPace = Readonly<{ intervalMs: number; troubledMs: number }>;

const usual: LagPace = { intervalMs: 10_000, troubledMs: 200 };
/** How fine it measures; what it measures is never less. */
const resolutionMs = 20;

/** Says so in the process log where one hold-up of the last interval was long. Returns what stops it. */
export const watchLag = (said: ProcessLog, { intervalMs, troubledMs } = usual): (() => void) => {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  const timer = setInterval(() => {
    const [max, mean] = [delays.max / 1e6, delays.mean / 1e6];
    delays.reset();
    if (max <= troubledMs) return;
    said.warn({ max_ms: Math.round(max), mean_ms: Math.round(mean) }, 'the event loop was held up');
  }, intervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    delays.disable();
  };
};
