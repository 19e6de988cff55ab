/** The founding ledgers of the simulated world: the same for every seed, so they are made once in a process and gone on from. */
import type { Entry, Saved } from '../../sandbox/chain.ts';
import type { Store } from '../../sandbox/store.ts';

const nothing = (): void => undefined;
let founded: Saved | undefined;

/** A store that holds what `found` has founded on the store it is given, and keeps nothing of what comes after. */
export const foundation = (found: (store: Store) => void): Store => {
  if (!founded) {
    const entries = new Map<string, Entry>();
    let last: Saved['header'] | undefined;
    found({
      saved: undefined,
      begin: (header, from) => {
        for (const entry of from) entries.set(entry.index, entry);
        last = header;
      },
      append: ({ header, changes }) => {
        for (const [index, now] of changes) {
          if (now === null) entries.delete(index);
          else entries.set(index, now);
        }
        last = header;
      },
      own: nothing,
      close: nothing,
    });
    if (!last) throw new Error('a foundation is at least one ledger');
    founded = { header: last, entries: [...entries.values()], history: [] };
  }
  return { saved: founded, begin: nothing, append: nothing, own: nothing, close: nothing };
};
