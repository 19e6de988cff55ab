/** What was traded and what it earned: counts, exact notional, the spread weighted by volume. */
import test from 'ava';
import fc from 'fast-check';
import type { FillRecorded } from '../events/inventory.ts';
import { format } from '../ledger/decimal.ts';
import { apply, empty, vwSpreadBps } from '../projections/fills.ts';
import { recorded } from './recorded.ts';

const fill = (side: 'buy' | 'sell', rlusd: string, spreadPnl: string | null): FillRecorded => ({
  type: 'fill.recorded',
  hash: 'H',
  order: null,
  offerSequence: 1,
  side,
  role: 'maker',
  drops: '1000000',
  rlusd,
  price: '1.42',
  mid: null,
  spreadBps: null,
  spreadPnl,
  ledger: 1,
  closeTime: 1,
  late: false,
});

const fold = (...fills: readonly FillRecorded[]) =>
  recorded(fills.map((one) => [0, one] as const)).reduce(apply, empty);

test('fills are counted by side and their notional is summed exactly', (t) => {
  const fills = fold(fill('buy', '0.1', '0'), fill('buy', '0.2', '0'), fill('sell', '19.5', '0'));
  t.deepEqual([fills.buy, fills.sell, format(fills.notional)], [2, 1, '19.8']);
});

test('the spread is weighted by volume, and a fill without a mid has no weight in it', (t) => {
  const fills = fold(
    fill('buy', '10', '0.01'),
    fill('sell', '30', '-0.01'),
    fill('buy', '99', null),
  );
  t.is(vwSpreadBps(fills), 0);
  t.is(vwSpreadBps(fold(fill('buy', '15', '0.015'), fill('buy', '99', null))), 10);
});

test('without a measured fill there is no spread', (t) => {
  t.is(vwSpreadBps(empty), null);
  t.is(vwSpreadBps(fold(fill('buy', '15', null))), null);
});

test('the weighted spread lies between the smallest and the largest', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: -50, max: 50 })), {
        minLength: 1,
        maxLength: 20,
      }),
      (fills) => {
        const vw = vwSpreadBps(
          fold(
            ...fills.map(([rlusd, bps]) =>
              fill('buy', String(rlusd), ((rlusd * bps) / 10_000).toFixed(4)),
            ),
          ),
        );
        const all = fills.map(([, bps]) => bps);
        t.true(vw !== null && vw >= Math.min(...all) - 1e-9 && vw <= Math.max(...all) + 1e-9);
      },
    ),
  );
});
