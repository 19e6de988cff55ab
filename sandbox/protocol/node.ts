/** What both doors open on: a server that knows rippled's commands and keeps the subscriptions of each connection. */
import type { Json } from '../../ledger/transport.ts';

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
