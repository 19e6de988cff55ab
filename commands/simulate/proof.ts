/** What is looked at once a simulated life is over: the log verifies, and every session of it replays to the last word. */
import { openReader } from '../../actors/log/reader.ts';
import { verifyLog } from '../../actors/log/verify.ts';
import { replay } from '../../actors/replay.ts';
import { turnsOf } from '../../actors/turns.ts';
import type { SessionOpened } from '../../events/session.ts';
import { settingsOf } from '../../machines/settings.ts';
import { Violation } from './watch.ts';

/** Rejects with a Violation. */
export const prove = async (file: string): Promise<void> => {
  const verdict = await verifyLog(file);
  if (!verdict.intact) throw new Violation(`the log does not verify: ${verdict.sentence}`);
  const reader = await openReader(file);
  try {
    for (const { session, first } of await reader.sessions()) {
      const opened = first.event as SessionOpened;
      const turns = turnsOf(reader.readWritten(session));
      const { divergence } = await replay(turns, settingsOf(opened));
      if (!divergence) continue;
      throw new Violation(`session ${session} replays differently from event ${divergence.seq}`);
    }
  } finally {
    await reader.close();
  }
};
