/** A sum that is taken from the least to the greatest, so that its last digit does not depend on the order of arrival. */
import { isDrops, order, type Quantity, sum } from '../../ledger/quantity.ts';

export type OrderedSum = Readonly<{
  total: () => Quantity;
  /** Adds a part and returns the total. */
  add: (part: Quantity) => Quantity;
  reset: (only: Quantity) => void;
}>;

export const ordered = (zero: Quantity): OrderedSum => {
  let parts: Quantity[] = [];
  const total = (): Quantity => parts.reduce((a, b) => sum(a, b), zero);
  return {
    total,
    add: (part) => {
      if (isDrops(part)) parts = [sum(total(), part)];
      else {
        const at = parts.findIndex((other) => order(part, other) < 0);
        parts.splice(at < 0 ? parts.length : at, 0, part);
      }
      return total();
    },
    reset: (only) => {
      parts = [only];
    },
  };
};
