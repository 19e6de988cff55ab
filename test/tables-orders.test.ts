/** The tables orders and fills, asked with the analysts' own questions. */
import test from 'ava';
import type { OrderBrought } from '../events/session.ts';
import { opened, observed, submit, tablesOf, told, type Happening } from './story.ts';

const asked = `SELECT id, status, created_at, submit_tx_hash, offer_sequence, failure_reason
FROM orders WHERE id LIKE 'c7e14e73%'`;

const id = 'c7e14e73-bid-1';
const start: readonly Happening[] = [
  [0, opened('c7e14e73-0000-4000-8000-000000000001')],
  [1, { type: 'tick', index: 0 }, observed(0), submit(id, 7)],
];
const signed: Happening = [
  1.1,
  { type: 'transaction.signed', intent: 4, blob: '00', hash: 'AA', sequence: 7, lastLedger: 110 },
];
const validated = (hash: string): Happening[1] => ({
  type: 'transaction.validated',
  hash,
  ledger: 102,
  index: 0,
  closeTime: 830_000_002,
  result: 'tesSUCCESS',
  tx: {},
  meta: {},
});
const resting: Happening = [
  4,
  validated('AA'),
  { type: 'order.resting', order: id, hash: 'AA', drops: '10026000', rlusd: '15', ledger: 102 },
];

test('the memo’s question about an orphan finds an order that was never validated without a number', async (t) => {
  const query = await tablesOf(t, told([...start, signed]));
  t.deepEqual(await query(asked), [
    {
      id,
      status: 'SUBMITTED',
      created_at: '2026-04-20T18:58:06.692Z',
      submit_tx_hash: 'AA',
      offer_sequence: null,
      failure_reason: null,
    },
  ]);
});

test('an order that rests is ACTIVE under its number, and stays so while a cancel is under way', async (t) => {
  const cancel: Happening = [
    5,
    { type: 'tick', index: 1 },
    {
      type: 'order.cancel',
      order: id,
      offerSequence: 7,
      sequence: 8,
      lastLedger: 111,
      why: 'DEGRADED',
      excludes: null,
      tx: {},
    },
  ];
  const query = await tablesOf(t, told([...start, signed, resting, cancel]));
  t.deepEqual(
    await query('SELECT status, offer_sequence, price, quantity, side, cancelled_at FROM orders'),
    [
      {
        status: 'ACTIVE',
        offer_sequence: 7,
        price: '1.4961',
        quantity: '10.026',
        side: 'buy',
        cancelled_at: null,
      },
    ],
  );
  const gone: Happening = [
    8,
    validated('BB'),
    { type: 'order.cancelled', order: id, hash: 'BB', why: 'cancelled' },
  ];
  const after = await tablesOf(t, told([...start, signed, resting, cancel, gone]));
  t.deepEqual(
    await after(
      'SELECT status, cancel_tx_hash, cancelled_at, cancel_reason, failure_reason FROM orders',
    ),
    [
      {
        status: 'CANCELED',
        cancel_tx_hash: 'BB',
        cancelled_at: '2026-04-20T18:58:13.692Z',
        cancel_reason: 'DEGRADED',
        failure_reason: null,
      },
    ],
  );
});

test('each end of an order has its status, and what is unknown is called UNKNOWN', async (t) => {
  const status = async (...more: readonly Happening[]): Promise<unknown> => {
    const query = await tablesOf(t, told([...start, signed, ...more]));
    const [row] = await query('SELECT status, failure_reason, offer_sequence FROM orders');
    return row;
  };
  t.deepEqual(
    await status(resting, [
      8,
      validated('CC'),
      { type: 'order.partially_filled', order: id, hash: 'CC', drops: '5000000', rlusd: '7.5' },
    ]),
    { status: 'PARTIALLY_FILLED', failure_reason: null, offer_sequence: 7 },
  );
  t.deepEqual(await status([4, validated('AA'), { type: 'order.filled', order: id, hash: 'AA' }]), {
    status: 'FILLED',
    failure_reason: null,
    offer_sequence: 7,
  });
  t.deepEqual(
    await status(resting, [
      70,
      { type: 'tick', index: 9 },
      { type: 'order.expired', order: id, ledger: 120, hash: null },
    ]),
    { status: 'EXPIRED', failure_reason: null, offer_sequence: 7 },
  );
  t.deepEqual(
    await status([
      4,
      validated('AA'),
      { type: 'order.rejected', order: id, result: 'tecUNFUNDED_OFFER', hash: 'AA' },
    ]),
    { status: 'FAILED', failure_reason: 'tecUNFUNDED_OFFER', offer_sequence: null },
  );
  t.deepEqual(
    await status(resting, [
      8,
      { type: 'tick', index: 2 },
      { type: 'order.unknown', order: id, why: 'not on the account', until: 460 },
    ]),
    { status: 'UNKNOWN', failure_reason: null, offer_sequence: 7 },
  );
});

test('an order that was never signed when its session ended has failed', async (t) => {
  const died: Happening = [
    600,
    { type: 'session.closed_by_next', uuid: 'c7e14e73-0000-4000-8000-000000000001', silentMs: 1 },
  ];
  const query = await tablesOf(t, told([...start, died]));
  t.deepEqual(await query('SELECT status, failure_reason FROM orders'), [
    { status: 'FAILED', failure_reason: 'never signed' },
  ]);
});

const brought: OrderBrought = {
  id,
  side: 'buy',
  sequence: 7,
  drops: '10026000',
  rlusd: '15',
  price: '1.4961',
  state: 'signed',
  hash: 'AA',
  blob: '00',
  lastLedger: 110,
  expiration: 830_000_060,
};

test('what a later session finds out about an order is told in the row of the session that sent it', async (t) => {
  const second = told(
    [
      [0, opened('b'.repeat(36), {}, { orders: [brought] })],
      [
        2,
        {
          type: 'transaction.settled',
          hash: 'AA',
          outcome: 'never',
          searched: { from: 100, to: 110 },
          detail: '',
        },
        { type: 'order.rejected', order: id, result: 'never applied', hash: 'AA' },
      ],
    ],
    Date.UTC(2026, 3, 21),
  );
  const query = await tablesOf(t, told([...start, signed]), second);
  t.deepEqual(await query('SELECT id, session_id, status, failure_reason FROM orders'), [
    {
      id,
      session_id: 1,
      status: 'FAILED',
      failure_reason: 'orphan cleanup 2026-04-21: never applied',
    },
  ]);
  const alone = await tablesOf(t, second);
  t.is((await alone('SELECT id FROM orders')).length, 1);
});

test('a fill stands once with the exact amounts of the metadata', async (t) => {
  const query = await tablesOf(
    t,
    told([
      ...start,
      signed,
      resting,
      [
        8,
        validated('DD'),
        {
          type: 'fill.recorded',
          hash: 'DD',
          order: id,
          offerSequence: 7,
          side: 'buy',
          role: 'maker',
          drops: '3342019',
          rlusd: '4.999994623800001',
          price: '1.496099760',
          mid: '1.4976',
          spreadBps: 10.01,
          spreadPnl: '0.005014',
          ledger: 103,
          closeTime: 830_000_003,
          late: false,
        },
      ],
    ]),
  );
  t.deepEqual(await query('SELECT * FROM fills'), [
    {
      id: 10_000_000_090,
      order_id: id,
      session_id: 1,
      created_at: '2026-04-20T18:58:13.692Z',
      price: '1.496099760',
      quantity: '3.342019',
      rlusd: '4.999994623800001',
      side: 'buy',
      mid_price_at_fill: '1.4976',
      realized_spread_bps: 10.01,
      realized_spread_pnl_rlusd: '0.005014',
      tx_hash: 'DD',
      ledger_index: 103,
    },
  ]);
});
