/** Finds the name that somebody meant. Compares whole names and last parts; says nothing about whether it is right. */

/** The candidate closest to `name`, whole or by what follows its last dot. */
export const nearest = (name: string, candidates: Iterable<string>): string => {
  const cost = (other: string): number =>
    Math.min(distance(name, other), distance(last(name), last(other)) + 1);
  return [...candidates].reduce((best, other) => (cost(other) < cost(best) ? other : best));
};

/** Letters to insert, delete or exchange to make `b` of `a` (Levenshtein). */
export const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const exchange = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchange, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
};

const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
