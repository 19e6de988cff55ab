/**
 * The paper network: real servers that are only read, and a ledger of our own that mirrors them ledger by ledger. Its wallet is
 * made up; no seed of anybody is read. Where the servers are gone the engine's own connection is too.
 */
import { Subject } from 'rxjs';
import { realClock } from '../../actors/clock.ts';
import { createFollower, type Followed } from '../../actors/gateway/follower.ts';
import { webSocketTransport } from '../../actors/gateway/websocket.ts';
import { createSigner } from '../../actors/signer.ts';
import type { Config } from '../../config.ts';
import type { MarketTraded } from '../../events/market.ts';
import { rlusdCurrency } from '../../ledger/rlusd.ts';
import { createLink, whileUp } from '../../sandbox/link.ts';
import type { FeedLedger } from '../../sandbox/paper/feed.ts';
import { createPaper, type Paper } from '../../sandbox/paper/paper.ts';
import { openStore, type Store } from '../../sandbox/store.ts';
import { StartError } from '../command.ts';
import type { ProcessLog } from '../process-log.ts';
import type { World } from './world.ts';

/** A first whole read is waited for so long. */
const patienceMs = 20_000;

/** Another wallet for what only records: it holds next to nothing, so that no limit and no guard minds it. */
const recorder = { seed: -1, opening: { xrp: '2', rlusd: '0' } };

/** Rejects with a StartError where no server can be read, or the kept ledger is none of this network. */
export const paperWorld = async (
  config: Config,
  file: string,
  said: ProcessLog,
): Promise<World> => {
  const { network, guards, sandbox, strategy } = config;
  const clock = realClock();
  const traded = new Subject<MarketTraded>();
  let take: (followed: Followed) => void = () => undefined;
  let fail: (why: string) => void = () => undefined;
  let connect: (isUp: boolean) => void = () => undefined;
  let lastFailure = 'no server answered';
  const follower = createFollower({
    transports: network.endpoints.map(webSocketTransport),
    clock,
    token: { currency: rlusdCurrency, issuer: network.rlusd_issuer },
    requestsPerMinute: network.requests_per_minute,
    health: guards.ledger_connection,
    onLedger: (followed) => take(followed),
    onUp: (networkId) => {
      if (networkId === null || networkId === network.network_id) connect(true);
      else {
        const cure = 'correct network.endpoints or network.network_id';
        fail(
          `the server is on network ${networkId}, the configuration says ${network.network_id}; ${cure}`,
        );
      }
    },
    onDown: (why) => {
      said.warn({ why }, 'the followed server is gone');
      connect(false);
    },
    onFailed: ({ code, message }) => {
      lastFailure = message;
      said.warn({ code, message }, 'a ledger could not be read');
      if (code === 'issuerNotFound') fail(`${message}; correct network.rlusd_issuer`);
    },
  });
  const first = await new Promise<Followed>((resolve, reject) => {
    const giveUp = (why: string): void => reject(new StartError(`Paper cannot start: ${why}.`));
    const cancel = clock.at(clock.now() + patienceMs, () =>
      giveUp(
        `${lastFailure}, and ${network.endpoints.join(', ')} could not be read in ${patienceMs / 1000} s`,
      ),
    );
    take = (followed) => {
      cancel();
      resolve(followed);
    };
    fail = (why) => {
      cancel();
      giveUp(why);
    };
    follower.open();
  }).catch(async (cause: unknown) => {
    await follower.close();
    throw cause;
  });
  const waiting: Followed[] = [];
  take = (followed) => void waiting.push(followed);
  fail = (why) => said.warn({ why }, 'the followed server has changed');

  const { store, paper } = starting(() => {
    const kept = openStore(`${file}.ledger`);
    const usual = {
      seed: sandbox.seed,
      opening: { xrp: String(sandbox.opening_xrp), rlusd: String(sandbox.opening_rlusd) },
    };
    const wallet = strategy.enabled ? usual : recorder;
    return {
      store: kept,
      paper: createPaper({ ...wallet, clock, first: feedOf(first), store: kept }),
    };
  });
  let isUp = true;
  const link = createLink(paper.node, {
    endpoint: 'paper',
    setTimer: (ms, task) => void clock.at(clock.now() + ms, task),
  });
  /** The engine's connection comes and goes with the followed one. */
  connect = (up) => {
    if (up && !isUp) void link.connect();
    if (!up) link.interfere.dropSocket();
    isUp = up;
  };
  return {
    signer: createSigner(paper.seed, 'ed25519'),
    issuer: paper.issuer,
    networkId: paper.networkId,
    clock,
    virtual: null,
    transports: [whileUp(link, () => isUp)],
    traded,
    own: (hasSessions) => own(store, hasSessions, file),
    start: () => {
      const mirror = mirroring(paper, first.index, traded, said);
      for (const followed of waiting.splice(0)) mirror(followed);
      take = mirror;
    },
    close: async () => {
      take = () => undefined;
      await follower.close();
      store.close();
    },
  };
};

const feedOf = ({ index, closeTime, market, trades }: Followed): FeedLedger => ({
  index,
  closeTime,
  market,
  trades,
});

/** The ledger first, then the news of what was traded in it. A ledger whose trades nobody knows is told by nothing. */
const mirroring = (
  paper: Paper,
  from: number,
  traded: Subject<MarketTraded>,
  said: ProcessLog,
): ((followed: Followed) => void) => {
  let last = from;
  return (followed) => {
    const { index, trades } = followed;
    paper.advance(feedOf(followed));
    const missing = index - last - 1;
    if (missing > 0 || trades === null) {
      said.warn({ from: last + 1, to: index }, 'what was traded in these ledgers is not known');
    }
    last = index;
    if (trades) traded.next({ type: 'market.traded', from: index, to: index, trades });
  };
};

const own = (store: Store, hasSessions: boolean, file: string): void => {
  if (hasSessions && !store.saved) {
    throw new StartError(
      `${file} has sessions, and the ledger that they traded on is gone: put ${file}.ledger back, or choose another database with --db.`,
    );
  }
  starting(store.own);
};

const starting = <T>(work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`Paper cannot start: ${words}.`, { cause });
  }
};
