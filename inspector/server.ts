/**
 * Serves the page, what it asks for, and its streams. It reads, and hands an operator's request on; whoever asks is let in by
 * the door alone, and nobody that asks holds up the engine.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { act, mayAct, type Actions } from './actions.ts';
import { loadAssets } from './assets.ts';
import { actionPath, refusalOf, reportRules, rules } from './door.ts';
import { createLibrary } from './library.ts';
import { listen, type Place } from './listen.ts';
import { createLive } from './live.ts';
import { Question } from './question.ts';
import { routes } from './routes.ts';
import type { LogSource } from './source.ts';

export type InspectorOptions = Place &
  Readonly<{
    source: LogSource;
    /** Null serves a page that can only be looked at. */
    actions: Actions | null;
  }>;

export type Inspector = Readonly<{
  url: string;
  /** Tells the pages the newest state and goes. */
  close: () => Promise<void>;
}>;

/** Throws an InspectorError with the cure. */
export const startInspector = async (options: InspectorOptions): Promise<Inspector> => {
  const { host, source, actions } = options;
  const assets = loadAssets();
  const library = createLibrary(source);
  const live = createLive(source, library, { build: assets.digest });
  const answers = routes(source, library);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(rules)) response.setHeader(name, value);
    const refusal = refusalOf(request, host);
    if (refusal) return say(response, refusal.status, refusal.why);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page');
    if (pathname === actionPath) {
      const done = await act(request, actions);
      return 'why' in done ? say(response, done.status, done.why) : send(response, done);
    }
    if (pathname === '/api/may-act') return send(response, { mayAct: mayAct(request, actions) });
    if (pathname === '/api/live') {
      if (await live.add(Number(searchParams.get('session')), response)) return undefined;
      return say(response, 503, 'There is no such session, or too many pages are open: close one.');
    }
    if (pathname === '/report') return report(response, Number(searchParams.get('session')));
    const found = Object.hasOwn(answers, pathname) ? answers[pathname] : undefined;
    if (found) return send(response, await found(searchParams));
    const asset = assets.find(pathname);
    if (!asset) return say(response, 404, 'There is nothing here; the page is at "/".');
    response.writeHead(200, { 'Content-Type': asset.type, 'Content-Length': asset.body.length });
    response.end(asset.body);
    return undefined;
  };

  /** It is a page of its own, without scripts, under the policy that it brings. */
  const report = async (response: ServerResponse, session: number): Promise<void> => {
    const text = Number.isSafeInteger(session) ? await source.report(session) : undefined;
    if (text === undefined) {
      return say(response, 404, `There is no report yet: neo report ${session} makes it.`);
    }
    response.setHeader('Content-Security-Policy', reportRules);
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(text);
  };

  const server = createServer(
    { maxHeaderSize: 8_192, requestTimeout: 10_000 },
    (request, response) => {
      answer(request, response).catch((error: unknown) => failed(response, error));
    },
  );
  server.maxConnections = 256;
  const port = await listen(server, options).catch((error: unknown) => {
    live.close();
    library.close();
    throw error;
  });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      live.close();
      library.close();
      server.closeIdleConnections();
      const impatient = setTimeout(() => server.closeAllConnections(), 500);
      await closed;
      clearTimeout(impatient);
    },
  };
};

const send = (response: ServerResponse, document: unknown): void => {
  const body = Buffer.from(JSON.stringify(document));
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
  });
  response.end(body);
};

/** A question that makes no sense is told so; a log that cannot be read says why, in its own words. */
const failed = (response: ServerResponse, error: unknown): void => {
  if (response.headersSent) return void response.destroy();
  const words = error instanceof Error ? error.message : String(error);
  say(response, error instanceof Question ? 400 : 500, words);
};

const say = (response: ServerResponse, status: number, why: string): void => {
  const allow = status === 405 ? { Allow: 'GET, POST' } : {};
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...allow });
  response.end(`${why}\n`);
};
