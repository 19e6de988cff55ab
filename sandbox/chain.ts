/** The shape of the embedded ledger: what the protocol, the traders and the scripts may ask of its state and its closes. */

/** A ledger entry as rippled prints it in JSON, with its key in `index`. Never changed in place. */
export type Entry = Readonly<Record<string, unknown> & { LedgerEntryType: string; index: string }>;

/** One side of a book: XRP has no issuer. `currency` is "XRP", three letters or 40 hex digits, as on the wire. */
export type Asset = Readonly<{ currency: string; issuer?: string }>;

/** A state to read from: the open ledger, or a closed one. */
export type View = Readonly<{
  read: (index: string) => Entry | undefined;
  account: (address: string) => Entry | undefined;
  line: (address: string, peer: string, currency: string) => Entry | undefined;
  /** An account's entries in the order of its owner directory (offers, lines, tickets …). */
  owned: (address: string) => readonly Entry[];
  /** Offers that give `gets` for `pays`, best quality first, in the order in which a taker meets them; lazily. */
  book: (pays: Asset, gets: Asset) => Iterable<Entry>;
  amm: (a: Asset, b: Asset) => Entry | undefined;
}>;

export type Header = Readonly<{
  ledger_index: number;
  ledger_hash: string;
  parent_hash: string;
  close_time: number;
  parent_close_time: number;
  total_coins: string;
}>;

export type Applied = Readonly<{
  hash: string;
  blob: string;
  /** Decoded, with `hash`. */
  tx: Readonly<Record<string, unknown>>;
  meta: Readonly<Record<string, unknown>>;
  result: string;
}>;

/** What became of one entry: as it is now and as it was, null where there is none. */
export type Change = readonly [index: string, now: Entry | null, before: Entry | null];

export type ClosedLedger = Readonly<{
  header: Header;
  state: View;
  /** In the order in which they were applied: place k has `meta.TransactionIndex` k. */
  transactions: readonly Applied[];
  /** Against the ledger before, in ascending order of index. */
  changes: readonly Change[];
}>;

/** What a closed ledger is kept as on disk: with it and the newest entries every kept ledger can be had again. */
export type Kept = Pick<ClosedLedger, 'header' | 'transactions' | 'changes'>;

/** A chain put down: all entries of the last closed ledger, its header, and the ledgers up to and including it, oldest first (may be none). */
export type Saved = Readonly<{
  header: Header;
  entries: Iterable<Entry>;
  history: readonly Kept[];
}>;

/** Drops as text, or a token amount, as on the wire. */
export type Amount = string | Readonly<{ currency: string; issuer: string; value: string }>;

/** What a script may set without a transaction. It is part of the next closed ledger, ahead of its transactions. */
export type Amendment =
  | Readonly<{ set: 'balance'; account: string; amount: Amount }>
  | Readonly<{ set: 'pool'; amounts: readonly [Amount, Amount] }>
  | Readonly<{
      set: 'offer';
      account: string;
      sequence: number;
      taker_gets: Amount;
      taker_pays: Amount;
      expiration?: number;
    }>
  | Readonly<{ set: 'no offer'; account: string; sequence: number }>
  /** Whatever it is, as it shall be; and one that shall not be there. */
  | Readonly<{ set: 'entry'; entry: Entry }>
  | Readonly<{ set: 'no entry'; index: string }>;

/** How a ledger closes where it is not left to itself. */
export type Closing = Readonly<{
  /** Transactions (hashes) that are applied ahead of all others, in that order; the rest follow in canonical order. */
  first?: readonly string[];
  /** What is set between those and the rest. */
  amendments?: readonly Amendment[];
  /** The ledger's index where it is not the next one: those between are taken to be empty, and are not kept. */
  index?: number | undefined;
}>;

/** What `submit` answers, in rippled's names. */
export type SubmitAnswer = Readonly<{
  engine_result: string;
  engine_result_code: number;
  engine_result_message: string;
  tx_blob: string;
  tx_json: Readonly<Record<string, unknown>>;
  accepted: boolean;
  applied: boolean;
  broadcast: boolean;
  kept: boolean;
  queued: boolean;
  account_sequence_available: number;
  account_sequence_next: number;
  open_ledger_cost: string;
  validated_ledger_index: number;
}>;

/** The last closed ledger to start from: `sandbox_reset`'s words. */
export type Genesis = Readonly<{
  ledger_index: number;
  close_time: number;
  parent_close_time: number;
  genesis_balance: string;
  genesis_sequence: number;
  total_coins: string;
}>;

/** What weighs on the server besides the transactions it knows of. */
export type Pressure = Readonly<{
  /** The open ledger holds so many times its expected size, on top of what is in it. */
  fullness: number;
  /** The server asks for so many times the usual fee. */
  loadFactor: number;
}>;

/** What the open ledger asks for. Levels count a usual fee as 256. */
export type FeeState = Readonly<{
  ledgerSize: number;
  /** Up to so many transactions the usual fee is enough. */
  expectedSize: number;
  queueSize: number;
  queueMost: number;
  openLevel: number;
  medianLevel: number;
  loadFactor: number;
}>;

/** Waits for a ledger in which its fee is enough. */
export type Queued = Readonly<{
  hash: string;
  tx: Readonly<Record<string, unknown>>;
  feeLevel: number;
}>;

export type Chain = Readonly<{
  /** Checks, applies to the open ledger, and keeps for the next close. A blob that does not decode or verify is an error as rippled words it. */
  submit: (
    blob: string,
    options?: Readonly<{ failHard?: boolean }>,
  ) =>
    | SubmitAnswer
    | Readonly<{
        error: string;
        error_code?: number;
        error_message?: string;
        error_exception?: string;
      }>;
  /** What a transaction (unsigned, with every field filled in) would do to the open ledger. Nothing is kept. */
  simulate: (
    tx: Readonly<Record<string, unknown>>,
  ) => Pick<
    SubmitAnswer,
    'engine_result' | 'engine_result_code' | 'engine_result_message' | 'applied'
  > &
    Readonly<{ meta?: Readonly<Record<string, unknown>> }>;
  /** The open ledger's transactions, in the order in which they came, with what they did so far. */
  pending: () => readonly Applied[];
  fees: () => FeeState;
  /** Does `work` as if so much weighed on the server. */
  under: <T>(pressure: Pressure, work: () => T) => T;
  /** The queue, in the order of arrival. */
  queue: () => readonly Queued[];
  /** Sets what no transaction sets, for scripts alone. Throws a RangeError naming what does not exist. */
  amend: (amendments: readonly Amendment[]) => void;
  /** Closes the open ledger. */
  close: (closeTime: number, closing?: Closing) => ClosedLedger;
  open: () => View;
  latest: () => ClosedLedger;
  /** A closed ledger by index, while it is kept (at least the last 512). */
  at: (ledgerIndex: number) => ClosedLedger | undefined;
  /** The oldest index that `at` can still give. */
  oldest: () => number;
  /** From here on every transaction there was is still known: nothing happened before the first ledger. */
  knownFrom: () => number;
}>;
