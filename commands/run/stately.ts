/**
 * Streams the statecharts of a run to Stately's inspector, for those who want it beside the page: what XState says of the
 * machines as it happens, to a WebSocket that somebody else serves. A tap: whatever becomes of it, the engine does not notice.
 */
import { WebSocket } from 'ws';
import type { InspectionEvent } from 'xstate';
import { StartError } from '../command.ts';

export type Stately = Readonly<{
  inspect: (event: InspectionEvent) => void;
  close: () => void;
}>;

/** The machines; the other actors are folds without states to draw. */
const drawn: ReadonlySet<string> = new Set(['mode', 'gateway', 'session']);
/** What is not taken by then is not sent. */
const bufferedMax = 1_000_000;
/** What is said before the socket is open; the first says what the machines are. */
const waitingMax = 500;

/** Rejects with a StartError where the package is missing. */
export const openStately = async (url: string): Promise<Stately> => {
  const { createInspector } = await import('@statelyai/inspect').catch((cause: unknown) => {
    throw new StartError(
      '--stately needs the optional package @statelyai/inspect: npm install @statelyai/inspect.',
      { cause },
    );
  });
  const socket = new WebSocket(url);
  let waiting: string[] = [];
  socket.on('open', () => {
    for (const text of waiting) socket.send(text);
    waiting = [];
  });
  socket.on('error', () => undefined);
  const inspector = createInspector({
    send: (event) => {
      const text = JSON.stringify(event, plain);
      if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < bufferedMax)
        socket.send(text);
      else if (socket.readyState === WebSocket.CONNECTING && waiting.length < waitingMax)
        waiting.push(text);
    },
  });
  return {
    inspect: (event) => {
      const { id } = event.actorRef as { readonly id?: string };
      if (!drawn.has(id ?? '')) return;
      try {
        inspector.inspect.next?.(event);
      } catch {
        // What cannot be shown there is shown by the page.
      }
    },
    close: () => socket.terminate(),
  };
};

const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value instanceof Map ? [...value] : value;
