/** Pools: what a swap gives and costs, and how far a pool goes before a book is better. */
import test from 'ava';
import fc from 'fast-check';
import {
  combinedSlope,
  constantSlope,
  isSpent,
  keepsProduct,
  largestOffer,
  offerUpTo,
  outputAt,
  poolSlope,
  steppedOffer,
  swapIn,
  swapOut,
} from '../ledger/amm.ts';
import { decimal, format, toNumber } from '../ledger/decimal.ts';
import { num, times } from '../ledger/number.ts';
import { below, difference, numOf, sum } from '../ledger/quantity.ts';
import { qualityOf, rateOf } from '../ledger/quality.ts';
import { fitted, firstShares, sharesForDeposit, sharesForWithdrawal } from '../ledger/shares.ts';

const dropsOfPool = fc.bigInt({ min: 1_000_000n, max: 10n ** 13n });
const tokensOfPool = fc
  .bigInt({ min: 10n ** 6n, max: 10n ** 13n })
  .map((units) => decimal(`${units}e-6`));
const fees = fc.integer({ min: 0, max: 1000 });

test('a swap never leaves a pool with less than it had', (t) => {
  fc.assert(
    fc.property(dropsOfPool, tokensOfPool, fees, dropsOfPool, (pays, gets, fee, paid) => {
      const pool = { pays, gets };
      const given = swapIn(pool, paid, fee);
      const before = times(numOf(pays, 'down'), numOf(gets, 'down'), 'down');
      const after = times(numOf(sum(pays, paid), 'up'), numOf(difference(gets, given), 'up'), 'up');
      return !below(gets, given) && after.mantissa >= 0n && compareAtLeast(after, before);
    }),
  );
  t.pass();
});

const compareAtLeast = (a: ReturnType<typeof num>, b: ReturnType<typeof num>): boolean =>
  a.exponent === b.exponent ? a.mantissa >= b.mantissa : a.exponent > b.exponent;

test('to buy back what a swap gave costs at least what was paid', (t) => {
  fc.assert(
    fc.property(dropsOfPool, tokensOfPool, fees, (pays, gets, fee) => {
      const pool = { pays, gets };
      const given = decimal('0.001');
      const cost = swapOut(pool, given, fee) as bigint;
      return !below(swapIn(pool, cost, fee), given) || cost === 0n;
    }),
  );
  t.pass();
});

test('an offer up to a quality is at least that good', (t) => {
  fc.assert(
    fc.property(
      dropsOfPool,
      tokensOfPool,
      fees,
      fc.integer({ min: 1, max: 3000 }),
      (pays, gets, fee, distanceBps) => {
        const pool = { pays, gets };
        const worse = { pays: (pays * BigInt(10_000 + distanceBps)) / 10_000n, gets };
        const limit = qualityOf(worse);
        const offer = offerUpTo(pool, limit, fee);
        return (
          offer === undefined || qualityOf(offer) <= limit || below(offer.gets, decimal('0.000001'))
        );
      },
    ),
  );
  t.pass();
});

test('a pool no better than the book has nothing to offer', (t) => {
  const pool = { pays: 1_000_000_000n, gets: decimal('1500') };
  t.true(isSpent(pool, qualityOf(pool)));
  t.false(isSpent(pool, qualityOf({ pays: 1_010_000_000n, gets: decimal('1500') })));
});

test('the largest offer leaves a hundredth of the pool', (t) => {
  const offer = largestOffer({ pays: 1_000_000_000n, gets: decimal('1500') }, 100);
  t.is(offer && format(offer.gets as ReturnType<typeof decimal>), '1485');
  t.is(largestOffer({ pays: decimal('5'), gets: 1n }, 100), undefined);
});

test('over several paths a pool offers little first and more on each pass', (t) => {
  const pool = { pays: 1_000_000_000n, gets: decimal('1500') };
  const sizes = [0, 1, 2, 3].map((pass) => steppedOffer(pool, pool, pass, 100)?.gets);
  for (const [at, size] of sizes.entries()) {
    const next = sizes[at + 1];
    if (size && next) t.false(below(next, size));
  }
  t.is(sizes.filter((size) => size !== undefined).length, 4);
});

test('the output at a limit has just that average', (t) => {
  const pool = { pays: 1_000_000_000n, gets: decimal('1500') };
  const limit = qualityOf({ pays: 1_020_000_000n, gets: decimal('1500') });
  const output = outputAt(poolSlope(pool, 0), limit);
  t.truthy(output);
  const cost = swapOut(pool, output as ReturnType<typeof decimal>, 0) as bigint;
  const average = rateOf(qualityOf({ pays: cost, gets: output as ReturnType<typeof decimal> }));
  t.true(Math.abs(Number(format(average)) / Number(format(rateOf(limit))) - 1) < 1e-8);
});

test('a book alone has no output at which it gets worse', (t) => {
  const quality = qualityOf({ pays: 10n, gets: decimal('15') });
  const slope = combinedSlope(constantSlope(quality), constantSlope(quality));
  t.is(outputAt(slope, quality), undefined);
});

test('a swap against the product is seen', (t) => {
  const pool = { pays: 1_000_000n, gets: decimal('1500') };
  t.true(keepsProduct(pool, { pays: 1_000n, gets: swapIn(pool, 1_000n, 0) }));
  t.false(keepsProduct(pool, { pays: 1_000n, gets: decimal('2') }));
});

test('the first shares are the root of the product, as recorded', (t) => {
  t.is(format(firstShares(1_000_000_000n, decimal('1433.711'))), '1197376.715992089');
});

/** The formulas round to nearest inside, so the last digits of all shares may lie on either side. */
const lastDigits = 1e-14;

test('what is paid in and taken out again gives no shares, but for the last digits of all', (t) => {
  fc.assert(
    fc.property(dropsOfPool, tokensOfPool, fees, (a, b, fee) => {
      const all = firstShares(a, b);
      const part = a / 10n;
      const got = sharesForDeposit(a, part, all, fee);
      const grown = fitted(all, got, 'deposit');
      const total = sum(all, grown) as typeof all;
      const back = fitted(total, sharesForWithdrawal(a + part, part, total, fee), 'withdrawal');
      return toNumber(back) >= toNumber(grown) - toNumber(total) * lastDigits;
    }),
  );
  t.pass();
});
