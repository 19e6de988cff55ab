/** Amounts as a transaction may carry them: XRP within what exists, tokens that are no XRP in disguise. */
import { currencyHex } from '../../ledger/currency.ts';
import { type Amount } from '../../ledger/quantity.ts';

const dropsMost = 100_000_000_000_000_000n;
const xrpInDisguise = '0000000000000000000000005852500000000000';

export const isLegal = (amount: Amount): boolean => {
  if (typeof amount !== 'string') return true;
  const drops = BigInt(amount);
  return drops <= dropsMost && drops >= -dropsMost;
};

export const isBadCurrency = (amount: Amount): boolean =>
  typeof amount !== 'string' && currencyHex(amount.currency) === xrpInDisguise;
