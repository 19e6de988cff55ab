/**
 * Tells systemd how the session does, where systemd started it: ready when the session runs, stopping when it ends, the
 * sentence as its status, and alive only while the log grows. It speaks through `systemd-notify`, for Node has no socket for it.
 */
import { execFile } from 'node:child_process';
import type { Event } from '../../../events/event.ts';
import { oneLine } from '../../../ledger/words.ts';
import type { ProcessLog } from '../../process-log.ts';

export type Supervisor = Readonly<{
  /** A durable event, and the session's sentence after it. */
  durable: (type: Event['type'], sentence: () => string) => void;
  stop: () => void;
}>;

const nobody: Supervisor = { durable: () => undefined, stop: () => undefined };

const patienceMs = 10_000;

export const superviseBy = (
  env: Readonly<Record<string, string | undefined>>,
  said: ProcessLog,
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

  /** Events since the last sign of life, and whether there is nothing more to prove. */
  let [grown, over] = [true, false];
  const watched = usec !== undefined && (pid === undefined || Number(pid) === process.pid);
  const timer = watched
    ? setInterval(
        () => {
          if (grown || over) tell('WATCHDOG=1');
          grown = false;
        },
        Number(usec) / 1000 / 2,
      )
    : undefined;
  timer?.unref();

  return {
    durable: (type, sentence) => {
      grown = true;
      if (type === 'session.started') tell('--ready', `--status=${sentence()}`);
      else if (type === 'mode.changed') tell(`--status=${sentence()}`);
      else if (type === 'halt') {
        over = true;
        tell('STOPPING=1', `--status=${sentence()}`);
      }
    },
    stop: () => clearInterval(timer),
  };
};
