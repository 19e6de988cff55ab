/** Stories told to the whole core by hand: what it said, as text. Two configurations that differ in what it says are two. No test itself. */
import { createCore } from '../../actors/core.ts';
import type { Event, Input } from '../../events/event.ts';
import type { MarketRead } from '../../events/market.ts';
import type { OrderBrought } from '../../events/session.ts';
import { closed, configured, fill, opened, read } from '../given.ts';

/** What a tick finds: a read, or null where none came through, and what happened before it. */
export type Moment = Readonly<{
  given?: Partial<MarketRead> | null;
  before?: readonly Event[];
  /** No ledger closed since the last tick. */
  stalled?: true;
}>;

export type CoreStory = Readonly<{
  ticks: number;
  at: (tick: number) => Moment;
  brought?: readonly OrderBrought[];
}>;

const tickMs = 4000;
const firstLedger = 100;

/** Everything said but the guards' distances, one event a line. */
export const tell = (story: CoreStory, set: readonly string[]): string => {
  const core = createCore(configured(...set));
  const lines: string[] = [];
  const post = (at: number, ...inputs: readonly Event[]): void => {
    for (const input of inputs) {
      const rows = core.turn(input as Input, at);
      for (const { seq, kind, event } of rows) {
        if (kind !== 'input' && event.type !== 'guards.evaluated') {
          lines.push(`${at} ${JSON.stringify(event)}`);
        }
        if (event.type !== 'order.submit') continue;
        post(at, { type: 'intent.withheld', intent: seq, sequence: event.sequence, why: 'x' });
      }
    }
  };
  const brought = { ...opened.brought, orders: story.brought ?? [] };
  post(0, { ...opened, brought }, { type: 'gateway.up', endpoint: 'ws://x', networkId: 0 });
  post(0, closed(firstLedger - 1, 0));
  for (let tick = 0; tick < story.ticks; tick += 1) {
    const { given = {}, before = [], stalled } = story.at(tick);
    const at = tick * tickMs;
    const index = firstLedger + tick;
    if (!stalled) post(at, closed(index, index * 4));
    post(at, ...before);
    if (given) post(at, read(index, given));
    else post(at, { type: 'read.failed', code: 'noAnswer', message: 'x' });
    if (tick === 0) post(at, { type: 'gateway.synced', from: index, to: index });
    post(at, { type: 'tick', index: tick });
  }
  return lines.join('\n');
};

const [bid] = read(1).bids;
const [ask] = read(1).asks;
if (!bid || !ask) throw new Error('a book has two sides');

/** A book around a price, with so much between its sides. */
const bookAt = (mid: number, spreadBps = 4): Partial<MarketRead> => ({
  bids: [{ ...bid, price: (mid * (1 - spreadBps / 20_000)).toFixed(8) }],
  asks: [{ ...ask, price: (mid * (1 + spreadBps / 20_000)).toFixed(8) }],
});
const poolAt = (bps: number): Partial<MarketRead> => ({
  amm: {
    drops: '1000000000000000',
    rlusd: String(Math.round(1_420_000_000 * (1 + bps / 10_000))),
    feeHundredThousandths: 1000,
    frozen: false,
  },
});
const within = (
  tick: number,
  ...spans: readonly (readonly [from: number, to: number])[]
): boolean => spans.some(([from, to]) => tick >= from && tick < to);

/** The pool leans slowly, then much; it comes back, and leans again. */
export const leaning: CoreStory = {
  ticks: 190,
  at: (tick) => ({
    given: poolAt(tick < 25 ? -5.5 : within(tick, [25, 45], [85, 110]) ? -9 : 0),
  }),
};

/** One buy and silence; three buys in a row after that. */
export const buying: CoreStory = {
  ticks: 170,
  at: (tick) => {
    const big = within(tick, [70, 73]);
    if (tick !== 5 && !big) return {};
    const rlusd = big ? '20' : '1';
    const closeTime = (firstLedger + tick) * 4;
    return { before: [fill(closeTime, { hash: `F${tick}`, rlusd, drops: '700000' })] };
  },
};

/** The price goes where XRP is nearly all there is, twice, and once where it is next to nothing. */
export const pricey: CoreStory = {
  ticks: 110,
  at: (tick) => ({
    given: {
      ...bookAt(within(tick, [5, 12], [30, 40]) ? 4.4 : within(tick, [85, 95]) ? 0.45 : 1.42),
      amm: null,
    },
  }),
};

const { account } = read(1);
const walletOf = (drops: number, rlusd = '98.55'): Partial<MarketRead> => ({
  account: { ...account, drops: String(drops) },
  line: { rlusd, limit: '1000000', frozen: false, deepFrozen: false },
});
const drops = 69_400_000;

/** The wallet is a little short, then much, of one asset and of the other; then it cannot be read for long. */
export const missing: CoreStory = {
  ticks: 200,
  at: (tick) => {
    if (within(tick, [130, 180])) return { given: null };
    if (within(tick, [10, 25])) return { given: walletOf(drops - 1_500_000) };
    if (within(tick, [25, 40], [56, 71])) return { given: walletOf(drops - 7_000_000) };
    if (within(tick, [86, 101])) return { given: walletOf(drops, '95.05') };
    if (within(tick, [101, 116])) return { given: walletOf(drops, '86.55') };
    return { given: walletOf(drops) };
  },
};

const left = (sequence: number, state: string, expiresAtTick: number): OrderBrought => ({
  id: `old-${sequence}`,
  side: 'buy',
  sequence,
  drops: '10000000',
  rlusd: '14.2',
  price: '1.42',
  state,
  hash: `H${sequence}`,
  blob: 'B',
  lastLedger: 99,
  expiration: (firstLedger + expiresAtTick) * 4,
});

/** Of two offers that a dead session left one is of unknown fate, the other vanishes unseen; fees are high. */
export const orphaned: CoreStory = {
  ticks: 80,
  brought: [left(7, 'unknown', 12), left(8, 'resting', 50)],
  at: (tick) => {
    const resting = { sequence: 8, side: 'buy', drops: '10000000', rlusd: '14.2' } as const;
    const offers = tick < 25 ? [{ ...resting, expiration: (firstLedger + 50) * 4 }] : [];
    return { given: { offers, fee: { baseDrops: '10', openLedgerDrops: '50000' } } };
  },
};

/** The line is down, ledgers fail to come, and servers are loaded or lack ledgers; each for a while. */
export const unreachable: CoreStory = {
  ticks: 120,
  at: (tick) => {
    if (tick === 10 || tick === 40) {
      return { given: null, before: [{ type: 'gateway.down', endpoint: 'ws://x', why: 'gone' }] };
    }
    if (within(tick, [11, 14], [41, 44])) return { given: null, stalled: true };
    if (tick === 14 || tick === 44) {
      const index = firstLedger + tick;
      const synced = { type: 'gateway.synced', from: index, to: index } as const;
      return { before: [{ type: 'gateway.up', endpoint: 'ws://x', networkId: 0 }, synced] };
    }
    if (within(tick, [60, 64])) return { stalled: true };
    const { server } = read(1);
    if (within(tick, [80, 84])) return { given: { server: { ...server, loadFactor: 150 } } };
    if (within(tick, [100, 104])) {
      return {
        given: {
          server: {
            ...server,
            completeLedgers: `1-${firstLedger + tick - 5},${firstLedger + tick - 3}-100000`,
          },
        },
      };
    }
    return {};
  },
};

/** Our line is frozen twice. */
export const frozen: CoreStory = {
  ticks: 60,
  at: (tick) => ({
    given: {
      line: {
        rlusd: '98.55',
        limit: '1000000',
        frozen: within(tick, [10, 14], [40, 44]),
        deepFrozen: false,
      },
    },
  }),
};

/** No ledger closes, and nobody answers. */
export const stale: CoreStory = {
  ticks: 20,
  at: (tick) => (tick > 4 ? { stalled: true } : {}),
};
export const mute: CoreStory = {
  ticks: 20,
  at: (tick) => (tick > 4 ? { given: null } : {}),
};

/** Little RLUSD, a pool two bps above, a price that runs up and comes back. */
export const quoting: CoreStory = {
  ticks: 30,
  at: (tick) => ({
    given: {
      ...poolAt(2),
      ...(tick < 10 ? {} : bookAt(1.42 * (1 + (tick < 16 ? tick - 10 : 0) * 0.0002))),
      ...walletOf(drops, '80'),
    },
  }),
};

/** So little between bid and ask that a quote at the pool's price would cross. */
export const narrow: CoreStory = {
  ticks: 5,
  at: () => ({
    given: { ...bookAt(1.42, 1), ...poolAt(2.9), fee: { baseDrops: '10', openLedgerDrops: '60' } },
  }),
};
