/**
 * A connection to the sandbox without a socket: the same JSON, resolved through microtasks alone so that virtual time can
 * stand still meanwhile. It fails only by the faults that it is given, and by those that a scenario asks of it.
 */
import { BehaviorSubject, Subject } from 'rxjs';
import {
  type Connection,
  type Json,
  ServerError,
  type Transport,
  TransportError,
} from '../ledger/transport.ts';
import type { Faults } from './faults/faults.ts';
import { type Line, openLine } from './faults/line.ts';
import type { Node } from './protocol/node.ts';

export type LinkOptions = Readonly<{
  /** How the connection is named in messages. */
  endpoint?: string;
  /** Calls `fn` once after so many milliseconds, of whatever time the caller keeps. */
  setTimer: (ms: number, fn: () => void) => void;
  /** After this long without an answer a request is given up. */
  answerTimeoutMs?: number;
  faults?: Faults;
}>;

/** What a scenario may ask for, at an instant of its own. */
export type Interference = Readonly<{
  /** While down every request fails; streams go on. */
  requests: (state: 'up' | 'down') => void;
  /** Closes the connection once. It can be opened again at once. */
  dropSocket: () => void;
  /** The next so many submissions are carried out, but their answers never arrive. */
  loseSubmitAnswers: (count: number) => void;
}>;

export type Link = Transport & Readonly<{ interfere: Interference }>;

const answerTimeoutMsDefault = 20_000;

export const createLink = (
  node: Node,
  { endpoint = 'sandbox', setTimer, answerTimeoutMs = answerTimeoutMsDefault, faults }: LinkOptions,
): Link => {
  const messages = new Subject<Json>();
  const connection = new BehaviorSubject<Connection>({ up: false, endpoint, why: 'not connected' });
  let line: Line | undefined;
  const waiting = new Set<(why: TransportError) => void>();
  let requestsDown = false;
  let lost = 0;

  const goDown = (why: string): void => {
    line?.close();
    line = undefined;
    const failed = failure('the connection closed before the answer came');
    for (const reject of waiting) reject(failed);
    waiting.clear();
    connection.next({ up: false, endpoint, why });
  };
  const failure = (why: string): TransportError => new TransportError(`${endpoint}: ${why}`);

  /** Rejects once the time for it is over. Where the answer is there at once, no timer is set. */
  const answerTo = (asked: Line, command: Json): Promise<Json> =>
    new Promise((resolve, reject) => {
      const isLost = command['command'] === 'submit' && lost > 0;
      if (isLost) lost -= 1;
      waiting.add(reject);
      asked.ask(command, (answer) => {
        if (isLost) return;
        waiting.delete(reject);
        resolve(answer);
      });
      if (!waiting.has(reject)) return;
      setTimer(answerTimeoutMs, () => {
        waiting.delete(reject);
        reject(failure('timeout'));
      });
    });

  return {
    connect: async () => {
      await null;
      if (line) return;
      const client = { send: (message: Json) => messages.next(message), drop: goDown, setTimer };
      line = openLine(node, client, faults);
      connection.next({ up: true, endpoint });
    },
    request: async (command) => {
      await null;
      if (!line) throw failure('not connected');
      if (requestsDown) throw failure('the request failed');
      const asked = line;
      const answer = await answerTo(asked, command);
      if (line !== asked) throw failure('the connection closed before the answer came');
      return unwrap(answer);
    },
    messages: messages.asObservable(),
    connection: connection.asObservable(),
    close: async () => {
      await null;
      if (line) goDown('closed by us');
    },
    interfere: {
      requests: (state) => {
        requestsDown = state === 'down';
      },
      dropSocket: () => {
        if (line) goDown('the socket closed');
      },
      loseSubmitAnswers: (count) => {
        lost += count;
      },
    },
  };
};

/** A connection that cannot be had while something else is gone. */
export const whileUp = (link: Link, isUp: () => boolean): Transport => ({
  ...link,
  connect: () =>
    isUp()
      ? link.connect()
      : Promise.reject(new TransportError('no server is followed at present')),
});

const unwrap = (answer: Json): Json => {
  if (answer['status'] === 'success') return answer['result'] as Json;
  const code = String(answer['error']);
  const words = String(answer['error_message'] ?? answer['error_exception'] ?? code);
  throw new ServerError(code, words, answer['searched_all'] === true);
};
