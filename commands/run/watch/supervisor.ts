/**
 * Tells systemd how the session does, where systemd started it: ready when the session runs, stopping when it ends, alive only
 * while the log grows, and the sentence as its status, which is never much older than the log. It speaks through
 * `systemd-notify`, for Node has no socket for it.
 */
import { execFile } from 'node:child_process';
import type { Event } from '../../../events/event.ts';
import { oneLine } from '../../../ledger/words.ts';
import type { ProcessLog } from '../../process-log.ts';

export type Supervisor = Readonly<{
  /** A durable event. */
  durable: (type: Event['type']) => void;
  stop: () => void;
}>;

export type Supervised = Readonly<{
  sentence: () => string;
  /** Since the newest durable event. */
  silentMs: () => number;
  /** So long a silence is none, however often systemd asks. */
  silentMsMin: number;
}>;

const nobody: Supervisor = { durable: () => undefined, stop: () => undefined };

const patienceMs = 10_000;
/** How old the status may become where no watchdog is fed sooner. */
const statusMs = 60_000;

export const superviseBy = (
  env: Readonly<Record<string, string | undefined>>,
  said: ProcessLog,
  { sentence, silentMs, silentMsMin }: Supervised,
): Supervisor => {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec, WATCHDOG_PID: pid } = env;
  if (!socket) return nobody;
  let failed = false;
  const tell = (...words: readonly string[]): void => {
    execFile('systemd-notify', words.map(oneLine), { timeout: patienceMs }, (error) => {
      if (!error || failed) return;
      failed = true;
      said.warn({ why: error.code ?? error.message }, 'systemd could not be told');
    });
  };

  let [started, over] = [false, false];
  const watched = usec !== undefined && (pid === undefined || Number(pid) === process.pid);
  const intervalMs = watched ? Math.min(statusMs, Number(usec) / 1000 / 2) : statusMs;
  const timer = setInterval(() => {
    /** After the halt there is nothing more to prove. */
    const isAlive = over || silentMs() <= Math.max(intervalMs, silentMsMin);
    const alive = watched && isAlive ? ['WATCHDOG=1'] : [];
    const status = started ? [`--status=${sentence()}`] : [];
    if (alive.length + status.length > 0) tell(...alive, ...status);
  }, intervalMs);
  timer.unref();

  return {
    durable: (type) => {
      if (type === 'session.started') {
        started = true;
        tell('--ready', `--status=${sentence()}`);
      } else if (type === 'mode.changed') tell(`--status=${sentence()}`);
      else if (type === 'halt') {
        over = true;
        tell('STOPPING=1', `--status=${sentence()}`);
      }
    },
    stop: () => clearInterval(timer),
  };
};
