/** Signals of the process, while a session runs. */
import type { SignalName } from '../../events/session.ts';

const names: readonly SignalName[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Latches the kill switch; Windows has no such signal. */
const killing: readonly NodeJS.Signals[] = process.platform === 'win32' ? [] : ['SIGUSR2'];

/** Hands each signal on instead of dying of it. Returns what stops that. */
export const listenForSignals = (onSignal: (name: SignalName) => void): (() => void) =>
  listen(names, onSignal);

/** The same for the kill switch's own. */
export const listenForKill = (onKill: (name: string) => void): (() => void) =>
  listen(killing, onKill);

const listen = <Name extends NodeJS.Signals>(
  signals: readonly Name[],
  onSignal: (name: Name) => void,
): (() => void) => {
  const listeners = signals.map((name) => ({ name, listener: () => onSignal(name) }));
  for (const { name, listener } of listeners) process.on(name, listener);
  return () => {
    for (const { name, listener } of listeners) process.off(name, listener);
  };
};
