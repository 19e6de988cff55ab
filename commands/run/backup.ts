/** A backup of the log: before a session that follows an unclean end, and after every session, also one that broke. Its failure is said, and stops nothing. */
import type { Clock } from '../../actors/clock.ts';
import type { Log } from '../../actors/log/open.ts';
import type { ProcessLog } from '../process-log.ts';

export const backUp = async (log: Log, clock: Clock, said: ProcessLog): Promise<void> => {
  try {
    const { file } = await log.backup(clock.now());
    said.info({ file }, 'backup');
  } catch (cause) {
    said.warn({ cause: cause instanceof Error ? cause.message : String(cause) }, 'backup failed');
  }
};
