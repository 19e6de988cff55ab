/** Signals of the process, while a session runs. */
import type { SignalName } from '../../events/session.ts';

const names: readonly SignalName[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Latches the kill switch; Windows has no such signal. */
const killing: readonly NodeJS.Signals[] = process.platform === 'win32' ? [] : ['SIGUSR2'];

/** Hands each signal on instead of dying of it. Returns what stops that. */
export const listenForSignals = (
  onSignal: (name: SignalName) => void,
  onKill: (name: string) => void,
): (() => void) => {
  const listeners: readonly Readonly<{ name: NodeJS.Signals; listener: () => void }>[] = [
    ...names.map((name) => ({ name, listener: () => onSignal(name) })),
    ...killing.map((name) => ({ name, listener: () => onKill(name) })),
  ];
  for (const { name, listener } of listeners) process.on(name, listener);
  return () => {
    for (const { name, listener } of listeners) process.off(name, listener);
  };
};
