/**
 * Fills, fees and movements, from validated metadata alone: once per (transaction, offer), in ledger order. What was seen
 * before, or lies in a ledger that is already covered, is dropped.
 */
import type { TransactionValidated } from '../events/gateway.ts';
import type { MovementSeen } from '../events/inventory.ts';
import type { OrderId } from '../events/order.ts';
import {
  absolute,
  basisPoints,
  decimal,
  divide,
  format,
  isZero,
  multiply,
  subtract,
  zero,
  type Decimal,
} from '../ledger/decimal.ts';
import { drops, xrpOf } from '../ledger/drops.ts';
import {
  difference,
  exactly,
  exactText,
  isBelow,
  isNothing,
  magnitude,
  nearest,
  product,
  sign,
  type Exact,
} from '../ledger/exact.ts';
import { effects, type Effects, type PairAmounts, type Token } from '../ledger/metadata.ts';
import type { Writable } from '../projections/writable.ts';
import type { Reducer, Say } from './reducer.ts';

type Known = Readonly<{ order: OrderId; sequence: number }>;

type State = Readonly<{
  account: string;
  token: Token;
  /** Which order of ours has which offer number; newest last. */
  known: readonly Known[];
  /** At the last tick; null where that had none. */
  mid: string | null;
  /** Everything up to here has been reconciled. */
  covered: number;
  /** Hashes reconciled in later ledgers. */
  hashes: ReadonlyMap<string, number>;
  /** Before the session's first read: fills of a time before it. */
  starting: boolean;
}>;

export const reconciler: Reducer<State> = {
  id: 'reconciler',
  hears: [
    'session.opened',
    'order.submit',
    'transaction.validated',
    'market.read',
    'market.observed',
  ],
  answers: ['transaction.validated'],
  initial: {
    account: '',
    token: { currency: '', issuer: '' },
    known: [],
    mid: null,
    covered: 0,
    hashes: new Map(),
    starting: true,
  },
  on: (state, { event }, say) => {
    switch (event.type) {
      case 'session.opened': {
        const { orders, coveredLedger, booked } = event.brought;
        return {
          ...state,
          account: event.account,
          token: { currency: event.currency, issuer: event.issuer },
          known: orders.map(({ id, sequence }) => ({ order: id, sequence })),
          covered: coveredLedger ?? 0,
          hashes: new Map(booked.map(({ hash, ledger }) => [hash, ledger])),
        };
      }
      case 'order.submit': {
        const next = copyOf(state);
        const { order, sequence } = event;
        next.known = [...state.known.slice(1 - knownMax), { order, sequence }];
        return next;
      }
      case 'market.observed': {
        if (event.mid === state.mid) return state;
        const next = copyOf(state);
        next.mid = event.mid;
        return next;
      }
      case 'market.read': {
        const next = copyOf(state);
        next.covered = Math.max(state.covered, event.ledger.index);
        next.hashes = later(state.hashes, next.covered);
        next.starting = false;
        return next;
      }
      case 'transaction.validated': {
        if (event.ledger <= state.covered || state.hashes.has(event.hash)) return state;
        book(state, event, effects(event.tx, event.meta, state.account, state.token), say);
        const next = copyOf(state);
        next.hashes = new Map(state.hashes).set(event.hash, event.ledger);
        return next;
      }
      default:
        return state;
    }
  },
};

/** Field by field, which V8 does in a tenth of the time that `...` takes with a field that changes. */
const copyOf = ({
  account,
  token,
  known,
  mid,
  covered,
  hashes,
  starting,
}: State): Writable<State> => ({ account, token, known, mid, covered, hashes, starting });

const later = (hashes: State['hashes'], covered: number): State['hashes'] => {
  if (hashes.size === 0) return hashes;
  return new Map([...hashes].filter(([, ledger]) => ledger > covered));
};

/** More offers than can be alive or in doubt at once. */
const knownMax = 200;

const book = (state: State, event: TransactionValidated, done: Effects, say: Say): void => {
  const { hash, ledger } = event;
  if (done.fee > 0n) say({ type: 'fee.paid', hash, drops: String(done.fee), ledger });

  for (const { sequence, traded } of done.offers) {
    if (traded) fill(state, event, traded, sequence, 'maker', say);
  }
  const { drops: xrp, rlusd: rest } = done.rest;
  const isCreate = done.own && event.tx['TransactionType'] === 'OfferCreate';
  const isTaken = isCreate && xrp !== 0n && sign(rest) === (xrp > 0n ? -1 : 1);
  const rlusd = isTaken ? nearest(rest) : unrounded(done);
  if (isTaken) {
    const taken = {
      side: xrp > 0n ? ('buy' as const) : ('sell' as const),
      drops: drops(xrp < 0n ? -xrp : xrp),
      rlusd: absolute(rlusd),
    };
    const sequence = Number(event.tx['TicketSequence'] ?? event.tx['Sequence']);
    fill(state, event, taken, sequence, 'taker', say);
  } else if (xrp !== 0n || !isZero(rlusd)) {
    say({
      type: 'movement.seen',
      hash,
      kind: movement(event.tx['TransactionType']),
      drops: String(xrp),
      rlusd: format(rlusd),
      ledger,
    });
  }
  const lost = difference(rest, exactly(rlusd));
  if (!isNothing(lost)) say({ type: 'line.rounded', hash, rlusd: exactText(lost), ledger });
};

/**
 * Each time the ledger takes of an offer it rounds twice, the offer's amount and the line's balance, by at most one in the sixteenth
 * digit of the larger. How often it takes is not told (its payment engine goes in passes): so many roundings are more than
 * our few offers come to, and less than a payment that anybody makes.
 */
const roundingsMost: Exact = { units: 100n, exponent: 0 };

/** What was paid, or nothing after a trade, where the ledger did no more than round that; else all that is left, however small. */
const unrounded = ({ offers, rest: { rlusd }, delivered, unit }: Effects): Decimal => {
  const meant = delivered ?? (offers.some(({ traded }) => traded !== null) ? zero : null);
  if (meant === null || isNothing(rlusd)) return nearest(rlusd);
  const apart = magnitude(difference(rlusd, exactly(meant)));
  return isBelow(apart, product(unit, roundingsMost)) ? meant : nearest(rlusd);
};

const fill = (
  state: State,
  event: TransactionValidated,
  traded: PairAmounts,
  sequence: number,
  role: 'maker' | 'taker',
  say: Say,
): void => {
  const { side, rlusd } = traded;
  const xrp = xrpOf(traded.drops);
  const price = isZero(xrp) ? zero : divide(rlusd, xrp);
  const mid = state.mid === null ? null : decimal(state.mid);
  const gap = mid && (side === 'buy' ? subtract(mid, price) : subtract(price, mid));
  say({
    type: 'fill.recorded',
    hash: event.hash,
    order: state.known.findLast((known) => known.sequence === sequence)?.order ?? null,
    offerSequence: sequence,
    side,
    role,
    drops: String(traded.drops),
    rlusd: format(rlusd),
    price: format(price),
    mid: state.mid,
    spreadBps: gap && mid ? basisPoints(gap, mid) : null,
    spreadPnl: gap ? format(multiply(gap, xrp)) : null,
    ledger: event.ledger,
    closeTime: event.closeTime,
    late: state.starting,
  });
};

const movement = (type: unknown): MovementSeen['kind'] =>
  type === 'Payment' ? 'payment' : type === 'Clawback' ? 'clawback' : 'other';
