/** Composes the embedded ledger: genesis, issuer, the engine's account, pool, traders and the protocol. The caller owns the timer. */
import { isoDate, ledgerSeconds } from '../ledger/time.ts';
import type { Chain, ClosedLedger } from './chain.ts';
import { createChain, resumeChain } from './chain/create.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults/faults.ts';
import { issuerOf } from './faults/issuer.ts';
import { createHost, networkId } from './host.ts';
import type { Node } from './protocol/node.ts';
import { createScript, type Script, scriptedTraders } from './script.ts';
import type { Store } from './store.ts';
import {
  type Cast,
  castOf,
  found,
  foundingLedgers,
  genesisAt,
  type Opening,
} from './traders/founding.ts';
import { type Market, nobody } from './traders/market.ts';
import { population, populationTraders } from './traders/population.ts';
import { regimeOf } from './traders/regime.ts';

export type SandboxOptions = Readonly<{
  seed: number;
  clock: Clock;
  /** `off`: nobody trades. `on`: the seeded population. `scripted`: what `script` sets. */
  market: 'on' | 'off' | 'scripted';
  /** The population's weather where the market is on; default "demo". */
  regime?: string;
  /** How often the caller means to close a ledger. */
  intervalMs: number;
  /** The wallet's total balances before the first ledger that the engine sees, as decimal strings: XRP (reserve included) and RLUSD. */
  opening: Opening;
  /** How many transfers out of the wallet can be payments; each keeps a ticket and its reserve until then. Default 2 where the market is scripted. */
  withdrawals?: number;
  /** Lets clients close ledgers and start anew. */
  manual?: boolean;
  /** What goes wrong; hand it to `createLink` and `serve` too. */
  faults?: Faults;
  /** Where the ledger is kept. One that already holds a ledger is resumed, whatever `opening` says. */
  store?: Store;
}>;

export type Sandbox = Readonly<{
  /** The engine's account, its family seed, and the issuer of its RLUSD. All follow from the seed. */
  address: string;
  seed: string;
  issuer: string;
  networkId: number;
  chain: Chain;
  /** For `createLink` and `serve`. */
  node: Node;
  /** Null unless the market is scripted. */
  script: Script | null;
  /** Unix milliseconds: the clock handed in, but never behind the last close. */
  now: () => number;
  /** Closes one ledger (close time in ledger seconds, default the clock's), the traders having acted before. */
  closeLedger: (closeTimeSeconds?: number) => ClosedLedger;
}>;

const withdrawalsUsual = 2;

/** Throws a RangeError where the options cannot be met (an opening below the reserve, an unknown regime, a ledger of another seed, a clock outside the ledger's time). */
export const createSandbox = (options: SandboxOptions): Sandbox => {
  const { seed, clock, store, manual, faults } = options;
  const cast = castOf(seed);
  const regime = regimeOf(options.regime ?? 'demo');
  const chain = chainOf(options, cast);
  const script = options.market === 'scripted' ? createScript(chain, cast) : null;
  const openedAt = Math.max(ledgerSeconds(clock.now()), chain.latest().header.close_time);
  const market: Market = script
    ? { traders: scriptedTraders, act: script.act }
    : options.market === 'on'
      ? population(chain, cast, regime, seed, openedAt)
      : nobody;
  const host = createHost({
    chain,
    clock,
    market: faults
      ? troubled(
          market,
          issuerOf(() => host.chain(), cast, faults),
        )
      : market,
    store,
    faults,
    manual: manual === true,
  });
  if (options.market === 'on' && !store?.saved) host.closeLedger(openedAt - intervalOf(options));
  return {
    address: cast.wallet.address,
    seed: cast.wallet.seed,
    issuer: cast.issuer.address,
    networkId,
    get chain() {
      return host.chain();
    },
    node: host.node,
    script,
    now: host.now,
    closeLedger: host.closeLedger,
  };
};

/** The issuer acts after everybody else. */
const troubled = (market: Market, issuer: () => void): Market => ({
  ...market,
  act: (closeTime) => {
    const closing = market.act(closeTime);
    issuer();
    return closing;
  },
});

const tradersOf = ({ market }: SandboxOptions): readonly string[] => {
  if (market === 'off') return [];
  return market === 'on' ? populationTraders : scriptedTraders;
};

const intervalOf = ({ intervalMs }: SandboxOptions): number =>
  Math.max(1, Math.ceil(intervalMs / 1000));

/** A ledger second has 32 bits, which end a month later: Expirations have room. */
const closeTimeMost = ledgerSeconds(Date.UTC(2136));

/** Resumed from the store, or founded right before the time at which the first ledger is due. */
const chainOf = (options: SandboxOptions, cast: Cast): Chain => {
  const { store, opening, market, clock } = options;
  if (store?.saved) {
    const chain = resumeChain(store.saved);
    if (chain.latest().state.account(cast.wallet.address)) return chain;
    throw new RangeError(
      `the ledger that is kept was founded with another seed than ${options.seed}, or without a market: give its seed with --seed, or name another database with --db`,
    );
  }
  const last = ledgerSeconds(clock.now()) - intervalOf(options) - 1;
  const genesis = genesisAt(last, foundingLedgers);
  if (genesis.parent_close_time < 0 || last >= closeTimeMost) {
    throw new RangeError(
      `the clock says ${isoDate(clock.now())}, and a ledger's time goes from 2000 to 2135: set it right`,
    );
  }
  const chain = createChain(genesis);
  const { header, state } = chain.latest();
  const root = state.account(cast.genesis.address);
  store?.begin(header, root ? [root] : []);
  let closeTime = genesis.close_time;
  found(chain, {
    cast,
    opening,
    tickets: options.withdrawals ?? (market === 'scripted' ? withdrawalsUsual : 0),
    traders: tradersOf(options),
    close: () => {
      closeTime += 1;
      const inOrder = chain.pending().map(({ hash }) => hash);
      const ledger = chain.close(closeTime, { first: inOrder });
      store?.append(ledger);
    },
  });
  return chain;
};
