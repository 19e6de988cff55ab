/** Transactions whose fee is too low for the open ledger, ten an account at most, each waiting for its turn. Decides; applies nothing. */
import { baseReserve } from '../state/account.ts';
import type { AccountRoot } from '../state/entry.ts';
import type { Result } from '../transactions/result.ts';
import { sequenceOf, type Tx } from '../transactions/transaction.ts';
import type { Waiting } from './order.ts';

export type QueuedTransaction = Waiting & Readonly<{ feeLevel: number }>;
export type Queue = readonly QueuedTransaction[];

const perAccountMost = 10;
const ledgersAhead = 2;
const replacementPercent = 125;

const isTicketed = (tx: Tx): boolean => tx.TicketSequence !== undefined;

export const queuedOf = (queue: Queue, account: string): Queue =>
  queue.filter(({ tx }) => tx.Account === account);

/** The number after the last that is queued without a gap. */
export const nextQueuable = (queue: Queue, account: string, next: number): number => {
  const numbers = new Set(
    queuedOf(queue, account)
      .filter(({ tx }) => !isTicketed(tx))
      .map(({ tx }) => tx.Sequence),
  );
  let free = next;
  while (numbers.has(free)) free += 1;
  return free;
};

const sameNumber = (a: Tx, b: Tx): boolean =>
  a.Account === b.Account && isTicketed(a) === isTicketed(b) && sequenceOf(a) === sequenceOf(b);

export const replacedBy = (queue: Queue, tx: Tx): QueuedTransaction | undefined =>
  queue.find((queued) => sameNumber(queued.tx, tx));

/** Why a transaction cannot wait; tesSUCCESS if it can. */
export const queueRefusal = (
  queue: Queue,
  one: QueuedTransaction,
  account: AccountRoot,
  openIndex: number,
  failHard: boolean,
): Result => {
  const { tx } = one;
  const mine = queuedOf(queue, tx.Account);
  const replaced = replacedBy(mine, tx);
  if (replaced && one.feeLevel * 100 <= replaced.feeLevel * replacementPercent) {
    return 'telCAN_NOT_QUEUE_FEE';
  }
  if (!isTicketed(tx)) {
    if (tx.Sequence < account.Sequence) return 'tefPAST_SEQ';
    if (mine.length === 0 && tx.Sequence > account.Sequence) return 'terPRE_SEQ';
  }
  if (failHard || tx.AccountTxnID !== undefined) return 'telCAN_NOT_QUEUE';
  if (tx.LastLedgerSequence !== undefined && tx.LastLedgerSequence < openIndex + ledgersAhead) {
    return 'telCAN_NOT_QUEUE';
  }
  if (replaced) return 'tesSUCCESS';
  if (mine.length >= perAccountMost) return 'telCAN_NOT_QUEUE_FULL';
  if (!isTicketed(tx) && tx.Sequence !== nextQueuable(mine, tx.Account, account.Sequence)) {
    return 'telCAN_NOT_QUEUE';
  }
  const inFlight = feesInFlight(mine);
  const tooMuch = inFlight >= BigInt(account.Balance) || inFlight >= baseReserve;
  return mine.length > 0 && tooMuch ? 'telCAN_NOT_QUEUE_BALANCE' : 'tesSUCCESS';
};

export const feesInFlight = (queue: Queue): bigint =>
  queue.reduce((total, { tx }) => total + BigInt(tx.Fee), 0n);

/** Each account's first, the best payer first; among equals who came first. */
export const candidates = (queue: Queue): Queue => {
  const firsts = new Map<string, QueuedTransaction>();
  for (const one of queue) {
    const first = firsts.get(one.tx.Account);
    if (!first || comesBefore(one.tx, first.tx)) firsts.set(one.tx.Account, one);
  }
  return [...firsts.values()].toSorted((a, b) => b.feeLevel - a.feeLevel);
};

const comesBefore = (a: Tx, b: Tx): boolean =>
  isTicketed(a) === isTicketed(b) ? sequenceOf(a) < sequenceOf(b) : !isTicketed(a);
