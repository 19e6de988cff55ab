/** What a command may look at: the chain, its history, the time, and who asks. */
import type { Json } from '../../ledger/transport.ts';
import type { Chain, Genesis } from '../chain.ts';
import type { History } from './history.ts';
import type { ApiVersion, Subscriptions } from './subscriptions.ts';

/** What is wrong with the server. */
export type Trouble = Readonly<{
  isBlocked: boolean;
  /** Ledgers that it does not have. */
  missing: Readonly<{ from: number; to: number }> | null;
}>;

/** The chain as one sees it who lacks some of its ledgers. */
export const hiding = (chain: Chain, missing: Trouble['missing']): Chain =>
  missing === null
    ? chain
    : {
        ...chain,
        at: (index) => (index >= missing.from && index <= missing.to ? undefined : chain.at(index)),
      };

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
  trouble: () => Trouble;
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
