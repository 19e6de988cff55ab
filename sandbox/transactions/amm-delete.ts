/** AMMDelete: takes an empty pool away that had too many lines to go with its last shares. */
import type { Amm } from '../state/entry.ts';
import { checkPair, deletePool, findPool } from './pool.ts';
import type { Kind } from './transaction.ts';

export const ammDelete: Kind = {
  flags: 0,
  check: checkPair,
  claim: (draft, tx) => {
    const amm = findPool(draft, tx);
    if (!amm) return 'terNO_AMM';
    return amm.LPTokenBalance.value === '0' ? 'tesSUCCESS' : 'tecAMM_NOT_EMPTY';
  },
  apply: ({ draft, tx }) => {
    deletePool(draft, findPool(draft, tx) as Amm);
    return 'tesSUCCESS';
  },
};
