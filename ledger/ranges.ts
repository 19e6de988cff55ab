/** `complete_ledgers` as a server writes it: "1-5,9,12-40", or "empty". */

export type Ledgers = Readonly<{ first: number; last: number }>;

/** In their order; undefined where the text is none of these. */
export const parseRanges = (complete: string): readonly Ledgers[] | undefined => {
  if (complete === 'empty') return [];
  const ranges: Ledgers[] = [];
  for (const part of complete.split(',')) {
    const range = part.trim();
    if (!/^\d{1,12}(?:-\d{1,12})?$/.test(range)) return undefined;
    const dash = range.indexOf('-');
    const last = Number(range.slice(dash + 1));
    ranges.push({ first: dash < 0 ? last : Number(range.slice(0, dash)), last });
  }
  return ranges;
};

/** How many of the `recent` ledgers up to `to` are missing, as far back as there are any. */
export const missingUpTo = (ranges: readonly Ledgers[], to: number, recent: number): number => {
  let oldest = to;
  for (const { first } of ranges) oldest = Math.min(oldest, first);
  const from = Math.max(oldest, to - recent + 1);
  let missing = to - from + 1;
  for (const { first, last } of ranges) {
    missing -= Math.max(0, Math.min(to, last) - Math.max(from, first) + 1);
  }
  return missing;
};
