/**
 * The open ledger: applies what comes in as it comes, queues what pays too little for it, holds what comes too early,
 * and starts anew on each closed ledger.
 */
import type { Applied, Entry, FeeState, Pressure, Queued } from '../chain.ts';
import { baseFee } from '../state/account.ts';
import { draftOf, type Ground, readAccount, write } from '../state/draft.ts';
import { accountIndex } from '../state/keylet.ts';
import { get, type Trie } from '../state/trie.ts';
import type { AccountRoot } from '../state/entry.ts';
import { applyTransaction, refusalOf } from '../transactions/apply.ts';
import { kinds } from '../transactions/kinds.ts';
import { isClaim, isRetry, type Result } from '../transactions/result.ts';
import { sequenceOf, type Tx } from '../transactions/transaction.ts';
import {
  baseLevel,
  dropsOfLevel,
  feeLevel,
  type FeeMarket,
  marketAfter,
  queueMost,
  quietMarket,
  requiredLevel,
} from './fee-market.ts';
import { byAccount, type Waiting } from './order.ts';
import * as queues from './queue.ts';

export type Taken = Readonly<{
  result: Result;
  applied: boolean;
  queued: boolean;
  /** The account's next number in the ledger, and the next that is not queued either. */
  next: number;
  available: number;
}>;

export type OpenLedger = Readonly<{
  root: () => Trie<Entry>;
  transactions: () => readonly (Applied & Waiting)[];
  take: (one: Waiting, failHard: boolean) => Taken;
  /** The same transactions on another start. */
  restart: (root: Trie<Entry>) => void;
  /** Right before a close: what has been held gets its chance. */
  ending: () => void;
  /** After a close: on the closed ledger, with what waited for it and what it left. */
  follow: (
    root: Trie<Entry>,
    next: Ground,
    applied: readonly Applied[],
    left: readonly Waiting[],
  ) => void;
  cost: () => bigint;
  fees: () => FeeState;
  under: <T>(pressure: Pressure, work: () => T) => T;
  queue: () => readonly Queued[];
}>;

/** For how many ledgers a transaction that was sent to this server is tried again, whatever became of it at first. */
const ledgersKept = 5;

const noPressure: Pressure = { fullness: 0, loadFactor: 1 };

type Kept = Waiting & Readonly<{ until: number }>;

export const openLedger = (start: Trie<Entry>, first: Ground): OpenLedger => {
  let root = start;
  let ground = first;
  let transactions: (Applied & Waiting)[] = [];
  let hashes = new Set<string>();
  /** Came too early: enters as soon as its turn comes. */
  let held: readonly Waiting[] = [];
  /** All that is tried again on each new ledger. */
  let kept = new Map<string, Kept>();
  let queue: queues.Queue = [];
  let market: FeeMarket = quietMarket;
  let pressure = noPressure;

  const accountOf = (address: string): AccountRoot | undefined =>
    get(root, accountIndex(address)) as AccountRoot | undefined;
  const nextSequence = (address: string): number => accountOf(address)?.Sequence ?? 0;
  const isApplied = (hash: string): boolean => hashes.has(hash);
  const required = (): number => {
    const others = Math.ceil(market.expectedSize * pressure.fullness);
    return requiredLevel(market, transactions.length + others);
  };

  const levelOf = (tx: Tx): number => {
    const kind = kinds[tx.TransactionType];
    const known = accountOf(tx.Account) !== undefined;
    const base = known ? kind?.fee?.(draftOf(root, ground), tx) : undefined;
    return feeLevel(BigInt(tx.Fee), base ?? baseFee);
  };

  const attempt = (one: Waiting, failHard: boolean): Result => {
    const mode = { retry: false, failHard };
    const here = { ...ground, loadFactor: pressure.loadFactor };
    const outcome = applyTransaction(root, here, one.tx, one.hash, transactions.length, mode);
    if (outcome.applied) {
      const { hash, blob, tx } = one;
      root = outcome.root;
      transactions.push({ hash, blob, tx, meta: outcome.meta, result: outcome.result });
      hashes.add(hash);
    }
    return outcome.result;
  };

  /** Held transactions whose turn has come enter by themselves. */
  const release = (account: string): void => {
    for (;;) {
      const next = nextSequence(account);
      const one = held.find(({ tx }) => tx.Account === account && sequenceOf(tx) === next);
      if (!one) return;
      held = held.filter((other) => other !== one);
      if (attempt(one, false) !== 'tesSUCCESS') return;
    }
  };

  const hold = (one: Waiting): void => {
    if (held.some(({ hash }) => hash === one.hash)) return;
    held = [...held, one];
  };

  const keep = (one: Waiting): void => {
    if (!kept.has(one.hash)) kept.set(one.hash, { ...one, until: ground.index + ledgersKept });
  };

  const isPast = ({ tx }: Waiting): boolean => {
    const account = accountOf(tx.Account);
    return (
      account !== undefined && tx.TicketSequence === undefined && tx.Sequence < account.Sequence
    );
  };

  const tried = (one: Waiting): void => {
    if (isApplied(one.hash)) return;
    const result = enter(one, false);
    if (result === 'tesSUCCESS') release(one.tx.Account);
    else if (isRetry(result) && result !== 'terQUEUED') hold(one);
  };

  /** As if what waits before it had been applied. */
  const laterRefusal = (tx: Tx, account: AccountRoot): Result => {
    const draft = draftOf(root, ground);
    const fees = queues.feesInFlight(queues.queuedOf(queue, tx.Account));
    const Balance = String(BigInt(account.Balance) - fees);
    const Sequence = tx.TicketSequence === undefined ? tx.Sequence : account.Sequence;
    write(draft, { ...account, Balance, Sequence });
    return refusalOf(draft, tx);
  };

  const enqueue = (one: Waiting, level: number, failHard: boolean): Result => {
    const account = readAccount(draftOf(root, ground), one.tx.Account);
    if (!account) return 'terNO_ACCOUNT';
    const waiting = { ...one, feeLevel: level };
    const refusal = queues.queueRefusal(queue, waiting, account, ground.index, failHard);
    if (refusal !== 'tesSUCCESS') return refusal;
    const later = laterRefusal(one.tx, account);
    if (later !== 'tesSUCCESS' && !isClaim(later)) return later;
    const replaced = queues.replacedBy(queue, one.tx);
    if (!replaced && queue.length >= queueMost(market)) return 'telCAN_NOT_QUEUE_FULL';
    queue = [...queue.filter((other) => other !== replaced), waiting];
    return 'terQUEUED';
  };

  const enter = (one: Waiting, failHard: boolean): Result => {
    const level = levelOf(one.tx);
    const isNext =
      one.tx.TicketSequence !== undefined || one.tx.Sequence === nextSequence(one.tx.Account);
    const isQuiet = required() === baseLevel && queues.queuedOf(queue, one.tx.Account).length === 0;
    if (!isQuiet && !(isNext && level >= required())) return enqueue(one, level, failHard);
    const result = attempt(one, failHard);
    if (isApplied(one.hash)) {
      const replaced = queues.replacedBy(queue, one.tx);
      queue = queue.filter((other) => other !== replaced);
    }
    return result;
  };

  /** Lets in from the queue what pays enough. */
  const drain = (): void => {
    const tried = new Set<string>();
    for (;;) {
      const one = queues.candidates(queue).find(({ hash }) => !tried.has(hash));
      if (!one || one.feeLevel < required()) return;
      tried.add(one.hash);
      const result = attempt(one, false);
      if (isApplied(one.hash) || !isRetry(result)) queue = queue.filter((other) => other !== one);
    }
  };

  return {
    root: () => root,
    transactions: () => transactions,
    cost: () => dropsOfLevel(required()),
    queue: () => queue.map(({ hash, tx, feeLevel: level }) => ({ hash, tx, feeLevel: level })),
    fees: () => ({
      ledgerSize: transactions.length,
      expectedSize: market.expectedSize,
      queueSize: queue.length,
      queueMost: queueMost(market),
      openLevel: required(),
      medianLevel: market.medianLevel,
      loadFactor: pressure.loadFactor,
    }),
    under: (weight, work) => {
      const before = pressure;
      pressure = weight;
      try {
        return work();
      } finally {
        pressure = before;
      }
    },
    take: (one, failHard) => {
      const known = isApplied(one.hash);
      const result = known ? 'tefPAST_SEQ' : enter(one, failHard);
      const queued = result === 'terQUEUED';
      const applied = !known && isApplied(one.hash);
      const next = nextSequence(one.tx.Account);
      const available = queues.nextQueuable(queue, one.tx.Account, next);
      if (result === 'tesSUCCESS') release(one.tx.Account);
      else if (isRetry(result) && !queued && !failHard) hold(one);
      if (result === 'tesSUCCESS' || !failHard) keep(one);
      return { result, applied, queued, next, available };
    },
    restart: (other) => {
      const again = transactions;
      root = other;
      transactions = [];
      hashes = new Set();
      for (const one of again) attempt(one, false);
    },
    ending: () => {
      const waiting = byAccount(held);
      held = [];
      for (const one of waiting) tried(one);
    },
    follow: (closed, next, applied, left) => {
      market = marketAfter(
        market,
        applied.map(({ tx }) => levelOf(tx as Tx)),
      );
      root = closed;
      ground = next;
      transactions = [];
      hashes = new Set();
      const isLate = ({ tx }: Waiting): boolean =>
        tx.LastLedgerSequence !== undefined && tx.LastLedgerSequence < next.index;
      queue = queue.filter((one) => !isLate(one));
      for (const one of left) {
        const result = attempt(one, false);
        if (isRetry(result)) hold(one);
      }
      drain();
      const settled = new Set(applied.map(({ hash }) => hash));
      kept = new Map(
        [...kept].filter(
          ([hash, one]) => one.until >= next.index && !settled.has(hash) && !isPast(one),
        ),
      );
      held = held.filter(({ hash }) => kept.has(hash));
      for (const one of byAccount([...kept.values()])) tried(one);
    },
  };
};
