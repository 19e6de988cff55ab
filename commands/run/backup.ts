/** Backups of the log: before a session, of what none holds, and after every session, also one that broke. A failure is said, and stops nothing here. */
import type { Clock } from '../../actors/clock.ts';
import { copyHolding } from '../../actors/log/backup.ts';
import type { Log } from '../../actors/log/open.ts';
import type { ProcessLog } from '../process-log.ts';
import type { Watch } from './watch/watch.ts';

type Listening = Readonly<{ said: ProcessLog; watch: Pick<Watch, 'uncopied'> }>;

export const backUp = async (log: Log, clock: Clock, { said, watch }: Listening): Promise<void> => {
  try {
    const { file } = await log.backup(clock.now());
    said.info({ file }, 'backup');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    said.warn({ cause: why }, 'backup failed');
    watch.uncopied(
      `The backup failed: ${why}. The next start makes it first, and where it cannot, the gate lets no live session trade.`,
    );
  }
};

/** After a death, or a backup that failed. */
export const backUpMissing = async (
  log: Log,
  clock: Clock,
  listening: Listening,
): Promise<void> => {
  const newest = await log.newest();
  if (!newest) return;
  const { session, last } = newest;
  if ((await copyHolding(log.file, { session, seq: last.seq })) === null) {
    await backUp(log, clock, listening);
  }
};
