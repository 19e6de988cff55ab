/** The transport over WebSocket: xrpl.js for framing and request ids; reconnection, subscriptions and submission are ours. */
import { Subject } from 'rxjs';
import xrpl, { type Client } from 'xrpl';
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
const clientMethods = ['connect', 'disconnect', 'request', 'on', 'removeAllListeners'] as const;

const heard = ['error', 'disconnected', 'ledgerClosed', 'transaction'] as const;

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

/** A client of its own for each connection: it neither reconnects by itself nor is heard after its end. */
export const webSocketTransport = (endpoint: string): Transport => {
  const messages = new Subject<Json>();
  const connection = new Subject<Connection>();
  let client: Client | undefined;

  const leave = async (): Promise<void> => {
    const gone = client;
    client = undefined;
    if (!gone) return;
    for (const name of heard) gone.removeAllListeners(name);
    gone.on('error', () => undefined);
    await gone.disconnect().catch(() => undefined);
  };

  const attend = (mine: Client): void => {
    mine.on('error', () => undefined);
    mine.on('disconnected', (code: number) => {
      if (client !== mine) return;
      void leave();
      connection.next({
        up: false,
        endpoint,
        code,
        why: `the connection closed with code ${code}`,
      });
    });
    const pass = (message: unknown): void => {
      if (client === mine && isObject(message)) messages.next(message);
    };
    mine.on('ledgerClosed', pass);
    mine.on('transaction', pass);
  };

  return {
    connect: async () => {
      await leave();
      const mine = new xrpl.Client(endpoint, {
        timeout: requestTimeoutMs,
        connectionTimeout: connectTimeoutMs,
      });
      client = mine;
      attend(mine);
      try {
        await mine.connect();
      } catch {
        if (client === mine) await leave();
        throw new TransportError(`no connection to ${endpoint}`);
      }
      if (client === mine) connection.next({ up: true, endpoint });
    },
    request: async (command) => {
      const mine = client;
      if (!mine) throw new TransportError(`${endpoint}: not connected`);
      try {
        const answer: unknown = await mine.request(command as never);
        const fields: Json = isObject(answer) ? answer : {};
        const { result, warning } = fields;
        if (warning !== undefined) messages.next({ type: 'warning', warning });
        if (!isObject(result)) throw new TransportError(`${endpoint} answered without a result`);
        return result;
      } catch (error) {
        throw translated(endpoint, error);
      }
    },
    messages,
    connection,
    close: leave,
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
