/** What both doors open on: a server that knows rippled's commands and keeps the subscriptions of each connection. */
import type { Json } from '../../ledger/transport.ts';
import type { Chain, ClosedLedger } from '../chain.ts';
import { envelope, invalidText, parseText } from './envelope.ts';
import { type History, historyOf } from './history.ts';
import { publish, publishProposed } from './stream.ts';
import { type Subscriptions, subscriptionsOf } from './subscriptions.ts';
import type { World } from './world.ts';

export type Session = Readonly<{
  /** Answers one request with the whole envelope (`id`, `status`, `result` or `error`, `type`). Never throws. */
  answer: (request: Json) => Json;
  /** As `answer`, for text off the wire, which may be no JSON at all. */
  answerText: (text: string) => Json;
  /** Ends the subscriptions. */
  close: () => void;
}>;

export type Node = Readonly<{
  /** A new connection. `send` gets the stream messages it subscribes to, in order. */
  connect: (send: (message: Json) => void) => Session;
}>;

export type Hub = Node &
  Readonly<{
    /** Tells everybody of a ledger that has just closed. */
    closed: (ledger: ClosedLedger) => void;
    /** The chain has been replaced: what was known of the old one is forgotten. */
    replaced: () => void;
  }>;

export type HubOptions = Readonly<{
  chain: () => Chain;
  now: () => number;
  networkId: number;
  manual: World['manual'];
}>;

export const createNode = ({ chain, now, networkId, manual }: HubOptions): Hub => {
  const connections = new Set<Subscriptions>();
  let history: History = historyOf(chain());
  const world: World = {
    chain,
    history: () => history,
    now,
    networkId,
    manual,
    propose: (answer) => publishProposed(world, answer, connections),
  };
  return {
    connect: (send) => {
      const subscriptions = subscriptionsOf(send);
      connections.add(subscriptions);
      const answer = (request: Json): Json => envelope(request, world, subscriptions);
      return {
        answer,
        answerText: (text) => {
          const request = parseText(text);
          return request ? answer(request) : invalidText(text);
        },
        close: () => {
          connections.delete(subscriptions);
        },
      };
    },
    closed: (ledger) => {
      history.add(ledger);
      publish(world, ledger, connections);
    },
    replaced: () => {
      history = historyOf(chain());
    },
  };
};
