/** SetRegularKey: another key may sign for the account, or may no more. */
import { mustAccount, write } from '../state/draft.ts';
import { hasFlag, rootFlag } from '../state/entry.ts';
import { noClaim, type Kind } from './transaction.ts';

export const setRegularKey: Kind = {
  flags: 0,
  check: (tx) => (tx.RegularKey === tx.Account ? 'temBAD_REGKEY' : 'tesSUCCESS'),
  claim: noClaim,
  apply: ({ draft, tx }) => {
    const { RegularKey: _old, ...rest } = mustAccount(draft, tx.Account);
    if (tx.RegularKey === undefined && hasFlag(rest['Flags'] as number, rootFlag.disableMaster)) {
      return 'tecNO_ALTERNATIVE_KEY';
    }
    const key = tx.RegularKey === undefined ? {} : { RegularKey: tx.RegularKey };
    write(draft, { ...rest, ...key } as typeof rest & { LedgerEntryType: string; index: string });
    return 'tesSUCCESS';
  },
};
