/** One server: what is left of it once it is closed. */
import test from 'ava';
import { NEVER } from 'rxjs';
import { createEndpoint, type EndpointOptions } from '../actors/gateway/endpoint.ts';
import { TransportError } from '../ledger/transport.ts';

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A server to which no connection can be had. */
const unreachable = (
  why: () => string,
  options: Pick<EndpointOptions, 'clock'> & Partial<EndpointOptions>,
) => {
  const refused = () => Promise.reject(new TransportError(why()));
  return createEndpoint({
    transport: {
      connect: refused,
      request: refused,
      messages: NEVER,
      connection: NEVER,
      close: () => Promise.resolve(),
    },
    account: null,
    networkId: 0,
    requestsPerMinute: 100,
    onMessage: () => undefined,
    onUp: () => undefined,
    onJoined: () => undefined,
    onDown: () => undefined,
    ...options,
  });
};

test('a server that is closed is tried no more, and nothing waits to', async (t) => {
  const waiting = new Set<() => void>();
  let tried = 0;
  const endpoint = unreachable(() => `nobody listens, for the ${(tried += 1)}. time`, {
    clock: {
      now: () => 0,
      at: (_, task) => {
        waiting.add(task);
        return () => void waiting.delete(task);
      },
    },
  });
  endpoint.open();
  await settled();
  t.is(tried, 1);
  t.is(waiting.size, 1, 'it would be tried again');
  await endpoint.close();
  t.is(waiting.size, 0);
});

test('why there is no connection is told once, and again where it is another reason', async (t) => {
  let [task, why] = [() => undefined as void, 'CERT_HAS_EXPIRED'];
  const told: string[] = [];
  const endpoint = unreachable(() => why, {
    clock: {
      now: () => 0,
      at: (_, next) => {
        task = next;
        return () => undefined;
      },
    },
    onDown: (_, because) => void told.push(because),
  });
  endpoint.open();
  for (let tries = 0; tries < 5; tries += 1) {
    await settled();
    task();
  }
  t.deepEqual(told, ['CERT_HAS_EXPIRED']);
  for (const next of ['ENOTFOUND', 'CERT_HAS_EXPIRED']) {
    why = next;
    await settled();
    task();
    await settled();
  }
  t.deepEqual(told, ['CERT_HAS_EXPIRED', 'ENOTFOUND']);
  await endpoint.close();
});
