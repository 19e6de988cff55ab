/** Quantities, currencies and addresses: how much, of what, whose. */
import test from 'ava';
import fc from 'fast-check';
import { accountHex, addressOf, isHigher, nobody, parseAddress } from '../ledger/address.ts';
import { currencyCode, currencyHex } from '../ledger/currency.ts';
import { decimal, format } from '../ledger/decimal.ts';
import { below, parity, quantityOf, scaled, withQuantity } from '../ledger/quantity.ts';

const genesis = 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh';

test('an address is its 160 bits and back', (t) => {
  t.is(accountHex(genesis), 'B5F762798A53D543A014CAF8B297CFF8F2F937E8');
  t.is(accountHex(nobody), '0000000000000000000000000000000000000001');
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
      const hex = Buffer.from(bytes).toString('hex').toUpperCase();
      return accountHex(addressOf(hex)) === hex;
    }),
  );
});

test('a wrong letter in an address is seen', (t) => {
  t.is(parseAddress(genesis.replace('9', '8')), undefined);
  t.is(parseAddress('no address'), undefined);
  t.throws(() => accountHex('r0'), { message: /not an address: "r0"/ });
});

test('accounts are ordered by their bits', (t) => {
  t.true(isHigher(genesis, nobody));
  t.false(isHigher(nobody, genesis));
});

test('a currency is three letters where its bits allow it, else forty digits', (t) => {
  t.is(currencyHex('USD'), '0000000000000000000000005553440000000000');
  t.is(currencyCode('0000000000000000000000005553440000000000'), 'USD');
  t.is(currencyCode(currencyHex('XRP')), 'XRP');
  const long = '524C555344000000000000000000000000000000';
  t.is(currencyCode(currencyHex(long.toLowerCase())), long);
  t.throws(() => currencyHex('US'), { instanceOf: RangeError });
});

test('a rate of one changes nothing', (t) => {
  const amount = decimal('1.234567890123456');
  t.is(scaled(amount, parity, parity, true), amount);
});

test('a fee rounded up is more than rounded down, by one in the last digit', (t) => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 10n ** 15n }),
      fc.bigInt({ min: parity, max: 2n * parity }),
      (drops, rate) => {
        const up = scaled(drops, rate, parity, true) as bigint;
        const down = scaled(drops, rate, parity, false) as bigint;
        return up - down === ((drops * rate) % parity === 0n ? 0n : 1n);
      },
    ),
  );
  t.is(format(scaled(decimal('10'), parity, 3n * parity, true) as never), '3.333333333333334');
  t.is(format(scaled(decimal('10'), parity, 3n * parity, false) as never), '3.333333333333333');
});

test('an amount keeps its currency and issuer when its quantity changes', (t) => {
  const amount = { currency: 'USD', issuer: genesis, value: '5' };
  t.deepEqual(withQuantity(amount, decimal('2.5')), { ...amount, value: '2.5' });
  t.is(withQuantity('7', 9n), '9');
  t.true(below(quantityOf('7'), quantityOf('8')));
});
