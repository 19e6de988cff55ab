/** One server: what is left of it once it is closed. */
import test from 'ava';
import { NEVER } from 'rxjs';
import { createEndpoint } from '../actors/gateway/endpoint.ts';
import { TransportError } from '../ledger/transport.ts';

test('a server that is closed is tried no more, and nothing waits to', async (t) => {
  const waiting = new Set<() => void>();
  let tried = 0;
  const endpoint = createEndpoint({
    clock: {
      now: () => 0,
      at: (_, task) => {
        waiting.add(task);
        return () => void waiting.delete(task);
      },
    },
    transport: {
      connect: () => {
        tried += 1;
        return Promise.reject(new TransportError('nobody listens'));
      },
      request: () => Promise.reject(new TransportError('nobody listens')),
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
  });
  endpoint.open();
  await new Promise((resolve) => setImmediate(resolve));
  t.is(tried, 1);
  t.is(waiting.size, 1, 'it would be tried again');
  await endpoint.close();
  t.is(waiting.size, 0);
});
