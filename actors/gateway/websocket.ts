/**
 * The transport over WebSocket, on `ws` itself: xrpl.js's client ends the process at a message that is JSON null, reconnects
 * behind our back and does not resubscribe. Each connection is a new socket; what a former one still says is never heard.
 */
import { Subject } from 'rxjs';
import { WebSocket, type RawData } from 'ws';
import {
  ServerError,
  TransportError,
  type Connection,
  type Json,
  type Transport,
} from '../../ledger/transport.ts';
import { isObject } from './json.ts';

const connectTimeoutMs = 5_000;
/** The gateway waits for less; an answer after this long is nobody's. */
const answerTimeoutMs = 15_000;
/** Above the largest answer of a server: a page of 400 transactions with their metadata. */
const messageBytesMost = 32_000_000;
/** A socket that does not answer the closing handshake is cut off after this long. */
const closeTimeoutMs = 1_000;

type Waiting = Readonly<{
  resolve: (result: Json) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}>;

export const webSocketTransport = (endpoint: string): Transport => {
  const messages = new Subject<Json>();
  const connection = new Subject<Connection>();
  const waiting = new Map<number, Waiting>();
  let socket: WebSocket | undefined;
  let asked = 0;

  const failure = (why: string): TransportError => new TransportError(`${endpoint}: ${why}`);

  const take = (id: number): Waiting | undefined => {
    const one = waiting.get(id);
    if (one) clearTimeout(one.timer);
    waiting.delete(id);
    return one;
  };

  /** Rejects whoever waits, and hears no more of the socket. */
  const forget = (why: string): void => {
    socket = undefined;
    for (const id of waiting.keys()) take(id)?.reject(failure(why));
  };

  const received = (data: RawData): void => {
    const message = parsed(data);
    if (!message) return;
    if (message['type'] !== 'response') {
      messages.next(message);
      return;
    }
    const { id, warning } = message;
    const request = typeof id === 'number' ? take(id) : undefined;
    if (warning !== undefined) messages.next({ type: 'warning', warning });
    if (!request) return;
    if (message['status'] !== 'success') request.reject(refusal(message));
    else if (isObject(message['result'])) request.resolve(message['result']);
    else request.reject(failure('an answer without a result'));
  };

  return {
    connect: () =>
      new Promise((resolve, reject) => {
        let mine: WebSocket;
        try {
          mine = new WebSocket(endpoint, {
            handshakeTimeout: connectTimeoutMs,
            maxPayload: messageBytesMost,
          });
        } catch {
          reject(new TransportError(`no connection to ${endpoint}`));
          return;
        }
        let opened = false;
        mine.on('error', () => undefined);
        mine.once('open', () => {
          opened = true;
          socket = mine;
          resolve();
          connection.next({ up: true, endpoint });
        });
        mine.on('message', (data) => {
          if (socket === mine) received(data);
        });
        mine.once('close', (code) => {
          if (!opened) reject(new TransportError(`no connection to ${endpoint}`));
          if (socket !== mine) return;
          const why = `the connection closed with code ${code}`;
          forget(why);
          connection.next({ up: false, endpoint, code, why });
        });
      }),
    request: (command) =>
      new Promise((resolve, reject) => {
        if (!socket) {
          reject(failure('not connected'));
          return;
        }
        asked += 1;
        const id = asked;
        const lost = (why: string): void => take(id)?.reject(failure(why));
        const timer = setTimeout(() => lost('timeout'), answerTimeoutMs);
        waiting.set(id, { resolve, reject, timer });
        socket.send(JSON.stringify({ ...command, id }), (error) => {
          if (error) lost(error.message);
        });
      }),
    messages,
    connection,
    close: async () => {
      const gone = socket;
      forget('closed by us');
      if (!gone) return;
      gone.close();
      setTimeout(() => gone.terminate(), closeTimeoutMs).unref();
    },
  };
};

/** Undefined for what is no JSON object. */
const parsed = (data: RawData): Json | undefined => {
  try {
    const value: unknown = JSON.parse(textOf(data));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const textOf = (data: RawData): string => {
  if (Buffer.isBuffer(data)) return data.toString('utf8');
  return data instanceof ArrayBuffer
    ? Buffer.from(data).toString('utf8')
    : Buffer.concat(data).toString('utf8');
};

const refusal = ({ error, error_message: words, searched_all: all }: Json): ServerError => {
  const code = typeof error === 'string' ? error : 'unknownError';
  return new ServerError(code, typeof words === 'string' ? words : code, all === true);
};
