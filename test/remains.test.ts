/** What is said to be left at an end: as much as the ledger has shown, in the same words everywhere. */
import test from 'ava';
import type { Event } from '../events/event.ts';
import type { OrdersAccounted } from '../events/order.ts';
import type { SessionEnded } from '../events/session.ts';
import { describe } from '../projections/describe.ts';
import { document } from '../projections/document.ts';
import { summary } from '../projections/report.ts';
import { apply, empty } from '../projections/session.ts';
import { recorded } from './recorded.ts';
import { signed, submit } from './story.ts';

const accounted = (more: Partial<OrdersAccounted> = {}): OrdersAccounted => ({
  type: 'orders.accounted',
  open: [],
  pending: 0,
  readLedger: 147,
  standing: [],
  touchedLedger: 140,
  sent: true,
  lastExpiration: 0,
  ...more,
});
const ended = (more: Partial<SessionEnded> = {}): SessionEnded => ({
  type: 'session.ended',
  outcome: 'nothing_left',
  proof: { ledger: 147 },
  left: [],
  untilMs: null,
  ...more,
});
const told = (...events: readonly Event[]) => {
  const rows = recorded(events.map((event, index) => [index, event] as const));
  return document(rows.reduce(apply, empty), { session: 1, lastHash: '' });
};

test('proven is said where no offer of the pair stands on the account', (t) => {
  const { orders } = told(accounted(), ended());
  t.deepEqual([orders.with_proof, orders.left_on_ledger, orders.proof_ledger], [true, 0, 147]);
  t.deepEqual(orders.foreign_offers, []);
  t.is(orders.remains, 'nothing is left on the ledger, proven at ledger 147');
});

test('offers that are not of this log are named and counted, and nothing is called proven', (t) => {
  const standing = accounted({ standing: [8], sent: false });
  const session = told(standing, ended({ outcome: 'nothing_sent' }));
  const { orders } = session;
  t.deepEqual([orders.with_proof, orders.left_on_ledger], [false, 1]);
  t.deepEqual(orders.foreign_offers, [8]);
  t.is(
    orders.remains,
    'nothing was ever sent; nothing of this log is left, proven at ledger 147; offer 8 on the account, not in this log, still stands',
  );
  t.regex(summary(session), /offer 8 on the account, not in this log, still stands\n/);
});

test('where nothing was ever read nothing is proven', (t) => {
  const unread = accounted({ readLedger: null, touchedLedger: 0, sent: false });
  const { orders } = told(unread, ended({ outcome: 'nothing_sent', proof: null }));
  t.deepEqual([orders.with_proof, orders.proof_ledger, orders.foreign_offers], [false, null, null]);
  t.is(orders.remains, 'nothing was ever sent, and the account was never read');
});

test('an offer of an order that is open is no other’s', (t) => {
  const left = { outcome: 'left_to_expire', proof: null, left: ['a-bid-1'], untilMs: 0 } as const;
  const { orders } = told(submit('a-bid-1', 8), accounted({ standing: [8, 9] }), ended(left));
  t.deepEqual([orders.foreign_offers, orders.left_on_ledger], [[9], 2]);
  t.regex(orders.remains ?? '', /^1 order left to expire by 00:00:00Z; offer 9 /);
});

test('a read that is older than what touched the account says nothing of others', (t) => {
  const left = { outcome: 'left_to_expire', proof: null, untilMs: 0 } as const;
  const { orders } = told(
    accounted({ standing: [8], touchedLedger: 148, pending: 2 }),
    ended(left),
  );
  t.is(orders.foreign_offers, null);
  const newest = told(accounted({ standing: [8], touchedLedger: 147 }), ended(left));
  t.deepEqual(newest.orders.foreign_offers, [8], 'one of that ledger does');
  t.is(
    orders.remains,
    'no order is open, and nothing proves that none is left on the ledger (2 transactions not final)',
  );
});

test('who has the end alone says no more than that nothing of this log is left', (t) => {
  const [row] = recorded([[0, ended()]]);
  t.is(row && describe(row, null), 'nothing of this log is left, proven at ledger 147');
});

test('own orders add up, and what was brought in is told apart', (t) => {
  const opened = {
    type: 'session.opened',
    config: { effective: {} },
    brought: {
      inventory: null,
      orders: ['old-bid-1', 'old-ask-2'].map((id, index) => ({
        id,
        side: index === 0 ? 'buy' : 'sell',
        sequence: index + 1,
        drops: '1',
        rlusd: '1',
        price: '1',
        state: 'resting',
        hash: `OLD${index}`,
        blob: null,
        lastLedger: 9,
        expiration: 90,
      })),
    },
  } as unknown as Event;
  const one = (sequence: number): readonly Event[] => [
    submit(`bid-${sequence}`, sequence),
    signed(sequence),
  ];
  const answered = (sequence: number): Event =>
    ({ type: 'transaction.answered', hash: `H${sequence}`, result: 'tesSUCCESS' }) as Event;
  const rests = (sequence: number): Event => ({
    type: 'order.resting',
    order: `bid-${sequence}`,
    hash: `H${sequence}`,
    drops: '1000000',
    rlusd: '1.4',
    ledger: 100,
  });
  const session = told(
    opened,
    ...[5, 6, 7, 8].flatMap(one),
    ...[5, 6].map(answered),
    ...[5, 7].map(rests),
    answered(7),
    { type: 'order.expired', order: 'bid-5', ledger: 101, hash: null },
    { type: 'order.rejected', order: 'bid-6', result: 'temBAD_OFFER', hash: 'H6' },
    { type: 'order.rejected', order: 'bid-8', result: 'withheld', hash: null },
    { type: 'order.cancelled', order: 'old-bid-1', hash: 'C', why: 'cancelled' },
    { type: 'order.filled', order: 'old-ask-2', hash: 'F' },
  );
  const { orders } = session;
  t.like(orders, { submitted: 3, filled: 0, cancelled: 0, expired: 1, rejected: 1, withheld: 1 });
  t.deepEqual(orders.brought_in, { count: 2, filled: 1, cancelled: 1, expired: 0, rejected: 0 });
  t.regex(
    summary(session),
    /3 submitted, 0 filled, 0 cancelled, 1 expired, 1 rejected, 1 never sent, 0 unknown\n +2 more brought in from the session before: 1 filled, 1 cancelled\n/,
  );
});
