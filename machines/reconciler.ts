/**
 * Fills, fees and movements, from validated metadata alone: once per (transaction, offer), in ledger order. What was seen
 * before, or lies in a ledger that is already covered, is dropped.
 */
import type { TransactionValidated } from '../events/gateway.ts';
import type { MovementSeen } from '../events/inventory.ts';
import type { OrderId, Side } from '../events/order.ts';
import {
  absolute,
  add,
  compare,
  decimal,
  divide,
  format,
  fromNumber,
  isNegative,
  isPositive,
  isZero,
  multiply,
  subtract,
  toNumber,
  zero,
  type Decimal,
} from '../ledger/decimal.ts';
import { drops, xrpOf, type Drops } from '../ledger/drops.ts';
import { effects, type Effects, type Token } from '../ledger/metadata.ts';
import type { Reducer, Say } from './reducer.ts';

type Known = Readonly<{ order: OrderId; sequence: number }>;

type State = Readonly<{
  account: string;
  token: Token;
  /** Which order of ours has which offer number; newest last. */
  known: readonly Known[];
  mid: Decimal | null;
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
        const known = [...state.known, { order: event.order, sequence: event.sequence }];
        return { ...state, known: known.slice(-knownMax) };
      }
      case 'market.observed':
        return { ...state, mid: event.mid === null ? state.mid : decimal(event.mid) };
      case 'market.read': {
        const covered = Math.max(state.covered, event.ledger.index);
        const hashes =
          state.hashes.size === 0
            ? state.hashes
            : new Map([...state.hashes].filter(([, ledger]) => ledger > covered));
        return { ...state, covered, hashes, starting: false };
      }
      case 'transaction.validated': {
        if (event.ledger <= state.covered || state.hashes.has(event.hash)) return state;
        book(state, event, effects(event.tx, event.meta, state.account, state.token), say);
        return { ...state, hashes: new Map(state.hashes).set(event.hash, event.ledger) };
      }
      default:
        return state;
    }
  },
};

/** More offers than can be alive or in doubt at once. */
const knownMax = 200;

const book = (state: State, event: TransactionValidated, done: Effects, say: Say): void => {
  const { hash, ledger } = event;
  if (done.fee > 0n) say({ type: 'fee.paid', hash, drops: String(done.fee), ledger });

  let [xrp, rlusd]: [bigint, Decimal] = [done.change.drops, done.change.rlusd];
  for (const { sequence, traded } of done.offers) {
    if (!traded) continue;
    fill(state, event, { ...traded, sequence, role: 'maker' }, say);
    const sign = traded.side === 'buy' ? 1n : -1n;
    xrp -= sign * traded.drops;
    rlusd = traded.side === 'buy' ? add(rlusd, traded.rlusd) : subtract(rlusd, traded.rlusd);
  }
  const isCreate = done.own && event.tx['TransactionType'] === 'OfferCreate';
  const isTrade = xrp > 0n ? isNegative(rlusd) : xrp < 0n && isPositive(rlusd);
  if (isCreate && isTrade) {
    const taken = {
      side: xrp > 0n ? ('buy' as const) : ('sell' as const),
      drops: drops(xrp < 0n ? -xrp : xrp),
      rlusd: absolute(rlusd),
      sequence: Number(event.tx['TicketSequence'] ?? event.tx['Sequence']),
      role: 'taker' as const,
    };
    fill(state, event, taken, say);
    [xrp, rlusd] = [0n, zero];
  }
  const traded = done.offers.some((offer) => offer.traded !== null);
  if (traded && isRounding(rlusd, done.change.rlusd)) rlusd = zero;
  if (xrp === 0n && isZero(rlusd)) return;
  say({
    type: 'movement.seen',
    hash,
    kind: movement(event.tx['TransactionType']),
    drops: String(xrp),
    rlusd: format(rlusd),
    ledger,
  });
};

/**
 * The ledger rounds a line's balance to 16 digits when an offer's amount is added to it: beyond the twelfth digit of the
 * whole change a difference is that, and nobody's payment.
 */
const roundingShare = decimal('0.000000000001');

const isRounding = (rest: Decimal, change: Decimal): boolean =>
  compare(absolute(rest), multiply(absolute(change), roundingShare)) < 0;

type Traded = Readonly<{
  side: Side;
  drops: Drops;
  rlusd: Decimal;
  sequence: number;
  role: 'maker' | 'taker';
}>;

const tenThousand = fromNumber(10_000);

const fill = (state: State, event: TransactionValidated, traded: Traded, say: Say): void => {
  const { side, rlusd, sequence, role } = traded;
  const xrp = xrpOf(traded.drops);
  const price = isZero(xrp) ? zero : divide(rlusd, xrp);
  const gap =
    state.mid === null
      ? null
      : side === 'buy'
        ? subtract(state.mid, price)
        : subtract(price, state.mid);
  const spread = gap && state.mid ? divide(multiply(gap, tenThousand), state.mid) : null;
  say({
    type: 'fill.recorded',
    hash: event.hash,
    order: state.known.find((known) => known.sequence === sequence)?.order ?? null,
    offerSequence: sequence,
    side,
    role,
    drops: String(traded.drops),
    rlusd: format(rlusd),
    price: format(price),
    mid: state.mid ? format(state.mid) : null,
    spreadBps: spread ? toNumber(spread) : null,
    spreadPnl: gap ? format(multiply(gap, xrp)) : null,
    ledger: event.ledger,
    closeTime: event.closeTime,
    late: state.starting,
  });
};

const movement = (type: unknown): MovementSeen['kind'] =>
  type === 'Payment' ? 'payment' : type === 'Clawback' ? 'clawback' : 'other';
