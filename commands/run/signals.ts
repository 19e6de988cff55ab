/** Signals of the process: those that end the session that runs, and the kill switch's own, which comes at any time. */
import type { SignalName } from '../../events/session.ts';

const names: readonly SignalName[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Latches the kill switch; Windows has no such signal. */
const killing: readonly NodeJS.Signals[] = process.platform === 'win32' ? [] : ['SIGUSR2'];

/** Hands each signal on instead of dying of it. Returns what stops that. */
export const listenForSignals = (onSignal: (name: SignalName) => void): (() => void) => {
  const listeners = names.map((name) => ({ name, listener: () => onSignal(name) }));
  for (const { name, listener } of listeners) process.on(name, listener);
  return () => {
    for (const { name, listener } of listeners) process.off(name, listener);
  };
};

const early: string[] = [];
let takeKill = (name: string): void => void early.push(name);

/** From now to the end of the process a kill is heard; one that comes before somebody takes it waits. */
export const hearKills = (): void => {
  for (const name of killing) process.on(name, () => takeKill(name));
};

/** Hands over those that wait, and from now on each that comes. */
export const takeKills = (take: (name: string) => void): void => {
  takeKill = take;
  for (const name of early.splice(0)) take(name);
};
