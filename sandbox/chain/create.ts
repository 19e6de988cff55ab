/**
 * The embedded ledger: an open ledger that answers submissions, closed ledgers that stay as they are. It has no clock
 * and no sockets; whoever owns it says when a ledger closes.
 */
import type {
  Applied,
  Chain,
  Change,
  ClosedLedger,
  Entry,
  Genesis,
  Header,
  Saved,
  SubmitAnswer,
} from '../chain.ts';
import { baseFee } from '../state/account.ts';
import { draftOf, type Ground } from '../state/draft.ts';
import { accountIndex } from '../state/keylet.ts';
import { differences, remove, set, type Trie } from '../state/trie.ts';
import { viewOf } from '../state/view.ts';
import { applyTransaction } from '../transactions/apply.ts';
import { codeOf, isRetry, messageOf, type Result } from '../transactions/result.ts';
import { sequenceOf, type Tx } from '../transactions/transaction.ts';
import { amendDraft } from './amend.ts';
import { applyAll } from './close.ts';
import { genesisHeader, nextHeader } from './header.ts';
import type { Waiting } from './order.ts';
import { poolAccount } from './pool-account.ts';
import { decodeSubmission } from './submission.ts';

/** The account that has all XRP at first, as on any standalone server (seed "masterpassphrase"). */
export const genesisAccount = 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh';

const ledgersKept = 256;
/** For how many ledgers a transaction that may apply later is tried again. */
const ledgersHeld = 5;

type Held = Waiting & Readonly<{ until: number }>;
type PoolAccount = Ground['poolAccount'];

/** Starts from a last closed ledger in which the genesis account has what there is. */
export const createChain = (genesis: Genesis, pools: PoolAccount = poolAccount): Chain => {
  const entry = {
    LedgerEntryType: 'AccountRoot',
    Account: genesisAccount,
    Balance: genesis.genesis_balance,
    Flags: 0,
    OwnerCount: 0,
    Sequence: genesis.genesis_sequence,
    index: accountIndex(genesisAccount),
  };
  return resumeChain({ header: genesisHeader(genesis), entries: [entry], history: [] }, pools);
};

export const resumeChain = (saved: Saved, pools: PoolAccount = poolAccount): Chain => {
  let base: Trie<Entry>;
  for (const entry of saved.entries) base = set(base, entry);
  let header: Header = saved.header;
  const kept = restored(saved, base);
  /** The last closed ledger with what scripts have set since. */
  let amended = base;
  let held: readonly Held[] = [];
  let open: { root: Trie<Entry>; transactions: readonly Applied[] } = {
    root: base,
    transactions: [],
  };

  const ground = (isOpen: boolean): Ground => ({
    index: header.ledger_index + 1,
    parentCloseTime: header.close_time,
    parentHash: header.ledger_hash,
    open: isOpen,
    poolAccount: pools,
  });

  const attempt = (one: Waiting, failHard: boolean): Result => {
    const place = open.transactions.length;
    const mode = { retry: false, failHard };
    const outcome = applyTransaction(open.root, ground(true), one.tx, one.hash, place, mode);
    if (outcome.applied) {
      const applied = { ...one, meta: outcome.meta, result: outcome.result };
      open = { root: outcome.root, transactions: [...open.transactions, applied] };
    }
    return outcome.result;
  };

  const isApplied = (hash: string): boolean =>
    open.transactions.some((applied) => applied.hash === hash);

  const nextSequence = (address: string): number =>
    (viewOf(open.root).account(address)?.['Sequence'] as number | undefined) ?? 0;

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
    held = [...held, { ...one, until: header.ledger_index + 1 + ledgersHeld }];
  };

  const reopen = (start: Trie<Entry>, waiting: readonly Waiting[]): void => {
    open = { root: start, transactions: [] };
    for (const one of waiting) attempt(one, false);
  };

  const answer = (
    one: Waiting,
    result: Result,
    applied: boolean,
    failHard: boolean,
  ): SubmitAnswer => {
    const taken = applied || !failHard;
    const next = nextSequence(one.tx.Account);
    return {
      accepted: taken,
      account_sequence_available: next,
      account_sequence_next: next,
      applied,
      broadcast: applied,
      engine_result: result,
      engine_result_code: codeOf(result),
      engine_result_message: messageOf(result),
      kept: taken,
      open_ledger_cost: String(baseFee),
      queued: false,
      tx_blob: one.blob,
      tx_json: { ...one.tx, hash: one.hash },
      validated_ledger_index: header.ledger_index,
    };
  };

  const latest = (): ClosedLedger => kept.get(header.ledger_index) as ClosedLedger;

  return {
    submit: (blob, options = {}) => {
      const one = decodeSubmission(blob);
      if ('error' in one) return one;
      const failHard = options.failHard ?? false;
      const known = isApplied(one.hash);
      const result = known ? 'tefPAST_SEQ' : attempt(one, failHard);
      const answered = answer(one, result, !known && isApplied(one.hash), failHard);
      if (result === 'tesSUCCESS') release(one.tx.Account);
      else if (isRetry(result) && !failHard) hold(one);
      return answered;
    },
    simulate: (fields) => {
      const tx = fields as Tx;
      const place = open.transactions.length;
      const mode = { retry: false, failHard: false };
      const outcome = applyTransaction(open.root, ground(true), tx, '0'.repeat(64), place, mode);
      return {
        engine_result: outcome.result,
        engine_result_code: codeOf(outcome.result),
        engine_result_message: messageOf(outcome.result),
        applied: false,
        ...(outcome.applied ? { meta: outcome.meta } : {}),
      };
    },
    pending: () => open.transactions,
    amend: (amendments) => {
      const draft = draftOf(amended, ground(true));
      for (const amendment of amendments) amendDraft(draft, amendment);
      amended = draft.root;
      reopen(amended, open.transactions as readonly (Applied & Waiting)[]);
    },
    close: (closeTime, first = []) => {
      const waiting = open.transactions as readonly (Applied & Waiting)[];
      const plain = waiting.map(({ hash, blob, tx }) => ({ hash, blob, tx }));
      const closed = applyAll(amended, ground(false), plain, first);
      const coins = BigInt(header.total_coins) - closed.fees;
      const hashes = closed.applied.map(({ hash }) => hash);
      header = nextHeader(header, closeTime, coins, hashes);
      const ledger = closedLedger(header, closed.root, closed.applied, base);
      kept.set(header.ledger_index, ledger);
      kept.delete(header.ledger_index - ledgersKept);
      base = closed.root;
      amended = base;
      for (const one of closed.left) hold(one);
      held = held.filter(({ until }) => until > header.ledger_index);
      const again = held;
      held = [];
      open = { root: base, transactions: [] };
      for (const one of again) {
        const result = attempt(one, false);
        if (isRetry(result)) held = [...held, one];
        else if (result === 'tesSUCCESS') release(one.tx.Account);
      }
      return ledger;
    },
    open: () => viewOf(open.root),
    latest,
    at: (index) => kept.get(index),
    oldest: () => kept.keys().next().value ?? header.ledger_index,
  };
};

const closedLedger = (
  header: Header,
  root: Trie<Entry>,
  transactions: readonly Applied[],
  before: Trie<Entry>,
): ClosedLedger => ({
  header,
  state: viewOf(root),
  transactions,
  changes: differences(before, root).map(([was, is]): Change => {
    const { index } = (is ?? was) as Entry;
    return [index, is ?? null, was ?? null];
  }),
});

/** The kept ledgers with their states, made backwards from the newest. */
const restored = (saved: Saved, newest: Trie<Entry>): Map<number, ClosedLedger> => {
  let root = newest;
  const ledgers: ClosedLedger[] = [];
  for (const { header, transactions, changes } of saved.history.slice(-ledgersKept).toReversed()) {
    ledgers.push({ header, transactions, changes, state: viewOf(root) });
    for (const [index, , before] of changes) {
      root = before === null ? remove(root, index) : set(root, before);
    }
  }
  if (ledgers.length === 0) {
    ledgers.push({ header: saved.header, transactions: [], changes: [], state: viewOf(newest) });
  }
  return new Map(ledgers.toReversed().map((ledger) => [ledger.header.ledger_index, ledger]));
};
