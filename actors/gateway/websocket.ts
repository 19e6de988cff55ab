/** The transport over WebSocket: xrpl.js for framing and request ids; reconnection, subscriptions and submission are ours. */
import { Subject } from 'rxjs';
import xrpl from 'xrpl';
import {
  ServerError,
  TransportError,
  type Connection,
  type Json,
  type Transport,
} from '../../ledger/transport.ts';
import { isObject } from './json.ts';

const requestTimeoutMs = 10_000;
const connectTimeoutMs = 5_000;

/** What the gateway relies on in xrpl.js; a library that lacks one of these is refused at start. */
const clientMethods = ['connect', 'disconnect', 'request', 'on', 'isConnected'] as const;

/** Throws an Error naming the method that the installed xrpl.js lacks. */
export const assertClient = (): void => {
  const methods = xrpl.Client.prototype as unknown as Readonly<Record<string, unknown>>;
  for (const name of clientMethods) {
    const inherited = typeof methods[name] === 'function';
    if (!inherited)
      throw new Error(
        `the installed xrpl.js has no Client.${name}; install the version in package.json`,
      );
  }
};

export const webSocketTransport = (endpoint: string): Transport => {
  const messages = new Subject<Json>();
  const connection = new Subject<Connection>();
  const client = new xrpl.Client(endpoint, {
    timeout: requestTimeoutMs,
    connectionTimeout: connectTimeoutMs,
  });
  let announced = false;

  client.on('error', () => undefined);
  client.on('connected', () => {
    announced = true;
    connection.next({ up: true, endpoint });
  });
  client.on('disconnected', (code: number) => {
    if (!announced) return;
    announced = false;
    connection.next({ up: false, endpoint, why: `the connection closed with code ${code}` });
  });
  client.on('ledgerClosed', (message) => messages.next(message as unknown as Json));
  client.on('transaction', (message) => messages.next(message as unknown as Json));

  return {
    connect: async () => {
      try {
        await client.connect();
      } catch {
        throw new TransportError(`no connection to ${endpoint}`);
      }
    },
    request: async (command) => {
      try {
        const answer: unknown = await client.request(command as never);
        const result = isObject(answer) ? answer['result'] : undefined;
        if (!isObject(result)) throw new TransportError(`${endpoint} answered without a result`);
        return result;
      } catch (error) {
        throw translated(endpoint, error);
      }
    },
    messages,
    connection,
    close: async () => {
      announced = false;
      await client.disconnect();
    },
  };
};

const translated = (endpoint: string, error: unknown): Error => {
  if (error instanceof ServerError || error instanceof TransportError) return error;
  if (error instanceof xrpl.RippledError) {
    const data: Json = isObject(error.data) ? error.data : {};
    const code = typeof data['error'] === 'string' ? data['error'] : 'unknownError';
    const words = typeof data['error_message'] === 'string' ? data['error_message'] : error.message;
    return new ServerError(code, words, data['searched_all'] === true);
  }
  return new TransportError(
    `${endpoint}: ${error instanceof Error ? error.message : String(error)}`,
  );
};
