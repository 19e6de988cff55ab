/** What waits in the inbox of a log for its next start, which hears it before its checks: so does whoever tells what stands. */
import { readInbox } from '../actors/inbox.ts';
import { inputsOf } from '../actors/operator.ts';
import type { OperatorInput } from '../events/operator.ts';
import { versionOf } from '../events/version.ts';
import { apply, type Legacy } from '../projections/legacy.ts';

/** In the order in which it will be heard. */
export const waitingOn = async (file: string): Promise<readonly OperatorInput[]> =>
  inputsOf(await readInbox(file)).map(({ input }) => input);

/** What the newest session left, with what waits: as the next start will find it. */
export const withWaiting = (legacy: Legacy, waiting: readonly OperatorInput[]): Legacy =>
  waiting.reduce(
    (before, event) =>
      apply(before, {
        seq: 0,
        turn: 0,
        at: before.lastAt,
        kind: 'input',
        actor: 'operator',
        v: versionOf(event.type),
        cause: 0,
        event,
      }),
    legacy,
  );
