/**
 * A list that grows at its end and is never changed: another entry costs the same at every length, and whoever holds an older
 * list still has it. Null is the empty one.
 */

export type Trail<Entry> = Readonly<{
  entry: Entry;
  before: Trail<Entry>;
  length: number;
}> | null;

export const added = <Entry>(before: Trail<Entry>, entry: Entry): Trail<Entry> => ({
  entry,
  before,
  length: lengthOf(before) + 1,
});

export const lengthOf = (trail: Trail<unknown>): number => trail?.length ?? 0;

/** From the first to the last. */
export const entriesOf = <Entry>(trail: Trail<Entry>): readonly Entry[] => {
  const entries: Entry[] = [];
  for (let next = trail; next; next = next.before) entries.push(next.entry);
  return entries.reverse();
};
