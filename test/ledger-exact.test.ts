/** Exact sums: nothing is dropped, in whatever order, and the text is the value. */
import test from 'ava';
import fc from 'fast-check';
import { add, decimal, format, normalize, zero } from '../ledger/decimal.ts';
import {
  difference,
  exact,
  exactly,
  exactText,
  isBelow,
  isNothing,
  magnitude,
  nearest,
  nothing,
  opposite,
  product,
  sign,
  sum,
} from '../ledger/exact.ts';

const amount = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 16n - 1n), max: 10n ** 16n - 1n }),
    fc.integer({ min: -40, max: 20 }),
  )
  .map(([mantissa, exponent]) => normalize(mantissa, exponent));

test('a sum that a line would round has all of its digits', (t) => {
  const parts = ['9.999999999999999', '113.4567890123456', '0.000000000000001'].map(exact);
  t.is(exactText(parts.reduce(sum)), '123.4567890123456');
  t.is(exactText(parts.slice(0, 2).reduce(sum)), '123.456789012345599');
  t.is(
    format(add(decimal('9.999999999999999'), decimal('113.4567890123456'))),
    '123.4567890123456',
  );
});

test('what was added and is taken away again leaves nothing, in any order', (t) => {
  fc.assert(
    fc.property(
      fc.array(amount, { minLength: 1, maxLength: 20 }),
      fc.infiniteStream(fc.nat()),
      (all, draws) => {
        const total = all.map(exactly).reduce(sum, nothing);
        const left = [...all];
        let rest = total;
        while (left.length > 0) {
          const at = (draws.next().value as number) % left.length;
          rest = difference(rest, exactly(left.splice(at, 1)[0] ?? zero));
        }
        return isNothing(rest) && sign(rest) === 0;
      },
    ),
  );
  t.pass();
});

test('the text is the value: plain digits, read back without a loss', (t) => {
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      const whole = sum(exactly(a), product(exactly(b), exact('0.000001')));
      const text = exactText(whole);
      return /^-?\d+(\.\d*[1-9])?$/.test(text) && isNothing(difference(exact(text), whole));
    }),
  );
  t.is(exactText(nothing), '0');
  t.is(exactText(exact('-0.50')), '-0.5');
  t.is(exactText(exact('1000000000000000e-29')), '0.00000000000001', 'as the ledger writes it');
  t.is(exactText(exact('1234567890123456e3')), '1234567890123456000');
  for (const wrong of ['', '1.', '.5', 'x', '1e', '0x1', '1e9999']) {
    t.throws(() => exact(wrong), { instanceOf: RangeError }, wrong);
  }
});

test('nearest is the amount of 16 digits, and an amount is its own', (t) => {
  fc.assert(
    fc.property(amount, (a) => {
      const same = nearest(exactly(a));
      return same.mantissa === a.mantissa && same.exponent === a.exponent;
    }),
  );
  t.is(format(nearest(exact('123.456789012345599'))), '123.4567890123456');
});

test('order is by value, however it is written', (t) => {
  t.true(isBelow(exact('0.1'), exact('0.10000000000000000000000001')));
  t.false(isBelow(exact('1e2'), exact('100.0')));
  t.true(isBelow(opposite(exact('7')), exact('-6.9')));
  t.is(exactText(magnitude(exact('-7.3'))), '7.3');
});
