/** The servers of a session: all connected and subscribed at once, asked one after the other, the best first. */
import { messageOf } from '../log/failure.ts';
import { ServerError, TransportError, type Transport } from '../../ledger/transport.ts';
import type { Clock } from '../clock.ts';
import { createEndpoint, type Endpoint, type EndpointOptions } from './endpoint.ts';

export type Pool = Readonly<{
  open: () => void;
  close: () => Promise<void>;
  /** Looks after those that have been silent for too long. */
  probe: () => void;
  /** Somebody can be asked. */
  isJoined: () => boolean;
  /** Somebody is connected, and has asked to be left alone for now. */
  isResting: () => boolean;
  /**
   * What the first server that can answer says: each is asked in turn, `onRefused` hears of each that failed before
   * another was asked. Rejects with the last failure, with a TransportError where nobody is connected.
   */
  ask: <T>(
    work: (endpoint: Endpoint, isLast: boolean) => Promise<T>,
    onRefused: OnRefused,
  ) => Promise<T>;
}>;

export type OnRefused = (endpoint: Endpoint, error: unknown) => void;

export type PoolOptions = Omit<EndpointOptions, 'transport'> &
  Readonly<{ transports: readonly Transport[]; clock: Clock; silentMs: number }>;

export const createPool = ({ transports, silentMs, ...options }: PoolOptions): Pool => {
  const endpoints = transports.map((transport) => createEndpoint({ ...options, transport }));
  const joined = (): readonly Endpoint[] => endpoints.filter((endpoint) => endpoint.isJoined());

  /** As configured, those that rest or failed lately behind the others. */
  const ranked = (): readonly Endpoint[] => {
    const rank = (one: Endpoint): number => (one.isResting() ? 2 : one.isCooling() ? 1 : 0);
    return joined().toSorted((a, b) => rank(a) - rank(b));
  };

  return {
    open: () => endpoints.forEach((endpoint) => endpoint.open()),
    close: async () => void (await Promise.all(endpoints.map((endpoint) => endpoint.close()))),
    probe: () => endpoints.forEach((endpoint) => endpoint.probe(silentMs)),
    isJoined: () => joined().length > 0,
    isResting: () => {
      const all = joined();
      return all.length > 0 && all.every((endpoint) => endpoint.isResting());
    },
    ask: async (work, onRefused) => {
      let failure: unknown = new TransportError('no server is connected');
      const order = ranked();
      for (const endpoint of order) {
        try {
          const answer = await work(endpoint, endpoint === order.at(-1));
          endpoint.judge();
          return answer;
        } catch (error) {
          endpoint.judge(error);
          if (endpoint !== order.at(-1)) onRefused(endpoint, error);
          failure = error;
        }
      }
      throw failure;
    },
  };
};

export const described = (error: unknown): Readonly<{ code: string; message: string }> =>
  error instanceof ServerError
    ? { code: error.code, message: error.message }
    : { code: 'noAnswer', message: messageOf(error) };
