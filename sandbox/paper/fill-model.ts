/**
 * How much of our resting offers others would have taken, ledger by ledger, had they rested in a market that was recorded
 * without them. Pure and exact. It errs to our disadvantage where the record leaves a choice, and keeps these rules:
 *
 * 1. Latency: an offer can be taken from the ledger on after the one that placed it. In a ledger the takers of the record come
 *    before whatever we sent for it, so that a cancel or a replace is always too late for them.
 * 2. Trade-through: what was traded at prices worse for the taker than ours would have come to us first.
 * 3. Queue ahead: what was traded at our price comes to us after the size that stood there when ours was placed. That size
 *    shrinks by what is traded there and by what visibly left, and never grows.
 * 4. The pool: of what it traded, the part beyond our price would have come to us. Its price moves evenly from the first XRP to
 *    the last.
 * 5. Displaced: what the record's takers took from offers that we really had would have gone on to the next best within the
 *    taker's limit: to ours, after what others have at better prices.
 * 6. Met on the way: an offer of others that comes to rest at our price or beyond it would have traded with ours first.
 * 7. Self-impact: what we were given is given once: over all our offers never more than was traded, and of an offer that stands
 *    never more, ledger after ledger, than its size.
 */
import * as d from '../../ledger/decimal.ts';

export type Side = 'buy' | 'sell';

/** An offer of ours, placed in an earlier ledger. `price` as the book has it, in RLUSD per XRP. */
export type Ours = Readonly<{ sequence: number; side: Side; price: d.Decimal; drops: bigint }>;

export type Level = Readonly<{ price: d.Decimal; drops: bigint }>;

/** What others have in the book, best first. */
export type Book = Readonly<{ bids: readonly Level[]; asks: readonly Level[] }>;

/** What we took of an offer of others. */
export type Taken = Level & Readonly<{ side: Side }>;

export type Flow = Readonly<{
  taker: Side;
  through: 'book' | 'pool';
  price: d.Decimal;
  lastPrice: d.Decimal;
  drops: bigint;
  /** Of what was taken from an offer that we really had: the worst price that the taker would have taken. Else null. */
  limit: d.Decimal | null;
}>;

export type Model = Readonly<{
  /** Others' book after the last ledger, what we were given of it taken off. */
  book: Book;
  /** By sequence: what still stands before ours at its price. */
  ahead: ReadonlyMap<number, bigint>;
  /** By side and price: what we have had of offers that still stand. */
  had: ReadonlyMap<string, bigint>;
}>;

export type Given = Readonly<{ sequence: number; drops: bigint }>;

export const emptyModel: Model = {
  book: { bids: [], asks: [] },
  ahead: new Map(),
  had: new Map(),
};

/**
 * One ledger: what of `ours` its takers would have had. `flows` in the ledger's order, null where they are not known; `book` as
 * the ledger left it, null where it was not read. `took` is what we ourselves took of others' offers in the ledger before.
 */
export const step = (
  model: Model,
  ours: readonly Ours[],
  flows: readonly Flow[] | null,
  book: Book | null,
  took: readonly Taken[] = [],
): Readonly<{ model: Model; given: readonly Given[] }> => {
  const offers = ours.map((offer): Working => ({
    ...offer,
    left: offer.drops,
    ahead: model.ahead.get(offer.sequence) ?? standing(model.book, offer),
  }));
  const had = new Map(model.had);
  for (const { side, price, drops } of took) add(had, keyOf(side, price), drops);
  for (const flow of flows ?? []) serve(flow, offers, model.book);
  const others = book ? lessHad(book, had) : lessHad(model.book, new Map(took.map(keyed)));
  if (book) meet(others, offers, had);
  return {
    model: {
      book: { bids: others.bids.filter(isSome), asks: others.asks.filter(isSome) },
      ahead: new Map(
        offers.map((offer) => [
          offer.sequence,
          book ? least(offer.ahead, standing(book, offer)) : offer.ahead,
        ]),
      ),
      had: book ? stillThere(had, book) : had,
    },
    given: offers.flatMap(({ sequence, drops, left }) =>
      left < drops ? [{ sequence, drops: drops - left }] : [],
    ),
  };
};

type Working = Ours & { left: bigint; ahead: bigint };
type Others = Readonly<Record<keyof Book, readonly (Level & { drops: bigint })[]>>;

/** Positive where the first price is better for a taker than the second. */
const better = (taker: Side, a: d.Decimal, b: d.Decimal): number =>
  d.compare(a, b) * (taker === 'buy' ? -1 : 1);

/** One taker's part, to our offers on the other side, the best of them first. */
const serve = (flow: Flow, offers: readonly Working[], book: Book): void => {
  let left = flow.drops;
  const met = offers
    .filter(({ side }) => side !== flow.taker)
    .toSorted((a, b) => better(flow.taker, b.price, a.price));
  for (const offer of met) {
    const beyond = partBeyond(flow, offer.price);
    if (beyond > 0n) offer.ahead = 0n;
    else if (flow.through === 'book' && d.compare(flow.price, offer.price) === 0) {
      const before = least(offer.ahead, left);
      offer.ahead -= before;
      left -= before;
    } else if (flow.limit !== null && better(flow.taker, offer.price, flow.limit) >= 0) {
      left -= least(between(book, flow, offer), left);
    } else continue;
    const most = beyond > 0n ? least(beyond, left) : left;
    const taken = least(most, offer.left);
    offer.left -= taken;
    left -= taken;
  }
};

/** What others have before ours, of what a taker meets who did not find the offer that he took. */
const between = (book: Book, { taker, price }: Flow, ours: Working): bigint =>
  (ours.side === 'buy' ? book.bids : book.asks)
    .filter((level) => better(taker, level.price, price) <= 0)
    .filter((level) => better(taker, level.price, ours.price) >= 0)
    .reduce((sum, level) => sum + level.drops, 0n);

/** How much of it was traded at prices worse for the taker than `price`. */
const partBeyond = (
  { taker, price: first, lastPrice: last, drops }: Flow,
  price: d.Decimal,
): bigint => {
  if (better(taker, price, last) <= 0) return 0n;
  if (better(taker, price, first) >= 0) return drops;
  const part = d.divide(d.subtract(price, last), d.subtract(first, last));
  return d.toInteger(d.multiply(d.integer(drops), part));
};

/** Offers of others at our price or beyond it, the best of them first. What they gave is taken off. */
const meet = (others: Others, offers: readonly Working[], had: Map<string, bigint>): void => {
  for (const offer of offers) {
    const isBuy = offer.side === 'buy';
    for (const level of isBuy ? others.asks : others.bids) {
      if (better(offer.side, level.price, offer.price) < 0) break;
      const taken = least(level.drops, offer.left);
      offer.left -= taken;
      level.drops -= taken;
      if (taken > 0n) add(had, keyOf(isBuy ? 'sell' : 'buy', level.price), taken);
    }
  }
};

/** What others have at that price on our own side. */
const standing = ({ bids, asks }: Book, { side, price }: Pick<Ours, 'side' | 'price'>): bigint =>
  (side === 'buy' ? bids : asks)
    .filter((level) => d.compare(level.price, price) === 0)
    .reduce((sum, level) => sum + level.drops, 0n);

const sides = [
  ['buy', 'bids'],
  ['sell', 'asks'],
] as const;

/** Of several offers at one price the first gives first. */
const lessHad = (book: Book, had: ReadonlyMap<string, bigint>): Others => {
  const [bids, asks] = sides.map(([side, name]) => {
    const rest = new Map(had);
    return book[name].map(({ price, drops }) => {
      const key = keyOf(side, price);
      const taken = least(drops, rest.get(key) ?? 0n);
      add(rest, key, -taken);
      return { price, drops: drops - taken };
    });
  });
  return { bids: bids ?? [], asks: asks ?? [] };
};

/** An offer that is gone is no longer remembered: another at its price is another. */
const stillThere = (had: ReadonlyMap<string, bigint>, book: Book): ReadonlyMap<string, bigint> => {
  const there = new Set(
    sides.flatMap(([side, name]) => book[name].map(({ price }) => keyOf(side, price))),
  );
  return new Map([...had].filter(([key]) => there.has(key)));
};

const keyed = ({ side, price, drops }: Taken): readonly [string, bigint] => [
  keyOf(side, price),
  drops,
];
const keyOf = (side: Side, price: d.Decimal): string => `${side} ${d.format(price)}`;
const add = (to: Map<string, bigint>, key: string, drops: bigint): void =>
  void to.set(key, (to.get(key) ?? 0n) + drops);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const isSome = ({ drops }: Level): boolean => drops > 0n;
