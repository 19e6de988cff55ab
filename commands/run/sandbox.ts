/** The embedded ledger of a run: kept beside the database, on a clock that is never behind its last close, closing on its own timer. */
import { realClock, virtualClock, type Clock } from '../../actors/clock.ts';
import { webSocketTransport } from '../../actors/gateway/websocket.ts';
import { createSigner } from '../../actors/signer.ts';
import type { Config } from '../../config.ts';
import { ledgerSeconds } from '../../ledger/time.ts';
import { createLink } from '../../sandbox/link.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { serve } from '../../sandbox/server.ts';
import { openStore } from '../../sandbox/store.ts';
import { StartError } from '../command.ts';
import { SessionBroken } from './broken.ts';
import type { World } from './world.ts';

/** Reads the kept ledger or founds one, and writes nothing yet. Rejects with a StartError. */
export const sandboxWorld = async (
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
  const time: { clock: Clock } = { clock: realClock() };
  const { store, sandbox } = starting(() => {
    const kept = openStore(`${file}.ledger`);
    const founded = createSandbox({
      seed,
      clock: { now: () => time.clock.now() },
      market: 'on',
      regime,
      intervalMs,
      opening: { xrp: String(xrp), rlusd: String(rlusd) },
      store: kept,
    });
    return { store: kept, sandbox: founded };
  });
  const virtual = speed === 'max' ? virtualClock(sandbox.now()) : null;
  const clock = virtual ?? realClock(sandbox.now(), speed === 'max' ? 1 : speed);
  time.clock = clock;

  let closed = false;
  let cancel: () => void = () => undefined;
  const closeAt = (instantMs: number): void => {
    cancel = clock.at(instantMs, () => {
      if (closed) return;
      kept(() => sandbox.closeLedger(ledgerSeconds(clock.now())));
      closeAt(instantMs + intervalMs);
    });
  };
  const served = virtual ? null : await serve(sandbox.node, { port: 0 });
  const setTimer = (ms: number, task: () => void): void => void clock.at(clock.now() + ms, task);
  return {
    signer: createSigner(sandbox.seed, sandbox.seed.startsWith('sEd') ? 'ed25519' : 'secp256k1'),
    issuer: sandbox.issuer,
    networkId: sandbox.networkId,
    clock,
    virtual,
    transports: [served ? webSocketTransport(served.url) : createLink(sandbox.node, { setTimer })],
    own: (hasSessions) => {
      if (hasSessions && !store.saved) {
        throw new StartError(
          `${file} has sessions, and the ledger that they traded on is gone: put ${file}.ledger back, or choose another database with --db.`,
        );
      }
      starting(store.own);
    },
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

/** A ledger that cannot be written down did not close: like a network that is gone, there is nothing to trade on. */
const kept = (close: () => unknown): void => {
  try {
    close();
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    const why = `the sandbox's ledger could not be written down (${cause.message})`;
    throw new SessionBroken(
      `The session has stopped: ${why}. Free some space on its disk and start again.`,
      { cause },
    );
  }
};

/** What the sandbox cannot do is why the session does not start. */
const starting = <T>(work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`The sandbox cannot start: ${words}.`, { cause });
  }
};
