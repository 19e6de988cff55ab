/** What a command may look at: the chain, its history, the time, and who asks. */
import type { Json } from '../../ledger/transport.ts';
import type { Chain, Genesis } from '../chain.ts';
import type { History } from './history.ts';
import type { ApiVersion, Subscriptions } from './subscriptions.ts';

export type World = Readonly<{
  chain: () => Chain;
  history: () => History;
  /** Unix milliseconds. */
  now: () => number;
  networkId: number;
  /** What `--close manual` allows; null: ledgers close by the clock. */
  manual: Readonly<{
    accept: (closeTime: number | undefined) => void;
    reset: (genesis: Genesis) => void;
  }> | null;
  /** Tells the subscribers of proposed transactions. */
  propose: (answer: Json) => void;
}>;

export type Request = Readonly<{
  params: Json;
  version: ApiVersion;
  world: World;
  subscriptions: Subscriptions;
}>;

/** Answers with the `result` object, or throws a Refusal. */
export type Command = (request: Request) => Json;
