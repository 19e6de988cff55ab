/** Where the page's server listens: on the port that was asked for or none, else on the next free one. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Place = Readonly<{
  host: string;
  /** 0 takes any. */
  port: number;
  /** A taken port is refused; otherwise the next free one is used. */
  exactPort: boolean;
}>;

/** The page cannot be served where it was asked for; the session that wanted it does not start. */
export class InspectorError extends Error {
  override readonly name = 'InspectorError';
  readonly exitCode = 4;
}

/** How many ports after the wanted one are tried. */
const portsTriedMax = 100;

/** The port that it listens on. Rejects with an InspectorError with the cure. */
export const listen = async (server: Server, { host, port, exactPort }: Place): Promise<number> => {
  const last = exactPort || port === 0 ? port : Math.min(port + portsTriedMax, 65_535);
  for (let wanted = port; ; wanted += 1) {
    try {
      return await tryPort(server, host, wanted);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' || wanted >= last) throw refused(host, wanted, code, error);
    }
  }
};

const tryPort = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve((server.address() as AddressInfo).port);
    });
  });

/** Asks before anything is opened, so that a refused start changes nothing. Rejects as `listen` does. */
export const refuseTaken = async (place: Place): Promise<void> => {
  const server = createServer();
  await listen(server, place);
  await new Promise((resolve) => server.close(resolve));
};

const refused = (
  host: string,
  port: number,
  code: string | undefined,
  cause: unknown,
): InspectorError => {
  const cures: Readonly<Record<string, string>> = {
    EADDRINUSE:
      'is in use; choose another with run --inspect PORT or inspect --port PORT, or end what uses it',
    EACCES:
      'may not be used by this user; choose one above 1023 with run --inspect PORT or inspect --port PORT',
    EADDRNOTAVAIL: 'is no address of this machine; set inspector.host to one, such as 127.0.0.1',
  };
  const cure = cures[code ?? ''] ?? `cannot be listened on (${code}); choose another`;
  return new InspectorError(`Port ${port} on ${host} ${cure}.`, { cause });
};
