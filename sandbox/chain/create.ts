/**
 * The embedded ledger: an open ledger that answers submissions, closed ledgers that stay as they are. It has no clock
 * and no sockets; whoever owns it says when a ledger closes.
 */
import type {
  Amendment,
  Applied,
  Chain,
  Change,
  ClosedLedger,
  Entry,
  Genesis,
  Header,
  Saved,
} from '../chain.ts';
import { draftOf, type Ground } from '../state/draft.ts';
import { accountIndex } from '../state/keylet.ts';
import { differences, remove, set, type Trie } from '../state/trie.ts';
import { viewOf } from '../state/view.ts';
import { applyTransaction } from '../transactions/apply.ts';
import { fieldFault } from '../transactions/fields.ts';
import { codeOf, messageOf, type Result } from '../transactions/result.ts';
import type { Tx } from '../transactions/transaction.ts';
import { amendDraft } from './amend.ts';
import { applyAll } from './close.ts';
import { genesisHeader, nextHeader } from './header.ts';
import { openLedger } from './open-ledger.ts';
import { poolAccount } from './pool-account.ts';
import { decodeSubmission } from './submission.ts';

/** The account that has all XRP at first, as on any standalone server (seed "masterpassphrase"). */
export const genesisAccount = 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh';

const ledgersKept = 512;
/** The first that a new network closes. */
const firstLedger = 2;
const noHash = '0'.repeat(64);

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
  const saved = { header: genesisHeader(genesis), entries: [entry], history: [] };
  return resumeChain(saved, pools, genesis.ledger_index);
};

/** `first`: where the chain began, if that is known. */
export const resumeChain = (
  saved: Saved,
  pools: PoolAccount = poolAccount,
  first?: number,
): Chain => {
  let base: Trie<Entry>;
  for (const entry of saved.entries) base = set(base, entry);
  let header: Header = saved.header;
  const kept = restored(saved, base);
  /** The last closed ledger with what scripts have set since. */
  let amended = base;

  const ground = (isOpen: boolean): Ground => ({
    index: header.ledger_index + 1,
    parentCloseTime: header.close_time,
    parentHash: header.ledger_hash,
    open: isOpen,
    loadFactor: 1,
    poolAccount: pools,
  });
  const open = openLedger(base, ground(true));

  const oldest = (): number => kept.keys().next().value ?? header.ledger_index;
  const latest = (): ClosedLedger => kept.get(header.ledger_index) as ClosedLedger;

  return {
    submit: (blob, options = {}) => {
      const one = decodeSubmission(blob);
      if ('error' in one) return one;
      const failHard = options.failHard ?? false;
      const { result, applied, queued, next, available } = open.take(one, failHard);
      const taken = applied || queued || !failHard;
      return {
        accepted: taken,
        account_sequence_available: available,
        account_sequence_next: next,
        applied,
        broadcast: applied || queued,
        engine_result: result,
        engine_result_code: codeOf(result),
        engine_result_message: messageOf(result),
        kept: taken,
        open_ledger_cost: String(open.cost()),
        queued,
        tx_blob: one.blob,
        tx_json: { ...one.tx, hash: one.hash },
        validated_ledger_index: header.ledger_index,
      };
    },
    simulate: (fields) => {
      const tx = fields as Tx;
      const place = open.transactions().length;
      const fault = fieldFault({ SigningPubKey: '', ...fields });
      if (fault !== undefined) return answered('temMALFORMED');
      const mode = { retry: false, failHard: false, dryRun: true };
      const outcome = applyTransaction(open.root(), ground(true), tx, noHash, place, mode);
      return {
        ...answered(outcome.result),
        ...(outcome.applied ? { meta: outcome.meta } : {}),
      };
    },
    pending: open.transactions,
    fees: open.fees,
    under: open.under,
    queue: open.queue,
    amend: (amendments) => {
      amended = withAmendments(amended, ground(true), amendments);
      open.restart(amended);
    },
    close: (closeTime, { first = [], amendments = [], index } = {}) => {
      open.ending();
      const closed = applyAll(amended, ground(false), open.transactions(), {
        first,
        amend: (root) => withAmendments(root, ground(false), amendments),
      });
      const coins = BigInt(header.total_coins) - closed.fees;
      const hashes = closed.applied.map(({ hash }) => hash);
      header = nextHeader(header, closeTime, coins, hashes, index);
      const ledger = closedLedger(header, closed.root, closed.applied, base);
      kept.set(header.ledger_index, ledger);
      if (kept.size > ledgersKept) kept.delete(oldest());
      base = closed.root;
      amended = base;
      open.follow(base, ground(true), closed.applied, closed.left);
      return ledger;
    },
    open: () => viewOf(open.root()),
    latest,
    at: (index) => kept.get(index),
    oldest,
    knownFrom: () => (oldest() === first ? Math.min(first, firstLedger) : oldest()),
  };
};

const withAmendments = (
  root: Trie<Entry>,
  ground: Ground,
  amendments: readonly Amendment[],
): Trie<Entry> => {
  if (amendments.length === 0) return root;
  const draft = draftOf(root, ground);
  for (const amendment of amendments) amendDraft(draft, amendment);
  return draft.root;
};

const answered = (result: Result) => ({
  engine_result: result,
  engine_result_code: codeOf(result),
  engine_result_message: messageOf(result),
  applied: false,
});

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
