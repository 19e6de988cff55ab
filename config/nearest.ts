/** Finds the name that somebody meant. Compares whole names and last parts; says nothing about whether it is right. */

/**
 * The closest candidate; a name without a dot is compared with last parts. What was left out weighs less than what is wrong. Undefined
 * where more than a third of it would have to be other.
 */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined => {
  const part = name.includes('.') ? (whole: string) => whole : last;
  let [best, least]: [string | undefined, number] = [undefined, name.length / 3];
  for (const other of candidates) {
    const cost = distance(name, part(other), missing);
    if (best === undefined ? cost <= least : cost < least) [best, least] = [other, cost];
  }
  return best;
};

/** Letters to insert, delete or exchange to make `b` of `a` (Levenshtein), with the weight of an inserted one. */
export const distance = (a: string, b: string, inserted = 1): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i * inserted);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const exchange = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchange, (row[j] as number) + 1, (next[j - 1] as number) + inserted));
    }
    row = next;
  }
  return row[b.length] as number;
};

const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const missing = 0.25;
