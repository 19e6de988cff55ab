/** Amounts and prices as an operator types them: plain digits, of a size that can be meant. Anything else is a UsageError. */
import { isPositive, parseDecimal, type Decimal } from '../ledger/decimal.ts';
import { parseXrp, type Drops } from '../ledger/drops.ts';
import { isPrice } from '../ledger/price.ts';
import { UsageError } from './command.ts';

export const xrpAmount = (text: string): Drops => {
  const amount = parseXrp(text);
  if (amount !== undefined && amount > 0n) return amount;
  throw new UsageError(`--xrp "${text}" is no amount of XRP above 0 with at most six places.`);
};

export const rlusdAmount = (text: string): Decimal => {
  const amount = plain(text);
  if (amount && isPositive(amount)) return amount;
  throw new UsageError(
    `--rlusd "${text}" is no amount of RLUSD above 0, in plain digits such as 12.5 and at most 16 of them.`,
  );
};

export const priceOf = (text: string): Decimal => {
  const price = plain(text);
  if (isPrice(price)) return price;
  throw new UsageError(
    `--price "${text}" is no price in RLUSD per XRP above 0: plain digits such as 1.4025, from 0.000001 to 1000000.`,
  );
};

/** No power of ten and no sign, which the ledger's own text may have. */
const plain = (text: string): Decimal | undefined =>
  /^\d{1,15}(?:\.\d{1,15})?$/.test(text) ? parseDecimal(text) : undefined;
