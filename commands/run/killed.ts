/** The kill switch as a signal, at any time: a session that runs takes it, else the inbox keeps it for the next start. */
import { writeInbox } from '../../actors/inbox.ts';
import { messageOf } from '../../actors/log/failure.ts';
import type { Session } from '../../actors/session.ts';
import type { ProcessLog } from '../process-log.ts';
import { takeKills } from './signals.ts';

export type KillSwitch = Readonly<{
  /** From now on it is this session that takes a kill, until it is over. */
  takenBy: (session: Pick<Session, 'record'>) => void;
  /** From now on this hears in a sentence of one that could be kept nowhere. */
  lostTo: (tell: (sentence: string) => void) => void;
  /** Resolves when every kill that came is in the log or in the inbox. */
  kept: () => Promise<void>;
}>;

export const attendKill = (file: string, said: ProcessLog): KillSwitch => {
  let session: Pick<Session, 'record'> | undefined;
  let tell = (_sentence: string): void => undefined;
  let kept = Promise.resolve();
  const keep = async (note: string): Promise<void> => {
    const message = { type: 'operator.kill', note } as const;
    try {
      if (await session?.record(message)) return;
      await writeInbox(file, message, Date.now());
    } catch (cause) {
      said.error({ cause: String(cause) }, 'the kill switch could not be kept for the next start');
      tell(
        `The kill switch came by signal and could not be kept (${messageOf(cause)}): nothing keeps the next start from trading, so ask again with neo kill.`,
      );
    }
  };
  takeKills((note) => {
    kept = Promise.all([kept, keep(note)]).then(() => undefined);
  });
  return {
    takenBy: (one) => {
      session = one;
    },
    lostTo: (hear) => {
      tell = hear;
    },
    kept: () => kept,
  };
};
