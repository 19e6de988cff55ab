/** The connection and what became of transactions on it. */
import type { Json } from '../ledger/transport.ts';

export type GatewayInput =
  | GatewayUp
  | GatewaySynced
  | GatewayDown
  | AnswerRefused
  | LedgerContradicted
  | LedgerAgreed
  | TransactionSigned
  | TransactionAnswered
  | TransactionValidated
  | TransactionSettled
  | IntentWithheld;

/** Input. Connected to a server, which says which network it is on. */
export type GatewayUp = Readonly<{
  type: 'gateway.up';
  endpoint: string;
  networkId: number | null;
}>;
/** Resubscribed, and everything that touched the account from `from` to `to` is in the log. */
export type GatewaySynced = Readonly<{ type: 'gateway.synced'; from: number; to: number }>;
/** Input. The connection to a server is gone; or none can be had, once for each reason. */
export type GatewayDown = Readonly<{ type: 'gateway.down'; endpoint: string; why: string }>;

/** Input. What one server said, or failed to say, that is not trusted: nothing of it is in the log but this. */
export type AnswerRefused = Readonly<{
  type: 'answer.refused';
  endpoint: string;
  code: string;
  message: string;
}>;

/** Input. Two servers give a validated ledger two hashes, and there is no majority: whom to believe is not known. */
export type LedgerContradicted = Readonly<{
  type: 'ledger.contradicted';
  index: number;
  endpoint: string;
  hash: string;
  otherEndpoint: string;
  otherHash: string;
}>;

/** Input. After a contradiction enough servers say the same again. */
export type LedgerAgreed = Readonly<{
  type: 'ledger.agreed';
  index: number;
  endpoints: readonly string[];
}>;

/** Input, the signer's answer to intent `intent` (a seq): durable before the blob leaves, so that a restart asks the ledger about the hash. */
export type TransactionSigned = Readonly<{
  type: 'transaction.signed';
  intent: number;
  blob: string;
  hash: string;
  sequence: number;
  lastLedger: number;
}>;

/** Input. The server's first word on a transaction: a hint. `result` is null where no answer came; `error` says why. */
export type TransactionAnswered = Readonly<{
  type: 'transaction.answered';
  hash: string;
  result: string | null;
  error: string | null;
}>;

/** Input. A validated transaction that touched our account, whoever sent it. */
export type TransactionValidated = Readonly<{
  type: 'transaction.validated';
  hash: string;
  ledger: number;
  index: number;
  closeTime: number;
  result: string;
  tx: Json;
  meta: Json;
}>;

/**
 * Input. Looked up by hash after its last ledger: `never` only over a complete range; `unknown` where no server can say.
 * One that was found comes as `transaction.validated` just before.
 */
export type TransactionSettled = Readonly<{
  type: 'transaction.settled';
  hash: string;
  outcome: 'validated' | 'never' | 'unknown';
  searched: { readonly from: number; readonly to: number };
  detail: string;
}>;

/** Input. An intent that did not leave: its Sequence is free again. */
export type IntentWithheld = Readonly<{
  type: 'intent.withheld';
  intent: number;
  sequence: number;
  why: string;
}>;

export type GatewayState = 'disconnected' | 'syncing' | 'ready' | 'stale';
/** Whether the ledger can be relied on: disconnected, syncing, ready or stale. */
export type GatewayChanged = Readonly<{
  type: 'gateway.changed';
  state: GatewayState;
  why: string;
}>;
