/**
 * Applies one transaction to a state: checks it, takes fee and sequence, lets its type act, and makes the metadata. A
 * claimed fee (tec) undoes everything else but the removal of dead offers.
 */
import type { Amount } from '../../ledger/quantity.ts';
import { same, quantityOf } from '../../ledger/quantity.ts';
import type { Entry } from '../chain.ts';
import { updateAccount } from '../state/account.ts';
import { removeOffer } from '../state/book.ts';
import {
  changesSince,
  type Draft,
  draftOf,
  type Ground,
  mustAccount,
  read,
} from '../state/draft.ts';
import type { Offer } from '../state/entry.ts';
import { affected } from '../state/metadata.ts';
import { get, type Trie } from '../state/trie.ts';
import { authorizationOf, checkCommon, claimCommon } from './check.ts';
import { kinds } from './kinds.ts';
import { isClaim, type Result } from './result.ts';
import { useTicket } from './ticket.ts';
import type { Kind, Tx } from './transaction.ts';

export type Mode = Readonly<{
  /** It will be tried again: only what is final now is applied. */
  retry: boolean;
  /** A tec is not applied. */
  failHard: boolean;
  /** Only asked what would be: an unsigned transaction will do. */
  dryRun?: boolean;
}>;

export type Outcome =
  | Readonly<{ result: Result; applied: false }>
  | Readonly<{
      result: Result;
      applied: true;
      root: Trie<Entry>;
      meta: Readonly<Record<string, unknown>>;
      fee: bigint;
    }>;

const removedMost = 1000;
/** These are final at once, even where others would be tried again. */
const finalClaims: ReadonlySet<Result> = new Set(['tecKILLED', 'tecEXPIRED']);

/** An amount beyond what the ledger can count ends the transaction, never the ledger. */
export const applyTransaction = (...asked: Parameters<typeof applied>): Outcome => {
  try {
    return applied(...asked);
  } catch (error) {
    if (error instanceof RangeError) return { result: 'tefEXCEPTION', applied: false };
    throw error;
  }
};

const applied = (
  root: Trie<Entry>,
  ground: Ground,
  tx: Tx,
  hash: string,
  place: number,
  mode: Mode,
): Outcome => {
  const kind = kinds[tx.TransactionType];
  if (!kind) return { result: 'temDISABLED', applied: false };
  const draft = draftOf(root, ground);
  const refusal = refuse(draft, kind, tx, mode);
  const isFinal = refusal === 'tesSUCCESS' || (isClaim(refusal) && !mode.retry);
  if (!isFinal) return { result: refusal, applied: false };
  if (refusal !== 'tesSUCCESS') return claimed(root, ground, tx, hash, place, mode, refusal, []);

  let delivered: Amount | undefined;
  const balanceBefore = BigInt(mustAccount(draft, tx.Account).Balance);
  const fee = payFee(draft, tx);
  noteTransaction(draft, tx, hash);
  const result = kind.apply({
    tx,
    draft,
    hash,
    balanceBefore,
    deliver: (amount) => {
      delivered = amount;
    },
  });
  if (result === 'tesSUCCESS') {
    const extra = deliveredFields(tx, delivered);
    return finished(root, draft, hash, place, result, fee, extra);
  }
  if (!isClaim(result)) return { result, applied: false };
  const isHard = finalClaims.has(result) || !mode.retry;
  if (!isHard) return { result, applied: false };
  const dead = result === 'tecKILLED' ? deadOffers(root, draft) : [];
  return claimed(root, ground, tx, hash, place, mode, result, dead);
};

const refuse = (draft: Draft, kind: Kind, tx: Tx, mode: Mode): Result => {
  const needsKey = mode.dryRun !== true || Boolean(tx.SigningPubKey);
  for (const look of [
    () => checkCommon(tx, kind),
    () => kind.check(tx),
    () => claimCommon(draft, tx, kind),
    () => (needsKey ? authorizationOf(draft, tx) : 'tesSUCCESS'),
    () => kind.claim(draft, tx, mode.retry),
  ]) {
    const result = look();
    if (result !== 'tesSUCCESS') return result;
  }
  return 'tesSUCCESS';
};

/** Why a transaction would not even be charged for, or would be in vain. Nothing is changed. */
export const refusalOf = (draft: Draft, tx: Tx): Result => {
  const kind = kinds[tx.TransactionType];
  return kind ? refuse(draft, kind, tx, { retry: false, failHard: false }) : 'temDISABLED';
};

const claimed = (
  root: Trie<Entry>,
  ground: Ground,
  tx: Tx,
  hash: string,
  place: number,
  mode: Mode,
  result: Result,
  dead: readonly string[],
): Outcome => {
  if (mode.failHard) return { result, applied: false };
  const draft = draftOf(root, ground);
  const fee = payFee(draft, tx);
  for (const index of dead) {
    const offer = read(draft, index) as Offer | undefined;
    if (offer) removeOffer(draft, offer);
  }
  return finished(root, draft, hash, place, result, fee, {});
};

const finished = (
  before: Trie<Entry>,
  draft: Draft,
  hash: string,
  place: number,
  result: Result,
  fee: bigint,
  extra: Readonly<Record<string, unknown>>,
): Outcome => {
  const { root, nodes } = affected(before, draft, hash);
  const meta = {
    AffectedNodes: nodes,
    ...extra,
    TransactionIndex: place,
    TransactionResult: result,
  };
  return { result, applied: true, root, meta, fee };
};

const deliveredFields = (tx: Tx, delivered: Amount | undefined) => {
  const amount = delivered ?? (tx.TransactionType === 'Payment' ? tx.Amount : undefined);
  return {
    ...(delivered === undefined ? {} : { DeliveredAmount: delivered }),
    ...(amount === undefined ? {} : { delivered_amount: amount }),
  };
};

/** Takes what the account has, if that is less than the fee. */
const payFee = (draft: Draft, tx: Tx): bigint => {
  if (tx.TicketSequence === undefined) {
    updateAccount(draft, tx.Account, { Sequence: tx.Sequence + 1 });
  } else useTicket(draft, tx.Account, tx.TicketSequence);
  const account = mustAccount(draft, tx.Account);
  const balance = BigInt(account.Balance);
  const asked = BigInt(tx.Fee);
  const fee = asked > balance ? balance : asked;
  updateAccount(draft, tx.Account, { Balance: String(balance - fee) });
  return fee;
};

/** For accounts that want their last transaction named in them. */
const noteTransaction = (draft: Draft, tx: Tx, hash: string): void => {
  if (mustAccount(draft, tx.Account).AccountTxnID === undefined) return;
  updateAccount(draft, tx.Account, { AccountTxnID: hash });
};

/** Offers that were taken away without being taken from. */
const deadOffers = (root: Trie<Entry>, draft: Draft): readonly string[] => {
  const found: string[] = [];
  for (const [was, is] of changesSince(root, draft)) {
    if (!was || is || was.LedgerEntryType !== 'Offer') continue;
    const last = get(draft.erased, was.index) as Offer | undefined;
    const untouched =
      last && same(quantityOf(last.TakerPays), quantityOf((was as Offer).TakerPays));
    if (untouched) found.push(was.index);
  }
  return found.slice(0, removedMost);
};
