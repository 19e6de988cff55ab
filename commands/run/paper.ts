/**
 * The paper network: real servers that are only read, and a ledger of our own that mirrors them ledger by ledger. Its wallet is
 * made up; no seed of anybody is read. Where the servers are gone the engine's own connection is too.
 */
import { filter, Subject } from 'rxjs';
import { realClock, type Clock } from '../../actors/clock.ts';
import { createFollower, type Followed, type Follower } from '../../actors/gateway/follower.ts';
import { webSocketTransport } from '../../actors/gateway/websocket.ts';
import { createSigner } from '../../actors/signer.ts';
import type { Config } from '../../config.ts';
import type { MarketTraded } from '../../events/market.ts';
import { rlusdCurrency } from '../../ledger/rlusd.ts';
import { createLink, whileUp } from '../../sandbox/link.ts';
import { createPaper, type Paper } from '../../sandbox/paper/paper.ts';
import { openStore, type Store } from '../../sandbox/store.ts';
import { StartError } from '../command.ts';
import type { ProcessLog } from '../process-log.ts';
import { firstFollowed, otherThan } from './followed.ts';
import type { World } from './world.ts';

/** Another wallet for what only records: it holds next to nothing, so that no limit and no guard minds it. */
const recorder = { seed: -1, opening: { xrp: '2', rlusd: '0' } };

/** Rejects with a StartError where no server can be read, or the kept ledger has another wallet. */
export const paperWorld = async (
  config: Config,
  file: string,
  said: ProcessLog,
): Promise<World> => {
  const { network, guards } = config;
  const clock = realClock();
  const follower = createFollower({
    transports: network.endpoints.map(webSocketTransport),
    clock,
    token: { currency: rlusdCurrency, issuer: network.rlusd_issuer },
    networkId: network.network_id,
    requestsPerMinute: network.requests_per_minute,
    health: guards.ledger_connection,
  });
  follower.failures.subscribe((failure) => said.warn(failure, 'a ledger could not be read'));
  try {
    const first = await firstFollowed(follower, network);
    return onLedger(config, file, said, { clock, follower, first });
  } catch (cause) {
    await follower.close();
    throw cause;
  }
};

type Following = Readonly<{ clock: Clock; follower: Follower; first: Followed }>;

const onLedger = (
  config: Config,
  file: string,
  said: ProcessLog,
  { clock, follower, first }: Following,
): World => {
  const { store, paper } = starting(() => {
    const kept = openStore(`${file}.ledger`);
    return { store: kept, paper: createPaper({ ...walletOf(config), clock, first, store: kept }) };
  });
  const link = createLink(paper.node, {
    endpoint: 'paper',
    setTimer: (ms, task) => void clock.at(clock.now() + ms, task),
  });
  let isUp = true;
  /** The engine's connection comes and goes with the followed one. */
  follower.presence.subscribe((presence) => {
    if (!presence.up) {
      said.warn({ why: presence.why }, 'no server is followed');
      link.interfere.dropSocket();
    } else if (!isUp) void link.connect();
    isUp = presence.up;
  });
  follower.strangers.subscribe((stranger) => {
    said.warn({ why: otherThan(config.network.network_id, stranger) }, 'a server is left alone');
  });
  const traded = new Subject<MarketTraded>();
  const waiting: Followed[] = [];
  const held = follower.ledgers.subscribe((followed) => waiting.push(followed));
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
      held.unsubscribe();
      for (const followed of waiting) mirror(followed);
      follower.ledgers.pipe(filter(() => isUp)).subscribe(mirror);
    },
    close: async () => {
      await follower.close();
      store.close();
    },
  };
};

const walletOf = ({
  sandbox,
  strategy,
}: Config): Pick<Parameters<typeof createPaper>[0], 'seed' | 'opening'> =>
  strategy.enabled
    ? {
        seed: sandbox.seed,
        opening: { xrp: String(sandbox.opening_xrp), rlusd: String(sandbox.opening_rlusd) },
      }
    : recorder;

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
    paper.advance(followed);
    if (index > last + 1 || trades === null) {
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
