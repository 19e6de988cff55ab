/** The transaction types that this ledger knows. */
import { accountDelete } from './account-delete.ts';
import { accountSet } from './account-set.ts';
import { ammBid } from './amm-bid.ts';
import { ammCreate } from './amm-create.ts';
import { ammDelete } from './amm-delete.ts';
import { ammDeposit } from './amm-deposit.ts';
import { ammVote } from './amm-vote.ts';
import { ammWithdraw } from './amm-withdraw.ts';
import { clawback } from './clawback.ts';
import { offerCancel } from './offer-cancel.ts';
import { offerCreate } from './offer-create.ts';
import { payment } from './payment.ts';
import { setRegularKey } from './set-regular-key.ts';
import { ticketCreate } from './ticket.ts';
import type { Kind } from './transaction.ts';
import { trustSet } from './trust-set.ts';

export const kinds: Readonly<Record<string, Kind | undefined>> = {
  AMMBid: ammBid,
  AMMCreate: ammCreate,
  AMMDelete: ammDelete,
  AMMDeposit: ammDeposit,
  AMMVote: ammVote,
  AMMWithdraw: ammWithdraw,
  AccountDelete: accountDelete,
  AccountSet: accountSet,
  Clawback: clawback,
  OfferCancel: offerCancel,
  OfferCreate: offerCreate,
  Payment: payment,
  SetRegularKey: setRegularKey,
  TicketCreate: ticketCreate,
  TrustSet: trustSet,
};
