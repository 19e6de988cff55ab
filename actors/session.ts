/**
 * One session from its first event to its last: opens the core, connects the gateway, keeps the ticks, waits for the end that
 * the log says. It decides nothing; what it does with time it does by the session's own events.
 */
import type { Observable } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import type { Halt } from '../events/halt.ts';
import type { Input } from '../events/event.ts';
import type { MarketRead, MarketTraded } from '../events/market.ts';
import type { GateAnswered, SessionOpened, SignalName } from '../events/session.ts';
import { unixMs } from '../ledger/time.ts';
import type { Transport } from '../ledger/transport.ts';
import type { Settings } from '../machines/settings.ts';
import type { Clock } from './clock.ts';
import { createCore } from './core.ts';
import { startDispatch } from './dispatch.ts';
import { createEngine, type Append, type Row } from './engine.ts';
import { readFresh } from './fresh.ts';
import { createGateway } from './gateway/gateway.ts';
import type { Signer } from './signer.ts';
import type { Stages } from './wiring.ts';

export type SessionOptions = Readonly<{
  opened: SessionOpened;
  settings: Settings;
  clock: Clock;
  /** The servers, the first one first. */
  transports: readonly Transport[];
  signer: Signer;
  append: Append;
  /** What others trade, where the servers do not have it: a mirrored ledger has our own trades alone. */
  traded?: Observable<MarketTraded>;
  /** Asked once the gap to the ledger is filled, before the first tick; its answer is an input. */
  gate?: () => Promise<GateAnswered>;
  /** Hears every durable row, from the first. */
  onRow: (row: Row) => void;
  inspect?: (event: InspectionEvent) => void;
  stages?: Stages;
}>;

export type Session = Readonly<{
  /** Goes to the ledger, and starts when it has been read. Once, after what operators had left for this session is posted. */
  connect: () => void;
  /** Operator's inputs. */
  post: (input: Input) => void;
  /** The same; resolves with whether the log has it: false once the session is over. */
  record: (input: Input) => Promise<boolean>;
  signal: (name: SignalName) => void;
  /** Resolves with the halt when the session has ended and all of it is durable; rejects with what broke. */
  ended: Promise<Halt>;
  /** Resolves when nothing is on its way to the disk. */
  quiet: () => Promise<void>;
  /** The process is gone: nothing more is heard or sent. For rehearsals of a crash. */
  abandon: () => Promise<void>;
}>;

/** How long the start waits for a first whole read before the session's own checks refuse it. */
const firstReadWaitMs = 30_000;

/** Reads that fail like this fail for ever: there is nothing to wait for. */
const lasting: ReadonlySet<string> = new Set(['accountNotFound', 'issuerNotFound']);

/** The newest ledger of which the log holds anything. */
const bookedUpTo = ({ coveredLedger, booked }: SessionOpened['brought']): number | null => {
  if (coveredLedger === null) return null;
  return booked.reduce((newest, { ledger }) => Math.max(newest, ledger), coveredLedger);
};

export const startSession = (options: SessionOptions): Session => {
  const { opened, settings, clock, transports, signer, append, onRow, inspect, stages } = options;
  const intervalMs = settings.engine.tick_interval_seconds * 1000;
  /** The disk and the servers are as slow as ever, however fast time runs. */
  const lateMs = intervalMs * Math.max(1, clock.speed ?? 1);
  const timers = new Set<() => void>();
  let halt: Halt | undefined;
  let over = false;
  let resolveEnd: (halt: Halt) => void = () => undefined;
  let rejectEnd: (cause: unknown) => void = () => undefined;
  const ended = new Promise<Halt>((resolve, reject) => {
    resolveEnd = resolve;
    rejectEnd = reject;
  });

  const core = createCore(settings, {
    ...(inspect ? { inspect } : {}),
    ...(stages ? { stages } : {}),
  });
  const stop = async (): Promise<void> => {
    over = true;
    traded?.unsubscribe();
    for (const cancel of timers) cancel();
    engine.stop();
    await gateway.close();
  };
  const engine = createEngine(core, append, clock, (cause) => {
    void stop().then(() => rejectEnd(cause));
  });
  const gateway = createGateway({
    transports,
    clock,
    target: {
      account: opened.account,
      token: { currency: opened.currency, issuer: opened.issuer },
    },
    networkId: opened.networkId,
    covered: opened.brought.coveredLedger,
    atLeast: bookedUpTo(opened.brought),
    health: settings.guards.ledger_connection,
    requestsPerMinute: settings.network.requests_per_minute,
    readsTrades: options.traded === undefined,
    post: (input, cause) => {
      engine.post(input, cause);
      if (input.type === 'market.read') compareClocks(input.ledger);
      if (isHopeless(input)) void beginOnce();
    },
  });
  /** What refuses the start, and what no waiting for a first read mends. */
  const isHopeless = (input: Input): boolean =>
    (input.type === 'read.failed' && lasting.has(input.code)) ||
    (input.type === 'gateway.up' && input.networkId !== opened.networkId);
  startDispatch({ engine, gateway, signer, clock, patienceMs: 2 * lateMs });
  const { post } = engine;

  let compared = false;
  const compareClocks = ({ index, closeTime }: MarketRead['ledger']): void => {
    if (compared) return;
    compared = true;
    post({ type: 'clock.compared', ledger: index, skewMs: clock.now() - unixMs(closeTime) });
  };

  const later = (instantMs: number, task: () => Promise<void> | void): void => {
    const cancel = clock.at(instantMs, () => {
      timers.delete(cancel);
      if (!over) void task();
    });
    timers.add(cancel);
  };

  /** A slow read is not waited for longer than half an interval: the tick uses what is there. */
  const soon = (reading: Promise<void>): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.at(clock.now() + intervalMs / 2, resolve);
      void reading.then(() => {
        cancel();
        resolve();
      });
    });

  /** What was due then looks at the market of now. */
  const anew = (due: number): Promise<void> =>
    readFresh(clock.now, () => soon(gateway.read()), due, lateMs);

  const tickAt = (first: number, index: number, endAt: number): void => {
    const due = first + index * intervalMs;
    if (due >= endAt) return;
    later(due, async () => {
      await anew(due);
      if (over || halt) return;
      const at = clock.now();
      if (at >= endAt) return;
      post({ type: 'tick', index });
      const missed = Math.max(0, Math.floor((at - due) / intervalMs));
      tickAt(first, index + 1 + missed, endAt);
    });
  };

  const closingAt = (instantMs: number): void => {
    later(instantMs, async () => {
      await anew(instantMs);
      if (over) return;
      post({ type: 'time.due', subject: 'closing' });
      closingAt(clock.now() + intervalMs);
    });
  };

  const begin = (): void => {
    if (over || halt) return;
    const first = clock.now();
    const endAt = first + opened.plannedSeconds * 1000;
    later(endAt, () => {
      if (!halt) post({ type: 'time.due', subject: 'end' });
    });
    tickAt(first, 0, endAt);
  };

  const traded = options.traded?.subscribe(post);
  engine.durable.subscribe(onRow);
  engine.durable.subscribe(({ event }) => {
    if (event.type === 'halt') {
      halt = event;
      closingAt(clock.now());
    }
    if (event.type === 'session.ended') {
      void finish();
    }
  });

  const finish = async (): Promise<void> => {
    await stop();
    await engine.quiet();
    if (halt) resolveEnd(halt);
  };

  post(opened);
  let begun = false;
  const beginOnce = async (): Promise<void> => {
    if (begun) return;
    begun = true;
    if (options.gate) {
      /** It reads the log, what this start has found included. */
      await engine.quiet();
      const answer = await options.gate();
      if (!over) post(answer);
    }
    begin();
  };

  return {
    connect: () => {
      gateway.open();
      void gateway.synced.then(beginOnce);
      later(clock.now() + firstReadWaitMs, beginOnce);
    },
    post,
    record: engine.record,
    signal: (name) => post({ type: 'signal', name }),
    ended,
    quiet: engine.quiet,
    abandon: stop,
  };
};
