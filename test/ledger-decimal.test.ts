/** Token amounts: exact where the ledger is exact, sixteen digits, and its own text. */
import test from 'ava';
import fc from 'fast-check';
import {
  absolute,
  add,
  compare,
  decimal,
  divide,
  format,
  formatFixed,
  fromNumber,
  integer,
  isZero,
  maximum,
  minimum,
  multiply,
  negate,
  parseDecimal,
  subtract,
  toDigits,
  toInteger,
  toNumber,
  zero,
  type Decimal,
  type Rounding,
} from '../ledger/decimal.ts';
import { dropsOf, formatXrp, parseDrops, parseXrp, xrpOf } from '../ledger/drops.ts';
import { isoDate, isoTime, ledgerSeconds, unixMs } from '../ledger/time.ts';

const value = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 16n) + 1n, max: 10n ** 16n - 1n }),
    fc.integer({ min: -20, max: 20 }),
  )
  .map(([mantissa, exponent]): Decimal => decimal(`${mantissa}e${exponent}`));

test('text comes back as the ledger writes it', (t) => {
  for (const text of [
    '0',
    '97.61',
    '-0.5',
    '1905.271466521407',
    '0.0000000001',
    '1000000000000000e-26',
    '1000000000000000e-27',
    '2237124523235235e-26',
    '9999999999999999e80',
  ]) {
    t.is(format(decimal(text)), text);
  }
  t.is(format(decimal('1.50')), '1.5');
  t.is(format(decimal('-0')), '0');
  t.is(format(decimal('12345678901234560000')), '1234567890123456e4');
});

test('what is no number, or has more than 16 digits, is refused', (t) => {
  for (const text of [
    '',
    'x',
    '1.',
    '.5',
    '1e',
    'NaN',
    '12345678901234567',
    '1e100',
    ' 1',
    '0x1',
  ]) {
    t.is(parseDecimal(text), undefined, text);
  }
  t.throws(() => decimal('1,5'), { message: /not a decimal.*"1,5"/ });
});

test('zeros before and behind the digits are read, and a text longer than any amount is refused unread', (t) => {
  t.is(format(decimal('000123.4500')), '123.45');
  t.is(format(decimal('-0.00000000000000000000000000012')), '-1200000000000000e-43');
  t.is(format(decimal(`12${'0'.repeat(40)}`)), '1200000000000000e26');
  t.is(format(decimal('1234567890123456000e2')), '1234567890123456e5');
  t.true(isZero(decimal(`0.${'0'.repeat(100)}`)));
  const started = performance.now();
  t.is(parseDecimal(`1${'0'.repeat(10_000_000)}`), undefined);
  t.true(performance.now() - started < 1000);
});

test('below the ledger’s range is zero', (t) => {
  t.true(isZero(decimal('1e-97')));
  t.false(isZero(decimal('1e-81')));
});

test('format and parse are inverse', (t) => {
  fc.assert(fc.property(value, (x) => compare(decimal(format(x)), x) === 0));
  t.pass();
});

test('adding and multiplying commute; subtracting undoes what is exact', (t) => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [sum, other] = [add(a, b), add(b, a)];
      const [product, turned] = [multiply(a, b), multiply(b, a)];
      return compare(sum, other) === 0 && compare(product, turned) === 0;
    }),
  );
  fc.assert(fc.property(value, (a) => isZero(subtract(a, a)) && compare(add(a, zero), a) === 0));
  t.pass();
});

test('in 16 digits sums and products are those of the integers', (t) => {
  const small = fc.bigInt({ min: -(10n ** 7n), max: 10n ** 7n });
  fc.assert(
    fc.property(small, small, (a, b) => {
      const [x, y] = [integer(a), integer(b)];
      return (
        toInteger(add(x, y)) === a + b &&
        toInteger(multiply(x, y)) === a * b &&
        toInteger(subtract(x, y)) === a - b &&
        compare(x, y) === (a < b ? -1 : a > b ? 1 : 0)
      );
    }),
  );
  t.pass();
});

test('rounding goes the way it is asked, and at most one unit of the sixteenth digit', (t) => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      if (isZero(b)) return true;
      const [down, near, up] = (['down', 'nearest', 'up'] as const).map((r) => divide(a, b, r));
      if (!down || !near || !up) return false;
      return compare(down, near) <= 0 && compare(near, up) <= 0;
    }),
  );
  const third = (rounding: 'down' | 'up' | 'towardZero' | 'nearest', sign = '') =>
    format(divide(decimal(`${sign}1`), decimal('3'), rounding));
  t.is(third('down'), '0.3333333333333333');
  t.is(third('up'), '0.3333333333333334');
  t.is(third('down', '-'), '-0.3333333333333334');
  t.is(third('up', '-'), '-0.3333333333333333');
  t.is(third('towardZero', '-'), '-0.3333333333333333');
});

test('ties go to even', (t) => {
  t.is(format(integer(10_000_000_000_000_005n)), '1000000000000000e1');
  t.is(format(integer(10_000_000_000_000_015n)), '1000000000000002e1');
});

test('what is far below the sixteenth digit counts for its sign alone', (t) => {
  const [big, tiny] = [decimal('1e60'), decimal('1e-60')];
  t.is(compare(add(big, tiny), big), 0);
  t.is(compare(add(big, tiny, 'up'), big), 1);
  t.is(compare(subtract(big, tiny, 'down'), big), -1);
});

test('dividing by zero is refused', (t) => {
  t.throws(() => divide(decimal('1'), zero), { instanceOf: RangeError });
});

test('order, sign and extremes', (t) => {
  const sorted = ['-10', '-1', '-1e-50', '0', '1e-50', '1', '10'].map(decimal);
  for (const [i, a] of sorted.entries()) {
    for (const [j, b] of sorted.entries()) t.is(compare(a, b), Math.sign(i - j) as 0);
  }
  t.is(format(minimum(decimal('1'), decimal('2'))), '1');
  t.is(format(maximum(decimal('1'), decimal('2'))), '2');
  t.is(format(absolute(decimal('-3'))), '3');
  t.is(negate(zero), zero);
});

test('for people: half away from zero, always that many places', (t) => {
  t.is(formatFixed(decimal('115.19928576'), 2), '115.20');
  t.is(formatFixed(decimal('100'), 1), '100.0');
  t.is(formatFixed(decimal('-0.005'), 2), '-0.01');
  t.is(formatFixed(decimal('-0.004'), 2), '0.00');
  t.is(formatFixed(decimal('0.5'), 0), '1');
  t.is(formatFixed(decimal('1e-20'), 2), '0.00');
});

test('significant digits are cut as asked', (t) => {
  t.is(format(toDigits(decimal('1.41858123'), 7, 'down')), '1.418581');
  t.is(format(toDigits(decimal('1.41858123'), 7, 'up')), '1.418582');
  t.is(format(toDigits(decimal('9.9999999'), 7, 'up')), '10');
  t.is(format(toDigits(decimal('-1.41858123'), 7, 'up')), '-1.418581');
  t.is(format(toDigits(decimal('1.4'), 16)), '1.4');
});

test('a double comes in by its shortest text', (t) => {
  for (const x of [0.1, 1.3, 0.7, -15, 1e-7, 1.5e300 / 1e290]) t.is(toNumber(fromNumber(x)), x);
  t.is(format(fromNumber(0.1 + 0.2)), '0.3');
  t.throws(() => fromNumber(Number.NaN), { instanceOf: RangeError });
});

test('drops are whole, XRP has six places, and both are the same amount', (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (n) => {
      const drops = parseDrops(String(n));
      return parseXrp(formatXrp(drops)) === drops && dropsOf(xrpOf(drops)) === drops;
    }),
  );
  t.is(formatXrp(parseDrops('66820000')), '66.82');
  t.is(formatXrp(parseDrops('-5')), '-0.000005');
  t.is(parseXrp('0.0000001'), undefined);
  t.throws(() => parseDrops('1.5'), { message: /not drops: "1.5"/ });
  t.throws(() => parseDrops('100000000000000001'), { message: /more drops than exist/ });
});

test('the ledger’s clock and the calendar agree with the machine’s', (t) => {
  const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
  fc.assert(
    fc.property(instant, (ms) => {
      const text = new Date(ms).toISOString();
      return isoTime(ms) === text && isoDate(ms) === text.slice(0, 10);
    }),
  );
  t.is(unixMs(0), Date.UTC(2000, 0, 1));
  t.is(ledgerSeconds(unixMs(792_634_570)), 792_634_570);
  t.is(isoTime(unixMs(792_634_570)), '2025-02-12T00:16:10.000Z');
});

test('a difference just below a power of ten is rounded before it gets its further digit, as the ledger does', (t) => {
  const minus = (a: string, b: string, rounding?: Rounding): string =>
    format(subtract(decimal(a), decimal(b), rounding));
  t.is(minus('1000', '0.0000000000004'), '1000', 'not 999.9999999999996');
  t.is(minus('1000', '0.0000000000005'), '1000');
  t.is(minus('1000', '0.0000000000006'), '999.999999999999');
  t.is(minus('1000', '0.000000000001'), '999.999999999999', 'a whole last digit is exact');
  t.is(minus('1234', '234.0000000000004'), '1000');
  t.is(minus('1000', '0.0000000000000001', 'down'), '999.999999999999');
  t.is(minus('1000', '0.0000000000000001', 'up'), '1000');
  t.is(minus('-1000', '-0.0000000000004'), '-1000');
  t.is(minus('2000', '0.0000000000004'), '2000', 'elsewhere it is the nearest of sixteen digits');
});
