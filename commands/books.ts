/** What the log knows of our holdings: the newest session's inventory, what stands announced and proposed or waits for the next start, and the last look at the wallet. */
import type { OperatorInput } from '../events/operator.ts';
import { parseDrops } from '../ledger/drops.ts';
import { exact } from '../ledger/exact.ts';
import { held, type Amounts } from '../projections/inventory.ts';
import { apply, noLegacy, type Legacy } from '../projections/legacy.ts';
import { endsOf, outlinesOf, reading } from './chronicle.ts';
import { UsageError } from './command.ts';
import { waitingOn } from './waiting.ts';

export type StandingBooks = Readonly<{
  legacy: Legacy;
  /** The newest read of the wallet, and the books as they were with all that this ledger had done; null before the first. */
  read: Readonly<{ ledger: number; wallet: Amounts; books: Amounts }> | null;
  /** What operators have asked for and no session has heard yet. */
  waiting: readonly OperatorInput[];
}>;

/** Rejects with a UsageError where no session has adopted a wallet yet, with a LogError where there is no log. */
export const readBooks = (file: string): Promise<StandingBooks> =>
  reading(file, async (reader) => {
    const last = await reader.newest();
    let legacy: Legacy = { ...noLegacy, session: last?.session ?? 0 };
    let read = null as StandingBooks['read'];
    let readTurn = 0;
    if (last) {
      const ends = await endsOf(reader, file, last.session);
      for await (const row of outlinesOf(reader, last.session, 1, ends.last.seq)) {
        legacy = apply(legacy, row);
        const { event, turn } = row;
        if (event.type === 'market.read') {
          const wallet = {
            drops: parseDrops(event.account.drops),
            rlusd: exact(event.line?.rlusd ?? '0'),
          };
          read = { ledger: event.ledger.index, wallet, books: held(legacy.inventory) };
          readTurn = turn;
        } else if (read && turn === readTurn) {
          read = { ...read, books: held(legacy.inventory) };
        }
      }
    }
    if (!legacy.inventory.known) {
      throw new UsageError(
        `${file} has no session that has read its wallet yet: the first one adopts it, so start that first.`,
      );
    }
    return { legacy, read, waiting: await waitingOn(file) };
  });
