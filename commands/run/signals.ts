/** Signals of the process, while a session runs. */
import type { SignalName } from '../../events/session.ts';

const names: readonly SignalName[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Hands each signal on instead of dying of it. Returns what stops that. */
export const listenForSignals = (onSignal: (name: SignalName) => void): (() => void) => {
  const listeners = names.map((name) => ({ name, listener: () => onSignal(name) }));
  for (const { name, listener } of listeners) process.on(name, listener);
  return () => {
    for (const { name, listener } of listeners) process.off(name, listener);
  };
};
