/** The quote: its reference, its skew and sizes, what it may not cross and cannot afford; and when the strategy says one. */
import test from 'ava';
import fc from 'fast-check';
import type { MarketObserved, MarketRead, Pool } from '../events/market.ts';
import { compare, decimal, multiply, toNumber } from '../ledger/decimal.ts';
import { drops, xrpOf } from '../ledger/drops.ts';
import { quote } from '../machines/quote.ts';
import { strategy } from '../machines/strategy.ts';
import { offerDrops } from '../machines/transaction.ts';
import type { Event } from '../events/event.ts';
import {
  blind,
  configured,
  halt,
  holding,
  observed,
  only,
  read,
  settings,
  thing,
} from './given.ts';

const wide: Partial<MarketRead> = {
  bids: [{ price: '1', drops: '1000000', rlusd: '1', own: false }],
  asks: [{ price: '2', drops: '1000000', rlusd: '2', own: false }],
  amm: null,
};

type Given = Readonly<{
  observed?: Partial<MarketObserved>;
  read?: Partial<MarketRead>;
  xrp?: number;
  rlusd?: string;
  mids?: readonly number[];
  set?: readonly string[];
}>;

/** A mid of 1.42 and as much XRP as RLUSD, unless said otherwise. */
const quoted = (given: Given = {}) => {
  const rules = given.set ? configured(...given.set) : settings;
  const decided = quote(rules, {
    observed: observed(0, { amm: null, anchorErrorBps: null, ...given.observed }),
    read: read(100, { ...wide, ...given.read }),
    held: { drops: drops(BigInt((given.xrp ?? 50) * 1e6)), rlusd: decimal(given.rlusd ?? '71') },
    mids: given.mids ?? [],
  });
  if (!decided) throw new Error('nothing was decided');
  return decided;
};

test('no mid, no quote', (t) => {
  const input = { observed: observed(0, blind), read: read(100), mids: [] };
  const held = { drops: drops(1n), rlusd: decimal('1') };
  t.is(quote(settings, { ...input, held }), undefined);
});

test('a quote follows whatever changes after the one before it, and is the same again where that is taken back', (t) => {
  const held = { drops: drops(40_000_000n), rlusd: decimal('90') };
  const standing = {
    observed: observed(0, { amm: '1.42', anchorErrorBps: 0 }),
    read: read(100, wide),
  };
  const quoting = (
    change: Partial<typeof standing & { held: typeof held }> = {},
    rules = settings,
  ) => quote(rules, { ...standing, held, mids: [], ...change });
  const seen = (change: Partial<MarketObserved>) => ({
    observed: { ...standing.observed, ...change },
  });
  const found = (change: Partial<MarketRead>) => ({ read: { ...standing.read, ...change } });
  const at = (price: string) => [{ price, drops: '1000000', rlusd: '1', own: false }];
  const first = quoting();
  const others = [
    () => quoting(seen({ mid: '1.43' })),
    () => quoting(seen({ amm: '1.4201' })),
    () => quoting(seen({ amm: null })),
    () => quoting(seen({ anchorErrorBps: 5 })),
    () => quoting(found({ asks: at('1.41') })),
    () => quoting(found({ bids: at('1.44') })),
    () =>
      quoting(
        found({
          amm: { drops: '1000000', rlusd: '1.41', feeHundredThousandths: 0, frozen: false },
        }),
      ),
    () => quoting(found({ issuer: { ...standing.read.issuer, tickSize: 4 } })),
    () => quoting({ held: { ...held, drops: drops(30_000_000n) } }),
    () => quoting({ held: { ...held, rlusd: decimal('110') } }),
    () => quoting({}, configured('strategy.bid_offset_bps=12')),
  ];
  for (const other of others) {
    t.notDeepEqual(other(), first, other.toString());
    t.deepEqual(quoting(), first, other.toString());
  }
});

test('balanced and without a pool: mid less 10 bps, mid plus 14', (t) => {
  const { bid, ask, referenceIs, skewBps } = quoted();
  t.is(referenceIs, 'mid');
  t.is(skewBps, 0);
  t.deepEqual(bid, { price: '1.41858', rlusd: '15' });
  t.deepEqual(ask, { price: '1.421988', rlusd: '15' });
});

test('the pool is the reference up to 3.0 bps from mid, and at 3.0; beyond it mid is', (t) => {
  const at = (amm: string, anchorErrorBps: number) => quoted({ observed: { amm, anchorErrorBps } });
  t.like(at('1.420426', 3), { referenceIs: 'anchor', reference: '1.420426' });
  t.like(at('1.419574', -3), { referenceIs: 'anchor', reference: '1.419574' });
  t.like(at('1.420426', 3 + 1e-12), { referenceIs: 'anchor' });
  t.like(at('1.4204261', 3.0007), { referenceIs: 'mid', reference: '1.42' });
  t.like(at('1.5', 563), { referenceIs: 'mid' });
});

test('a switch beyond the allowed divergence: the pool’s price is held at it', (t) => {
  const set = ['strategy.clob_switch_threshold_bps=10', 'strategy.anchor_max_divergence_bps=10'];
  const far = { amm: '1.43', anchorErrorBps: 70.4 };
  t.like(quoted({ set, observed: far }), { referenceIs: 'anchor', reference: '1.42142' });
  const low = { amm: '1.41', anchorErrorBps: -70.4 };
  t.like(quoted({ set, observed: low }), { referenceIs: 'anchor', reference: '1.41858' });
});

test('XRP-light tightens the bid and widens the ask; XRP-heavy the other way; ±10 bps at most', (t) => {
  const light = quoted({ xrp: 40, rlusd: '85.2' });
  t.is(light.driftPct, -10);
  t.is(light.skewBps, -6.5);
  t.is(light.bid?.price, '1.419503', '3.5 bps below');
  t.is(light.ask?.price, '1.422911', '20.5 bps above');
  const heavy = quoted({ xrp: 60, rlusd: '56.8' });
  t.is(heavy.skewBps, 6.5);
  t.is(heavy.bid?.price, '1.417657');
  t.is(heavy.ask?.price, '1.421065');
  t.is(quoted({ xrp: 5, rlusd: '134.9' }).skewBps, -10);
  t.is(quoted({ xrp: 95, rlusd: '7.1' }).skewBps, 10);
});

test('the side that reduces an imbalance is × 1.3, the other × 0.7; within 1 % both are whole', (t) => {
  const sizes = (given: Given) => {
    const { bid, ask } = quoted(given);
    return [bid?.rlusd, ask?.rlusd];
  };
  t.deepEqual(sizes({ xrp: 49, rlusd: '72.42' }), ['15', '15'], 'exactly −1 %');
  t.deepEqual(sizes({ xrp: 48.9, rlusd: '72.562' }), ['19.5', '10.5']);
  t.deepEqual(sizes({ xrp: 51.1, rlusd: '69.438' }), ['10.5', '19.5']);
});

test('mid up by 4 bps over 3 ticks suppresses the sell, down by 4 the buy, less neither', (t) => {
  const over = (last: number) => quoted({ mids: [1, 1, 1, last] }).withheld;
  t.deepEqual(over(1.0004), { bid: null, ask: 'momentum' });
  t.deepEqual(over(0.9996), { bid: 'momentum', ask: null });
  t.deepEqual(over(1.000399), { bid: null, ask: null });
  t.deepEqual(quoted({ mids: [1, 1, 1.01] }).withheld, { bid: null, ask: null }, 'not yet 3 ticks');
});

test('the momentum filter can be switched off', (t) => {
  const set = ['strategy.momentum_filter_enabled=false'];
  t.deepEqual(quoted({ set, mids: [1, 1, 1, 2] }).withheld, { bid: null, ask: null });
});

test('a bid without the RLUSD for it, an ask without the XRP above the reserve, are not quoted', (t) => {
  t.is(quoted({ rlusd: '10.49', xrp: 60 }).withheld.bid, 'funds');
  t.is(quoted({ rlusd: '10.5', xrp: 60 }).withheld.bid, null);
  const owner = (drops: string): Partial<MarketRead> => ({
    account: { drops, sequence: 20, ownerCount: 2, flags: 0 },
  });
  const needed = 15 / 1.421988 + 1 + 4 * 0.2 + 2 * 0.0001;
  const at = (xrp: number) => quoted({ read: owner(String(Math.round(xrp * 1e6))) }).withheld.ask;
  t.is(at(needed + 0.000_01), null);
  t.is(at(needed - 0.000_01), 'funds');
  const whole = { set: ['strategy.ask_offset_bps=0'], observed: { mid: '1.5' } };
  const exactly = (drops: string) =>
    quoted({ ...whole, xrp: 50, rlusd: '75', read: owner(drops) }).withheld.ask;
  t.is(exactly('11800200'), null, '10 XRP, and 1.8002 that are not to spend');
  t.is(exactly('11800199'), 'funds');
});

test('an offer that stands needs no new object; without the reserve for one a bid is not quoted either', (t) => {
  const at = (drops: string, standing: number, side: 'buy' | 'other' = 'buy') => {
    const own = { side, drops: '1', rlusd: '1', expiration: null };
    return quoted({
      read: {
        account: { drops, sequence: 20, ownerCount: 2, flags: 0 },
        offers: Array.from({ length: standing }, (_, n) => ({ ...own, sequence: n })),
      },
    }).withheld;
  };
  t.is(at('1800199', 0).bid, 'reserve');
  t.is(at('1800200', 0).bid, null);
  t.is(at('1600200', 1).bid, null);
  t.is(at('1400200', 2).bid, null);
  t.is(at('1400199', 2).bid, 'reserve');
  t.is(at('1400199', 3).bid, 'reserve', 'a third one frees nothing');
  t.is(at('1800199', 2, 'other').bid, 'reserve', 'offers of another pair are none of the two');
});

const book = (bid: string, ask: string, amm: Pool | null = null): Partial<MarketRead> => ({
  bids: [
    { price: '1.6', drops: '1', rlusd: '1', own: true },
    { price: bid, drops: '1000000', rlusd: '1', own: false },
  ],
  asks: [
    { price: '1.1', drops: '1', rlusd: '1', own: true },
    { price: ask, drops: '1000000', rlusd: '1', own: false },
  ],
  amm,
});

test('post-only: a quote that would cross is priced back to the last price that does not', (t) => {
  t.is(quoted({ read: book('1.4', '1.4185') }).bid?.price, '1.418499');
  t.is(quoted({ read: book('1.422', '1.43') }).ask?.price, '1.422001');
  t.is(quoted({ read: book('1.4', '1.418580001') }).bid?.price, '1.41858', 'just below is enough');
});

test('post-only: our own offers are no touch', (t) => {
  t.is(quoted({ read: book('1.4', '1.43') }).bid?.price, '1.41858');
});

test('post-only: the pool with its fee is met like an offer', (t) => {
  const pool = (rlusd: string, fee: number): Pool => ({
    drops: '1000000000000',
    rlusd,
    feeHundredThousandths: fee,
    frozen: false,
  });
  t.is(quoted({ read: book('1.4', '1.43', pool('1400000', 0)) }).bid?.price, '1.399999');
  t.is(quoted({ read: book('1.4', '1.43', pool('1440000', 0)) }).ask?.price, '1.440001');
  t.is(quoted({ read: book('1.4', '1.43', pool('1410000', 1000)) }).bid?.price, '1.41858');
  t.is(quoted({ read: book('1.4', '1.43', pool('1430000', 1000)) }).ask?.price, '1.421988');
});

test('post-only: an offer and a pool at a price that nobody can mean are no touch', (t) => {
  const calm = quoted({ read: book('1.4', '1.43') });
  const pool = (drops: string, rlusd: string): Pool => ({
    drops,
    rlusd,
    feeHundredThousandths: 0,
    frozen: false,
  });
  const jokes = [
    book('1e9', '1.43'),
    book('1.4', '1e-11'),
    book('1.4', '1.43', pool('1', '1000000000')),
    book('1.4', '1.43', pool('100000000000', '1e-15')),
  ];
  for (const joke of jokes) {
    const { bid, ask } = quoted({ read: joke });
    t.deepEqual({ bid, ask }, { bid: calm.bid, ask: calm.ask });
  }
});

test('post-only off leaves the price alone', (t) => {
  const crossed = { set: ['orders.post_only=false'], read: book('1.4', '1.4') };
  t.is(quoted(crossed).bid?.price, '1.41858');
});

test('prices have the issuer’s TickSize, bids rounded down, asks up', (t) => {
  const { bid, ask } = quoted({
    read: { ...wide, issuer: { flags: 0, transferRate: null, tickSize: 5 } },
  });
  t.is(bid?.price, '1.4185');
  t.is(ask?.price, '1.422');
});

test('a quote never crosses, whatever the market and the inventory', (t) => {
  const cents = (min: number, max: number) => fc.integer({ min, max }).map((n) => n / 1_000_000);
  fc.assert(
    fc.property(
      cents(100_000, 3_000_000),
      cents(0, 20_000),
      cents(100_000, 3_000_000),
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 500 }),
      (bid, spread, amm, fee, xrp, rlusd) => {
        const ask = bid + spread + 0.000_001;
        const mid = (bid + ask) / 2;
        const pool: Pool = {
          drops: '1000000000000',
          rlusd: String(Math.round(amm * 1e6)),
          feeHundredThousandths: fee,
          frozen: false,
        };
        const decided = quoted({
          observed: {
            mid: mid.toFixed(7),
            amm: amm.toFixed(6),
            anchorErrorBps: ((amm - mid) / mid) * 10_000,
          },
          read: book(bid.toFixed(6), ask.toFixed(6), pool),
          xrp,
          rlusd: String(rlusd),
        });
        const kept = 1 - fee / 100_000;
        const real = (side: 'buy' | 'sell', q: { price: string; rlusd: string }): number =>
          toNumber(decimal(q.rlusd)) /
          toNumber(xrpOf(offerDrops(side, decimal(q.price), decimal(q.rlusd))));
        const below = !decided.bid || real('buy', decided.bid) < Math.min(ask, amm / kept) + 1e-9;
        const above = !decided.ask || real('sell', decided.ask) > Math.max(bid, amm * kept) - 1e-9;
        return below && above;
      },
    ),
  );
  t.pass();
});

test('drops of an offer never favour the taker: a buy asks for no less, a sell gives no more', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4_000_000 }),
      fc.integer({ min: 1, max: 9999 }),
      (p, r) => {
        const [price, rlusd] = [decimal(String(p / 1e6)), decimal(String(r / 100))];
        const worth = (side: 'buy' | 'sell') =>
          compare(multiply(xrpOf(offerDrops(side, price, rlusd)), price), rlusd);
        return worth('buy') >= 0 && worth('sell') <= 0;
      },
    ),
  );
  t.pass();
});

const started: Event = { type: 'session.started', plannedEndAt: 0 };
const mode = (to: 'OK' | 'DEGRADED' | 'HALT'): Event => ({
  type: 'mode.changed',
  mode: to,
  causes: [],
});

const driven = () => {
  const actor = thing(strategy(settings));
  actor.turn(0, holding('50000000', '71'), read(100));
  return (...events: readonly Event[]) => only(actor.turn(0, ...events), 'quote.decided');
};

test('it quotes once a tick, in mode OK alone, from the start to the halt', (t) => {
  const tick = driven();
  t.is(tick(observed(0)), undefined, 'not started');
  t.truthy(tick(started, observed(1)));
  t.is(tick(read(101)), undefined, 'no tick');
  t.is(tick(observed(2), mode('DEGRADED')), undefined, 'the tick that trips quotes nothing');
  t.is(tick(observed(3)), undefined);
  t.truthy(tick(observed(4), mode('OK')), 'the tick that recovers does');
  t.is(tick(observed(5), halt), undefined);
});

test('a bid is quoted with RLUSD that both the books and the wallet have', (t) => {
  const line = { rlusd: '14.9', limit: '1000000', frozen: false, deepFrozen: false };
  t.deepEqual(quoted({ read: { line } }).withheld, { bid: 'funds', ask: null });
  t.is(quoted({ read: { line: { ...line, rlusd: '15' } } }).withheld.bid, null);
  t.is(quoted({ read: { line: null } }).withheld.bid, 'funds');
});

test('a reserve of more XRP than there is leaves none to quote', (t) => {
  const account = { drops: '66820000', sequence: 1, ownerCount: 4_294_967_295, flags: 0 };
  const server = { ...read(100).server, reserveIncrementDrops: '9007199254740991' };
  t.deepEqual(quoted({ read: { account, server } }).withheld, { bid: 'reserve', ask: 'funds' });
});

test('an offer that has expired keeps its reserve and frees no place for a new one', (t) => {
  const offers = [
    { sequence: 7, side: 'sell', drops: '1', rlusd: '1', expiration: 100 },
    { sequence: 8, side: 'buy', drops: '1', rlusd: '1', expiration: 400 },
  ] as const;
  /** Two of the owner's objects are those offers. */
  const least = (standing: typeof offers | readonly []) => {
    for (let drops = 1_000_000; ; drops += 10_000) {
      const account = { drops: String(drops), sequence: 1, ownerCount: 3, flags: 0 };
      if (quoted({ read: { account, offers: [...standing] } }).withheld.ask === null) return drops;
    }
  };
  t.is(least(offers), least([]));
});

test('while fees are above the cap nothing is quoted, and that is said', (t) => {
  const fee = (openLedgerDrops: string) => ({ fee: { baseDrops: '10', openLedgerDrops } });
  t.deepEqual(quoted({ read: fee('100') }).withheld, { bid: null, ask: null });
  const dear = quoted({ read: fee('101') });
  t.deepEqual([dear.bid, dear.ask], [null, null]);
  t.deepEqual(dear.withheld, { bid: 'fees', ask: 'fees' });
  const loaded = { baseDrops: '101', openLedgerDrops: '10' };
  t.deepEqual(quoted({ read: { fee: loaded } }).withheld, { bid: 'fees', ask: 'fees' });
  const falling = quoted({ read: fee('101'), mids: [1.43, 1.425, 1.42, 1.42] });
  t.deepEqual(falling.withheld, { bid: 'momentum', ask: 'fees' }, 'what would cancel at once does');
});

test('momentum is of the last ticks: a mid from before a gap says nothing of them', (t) => {
  const tick = driven();
  tick(started);
  tick(observed(0, { mid: '1.42' }));
  for (const index of [1, 2, 3]) tick(observed(index, blind));
  const after = [4, 5, 6].map((index) => tick(observed(index, { mid: '1.4206' })));
  t.deepEqual(
    after.map((one) => one?.withheld.ask),
    [null, null, null],
  );
  t.is(
    tick(observed(7, { mid: '1.4212' }))?.withheld.ask,
    'momentum',
    'one gap is not held against the next',
  );
});

test('mids are followed in every mode, so that momentum is known at once', (t) => {
  const tick = driven();
  tick(started, mode('DEGRADED'));
  for (const [index, mid] of ['1.42', '1.42', '1.42'].entries()) tick(observed(index, { mid }));
  const first = tick(mode('OK'), observed(3, { mid: '1.4206' }));
  t.is(first?.withheld.ask, 'momentum');
});
