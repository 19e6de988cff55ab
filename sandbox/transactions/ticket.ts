/** TicketCreate, and using a ticket up. */
import { adjustOwners, reserveFor, updateAccount } from '../state/account.ts';
import { addToOwner, removeFromDirectory } from '../state/directory.ts';
import { type Draft, erase, mustAccount, read, write } from '../state/draft.ts';
import type { AccountRoot, Ticket } from '../state/entry.ts';
import { ownerDirIndex, ticketIndex } from '../state/keylet.ts';
import type { Applying, Kind, Tx } from './transaction.ts';
import type { Result } from './result.ts';

const ticketsMost = 250;

const check = ({ TicketCount: count = 0 }: Tx): Result =>
  count < 1 || count > ticketsMost ? 'temINVALID_COUNT' : 'tesSUCCESS';

const claim = (draft: Draft, tx: Tx): Result => {
  const has = mustAccount(draft, tx.Account).TicketCount ?? 0;
  const used = tx.TicketSequence === undefined ? 0 : 1;
  return has + (tx.TicketCount as number) - used > ticketsMost ? 'tecDIR_FULL' : 'tesSUCCESS';
};

const apply = ({ draft, tx, balanceBefore }: Applying): Result => {
  const count = tx.TicketCount as number;
  const account = mustAccount(draft, tx.Account);
  if (balanceBefore < reserveFor(account.OwnerCount + count)) return 'tecINSUFFICIENT_RESERVE';
  const first = account.Sequence;
  for (let sequence = first; sequence < first + count; sequence += 1) {
    const index = ticketIndex(tx.Account, sequence);
    write(draft, {
      LedgerEntryType: 'Ticket',
      Account: tx.Account,
      Flags: 0,
      OwnerNode: addToOwner(draft, tx.Account, index),
      TicketSequence: sequence,
      index,
    });
  }
  updateAccount(draft, tx.Account, {
    TicketCount: (account.TicketCount ?? 0) + count,
    Sequence: first + count,
  });
  adjustOwners(draft, tx.Account, count);
  return 'tesSUCCESS';
};

export const ticketCreate: Kind = { flags: 0, check, claim, apply };

/** Uses a ticket up. It must be there: the claim has looked. */
export const useTicket = (draft: Draft, address: string, sequence: number): void => {
  const ticket = read(draft, ticketIndex(address, sequence)) as Ticket;
  removeFromDirectory(draft, ownerDirIndex(address), ticket.OwnerNode, ticket.index);
  const { TicketCount = 1, ...rest } = mustAccount(draft, address);
  const left = TicketCount - 1;
  write(draft, (left === 0 ? rest : { ...rest, TicketCount: left }) as AccountRoot);
  adjustOwners(draft, address, -1);
  erase(draft, ticket);
};
