/**
 * One server: connects and keeps connected, joins its streams, and knows how it has behaved. It reconnects by itself with
 * backoff and resubscribes each time; what a former connection still says is never heard. A failed answer cools it down.
 */
import type { Subscription } from 'rxjs';
import { messageOf } from '../log/failure.ts';
import { ServerError, TransportError, type Json, type Transport } from '../../ledger/transport.ts';
import type { Clock } from '../clock.ts';
import { createBudget } from './budget.ts';
import { count, object, optionalCount } from './json.ts';

export type Command = Json & { readonly command: string };

export type Endpoint = Readonly<{
  name: () => string;
  open: () => void;
  close: () => Promise<void>;
  /** Subscribed: it may be asked. */
  isJoined: () => boolean;
  /** It failed lately: another one is asked first. */
  isCooling: () => boolean;
  /** It asked for less load, or this minute's requests are spent: it is left alone, even where it is the only one. */
  isResting: () => boolean;
  /** Rejects with a ServerError or a TransportError, in bounded time. */
  request: (command: Command) => Promise<Json>;
  /** What its answer was worth: an error cools it down, none ends that. */
  judge: (error?: unknown) => void;
  /** Asks whether anybody is there where nothing has come for `silentMs`; a socket that is open to nobody is dropped. */
  probe: (silentMs: number) => void;
}>;

export type EndpointOptions = Readonly<{
  transport: Transport;
  clock: Clock;
  /** Whose transactions are heard; null: nobody's. */
  account: string | null;
  /** A server of another network is told and then left alone. */
  networkId: number;
  requestsPerMinute: number;
  onMessage: (endpoint: Endpoint, message: Json) => void;
  /** Connected: before anything is subscribed to. */
  onUp: (endpoint: Endpoint, networkId: number) => void;
  /** Subscribed, at this validated ledger. */
  onJoined: (endpoint: Endpoint, ledger: number) => void;
  /** A connection is over, or one cannot be had: that is said once for each reason, until there is one again. */
  onDown: (endpoint: Endpoint, why: string) => void;
}>;

/** Longer than any good server needs; a tick does not wait for it. */
const requestTimeoutMs = 5_000;
/** A transport may be slow to say that there is nobody. */
const connectTimeoutMs = 10_000;
const reconnectFirstMs = 500;
const reconnectMostMs = 15_000;
/** After a close for policy (1008: load, or a reader too slow) an early reconnect is closed the same way. */
const policyViolation = 1008;
const reconnectPolicyMs = 10_000;
const coolFirstMs = 2_000;
const coolMostMs = 120_000;
const restMostMs = 8_000;

/** The server says that it is asked too much (xrpl.org, rate limiting). */
const overload: ReadonlySet<string> = new Set(['slowDown', 'tooBusy']);

export const createEndpoint = (options: EndpointOptions): Endpoint => {
  const { transport, clock, account } = options;
  const budget = createBudget(options.requestsPerMinute, clock.now);
  const subscriptions: Subscription[] = [];
  let name = 'a server';
  /** Counts connections: an answer of an earlier one is late. */
  let epoch = 0;
  let connected = false;
  let joined = false;
  let announced = false;
  let closed = false;
  let probing = false;
  let reconnectMs = reconnectFirstMs;
  let callOff: () => void = () => undefined;
  let coolMs = coolFirstMs;
  let coolUntil = 0;
  let restUntil = 0;
  let heardAt = 0;
  /** Why there was no connection since the last one. */
  const unreachable = new Set<string>();

  const cool = (): void => {
    coolUntil = clock.now() + coolMs;
    coolMs = Math.min(coolMs * 2, coolMostMs);
  };
  const rest = (): void => {
    restUntil = clock.now() + Math.min(coolMs, restMostMs);
    cool();
  };

  const bounded = <T>(work: Promise<T>, ms: number, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const cancel = clock.at(clock.now() + ms, () =>
        reject(new TransportError(`${name}: no answer to ${what} in ${ms / 1000} s`)),
      );
      work.then(resolve, reject).finally(cancel);
    });

  const request = async (command: Command): Promise<Json> => {
    if (!connected) throw new TransportError(`${name}: not connected`);
    const asked = epoch;
    budget.spend();
    const answer = await bounded(
      transport.request({ api_version: 2, ...command }),
      requestTimeoutMs,
      command.command,
    );
    if (asked !== epoch) throw new TransportError(`${name}: the answer came after the connection`);
    heardAt = clock.now();
    return answer;
  };

  const join = async (): Promise<void> => {
    const asked = epoch;
    try {
      const info = object(await request({ command: 'server_info' }), 'info');
      const id = optionalCount(info, 'network_id') ?? 0;
      announced = true;
      options.onUp(endpoint, id);
      if (id !== options.networkId) {
        drop(`it is on network ${id}, not on ${options.networkId}`);
        return;
      }
      const accounts = account === null ? {} : { accounts: [account] };
      const subscribe = { command: 'subscribe', streams: ['ledger'], ...accounts };
      const ledger = count(await request(subscribe), 'ledger_index');
      joined = true;
      options.onJoined(endpoint, ledger);
      reconnectMs = reconnectFirstMs;
      unreachable.clear();
    } catch (error) {
      if (asked === epoch) drop(messageOf(error));
    }
  };

  const drop = (why: string, code?: number): void => {
    if (!connected) return;
    connected = false;
    joined = false;
    epoch += 1;
    if (announced) options.onDown(endpoint, why);
    announced = false;
    if (code === policyViolation) {
      reconnectMs = Math.max(reconnectMs, reconnectPolicyMs);
      cool();
    }
    void transport.close().then(again, again);
  };

  const again = (): void => {
    if (closed) return;
    callOff = clock.at(clock.now() + reconnectMs, () => void connect());
    reconnectMs = Math.min(reconnectMs * 2, Math.max(reconnectMostMs, reconnectPolicyMs * 4));
  };

  const connect = async (): Promise<void> => {
    if (closed || connected) return;
    try {
      await bounded(transport.connect(), connectTimeoutMs, 'connect');
    } catch (error) {
      await transport.close().catch(() => undefined);
      const why = messageOf(error);
      if (!closed && !unreachable.has(why)) options.onDown(endpoint, why);
      unreachable.add(why);
      again();
    }
  };

  const endpoint: Endpoint = {
    name: () => name,
    open: () => {
      subscriptions.push(
        transport.messages.subscribe((message) => {
          heardAt = clock.now();
          if (message['type'] === 'warning') rest();
          else if (announced) options.onMessage(endpoint, message);
        }),
        transport.connection.subscribe((change) => {
          ({ endpoint: name } = change);
          if (!change.up) {
            drop(change.why, change.code);
            return;
          }
          connected = true;
          epoch += 1;
          heardAt = clock.now();
          void join();
        }),
      );
      void connect();
    },
    close: async () => {
      closed = true;
      callOff();
      connected = false;
      joined = false;
      epoch += 1;
      for (const subscription of subscriptions) subscription.unsubscribe();
      await transport.close();
    },
    isJoined: () => joined,
    isCooling: () => clock.now() < coolUntil,
    isResting: () => clock.now() < restUntil || budget.isSpent(),
    request,
    judge: (error) => {
      if (error === undefined) {
        if (clock.now() >= coolUntil) coolMs = coolFirstMs;
      } else if (error instanceof ServerError && overload.has(error.code)) rest();
      else cool();
    },
    probe: (silentMs) => {
      if (!joined || probing || clock.now() - heardAt < silentMs) return;
      probing = true;
      const asked = epoch;
      request({ command: 'ping' })
        .catch((error: unknown) => {
          if (asked === epoch && !(error instanceof ServerError)) drop('the connection is silent');
        })
        .finally(() => (probing = false));
    },
  };
  return endpoint;
};
