/** A chain with its market, its server and its clock: the one place where a ledger closes. The caller owns the timer. */
import { ledgerSeconds, unixMs } from '../ledger/time.ts';
import type { Chain, ClosedLedger, Genesis } from './chain.ts';
import { createChain, genesisAccount } from './chain/create.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults/faults.ts';
import { createNode, type Node } from './protocol/node.ts';
import type { Trouble } from './protocol/world.ts';
import type { Store } from './store.ts';
import { type Market, nobody } from './traders/market.ts';

export type HostOptions = Readonly<{
  chain: Chain;
  clock: Clock;
  market: Market;
  store?: Store | undefined;
  faults?: Faults | undefined;
  /** Lets clients close ledgers and start anew. */
  manual?: boolean;
}>;

export type Host = Readonly<{
  chain: () => Chain;
  node: Node;
  /** Unix milliseconds: the clock handed in, but never behind the last close. */
  now: () => number;
  /** Close time in ledger seconds; default the clock's. Never before the last one. Where a fault stalls the ledger, the latest stays. */
  closeLedger: (closeTimeSeconds?: number) => ClosedLedger;
}>;

const skewBounds = [2, 25] as const;
const gapMost = 8;

/** Of the ledgers that were newest when it struck; none where that would be all there are. */
const gap = (faults: Faults, oldest: number): Trouble['missing'] => {
  const to = faults.struckAt('ledgers_gap') - 1;
  const from = to - Math.floor(gapMost * faults.drawnFor('ledgers_gap'));
  return from > oldest ? { from, to } : null;
};

/** As rippled's standalone mode has it. */
export const networkId = 0;

export const createHost = ({ clock, store, manual, faults, ...start }: HostOptions): Host => {
  let { chain, market } = start;

  const lastClose = (): number => chain.latest().header.close_time;

  const now = (): number => Math.max(clock.now(), unixMs(lastClose()));

  /** By hand each close is a second at least, as in rippled; by the clock several may fall into one. */
  const step = manual === true ? 1 : 0;

  const closeLedger = (closeTimeSeconds = ledgerSeconds(clock.now())): ClosedLedger => {
    faults?.pass(chain.latest().header.ledger_index);
    if (faults?.holds('ledger_stalled')) return chain.latest();
    const closeTime = Math.max(closeTimeSeconds + skewSeconds(), lastClose() + step);
    const ledger = chain.close(closeTime, market.act(closeTime));
    store?.append(ledger);
    node.closed(ledger);
    return ledger;
  };

  const skewSeconds = (): number => {
    if (!faults?.holds('clock_skew')) return 0;
    const [least, most] = skewBounds;
    return least + Math.floor((most - least + 1) * faults.drawnFor('clock_skew'));
  };

  const trouble = (): Trouble => ({
    isBlocked: faults?.holds('amendment_blocked') === true,
    missing: faults?.holds('ledgers_gap') === true ? gap(faults, chain.oldest()) : null,
  });

  const reset = (genesis: Genesis): void => {
    chain = createChain(genesis);
    const { header, state } = chain.latest();
    const root = state.account(genesisAccount);
    store?.begin(header, root ? [root] : []);
    market = nobody;
    node.replaced();
  };

  const node = createNode({
    chain: () => chain,
    now,
    networkId,
    trouble,
    manual: manual === true ? { accept: (closeTime) => void closeLedger(closeTime), reset } : null,
  });

  return { chain: () => chain, node, now, closeLedger };
};
