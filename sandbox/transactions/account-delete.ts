/** AccountDelete: what the account has goes to another, its offers and tickets go with it. Not while it owes or is owed anything. */
import { creditDrops, ownerReserve } from '../state/account.ts';
import { removeOffer } from '../state/book.ts';
import { members } from '../state/directory.ts';
import { type Draft, erase, mustAccount, read, readAccount } from '../state/draft.ts';
import { hasFlag, type Offer, rootFlag, type Ticket } from '../state/entry.ts';
import { ownerDirIndex } from '../state/keylet.ts';
import type { Result } from './result.ts';
import { useTicket } from './ticket.ts';
import type { Applying, Kind, Tx } from './transaction.ts';

/** So many ledgers must have passed since the account's sequence, so that no old transaction can be played again. */
const ledgersBetween = 255;
const ownedMost = 1000;
const leavesWithAccount: ReadonlySet<string> = new Set(['Offer', 'Ticket']);

const ownedBy = (draft: Draft, address: string) =>
  [...members((index) => read(draft, index), ownerDirIndex(address))].flatMap(
    (index) => read(draft, index) ?? [],
  );

const claim = (draft: Draft, tx: Tx): Result => {
  const receiver = readAccount(draft, tx.Destination as string);
  if (!receiver) return 'tecNO_DST';
  if (hasFlag(receiver.Flags, rootFlag.requireDestTag) && tx.DestinationTag === undefined) {
    return 'tecDST_TAG_NEEDED';
  }
  if (hasFlag(receiver.Flags, rootFlag.depositAuth)) return 'tecNO_PERMISSION';
  const { Sequence } = mustAccount(draft, tx.Account);
  if (Sequence + ledgersBetween > draft.ground.index) return 'tecTOO_SOON';
  const owned = ownedBy(draft, tx.Account);
  if (owned.some(({ LedgerEntryType }) => !leavesWithAccount.has(LedgerEntryType))) {
    return 'tecHAS_OBLIGATIONS';
  }
  return owned.length > ownedMost ? 'tefTOO_BIG' : 'tesSUCCESS';
};

const apply = ({ draft, tx, deliver }: Applying): Result => {
  for (const entry of ownedBy(draft, tx.Account)) {
    if (entry.LedgerEntryType === 'Offer') removeOffer(draft, entry as Offer);
    else useTicket(draft, tx.Account, (entry as Ticket).TicketSequence);
  }
  const { Balance } = mustAccount(draft, tx.Account);
  creditDrops(draft, tx.Account, -BigInt(Balance));
  creditDrops(draft, tx.Destination as string, BigInt(Balance));
  deliver(Balance);
  erase(draft, mustAccount(draft, tx.Account));
  return 'tesSUCCESS';
};

export const accountDelete: Kind = {
  flags: 0,
  check: (tx) => (tx.Account === tx.Destination ? 'temDST_IS_SRC' : 'tesSUCCESS'),
  claim,
  apply,
  fee: () => ownerReserve,
};
