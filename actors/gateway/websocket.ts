/**
 * The transport over WebSocket: xrpl.js carries requests and messages; connections, subscriptions and submission are ours. Each
 * connection is a client of its own that never reconnects by itself, and what a former one still says is never heard.
 */
import { Subject } from 'rxjs';
import { Connection as Client } from 'xrpl/dist/npm/client/connection.js';
import { RippledError, XrplError } from 'xrpl/dist/npm/errors.js';
import { messageOf } from '../log/failure.ts';
import {
  ServerError,
  TransportError,
  type Connection,
  type Json,
  type Transport,
} from '../../ledger/transport.ts';
import { isObject } from './json.ts';

const connectTimeoutMs = 5_000;
/** The gateway waits for less; an answer after this long is nobody's. The client also pings at this interval. */
const answerTimeoutMs = 15_000;

/**
 * What is relied on in xrpl.js's connection, below its Client: that one's own `connect` asks for more, prints what it does not
 * get, and loads the models of every transaction. A version that lacks one of these is refused at start.
 */
const relied = [
  'connect',
  'disconnect',
  'request',
  'on',
  'removeAllListeners',
  'onMessage',
  'reconnect',
  'intentionalDisconnect',
] as const;
const heard = ['error', 'disconnected', 'ledgerClosed', 'transaction'] as const;

/** Throws an Error naming what the installed xrpl.js lacks. */
export const assertClient = (): void => {
  const lacking = relied.find((name) => !(name in Client.prototype));
  if (lacking === undefined) return;
  throw new Error(
    `the installed xrpl.js has no connection.${lacking}; install the version in package.json`,
  );
};

export const webSocketTransport = (endpoint: string): Transport => {
  const messages = new Subject<Json>();
  const connection = new Subject<Connection>();
  let client: Client | undefined;

  const leave = async (): Promise<void> => {
    const gone = client;
    client = undefined;
    if (gone) await leaveAlone(gone);
  };

  const attend = (mine: Client): void => {
    mine.on('error', () => undefined);
    mine.on('disconnected', (code: number) => {
      if (client !== mine) return;
      void leave();
      const why = `the connection closed with code ${code}`;
      connection.next({ up: false, endpoint, code, why });
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
      const mine = guarded(endpoint);
      client = mine;
      attend(mine);
      try {
        await mine.connect();
      } catch (error) {
        if (client === mine) await leave();
        const why = `no connection to ${endpoint} (${reasonOf(error)})`;
        connection.next({ up: false, endpoint, why });
        throw new TransportError(why);
      }
      if (client === mine) connection.next({ up: true, endpoint });
    },
    request: async (command) => {
      const mine = client;
      if (!mine) throw new TransportError(`${endpoint}: not connected`);
      try {
        const answer: unknown = await mine.request(command);
        const { result, warning }: Json = isObject(answer) ? answer : {};
        if (warning !== undefined) messages.next({ type: 'warning', warning });
        if (!isObject(result)) throw new TransportError(`${endpoint}: an answer without a result`);
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

/** How long a server may take to answer a close; a socket that is open to nobody would take half a minute. */
const closeTimeoutMs = 1_000;

/**
 * A message that is JSON but no object ends the process in xrpl.js 5.3.0 (`onMessage` reads a field of null): it is not let in.
 * Where the client would connect anew, unasked and after we have left it too, the connection is over instead.
 */
const guarded = (endpoint: string): Client => {
  const connection = new Client(endpoint, {
    timeout: answerTimeoutMs,
    connectionTimeout: connectTimeoutMs,
  });
  const handle = connection['onMessage'].bind(connection);
  connection['onMessage'] = (data: unknown): void => {
    const text = String(data);
    if (text.trimStart().startsWith('{')) handle(text);
  };
  connection.reconnect = async (): Promise<void> => connection['ws']?.terminate();
  connection['intentionalDisconnect'] = (): void => undefined;
  return connection;
};

/** Heard no more, and closed: at once where nobody answers. */
const leaveAlone = async (client: Client): Promise<void> => {
  for (const name of heard) client.removeAllListeners(name);
  client.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      client['ws']?.terminate();
      resolve();
    }, closeTimeoutMs);
    const closed = (): void => {
      clearTimeout(timer);
      resolve();
    };
    client.disconnect().then(closed, closed);
  });
};

/** The system's own code, such as CERT_HAS_EXPIRED or ENOTFOUND, where it has one; it differs between no two tries. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof XrplError)) return 'no answer';
  const { data, message } = error;
  const code = isObject(data) ? data['code'] : undefined;
  if (typeof code === 'string') return code;
  return message.includes('timed out') ? `no answer in ${connectTimeoutMs / 1000} s` : message;
};

const translated = (endpoint: string, error: unknown): Error => {
  if (error instanceof ServerError || error instanceof TransportError) return error;
  if (error instanceof RippledError) {
    const data: Json = isObject(error.data) ? error.data : {};
    const code = typeof data['error'] === 'string' ? data['error'] : 'unknownError';
    const words = typeof data['error_message'] === 'string' ? data['error_message'] : error.message;
    return new ServerError(code, words, data['searched_all'] === true);
  }
  return new TransportError(`${endpoint}: ${messageOf(error)}`);
};
