/**
 * Serves the page and its stream of frames. It only reads: it answers GET, to its own page, from memory, and holds nothing up.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Observable } from 'rxjs';
import { loadAssets } from './assets.ts';
import type { Drawing } from './chart.ts';
import { refusalOf, rules } from './door.ts';
import type { Frame, SessionLabel } from './frame.ts';
import { createStream } from './stream.ts';

export type InspectorOptions = Readonly<{
  host: string;
  /** 0 takes any. */
  port: number;
  /** A taken port is refused; otherwise the next free one is used. */
  exactPort: boolean;
  drawing: Drawing;
  session: SessionLabel;
  /** The one true sentence, as of the newest durable event. */
  sentence: () => string;
  frame: () => Frame;
  /** Says that the frame is another. */
  updates: Observable<unknown>;
}>;

export type Inspector = Readonly<{
  url: string;
  /** Tells the pages the newest state and goes. */
  close: () => Promise<void>;
}>;

/** The page cannot be served where it was asked for; the session that wanted it does not start. */
export class InspectorError extends Error {
  override readonly name = 'InspectorError';
  readonly exitCode = 4;
}

/** How many ports after the wanted one are tried. */
const portsTriedMax = 100;

/** Throws an InspectorError with the cure. */
export const startInspector = async (options: InspectorOptions): Promise<Inspector> => {
  const { host, drawing, session, sentence, frame, updates } = options;
  const assets = loadAssets();
  const build = assets.digest;
  const stream = createStream(
    () => JSON.stringify({ build, session, drawing }),
    () => JSON.stringify({ ...frame(), sentence: sentence() }),
  );

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(rules)) response.setHeader(name, value);
    const refusal = refusalOf(request, host);
    if (refusal) return say(response, refusal.status, refusal.why);
    const path = request.url?.split('?', 1)[0] ?? '';
    if (path === '/events') {
      if (stream.add(response)) return undefined;
      return say(response, 503, 'Too many pages are open: close one.');
    }
    const asset = assets.find(path);
    if (!asset) return say(response, 404, 'There is nothing here; the page is at "/".');
    response.writeHead(200, { 'Content-Type': asset.type, 'Content-Length': asset.body.length });
    response.end(asset.body);
  };

  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000 }, answer);
  server.maxConnections = 256;
  const port = await listen(server, options);
  const listening = updates.subscribe(stream.stir);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    close: async () => {
      listening.unsubscribe();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      stream.close();
      server.closeIdleConnections();
      const impatient = setTimeout(() => server.closeAllConnections(), 500);
      await closed;
      clearTimeout(impatient);
    },
  };
};

const say = (response: ServerResponse, status: number, why: string): void => {
  const allow = status === 405 ? { Allow: 'GET' } : {};
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...allow });
  response.end(`${why}\n`);
};

const listen = async (server: Server, options: InspectorOptions): Promise<number> => {
  const { host, port, exactPort } = options;
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

const refused = (
  host: string,
  port: number,
  code: string | undefined,
  cause: unknown,
): InspectorError => {
  const cures: Readonly<Record<string, string>> = {
    EADDRINUSE: 'is in use; choose another with --inspect PORT, or end what uses it',
    EACCES: 'may not be used by this user; choose one above 1023 with --inspect PORT',
    EADDRNOTAVAIL: 'is no address of this machine; set inspector.host to one, such as 127.0.0.1',
  };
  const cure = cures[code ?? ''] ?? `cannot be listened on (${code}); choose another`;
  return new InspectorError(`Port ${port} on ${host} ${cure}.`, { cause });
};
