/** The sandbox over WebSocket: text in, text out. Whatever a client sends or does not read, the others go on. */
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Json } from '../ledger/transport.ts';
import type { Faults } from './faults/faults.ts';
import { openLine } from './faults/line.ts';
import type { Node } from './protocol/node.ts';

export type Served = Readonly<{ url: string; port: number; close: () => Promise<void> }>;

export type ServeOptions = Readonly<{
  /** 0 takes any free one. */
  port: number;
  /** Default 127.0.0.1. */
  host?: string;
  faults?: Faults | undefined;
}>;

/** Beyond this the socket is closed (1009), as rippled does at about this size. */
const requestBytesMax = 1_000_000;
/** What may wait for a client that does not read before it is given up. */
const unreadBytesMax = 16_000_000;
const policyViolation = 1008;

/** Rejects with an Error that names the port and the cure where it is taken. */
export const serve = (
  node: Node,
  { port, host = '127.0.0.1', faults }: ServeOptions,
): Promise<Served> =>
  new Promise((resolve, reject) => {
    const server = new WebSocketServer({
      host,
      port,
      maxPayload: requestBytesMax,
      perMessageDeflate: false,
    });
    server.on('connection', (socket) => attend(node, socket, faults));
    server.on('error', (error: NodeJS.ErrnoException) => reject(explained(error, host, port)));
    server.once('listening', () => {
      const taken = (server.address() as AddressInfo).port;
      resolve({ url: `ws://${host}:${taken}`, port: taken, close: () => closed(server) });
    });
  });

const attend = (node: Node, socket: WebSocket, faults: Faults | undefined): void => {
  const send = (message: Json): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > unreadBytesMax) {
      socket.close(policyViolation, 'client is too slow');
      socket.terminate();
      return;
    }
    socket.send(JSON.stringify(message));
  };
  const line = openLine(node, { send, drop: () => socket.terminate(), setTimer }, faults);
  socket.on('message', (data) => {
    try {
      line.ask(textOf(data), send);
    } catch {
      // Nested too deeply to be written back.
      send({ error: 'jsonInvalid', type: 'error' });
    }
  });
  // A broken frame or an oversize message: ws closes the socket itself, and without a listener the process would end.
  socket.on('error', () => line.close());
  socket.on('close', () => line.close());
};

const setTimer = (ms: number, fn: () => void): void => void setTimeout(fn, ms).unref();

const textOf = (data: Buffer | ArrayBuffer | readonly Buffer[]): string => {
  if (Buffer.isBuffer(data)) return data.toString('utf8');
  return data instanceof ArrayBuffer
    ? Buffer.from(data).toString('utf8')
    : Buffer.concat(data).toString('utf8');
};

const explained = (error: NodeJS.ErrnoException, host: string, port: number): Error => {
  if (error.code === 'EADDRINUSE') {
    return new Error(
      `Port ${port} on ${host} is taken: choose another, or end what listens there.`,
    );
  }
  if (error.code === 'EACCES') {
    return new Error(`Port ${port} on ${host} is not allowed to this user: choose one above 1023.`);
  }
  return error;
};

const closed = (server: WebSocketServer): Promise<void> =>
  new Promise((resolve) => {
    for (const client of server.clients) client.terminate();
    server.close(() => resolve());
  });
