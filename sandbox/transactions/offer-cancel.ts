/** OfferCancel: takes an offer away. One that is not there any more is no failure. */
import { removeOffer } from '../state/book.ts';
import { mustAccount, readOffer } from '../state/draft.ts';
import type { Kind } from './transaction.ts';

export const offerCancel: Kind = {
  flags: 0,
  check: (tx) => (tx.OfferSequence ? 'tesSUCCESS' : 'temBAD_SEQUENCE'),
  claim: (draft, tx) =>
    mustAccount(draft, tx.Account).Sequence <= (tx.OfferSequence as number)
      ? 'temBAD_SEQUENCE'
      : 'tesSUCCESS',
  apply: ({ draft, tx }) => {
    const offer = readOffer(draft, tx.Account, tx.OfferSequence as number);
    if (offer) removeOffer(draft, offer);
    return 'tesSUCCESS';
  },
};
