/** Deaths of the process where they hurt: before a turn is written, between its writing and its sending, and right after what it sent has left. */
import type { Append } from '../../actors/engine.ts';
import type { Json, Transport } from '../../ledger/transport.ts';
import type { CrashName } from './plan.ts';

export type Mortal = Readonly<{
  /** It dies at its next occasion after so many turns. */
  doom: (name: CrashName, turns: number) => void;
  append: (append: Append) => Append;
  transport: (transport: Transport) => Transport;
}>;

/** Nothing comes back from a process that is gone. */
const silence = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** Once they are durable something is signed or sent. */
const leadsOut: ReadonlySet<string> = new Set([
  'order.submit',
  'order.cancel',
  'transaction.signed',
]);

/** `die` hears once how it came; from then on nothing is written and nothing answered. */
export const mortal = (die: (name: CrashName) => void): Mortal => {
  let doomed: CrashName | undefined;
  let turnsLeft = 0;
  let dead = false;

  const dies = (name: CrashName): boolean => {
    if (doomed !== name || turnsLeft > 0 || dead) return dead;
    dead = true;
    die(name);
    return true;
  };

  return {
    doom: (name, turns) => {
      if (doomed) return;
      doomed = name;
      turnsLeft = turns;
    },
    append: (append) => async (rows) => {
      turnsLeft -= 1;
      if (dies('crash_before_append')) return silence();
      await append(rows);
      const intends = rows.some(({ event }) => leadsOut.has(event.type));
      if (dead || (intends && dies('crash_before_send'))) return silence();
      return undefined;
    },
    transport: (transport) => ({
      ...transport,
      request: async (command: Json & { readonly command: string }) => {
        if (dead) return silence();
        const answer = transport.request(command);
        if (command.command !== 'submit' || doomed !== 'crash_after_send') return answer;
        await answer.catch(() => undefined);
        return dies('crash_after_send') ? silence() : answer;
      },
    }),
  };
};
