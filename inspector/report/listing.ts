/** A list of which only its beginning and its end are kept, and how many there were between. */

export type Listed<T> = Readonly<{ shown: readonly T[]; hidden: number; count: number }>;

export type Listing<T> = Readonly<{ add: (one: T) => void; listed: () => Listed<T> }>;

/** Keeps the first and the last `most / 2`. */
export const createListing = <T>(most: number): Listing<T> => {
  const half = Math.floor(most / 2);
  const first: T[] = [];
  const last: T[] = [];
  let count = 0;
  return {
    add: (one) => {
      count += 1;
      if (first.length < half) first.push(one);
      else last.push(one);
      if (last.length > half) last.shift();
    },
    listed: () => ({
      shown: [...first, ...last],
      hidden: count - first.length - last.length,
      count,
    }),
  };
};
