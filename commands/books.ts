/** What the log knows of our holdings: the newest session's inventory, what stands announced and proposed, and the last look at the wallet. */
import type { TruthChecked } from '../events/inventory.ts';
import { apply, noLegacy, type Legacy } from '../projections/legacy.ts';
import { endsOf, outlinesOf, reading } from './chronicle.ts';
import { UsageError } from './command.ts';

export type StandingBooks = Readonly<{
  legacy: Legacy;
  /** The newest check that could read the wallet. */
  checked: TruthChecked | null;
}>;

/** Rejects with a UsageError where no session has adopted a wallet yet, with a LogError where there is no log. */
export const readBooks = (file: string): Promise<StandingBooks> =>
  reading(file, async (reader) => {
    const last = await reader.newest();
    let legacy: Legacy = { ...noLegacy, session: last?.session ?? 0 };
    let checked: TruthChecked | null = null;
    if (last) {
      const ends = await endsOf(reader, file, last.session);
      for await (const row of outlinesOf(reader, last.session, 1, ends.last.seq)) {
        legacy = apply(legacy, row);
        if (row.event.type === 'truth.checked' && row.event.chain) checked = row.event;
      }
    }
    if (!legacy.inventory.known) {
      throw new UsageError(
        `${file} has no session that has read its wallet yet: the first one adopts it, so start that first.`,
      );
    }
    return { legacy, checked };
  });
