/** What both doors open on: a server that knows rippled's commands and keeps the subscriptions of each connection. */
import type { Json } from '../../ledger/transport.ts';
import type { Chain, ClosedLedger, Pressure } from '../chain.ts';
import { envelope, invalidText, parseText, refused } from './envelope.ts';
import { type History, historyOf } from './history.ts';
import { publish, publishProposed } from './stream.ts';
import { type Subscriptions, subscriptionsOf } from './subscriptions.ts';
import type { Code } from './refusal.ts';
import { hiding, type Trouble, type World } from './world.ts';

export type Session = Readonly<{
  /** Answers one request with the whole envelope (`id`, `status`, `result` or `error`, `type`). Never throws. */
  answer: (request: Json, pressure?: Pressure) => Json;
  /** Answers with an error whatever was asked. */
  refuse: (request: Json, code: Code) => Json;
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
  /** What is wrong with the server; nothing, if it is not said. */
  trouble?: () => Trouble;
}>;

const noTrouble: Trouble = { isBlocked: false, missing: null };

export const createNode = ({
  chain: whole,
  now,
  networkId,
  manual,
  trouble = () => noTrouble,
}: HubOptions): Hub => {
  const chain = (): Chain => hiding(whole(), trouble().missing);
  const connections = new Set<Subscriptions>();
  let history: History = historyOf(whole(), chain);
  const world: World = {
    chain,
    history: () => history,
    now,
    networkId,
    manual,
    trouble,
    propose: (answer) => publishProposed(world, answer, connections),
  };
  return {
    connect: (send) => {
      const subscriptions = subscriptionsOf(send);
      connections.add(subscriptions);
      const answer: Session['answer'] = (request, pressure) => {
        const work = (): Json => envelope(request, world, subscriptions);
        return pressure ? whole().under(pressure, work) : work();
      };
      return {
        answer,
        refuse: refused,
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
      history = historyOf(whole(), chain);
    },
  };
};
