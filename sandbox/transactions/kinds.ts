/** The transaction types that this ledger knows. */
import { accountSet } from './account-set.ts';
import { ammCreate } from './amm-create.ts';
import { offerCancel } from './offer-cancel.ts';
import { offerCreate } from './offer-create.ts';
import { payment } from './payment.ts';
import { setRegularKey } from './set-regular-key.ts';
import { ticketCreate } from './ticket.ts';
import type { Kind } from './transaction.ts';
import { trustSet } from './trust-set.ts';

export const kinds: Readonly<Record<string, Kind | undefined>> = {
  AMMCreate: ammCreate,
  AccountSet: accountSet,
  OfferCancel: offerCancel,
  OfferCreate: offerCreate,
  Payment: payment,
  SetRegularKey: setRegularKey,
  TicketCreate: ticketCreate,
  TrustSet: trustSet,
};
