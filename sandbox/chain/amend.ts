/** What scripts set without a transaction. Lines and pools must be there already; nothing else is touched. */
import { isHigher, nobody } from '../../ledger/address.ts';
import * as d from '../../ledger/decimal.ts';
import { qualityOf } from '../../ledger/quality.ts';
import { type Amount, quantityOf } from '../../ledger/quantity.ts';
import type { Amendment } from '../chain.ts';
import { updateAccount } from '../state/account.ts';
import { assetOf } from '../state/asset.ts';
import { placeOffer, removeOffer } from '../state/book.ts';
import {
  type Draft,
  erase,
  read,
  readAccount,
  readAmm,
  readLine,
  readOffer,
  write,
} from '../state/draft.ts';

/** Throws a RangeError naming what does not exist. */
export const amendDraft = (draft: Draft, amendment: Amendment): void => {
  switch (amendment.set) {
    case 'balance':
      setBalance(draft, amendment.account, amendment.amount);
      return;
    case 'pool': {
      const [a, b] = amendment.amounts;
      const pool = readAmm(draft, assetOf(a), assetOf(b));
      if (!pool) throw new RangeError('there is no pool of this pair; create it first');
      for (const amount of amendment.amounts) setBalance(draft, pool.Account, amount);
      return;
    }
    case 'offer':
      placeOffer(
        draft,
        {
          Account: amendment.account,
          Sequence: amendment.sequence,
          TakerPays: amendment.taker_pays,
          TakerGets: amendment.taker_gets,
          Flags: 0,
          ...(amendment.expiration === undefined ? {} : { Expiration: amendment.expiration }),
        },
        qualityOf({
          pays: quantityOf(amendment.taker_pays),
          gets: quantityOf(amendment.taker_gets),
        }),
      );
      return;
    case 'entry':
      write(draft, amendment.entry);
      return;
    case 'no entry': {
      const entry = read(draft, amendment.index);
      if (entry) erase(draft, entry);
      return;
    }
    case 'no offer': {
      const offer = readOffer(draft, amendment.account, amendment.sequence);
      if (!offer) {
        throw new RangeError(`${amendment.account} has no offer ${amendment.sequence}`);
      }
      removeOffer(draft, offer);
    }
  }
};

const setBalance = (draft: Draft, account: string, amount: Amount): void => {
  if (typeof amount === 'string') {
    if (!readAccount(draft, account)) throw new RangeError(`there is no account ${account}`);
    updateAccount(draft, account, { Balance: amount });
    return;
  }
  const { currency, issuer, value } = amount;
  const line = readLine(draft, account, issuer, currency);
  if (!line) throw new RangeError(`${account} has no trust line for ${currency} of ${issuer}`);
  const held = d.decimal(value);
  const balance = isHigher(account, issuer) ? d.negate(held) : held;
  write(draft, { ...line, Balance: { currency, issuer: nobody, value: d.format(balance) } });
};
