/** SetRegularKey: another key may sign for the account, or may no more. The first one signed with the master key is free. */
import { baseFee } from '../state/account.ts';
import { type Draft, mustAccount, write } from '../state/draft.ts';
import { type AccountRoot, hasFlag, rootFlag, withFlag } from '../state/entry.ts';
import { isByMaster } from './check.ts';
import { type Kind, noClaim, type Tx } from './transaction.ts';

const isFree = (draft: Draft, tx: Tx): boolean =>
  isByMaster(tx) && !hasFlag(mustAccount(draft, tx.Account).Flags, rootFlag.passwordSpent);

export const setRegularKey: Kind = {
  flags: 0,
  check: (tx) => (tx.RegularKey === tx.Account ? 'temBAD_REGKEY' : 'tesSUCCESS'),
  claim: noClaim,
  fee: (draft, tx) => (isFree(draft, tx) ? 0n : baseFee),
  apply: ({ draft, tx }) => {
    const account = mustAccount(draft, tx.Account);
    const { RegularKey: _old, ...rest } = account;
    if (tx.RegularKey === undefined && hasFlag(account.Flags, rootFlag.disableMaster)) {
      return 'tecNO_ALTERNATIVE_KEY';
    }
    const Flags = isFree(draft, tx)
      ? withFlag(account.Flags, rootFlag.passwordSpent)
      : account.Flags;
    const key = tx.RegularKey === undefined ? {} : { RegularKey: tx.RegularKey };
    write(draft, { ...rest, ...key, Flags } as AccountRoot);
    return 'tesSUCCESS';
  },
};
