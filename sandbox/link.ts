/**
 * A connection to the sandbox without a socket: the same JSON, resolved through microtasks alone so that virtual time can
 * stand still meanwhile. Its faults are for scenarios; it never fails by itself.
 */
import { BehaviorSubject, Subject } from 'rxjs';
import {
  type Connection,
  type Json,
  ServerError,
  type Transport,
  TransportError,
} from '../ledger/transport.ts';
import type { Node, Session } from './protocol/node.ts';

export type LinkOptions = Readonly<{
  /** How the connection is named in messages. */
  endpoint?: string;
  /** Calls `fn` once after so many milliseconds, of whatever time the caller keeps. */
  setTimer: (ms: number, fn: () => void) => void;
  /** After this long without an answer a request is given up. */
  answerTimeoutMs?: number;
}>;

export type Faults = Readonly<{
  /** While down every request fails; streams go on. */
  requests: (state: 'up' | 'down') => void;
  /** Closes the connection once. It can be opened again at once. */
  dropSocket: () => void;
  /** The next so many submissions are carried out, but their answers never arrive. */
  loseSubmitAnswers: (count: number) => void;
}>;

export type Link = Transport & Readonly<{ faults: Faults }>;

const answerTimeoutMsDefault = 20_000;

export const createLink = (
  node: Node,
  { endpoint = 'sandbox', setTimer, answerTimeoutMs = answerTimeoutMsDefault }: LinkOptions,
): Link => {
  const messages = new Subject<Json>();
  const connection = new BehaviorSubject<Connection>({ up: false, endpoint, why: 'not connected' });
  let session: Session | undefined;
  let requestsDown = false;
  let lost = 0;

  const goDown = (why: string): void => {
    session?.close();
    session = undefined;
    connection.next({ up: false, endpoint, why });
  };
  const failure = (why: string): TransportError => new TransportError(`${endpoint}: ${why}`);

  return {
    connect: async () => {
      await null;
      if (session) return;
      session = node.connect((message) => messages.next(message));
      connection.next({ up: true, endpoint });
    },
    request: async (command) => {
      await null;
      if (!session) throw failure('not connected');
      if (requestsDown) throw failure('the request failed');
      const asked = session;
      const answer = asked.answer(command);
      if (command.command === 'submit' && lost > 0) {
        lost -= 1;
        return new Promise<Json>((_, reject) => {
          setTimer(answerTimeoutMs, () => reject(failure('timeout')));
        });
      }
      await null;
      if (session !== asked) throw failure('the connection closed before the answer came');
      return unwrap(answer);
    },
    messages: messages.asObservable(),
    connection: connection.asObservable(),
    close: async () => {
      await null;
      if (session) goDown('closed by us');
    },
    faults: {
      requests: (state) => {
        requestsDown = state === 'down';
      },
      dropSocket: () => {
        if (session) goDown('the socket closed');
      },
      loseSubmitAnswers: (count) => {
        lost += count;
      },
    },
  };
};

const unwrap = (answer: Json): Json => {
  if (answer['status'] === 'success') return answer['result'] as Json;
  const code = String(answer['error']);
  const words = String(answer['error_message'] ?? answer['error_exception'] ?? code);
  throw new ServerError(code, words, answer['searched_all'] === true);
};
