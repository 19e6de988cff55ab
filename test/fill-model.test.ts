/** The fill model's rules, each on a market small enough to be checked by hand, and what must hold in any market at all. */
import test from 'ava';
import fc from 'fast-check';
import * as d from '../ledger/decimal.ts';
import {
  emptyModel,
  step,
  type Book,
  type Flow,
  type Given,
  type Model,
  type Ours,
  type Side,
} from '../sandbox/paper/fill-model.ts';

const at = (text: string): d.Decimal => d.decimal(text);
const bid = (price: string, drops = 10n, sequence = 7): Ours => ({
  sequence,
  side: 'buy',
  price: at(price),
  drops,
});
const ask = (price: string, drops = 10n, sequence = 8): Ours => ({
  ...bid(price, drops, sequence),
  side: 'sell',
});
const sold = (price: string, drops: bigint): Flow => ({
  taker: 'sell',
  through: 'book',
  price: at(price),
  lastPrice: at(price),
  limit: null,
  drops,
});
const bought = (price: string, drops: bigint): Flow => ({ ...sold(price, drops), taker: 'buy' });
const pooled = (taker: Side, price: string, lastPrice: string, drops: bigint): Flow => ({
  taker,
  through: 'pool',
  price: at(price),
  lastPrice: at(lastPrice),
  limit: null,
  drops,
});
type Levels = Readonly<Record<string, bigint>>;
const book = (bids: Levels, asks: Levels = {}): Book => {
  const levels = (of: Levels) =>
    Object.entries(of).map(([price, drops]) => ({ price: at(price), drops }));
  return { bids: levels(bids), asks: levels(asks) };
};
const drops = (given: readonly Given[]): readonly bigint[] => given.map((one) => one.drops);

/** Plays ledgers one after the other; what each gave. */
const play = (
  ledgers: readonly (readonly [
    ours: readonly Ours[],
    flows: readonly Flow[] | null,
    book: Book | null,
  ])[],
): readonly (readonly bigint[])[] => {
  let model: Model = emptyModel;
  return ledgers.map(([ours, flows, next]) => {
    const done = step(model, ours, flows, next);
    ({ model } = done);
    return drops(done.given);
  });
};

const away = book({ '1.40': 100n }, { '1.50': 100n });

test('what was traded at a price worse for the taker comes to us first', (t) => {
  t.deepEqual(play([[[bid('1.42')], [sold('1.41', 4n)], away]]), [[4n]]);
  t.deepEqual(play([[[ask('1.42')], [bought('1.43', 40n)], away]]), [[10n]], 'as far as ours goes');
});

test('what was traded at a better price, or by takers of the other side, does not', (t) => {
  t.deepEqual(play([[[bid('1.42')], [sold('1.43', 4n), bought('1.41', 4n)], away]]), [[]]);
});

test('at our price those before us are served first, and only so far as they stand', (t) => {
  const queue = book({ '1.42': 6n });
  const mine = [bid('1.42')];
  t.deepEqual(
    play([
      [[], [], queue],
      [mine, [sold('1.42', 4n)], queue],
      [mine, [sold('1.42', 4n)], queue],
    ]),
    [[], [], [2n]],
    'six stood before us, whatever has come to stand there since',
  );
  t.deepEqual(
    play([
      [[], [], queue],
      [mine, [], book({ '1.42': 1n })],
      [mine, [sold('1.42', 4n)], queue],
    ]),
    [[], [], [3n]],
    'five visibly left',
  );
  t.deepEqual(
    play([
      [[], [], queue],
      [mine, [sold('1.41', 1n)], queue],
      [[bid('1.42', 9n)], [sold('1.42', 4n)], queue],
    ]),
    [[], [1n], [4n]],
    'who is traded through has nobody before him any more',
  );
});

test('of the pool’s trade the part beyond our price is ours', (t) => {
  const trade = pooled('sell', '1.44', '1.40', 8n);
  t.deepEqual(play([[[bid('1.41')], [trade], away]]), [[2n]]);
  t.deepEqual(play([[[bid('1.45')], [trade], away]]), [[8n]]);
  t.deepEqual(play([[[bid('1.40')], [trade], away]]), [[]]);
  t.deepEqual(play([[[ask('1.43')], [pooled('buy', '1.42', '1.44', 8n)], away]]), [[4n]]);
});

test('what was taken of an offer that we really had goes on to ours, as far as the taker went and after others', (t) => {
  const own = (limit: string): Flow => ({ ...sold('1.42', 8n), limit: at(limit) });
  const alone = book({ '1.40': 100n });
  t.deepEqual(
    play([
      [[], [], alone],
      [[bid('1.419')], [own('1.41')], alone],
      [[bid('1.419')], [own('1.4195')], alone],
    ]),
    [[], [8n], []],
    'not beyond its limit',
  );
  const others = book({ '1.43': 50n, '1.4195': 5n, '1.419': 1n, '1.40': 100n });
  t.deepEqual(
    play([
      [[], [], others],
      [[bid('1.419')], [own('1.41')], others],
    ]),
    [[], [2n]],
    'five stand before it, and one at its price',
  );
});

test('an offer of others that would have crossed ours meets it, once', (t) => {
  const crossed = book({ '1.40': 100n }, { '1.41': 6n, '1.50': 100n });
  t.deepEqual(
    play([
      [[bid('1.42')], [], crossed],
      [[bid('1.42', 4n)], [], crossed],
      [[bid('1.42', 4n)], [], book({}, { '1.42': 1n })],
      [[bid('1.42', 3n)], [], away],
    ]),
    [[6n], [], [1n], []],
  );
});

test('what we took of an offer ourselves stands no longer, until another stands in its place', (t) => {
  const others = book({}, { '1.41': 6n });
  const took = [{ side: 'sell', price: at('1.41'), drops: 5n }] as const;
  const { model } = step(emptyModel, [], [], others);
  const after = step(model, [], [], others, took);
  t.deepEqual(after.model.book.asks, [{ price: at('1.41'), drops: 1n }]);
  const unread = step(model, [], [], null, took);
  t.deepEqual(unread.model.book.asks, [{ price: at('1.41'), drops: 1n }]);
  const gone = step(after.model, [], [], away);
  t.deepEqual(step(gone.model, [], [], others).model.book.asks, others.asks);
});

test('one trade is given once: to the better of our offers, and the rest to the other', (t) => {
  const two = [bid('1.42', 3n, 1), bid('1.43', 3n, 2)];
  t.deepEqual(play([[two, [sold('1.41', 5n)], away]]), [[2n, 3n]]);
});

test('where the trades are not known nothing is filled; where the book was not read it stands', (t) => {
  const queue = book({ '1.42': 6n });
  t.deepEqual(play([[[bid('1.42')], null, away]]), [[]]);
  t.deepEqual(
    play([
      [[], [], queue],
      [[bid('1.42')], [sold('1.42', 4n)], null],
      [[bid('1.42')], [sold('1.42', 4n)], null],
    ]),
    [[], [], [2n]],
  );
});

const price = fc.integer({ min: 1400, max: 1440 }).map((value) => at(`${value / 1000}`));
const size = fc.bigInt({ min: 1n, max: 50n });
const side = fc.constantFrom<Side>('buy', 'sell');
const flow: fc.Arbitrary<Flow> = fc
  .record({
    taker: side,
    isPool: fc.boolean(),
    isOwn: fc.boolean(),
    one: price,
    other: price,
    drops: size,
  })
  .map(({ taker, isPool, isOwn, one, other, drops: amount }) => {
    const [low, high] = d.compare(one, other) < 0 ? [one, other] : [other, one];
    const [first, last] = taker === 'buy' ? [low, high] : [high, low];
    return {
      taker,
      through: isPool ? 'pool' : 'book',
      price: first,
      lastPrice: isPool ? last : first,
      limit: isOwn && !isPool ? last : null,
      drops: amount,
    };
  });
const level = fc.record({ price, drops: size });
const anyBook: fc.Arbitrary<Book> = fc
  .record({ bids: fc.array(level, { maxLength: 5 }), asks: fc.array(level, { maxLength: 5 }) })
  .map(({ bids, asks }) => ({
    bids: bids.toSorted((a, b) => d.compare(b.price, a.price)),
    asks: asks.toSorted((a, b) => d.compare(a.price, b.price)),
  }));
const flows = fc.array(flow, { maxLength: 8 });
const ours = fc
  .array(fc.record({ side, price, drops: size }), { maxLength: 4 })
  .map((offers) => offers.map((offer, index): Ours => ({ ...offer, sequence: index + 1 })));

const total = (values: readonly bigint[]): bigint => values.reduce((sum, one) => sum + one, 0n);

test('never more than was traded or came to cross us, and never more than our offer', (t) => {
  fc.assert(
    fc.property(anyBook, ours, flows, anyBook, (before, offers, taken, after) => {
      const { model } = step(emptyModel, [], [], before);
      const { given } = step(model, offers, taken, after);
      for (const one of ['buy', 'sell'] as const) {
        const mine = offers.filter((offer) => offer.side === one);
        const got = given.filter(({ sequence }) =>
          mine.some((offer) => offer.sequence === sequence),
        );
        const traded = taken.filter(({ taker }) => taker !== one).map((each) => each.drops);
        const crossing = (one === 'buy' ? after.asks : after.bids).map((each) => each.drops);
        if (total(drops(got)) > total(traded) + total(crossing)) return false;
      }
      return given.every(({ sequence, drops: amount }) => {
        const offer = offers.find((each) => each.sequence === sequence);
        return offer !== undefined && amount > 0n && amount <= offer.drops;
      });
    }),
  );
  t.pass();
});

test('an offer that stands is given once, however many ledgers it stands', (t) => {
  fc.assert(
    fc.property(anyBook, ours, fc.integer({ min: 1, max: 5 }), (after, offers, ledgers) => {
      let model = emptyModel;
      let got = 0n;
      for (let ledger = 0; ledger < ledgers; ledger += 1) {
        const done = step(model, offers, [], after);
        ({ model } = done);
        got += total(drops(done.given));
      }
      return got <= total([...after.bids, ...after.asks].map((each) => each.drops));
    }),
  );
  t.pass();
});

test('a better price and a shorter queue never get less', (t) => {
  const tick = at('0.001');
  fc.assert(
    fc.property(anyBook, side, price, size, flows, (before, mine, where, amount, taken) => {
      const { model } = step(emptyModel, [], [], before);
      const offer: Ours = { sequence: 1, side: mine, price: where, drops: amount };
      const nearer = mine === 'buy' ? d.add(where, tick) : d.subtract(where, tick);
      const got = (from: Model, one: Ours): bigint =>
        total(drops(step(from, [one], taken, null).given));
      const plain = got(model, offer);
      return got(model, { ...offer, price: nearer }) >= plain && got(emptyModel, offer) >= plain;
    }),
  );
  t.pass();
});

test('two ledgers in one give what they give one after the other', (t) => {
  fc.assert(
    fc.property(
      anyBook,
      side,
      price,
      size,
      flows,
      fc.nat(8),
      (before, mine, where, amount, taken, cut) => {
        const { model } = step(emptyModel, [], [], before);
        const offer: Ours = { sequence: 1, side: mine, price: where, drops: amount };
        const whole = total(drops(step(model, [offer], taken, null).given));
        const first = step(model, [offer], taken.slice(0, cut), null);
        const had = total(drops(first.given));
        const rest = { ...offer, drops: amount - had };
        const second =
          rest.drops > 0n ? step(first.model, [rest], taken.slice(cut), null).given : [];
        return had + total(drops(second)) === whole;
      },
    ),
  );
  t.pass();
});
