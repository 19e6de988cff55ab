/** Clawback: an issuer who has said from the beginning that he may takes his tokens back from a holder. */
import * as d from '../../ledger/decimal.ts';
import type { Amount } from '../../ledger/quantity.ts';
import { type Draft, mustAccount, readAccount, readLine } from '../state/draft.ts';
import { hasFlag, rootFlag } from '../state/entry.ts';
import { balanceFor, moveAlongLine } from '../state/line.ts';
import type { Result } from './result.ts';
import type { Applying, Kind, Tx } from './transaction.ts';

/** The amount's "issuer" is the holder. */
const wanted = (tx: Tx): Exclude<Amount, string> => tx.Amount as Exclude<Amount, string>;

const check = (tx: Tx): Result => {
  if (tx.Holder !== undefined) return 'temMALFORMED';
  if (typeof tx.Amount === 'string' || wanted(tx).issuer === tx.Account) return 'temBAD_AMOUNT';
  return d.isPositive(d.decimal(wanted(tx).value)) ? 'tesSUCCESS' : 'temBAD_AMOUNT';
};

const claim = (draft: Draft, tx: Tx): Result => {
  const { issuer: holder, currency } = wanted(tx);
  const account = readAccount(draft, holder);
  if (!account) return 'terNO_ACCOUNT';
  if (account.AMMID !== undefined) return 'tecAMM_ACCOUNT';
  const { Flags } = mustAccount(draft, tx.Account);
  if (!hasFlag(Flags, rootFlag.allowTrustLineClawback) || hasFlag(Flags, rootFlag.noFreeze)) {
    return 'tecNO_PERMISSION';
  }
  const line = readLine(draft, holder, tx.Account, currency);
  if (!line) return 'tecNO_LINE';
  const held = balanceFor(line, holder, tx.Account);
  if (d.isNegative(held)) return 'tecNO_PERMISSION';
  return d.isZero(held) ? 'tecINSUFFICIENT_FUNDS' : 'tesSUCCESS';
};

const apply = ({ draft, tx }: Applying): Result => {
  const { issuer: holder, currency, value } = wanted(tx);
  const line = readLine(draft, holder, tx.Account, currency);
  if (!line) return 'tecINTERNAL';
  const held = balanceFor(line, holder, tx.Account);
  moveAlongLine(draft, holder, tx.Account, currency, d.minimum(held, d.decimal(value)));
  return 'tesSUCCESS';
};

export const clawback: Kind = { flags: 0, check, claim, apply };
