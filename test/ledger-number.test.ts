/** The inner arithmetic of the ledger: sixteen digits, directed rounding, a division that looks at few digits. */
import test from 'ava';
import fc from 'fast-check';
import { compare } from '../ledger/decimal.ts';
import { minus, num, over, plus, squareRoot, times, wholePart } from '../ledger/number.ts';

const value = fc
  .tuple(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), fc.integer({ min: -40, max: 40 }))
  .map(([mantissa, exponent]) => num(mantissa, exponent));
const positive = value
  .map(({ mantissa, exponent }) => num(mantissa < 0n ? -mantissa : mantissa, exponent))
  .filter(({ mantissa }) => mantissa !== 0n);

test('rounding down is never above rounding to nearest, and rounding up never below', (t) => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      for (const operation of [plus, minus, times]) {
        const [down, near, up] = [
          operation(a, b, 'down'),
          operation(a, b, 'nearest'),
          operation(a, b, 'up'),
        ];
        if (compare(down, near) > 0 || compare(near, up) > 0) return false;
      }
      return true;
    }),
  );
  t.pass();
});

test('adding does not depend on the order of two', (t) => {
  fc.assert(fc.property(value, value, (a, b) => compare(plus(a, b), plus(b, a)) === 0));
  t.pass();
});

test('a division rounds up only what it sees in the seventeenth and eighteenth digit', (t) => {
  const third = over(num(1n), num(3n), 'up');
  t.deepEqual(third, { mantissa: 3_333_333_333_333_334n, exponent: -16 });
  const hairAboveOne = over(num(10n ** 15n + 1n), num(10n ** 15n), 'up');
  t.deepEqual(hairAboveOne, { mantissa: 1_000_000_000_000_001n, exponent: -15 });
});

test('division by zero throws, as does the root of a negative number', (t) => {
  t.throws(() => over(num(1n), num(0n)), { instanceOf: RangeError });
  t.throws(() => squareRoot(num(-4n)), { instanceOf: RangeError });
});

test('a root times itself is the number, to fifteen digits', (t) => {
  fc.assert(
    fc.property(positive, (a) => {
      const root = squareRoot(a);
      const off = minus(times(root, root), a);
      const share = over(num(off.mantissa < 0n ? -off.mantissa : off.mantissa, off.exponent), a);
      return compare(share, num(5n, -15)) < 0;
    }),
  );
  t.pass();
});

test('the whole part is rounded as asked, ties to even', (t) => {
  t.is(wholePart(num(25n, -1)), 2n);
  t.is(wholePart(num(35n, -1)), 4n);
  t.is(wholePart(num(25n, -1), 'up'), 3n);
  t.is(wholePart(num(-25n, -1), 'up'), -2n);
  t.is(wholePart(num(-25n, -1), 'down'), -3n);
  t.is(wholePart(num(29n, -1), 'towardZero'), 2n);
});
