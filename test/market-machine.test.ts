/** The market as a tick sees it: what makes a mid, what makes none, and how far the pool stands from it. */
import test from 'ava';
import type { Event } from '../events/event.ts';
import type { MarketObserved, MarketRead } from '../events/market.ts';
import { market } from '../machines/market.ts';
import { only, read, thing } from './given.ts';

const seen = (...events: readonly Event[]): MarketObserved | undefined =>
  only(thing(market).turn(0, ...events, { type: 'tick', index: 0 }), 'market.observed');

const at = (price: string, own = false) => ({ price, drops: '1000000', rlusd: '1', own });
const book = (bid: string, ask: string, given: Partial<MarketRead> = {}): MarketRead =>
  read(100, { bids: [at(bid)], asks: [at(ask)], amm: null, ...given });

const pool = (drops: string, rlusd: string): Partial<MarketRead> => ({
  amm: { drops, rlusd, feeHundredThousandths: 1000, frozen: false },
});

test('mid is between the best bid and the best ask of others', (t) => {
  const ours = { bids: [at('1.5', true), at('1.4')], asks: [at('1.3', true), at('1.44')] };
  t.like(seen(book('1', '2', ours)), {
    bestBid: '1.4',
    bestAsk: '1.44',
    mid: '1.42',
    missing: null,
  });
});

test('a book that is crossed or locked has no mid, nor has one without a side', (t) => {
  t.like(seen(book('1.421', '1.42')), { mid: null, missing: 'crossed' });
  t.like(seen(book('1.42', '1.42')), { mid: null, missing: 'crossed' });
  t.like(seen(book('1.42', '1.43', { bids: [] })), { mid: null, missing: 'no_bid' });
  t.like(seen(book('1.42', '1.43', { asks: [] })), { mid: null, missing: 'no_ask' });
});

test('the anchor error is positive when the pool is above the book, and has no cap', (t) => {
  const error = (rlusd: string) =>
    seen(book('0.99', '1.01', pool('1000000', rlusd)))?.anchorErrorBps;
  t.is(error('1.0005'), 5);
  t.is(error('0.9995'), -5);
  t.is(error('1.05'), 500);
});

test('an empty pool has no price, and none without a mid has an error', (t) => {
  for (const empty of [pool('0', '1'), pool('1000000', '0'), { amm: null }]) {
    t.like(seen(book('0.99', '1.01', empty)), { mid: '1', amm: null, anchorErrorBps: null });
  }
  t.like(seen(book('1', '1', pool('1000000', '1'))), { amm: '1', anchorErrorBps: null });
});

test('a tick that has read nothing sees nothing: no read yet, one that failed, no connection', (t) => {
  const lost: readonly (readonly Event[])[] = [
    [],
    [book('1', '1.1'), { type: 'read.failed', code: 'noAnswer', message: 'x' }],
    [book('1', '1.1'), { type: 'gateway.down', endpoint: 'ws://ledger', why: 'x' }],
  ];
  for (const events of lost) {
    t.like(seen(...events), { mid: null, ledger: null, closeTime: null, missing: 'no_read' });
  }
});

test('a tick that comes twice is one tick', (t) => {
  const actor = thing(market);
  const tick: Event = { type: 'tick', index: 3 };
  t.is(only(actor.turn(0, tick), 'market.observed')?.tick, 3);
  t.deepEqual(actor.turn(0, tick), []);
});
