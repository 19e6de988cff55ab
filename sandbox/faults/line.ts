/** One client's line to the server, with what can happen on it: requests, answers and messages get lost, late, doubled or refused. */
import type { Json } from '../../ledger/transport.ts';
import type { Pressure } from '../chain.ts';
import { parseText } from '../protocol/envelope.ts';
import type { Node, Session } from '../protocol/node.ts';
import type { Faults } from './faults.ts';

export type Client = Readonly<{
  /** Gets stream messages. */
  send: (message: Json) => void;
  /** The connection is gone, from the server's side. */
  drop: (why: string) => void;
  /** Calls `fn` once after so many milliseconds, of whatever time the caller keeps. */
  setTimer: (ms: number, fn: () => void) => void;
}>;

export type Line = Readonly<{
  /** Gives the answer to `deliver`: at once, later, twice, or never. */
  ask: (request: Json | string, deliver: (answer: Json) => void) => void;
  close: () => void;
}>;

export const openLine = (node: Node, client: Client, faults: Faults | undefined): Line =>
  faults ? faultyLine(node, client, faults) : soundLine(node, client);

const soundLine = (node: Node, { send }: Client): Line => {
  const session = node.connect(send);
  return { ask: (request, deliver) => deliver(answerTo(session, request)), close: session.close };
};

const answerTo = (session: Session, request: Json | string): Json =>
  typeof request === 'string' ? session.answerText(request) : session.answer(request);

/** The open ledger is fuller than usual by this part. */
const full: Pressure = { fullness: 1.1, loadFactor: 1 };
const loaded: Pressure = { fullness: 0, loadFactor: 1000 };
const lateSeconds = [1, 15] as const;

const faultyLine = (node: Node, client: Client, faults: Faults): Line => {
  let isOpen = true;
  let isSilent = faults.holds('socket_half_open');

  const pass = (what: 'answer' | 'message', deliver: () => void): void => {
    if (isSilent || !isOpen || faults.happens(`${what}_lost`)) return;
    if (faults.happens(`${what}_late`)) {
      const [least, most] = lateSeconds;
      const seconds = least + (most - least) * faults.drawnFor(`${what}_late`);
      client.setTimer(Math.round(seconds * 1000), () => {
        if (isOpen && !isSilent) deliver();
      });
      return;
    }
    deliver();
    if (faults.happens(`${what}_duplicated`)) deliver();
  };

  const session = node.connect((message) => pass('message', () => client.send(message)));

  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    for (const off of listening) off();
    session.close();
  };
  const drop = (why: string): void => {
    if (!isOpen) return;
    close();
    client.drop(why);
  };
  /** A connection that is open to nobody is found out after a while. */
  const silence = (): void => {
    if (!faults.holds('socket_half_open')) {
      drop('the connection was half open');
      return;
    }
    isSilent = true;
    client.setTimer(1000, silence);
  };
  const listening = [
    faults.onStrike('socket_dropped', () => drop('the socket closed')),
    faults.onStrike('socket_half_open', () => {
      if (!isSilent) silence();
    }),
  ];
  if (isSilent) silence();

  const submitted = (request: Json): Json => {
    if (faults.happens('tef_past_seq')) session.answer(request);
    if (faults.happens('tel_insuf_fee_p')) return session.answer(request, loaded);
    const isFull = faults.happens('ter_queued') || faults.holds('fee_escalation');
    return session.answer(request, isFull ? full : undefined);
  };

  const answered = (request: Json | string): Json => {
    const parsed = typeof request === 'string' ? parseText(request) : request;
    if (!parsed) return answerTo(session, request);
    if (faults.happens('slow_down')) return session.refuse(parsed, 'slowDown');
    if (parsed['command'] === 'submit') return submitted(parsed);
    return session.answer(parsed, faults.holds('fee_escalation') ? full : undefined);
  };

  return {
    ask: (request, deliver) => {
      if (isSilent || !isOpen) return;
      const answer = answered(request);
      pass('answer', () => deliver(answer));
    },
    close,
  };
};
