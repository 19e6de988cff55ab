/** Serves /metrics, /healthz and /readyz on loopback, from memory. It only reads. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf } from '../../../inspector/door.ts';
import { sentence } from '../../../projections/sentence.ts';
import { isOver, type SessionState } from '../../../projections/session.ts';
import { StartError } from '../../command.ts';
import { createMeter, type Meter } from './metrics.ts';

const host = '127.0.0.1';

export type Probed = Readonly<{
  /** Its local number. */
  session: () => number;
  state: () => SessionState;
  /** Which session this is. */
  info: () => Readonly<Record<string, string>>;
  /** Since the newest durable event, or since the start where there is none. */
  silentMs: () => number;
  /** A longer silence is no health. */
  silentMsMax: number;
}>;

export type Probe = Readonly<{ port: number; close: () => Promise<void> }>;

type Answer = Readonly<{ status: number; text: string; type?: string }>;

/** Rejects with a StartError where the port cannot be had; 0 takes any. */
export const serveProbe = async (port: number, probed: Probed): Promise<Probe> => {
  const meter = createMeter(probed.state, probed.info);
  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000 }, (asked, answer) => {
    void reply(asked, answer, probed, meter);
  });
  server.maxConnections = 64;
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new StartError(
      `Port ${port} on ${host} cannot be had for metrics (${code}): choose another with metrics.port, or 0 for none.`,
    );
  }
  server.on('error', () => undefined);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      meter.stop();
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
};

const reply = async (
  asked: IncomingMessage,
  answer: ServerResponse,
  probed: Probed,
  meter: Meter,
): Promise<void> => {
  const { status, text, type = 'text/plain; charset=utf-8' } = await answerTo(asked, probed, meter);
  const allow = status === 405 ? { Allow: 'GET' } : {};
  answer.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...allow });
  answer.end(text);
};

const answerTo = async (asked: IncomingMessage, probed: Probed, meter: Meter): Promise<Answer> => {
  const refusal = refusalOf(asked, host);
  if (refusal) return { status: refusal.status, text: `${refusal.why}\n` };
  switch (asked.url?.split('?', 1)[0]) {
    case '/metrics':
      return { status: 200, text: await meter.text(), type: meter.contentType };
    case '/healthz':
      return health(probed);
    case '/readyz':
      return readiness(probed);
    default:
      return { status: 404, text: 'There is /metrics, /healthz and /readyz.\n' };
  }
};

/** Alive: the log grows. */
const health = ({ silentMs, silentMsMax }: Probed): Answer => {
  const silent = Math.round(silentMs() / 1000);
  return silentMs() <= silentMsMax
    ? { status: 200, text: 'ok\n' }
    : { status: 503, text: `nothing has become durable for ${silent} s\n` };
};

/** Ready: the start's checks have passed and no end has come. DEGRADED is ready: it observes, and comes back by itself. */
const readiness = ({ session, state: told }: Probed): Answer => {
  const state = told();
  const ready = state.startedAt !== null && !state.halt && !isOver(state);
  return { status: ready ? 200 : 503, text: `${sentence(session(), state, state.lastAt)}\n` };
};
