/** Qualities: the 64 bits that order a book, and what a part of an offer costs at one. */
import test from 'ava';
import fc from 'fast-check';
import { decimal, format } from '../ledger/decimal.ts';
import { below, type Quantity } from '../ledger/quantity.ts';
import {
  composed,
  limitGets,
  limitPays,
  qualityFromHex,
  qualityHex,
  qualityOf,
  rateOf,
  rounded,
} from '../ledger/quality.ts';

const tokens = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.integer({ min: -9, max: 0 }))
  .map(([mantissa, exponent]) => decimal(`${mantissa}e${exponent}`));
const drops = fc.bigInt({ min: 1_000n, max: 10n ** 13n });

test('a quality has the digits that a real server gave it', (t) => {
  const quality = qualityOf({ pays: 694_370_158n, gets: decimal('930.45601172') });
  t.is(qualityHex(quality), '5a1a83461de7e914');
  t.is(format(rateOf(quality)), '746268.656716418');
  t.is(qualityFromHex('5A1A83461DE7E914'), quality);
});

test('what cannot be told has no quality', (t) => {
  t.is(qualityOf({ pays: 1n, gets: decimal('0') }), 0n);
  t.is(qualityOf({ pays: decimal('1e-81'), gets: 10n }), 0n);
});

test('a part rounded down is never worse for the taker than the whole', (t) => {
  fc.assert(
    fc.property(drops, tokens, fc.integer({ min: 1, max: 999 }), (gets, pays, permille) => {
      const quality = qualityOf({ pays, gets });
      const limit = (gets * BigInt(permille)) / 1000n;
      if (limit === 0n) return true;
      const part = limitGets(quality, { pays, gets }, limit, false);
      return part.gets === limit && !below(pays, part.pays);
    }),
  );
  t.pass();
});

test('rounded up, a part costs at least as much as rounded down', (t) => {
  fc.assert(
    fc.property(drops, tokens, drops, (pays, gets, limit) => {
      const quality = qualityOf({ pays, gets });
      const up = limitPays(quality, { pays, gets }, limit, true);
      const down = limitPays(quality, { pays, gets }, limit, false);
      return !below(up.gets as Quantity, down.gets as Quantity);
    }),
  );
  t.pass();
});

test('a limit above the whole changes nothing', (t) => {
  const trade = { pays: 100n, gets: decimal('150') };
  const quality = qualityOf(trade);
  t.is(limitGets(quality, trade, decimal('151'), true), trade);
  t.is(limitPays(quality, trade, 100n, true), trade);
});

test('a tick keeps so many digits of the price and never makes it less', (t) => {
  const quality = qualityOf({ pays: decimal('1.23456789'), gets: decimal('1') });
  t.is(format(rateOf(rounded(quality, 5))), '1.2346');
  fc.assert(
    fc.property(drops, tokens, fc.integer({ min: 3, max: 15 }), (pays, gets, digits) => {
      const exact = qualityOf({ pays, gets });
      const ticked = rounded(exact, digits);
      return ticked >= exact && rounded(ticked, digits) === ticked;
    }),
  );
});

test('a quality after one to one is itself', (t) => {
  const one = qualityOf({ pays: decimal('1'), gets: decimal('1') });
  fc.assert(
    fc.property(drops, tokens, (pays, gets) => {
      const quality = qualityOf({ pays, gets });
      return composed(one, quality) === quality && composed(quality, one) === quality;
    }),
  );
  t.pass();
});
