/**
 * A ledger that mirrors a real one for a wallet of its own: order life, reserves, tick size, expiry and the wait for the next
 * ledger are those of the embedded ledger, market and takers those of a feed. No key of anybody is in it but made-up ones.
 */
import { rlusd } from '../traders/founding.ts';
import type { Chain, ClosedLedger } from '../chain.ts';
import { createChain, resumeChain } from '../chain/create.ts';
import type { Clock } from '../clock.ts';
import { createHost, networkId } from '../host.ts';
import * as d from '../../ledger/decimal.ts';
import type { Node } from '../protocol/node.ts';
import type { Store } from '../store.ts';
import {
  type Cast,
  castOf,
  found,
  foundingLedgers,
  genesisAt,
  type Opening,
} from '../traders/founding.ts';
import { createPool } from '../traders/pool.ts';
import type { FeedLedger } from './feed.ts';
import { createMirror } from './mirror.ts';
import { mirrorTraders } from './others.ts';

export type PaperOptions = Readonly<{
  seed: number;
  clock: Clock;
  opening: Opening;
  /** The first ledger that is mirrored. */
  first: FeedLedger;
  /** Where the ledger is kept. One that already holds a ledger is resumed, whatever `opening` says. */
  store?: Store;
}>;

export type Paper = Readonly<{
  /** The wallet, its family seed, and the issuer of its RLUSD: made up, all from the seed. */
  address: string;
  seed: string;
  issuer: string;
  networkId: number;
  node: Node;
  /** Unix milliseconds: the clock handed in, but never behind the last close. */
  now: () => number;
  /** Closes the ledger that mirrors this one: later than the last, by any number. */
  advance: (ledger: FeedLedger) => ClosedLedger;
}>;

/** Throws a RangeError where the options cannot be met (an opening below the reserve, a ledger of another seed or network). */
export const createPaper = ({ seed, clock, opening, first, store }: PaperOptions): Paper => {
  const cast = castOf(seed);
  const chain = store?.saved
    ? resumed(store.saved, cast, first)
    : founded(cast, opening, first, store);
  const mirror = createMirror(chain, cast);
  const host = createHost({
    chain,
    clock,
    market: { traders: mirrorTraders, act: mirror.act },
    store,
  });
  const advance = (ledger: FeedLedger): ClosedLedger => {
    mirror.next(ledger);
    return host.closeLedger(ledger.closeTime);
  };
  advance(first);
  return {
    address: cast.wallet.address,
    seed: cast.wallet.seed,
    issuer: cast.issuer.address,
    networkId,
    node: host.node,
    now: host.now,
    advance,
  };
};

const resumed = (saved: NonNullable<Store['saved']>, cast: Cast, first: FeedLedger): Chain => {
  const chain = resumeChain(saved);
  const { state, header } = chain.latest();
  if (!state.line(cast.wallet.address, cast.issuer.address, rlusd)) {
    throw new RangeError(
      'the ledger that is kept has another wallet, that of recordings, of the sandbox or of another seed: choose another database',
    );
  }
  if (header.ledger_index < first.index) return chain;
  throw new RangeError(
    `the ledger that is kept is at ${header.ledger_index} and the server at ${first.index}: it followed another network, so choose another database`,
  );
};

/** What a pool is made with before it is as the feed says. */
const poolDrops = 1_000_000_000n;
const poolValue = d.decimal('1000');
const poolFee = 1000;

/** Before the first: those of the founding, and one that opens the pool. */
const founded = (cast: Cast, opening: Opening, first: FeedLedger, store?: Store): Chain => {
  const before = foundingLedgers + 1;
  const genesisIndex = first.index - before - 1;
  if (genesisIndex < 1) {
    throw new RangeError(
      `the server is only at ledger ${first.index}: wait for ledger ${before + 2}`,
    );
  }
  const genesis = { ...genesisAt(first.closeTime - before, 1), ledger_index: genesisIndex };
  const chain = createChain(genesis);
  const { header, state } = chain.latest();
  const root = state.account(cast.genesis.address);
  store?.begin(header, root ? [root] : []);
  let closeTime = genesis.close_time;
  const close = (): void => {
    closeTime += 1;
    const inOrder = chain.pending().map(({ hash }) => hash);
    const ledger = chain.close(closeTime, { first: inOrder });
    store?.append(ledger);
  };
  found(chain, { cast, opening, tickets: 0, traders: mirrorTraders, close });
  createPool(chain, cast, poolDrops, poolValue, poolFee);
  close();
  return chain;
};
