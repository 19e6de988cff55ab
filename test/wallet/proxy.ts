/** A line to a server that can be cut: every socket at once, or for as long as wanted. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

export type Proxy = Readonly<{
  url: string;
  /** Every connection that stands breaks. */
  drop: () => void;
  /** While cut nobody gets through. */
  cut: (state: 'on' | 'off') => void;
}>;

export const proxyTo = async (t: ExecutionContext<unknown>, url: string): Promise<Proxy> => {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((inner) => {
    keep(inner);
    if (isCut) {
      inner.destroy();
      return;
    }
    const outer = connect(Number(port || 80), hostname);
    keep(outer);
    inner.pipe(outer).pipe(inner);
    inner.on('close', () => outer.destroy());
    outer.on('close', () => inner.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    drop();
    server.close();
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    drop,
    cut: (state) => {
      isCut = state === 'on';
      if (isCut) drop();
    },
  };
};
