/** How the fee of an open ledger grows with its size, and how many transactions are thought to be usual (rippled TxQ). */
import { baseFee } from '../state/account.ts';

export type FeeMarket = Readonly<{
  expectedSize: number;
  /** The middle fee level of the last ledger, or what is taken for it. */
  medianLevel: number;
  /** What the last large ledgers would let the next be, newest last. */
  recentSizes: readonly number[];
}>;

/** The level of the usual fee. */
export const baseLevel = 256;
const medianLeast = 128_000;
const sizeLeast = 1000;
const growth = 1.2;
const recentMost = 10;
const ledgersInQueue = 20;
const queueLeast = 2000;

export const quietMarket: FeeMarket = {
  expectedSize: sizeLeast,
  medianLevel: medianLeast,
  recentSizes: [],
};

export const feeLevel = (fee: bigint, base: bigint): number => {
  const paid = base === 0n ? fee + baseFee : fee;
  return Number((paid * BigInt(baseLevel)) / (base === 0n ? baseFee : base));
};

/** What the next transaction has to pay, as a level, with so many before it. */
export const requiredLevel = ({ expectedSize, medianLevel }: FeeMarket, size: number): number =>
  size <= expectedSize
    ? baseLevel
    : Math.floor((medianLevel * size * size) / (expectedSize * expectedSize));

export const dropsOfLevel = (level: number): bigint => {
  const scale = BigInt(baseLevel);
  return (BigInt(level) * baseFee + scale - 1n) / scale;
};

export const queueMost = ({ expectedSize }: FeeMarket): number =>
  Math.max(expectedSize * ledgersInQueue, queueLeast);

/** After a ledger whose transactions paid these levels. It grows at once and shrinks slowly. */
export const marketAfter = (market: FeeMarket, levels: readonly number[]): FeeMarket => {
  const size = levels.length;
  const sorted = levels.toSorted((a, b) => a - b);
  const middle = (sorted[size >> 1] ?? 0) + (sorted[(size - 1) >> 1] ?? 0) + 1;
  const medianLevel = size === 0 ? medianLeast : Math.max(Math.floor(middle / 2), medianLeast);
  if (size <= market.expectedSize && size <= sizeLeast) return { ...market, medianLevel };
  const recentSizes = [...market.recentSizes, Math.floor(size * growth)].slice(-recentMost);
  const largest = Math.max(...recentSizes);
  const expectedSize =
    largest >= market.expectedSize ? largest : Math.floor((market.expectedSize * 9 + largest) / 10);
  return { expectedSize, medianLevel, recentSizes };
};
