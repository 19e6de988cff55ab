/** The gateway between servers that can be made to lie and a core that must survive it, in virtual time. No test itself. */
import { virtualClock, type VirtualClock } from '../actors/clock.ts';
import { createGateway, type GatewayOptions, type Gateway } from '../actors/gateway/gateway.ts';
import type { Event, Input } from '../events/event.ts';
import { TransportError, type Json, type Transport } from '../ledger/transport.ts';
import { rlusdCurrency } from '../ledger/rlusd.ts';
import { Subject } from 'rxjs';
import type { Faults } from '../sandbox/faults/faults.ts';
import { createLink, type Link } from '../sandbox/link.ts';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { settings } from './given.ts';

export const startMs = Date.UTC(2026, 4, 11, 6, 30);

/** What a server does instead of answering as it should. Undefined leaves things as they are. */
export type Lies = {
  asked?:
    | ((command: Json & { readonly command: string }) => Json & { readonly command: string })
    | undefined;
  answer?: ((command: string, answer: Json) => Json | Promise<Json>) | undefined;
  message?: ((message: Json) => Json | undefined) | undefined;
  connect?: (() => Promise<void>) | undefined;
};

export type Server = Readonly<{ link: Link; lies: Lies; asked: string[] }>;

export type Edge = Readonly<{
  sandbox: Sandbox;
  servers: readonly Server[];
  gateway: Gateway;
  posted: Input[];
  /** Inputs of that type so far. */
  said: <T extends Event['type']>(type: T) => readonly Extract<Input, { type: T }>[];
  /** Forgets what was posted. */
  forget: () => void;
  now: () => number;
  /** Lets so many seconds pass. */
  pass: (seconds: number) => Promise<void>;
  /** A ledger closes; its messages have arrived afterwards. */
  close: () => Promise<void>;
  /** One payment into the wallet, validated. */
  pay: () => Promise<void>;
  read: () => Promise<void>;
}>;

export const edge = async (
  names: readonly string[] = ['ws://one'],
  hear: (input: Input, at: number) => void = () => undefined,
  requestsPerMinute = 1200,
  faulty?: (clock: VirtualClock) => Faults,
  more: Partial<GatewayOptions> = {},
): Promise<Edge> => {
  const clock = virtualClock(startMs);
  const faults = faulty?.(clock);
  const sandbox = createSandbox({
    seed: 1,
    clock,
    market: 'scripted',
    intervalMs: 4000,
    opening: { xrp: '60', rlusd: '100' },
    ...(faults ? { faults } : {}),
  });
  sandbox.script?.market({ bid: '1.4197', ask: '1.4203', amm: '1.42' });
  sandbox.closeLedger();
  const servers = names.map((endpoint): Server => {
    const link = createLink(sandbox.node, {
      endpoint,
      setTimer: (ms, fn) => void clock.at(clock.now() + ms, fn),
      ...(faults ? { faults } : {}),
    });
    return { link, lies: {}, asked: [] };
  });
  const posted: Input[] = [];
  const gateway = createGateway({
    transports: servers.map(lying),
    clock,
    target: {
      account: sandbox.address,
      token: { currency: rlusdCurrency, issuer: sandbox.issuer },
    },
    networkId: sandbox.networkId,
    atLeast: null,
    covered: sandbox.chain.latest().header.ledger_index,
    health: settings.guards.ledger_connection,
    requestsPerMinute,
    readsTrades: true,
    ...more,
    post: (input) => {
      posted.push(input);
      hear(input, clock.now());
    },
  });
  const quiet = async (): Promise<void> => {
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = async (seconds: number): Promise<void> => {
    const end = clock.now() + seconds * 1000;
    clock.at(end, () => undefined);
    await clock.run(quiet, () => clock.now() >= end);
    await quiet();
  };
  const close = async (): Promise<void> => {
    sandbox.closeLedger();
    await quiet();
  };
  gateway.open();
  await pass(0.1);
  return {
    sandbox,
    servers,
    gateway,
    posted,
    said: (type) => posted.filter((one): one is never => one.type === type),
    forget: () => void posted.splice(0),
    now: clock.now,
    pass,
    close,
    pay: async () => {
      sandbox.script?.transfer({ xrp: '1', rlusd: '0' });
      await close();
    },
    read: async () => {
      let over = false;
      const reading = gateway.read().then(() => (over = true));
      await quiet();
      if (!over) await pass(20);
      await reading;
    },
  };
};

const lying = ({ link, lies, asked }: Server): Transport => {
  const messages = new Subject<Json>();
  link.messages.subscribe((message) => {
    const said = lies.message ? lies.message(message) : message;
    if (said) messages.next(said);
  });
  return {
    ...link,
    connect: async () => {
      if (lies.connect) await lies.connect();
      await link.connect();
    },
    request: async (command) => {
      asked.push(command.command);
      const answer = await link.request(lies.asked ? lies.asked(command) : command);
      return lies.answer ? lies.answer(command.command, answer) : answer;
    },
    messages,
  };
};

export const noAnswer = (): Promise<Json> => new Promise(() => undefined);
export const refusedConnection = (): Promise<void> =>
  Promise.reject(new TransportError('no connection'));
