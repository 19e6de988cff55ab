/** The embedded ledger of a run: kept beside the database, on a clock that is never behind its last close, closing on its own timer. */
import { realClock, virtualClock, type Clock, type VirtualClock } from '../../actors/clock.ts';
import { webSocketTransport } from '../../actors/gateway/websocket.ts';
import type { Config } from '../../config.ts';
import { ledgerSeconds } from '../../ledger/time.ts';
import type { Transport } from '../../ledger/transport.ts';
import { createLink } from '../../sandbox/link.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { serve } from '../../sandbox/server.ts';
import { openStore } from '../../sandbox/store.ts';

export type World = Readonly<{
  sandbox: Sandbox;
  clock: Clock;
  /** Present where time is virtual. */
  virtual: VirtualClock | null;
  transport: Transport;
  /** Lets ledgers close from now on. */
  start: () => void;
  close: () => Promise<void>;
}>;

/** Rejects with an Error that names the file and the cure where the ledger cannot be kept. */
export const openWorld = async (
  config: Config,
  file: string,
  speed: number | 'max',
): Promise<World> => {
  const {
    seed,
    regime,
    opening_xrp: xrp,
    opening_rlusd: rlusd,
    ledger_interval_ms: intervalMs,
  } = config.sandbox;
  const store = openStore(`${file}.ledger`);
  const time: { clock: Clock } = { clock: realClock() };
  const sandbox = createSandbox({
    seed,
    clock: { now: () => time.clock.now() },
    market: 'on',
    regime,
    intervalMs,
    opening: { xrp: String(xrp), rlusd: String(rlusd) },
    store,
  });
  const virtual = speed === 'max' ? virtualClock(sandbox.now()) : null;
  const clock = virtual ?? realClock(sandbox.now(), speed === 'max' ? 1 : speed);
  time.clock = clock;

  let closed = false;
  let cancel: () => void = () => undefined;
  const closeAt = (instantMs: number): void => {
    cancel = clock.at(instantMs, () => {
      if (closed) return;
      sandbox.closeLedger(ledgerSeconds(clock.now()));
      closeAt(instantMs + intervalMs);
    });
  };
  const served = virtual ? null : await serve(sandbox.node, { port: 0 });
  const setTimer = (ms: number, task: () => void): void => void clock.at(clock.now() + ms, task);
  return {
    sandbox,
    clock,
    virtual,
    transport: served ? webSocketTransport(served.url) : createLink(sandbox.node, { setTimer }),
    start: () => {
      sandbox.closeLedger(ledgerSeconds(clock.now()));
      closeAt(clock.now() + intervalMs);
    },
    close: async () => {
      closed = true;
      cancel();
      await served?.close();
      store.close();
    },
  };
};
