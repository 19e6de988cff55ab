/** The tables inventory_ledger, capital_events, inventory_truth_snapshots and market_snapshots. */
import test from 'ava';
import type { FillRecorded, InventoryChanged, TruthChecked } from '../events/inventory.ts';
import { observed, opened, tablesOf, told, type Happening } from './story.ts';

const first: Happening = [0, opened('a1111111-0000-4000-8000-000000000001')];
const baseline: Happening = [
  0.5,
  { type: 'gateway.synced', from: 1, to: 100 },
  { type: 'inventory.opened', drops: '66820000', rlusd: '97.61', ledger: 100 },
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
const bought: FillRecorded = {
  type: 'fill.recorded',
  hash: 'DD',
  order: null,
  offerSequence: 7,
  side: 'buy',
  role: 'maker',
  drops: '10000000',
  rlusd: '14.961',
  price: '1.4961',
  mid: '1.4976',
  spreadBps: 10,
  spreadPnl: '0.015',
  ledger: 102,
  closeTime: 830_000_002,
  late: false,
};
const changed = (
  why: InventoryChanged['why'],
  deltaDrops: string,
  deltaRlusd: string,
): InventoryChanged => ({
  type: 'inventory.changed',
  why,
  deltaDrops,
  deltaRlusd,
  balances: {
    drops: '0',
    rlusd: '0',
    fillsDrops: '0',
    fillsRlusd: '0',
    overlayDrops: '0',
    overlayRlusd: '0',
  },
  wac: null,
});

const ledger = 'SELECT asset, change, new_balance FROM inventory_ledger ORDER BY id';

test('inventory_ledger begins with the baseline and follows fills and fees, exact to the drop', async (t) => {
  const query = await tablesOf(
    t,
    told([
      first,
      baseline,
      [
        4,
        validated('DD'),
        { type: 'fee.paid', hash: 'DD', drops: '12', ledger: 102 },
        bought,
        changed('fee', '-12', '0'),
        changed('fill', '10000000', '-14.961'),
      ],
    ]),
  );
  t.deepEqual(await query(ledger), [
    { asset: 'XRP', change: '66.82', new_balance: '66.82' },
    { asset: 'RLUSD', change: '97.61', new_balance: '97.61' },
    { asset: 'XRP', change: '-0.000012', new_balance: '66.819988' },
    { asset: 'XRP', change: '10', new_balance: '76.819988' },
    { asset: 'RLUSD', change: '-14.961', new_balance: '82.649' },
  ]);
});

const announced: Happening = [
  2,
  { type: 'operator.capital', drops: '35210000', rlusd: '0', note: 'from cold storage' },
];
const deposit: Happening = [8, validated('EE'), changed('deposit', '35210000', '0')];

test('capital is no fill: it stands in capital_events, priced at the next mid, and not in the balances', async (t) => {
  const query = await tablesOf(t, told([first, baseline, announced, deposit]));
  const asked = `SELECT asset, event_type, amount, price_rlusd, basis_delta_rlusd, source_note, created_at
    FROM capital_events`;
  const bare = {
    asset: 'XRP',
    event_type: 'deposit',
    amount: '35.21',
    price_rlusd: null,
    basis_delta_rlusd: null,
    source_note: 'from cold storage',
    created_at: '2026-04-20T18:58:13.692Z',
  };
  t.deepEqual(await query(asked), [bare]);
  t.is((await query(ledger)).length, 2);
  const tick: Happening = [12, { type: 'tick', index: 3 }, observed(3, { mid: '1.5' })];
  const later: Happening = [16, { type: 'tick', index: 4 }, observed(4, { mid: '1.6' })];
  const priced = await tablesOf(
    t,
    told([
      first,
      baseline,
      [1, { type: 'tick', index: 0 }, observed(0)],
      announced,
      deposit,
      tick,
      later,
    ]),
  );
  t.deepEqual(await priced(asked), [{ ...bare, price_rlusd: '1.5', basis_delta_rlusd: '52.815' }]);
});

test('a withdrawal takes its average cost along; a realignment says who asked for it', async (t) => {
  const query = await tablesOf(
    t,
    told([
      first,
      baseline,
      [1, { type: 'tick', index: 0 }, observed(0, { mid: '1.5' })],
      [2, { type: 'operator.capital', drops: '-6820000', rlusd: '-7.61', note: 'rent' }],
      [4, validated('FF'), changed('withdrawal', '-6820000', '-7.61')],
      [5, { type: 'operator.realign', note: 'after the airdrop' }],
      [6, { type: 'gateway.synced', from: 1, to: 104 }, changed('realignment', '0', '0.5')],
    ]),
  );
  t.deepEqual(
    await query(
      'SELECT asset, event_type, amount, price_rlusd, basis_delta_rlusd, source_note FROM capital_events ORDER BY id',
    ),
    [
      {
        asset: 'XRP',
        event_type: 'withdrawal',
        amount: '-6.82',
        price_rlusd: '1.5',
        basis_delta_rlusd: '-10.23',
        source_note: 'rent',
      },
      {
        asset: 'RLUSD',
        event_type: 'withdrawal',
        amount: '-7.61',
        price_rlusd: '1',
        basis_delta_rlusd: '-7.61',
        source_note: 'rent',
      },
      {
        asset: 'RLUSD',
        event_type: 'realignment',
        amount: '0.5',
        price_rlusd: '1',
        basis_delta_rlusd: '0.5',
        source_note: 'after the airdrop',
      },
    ],
  );
});

const check: TruthChecked = {
  type: 'truth.checked',
  source: 'periodic',
  status: 'trip',
  ledger: 100,
  internal: { drops: '66820000', rlusd: '97.61' },
  chain: { drops: '60000000', rlusd: '97.61' },
  deltaDrops: '6820000',
  deltaRlusd: '0',
  note: '',
};

test('every truth check is kept, two of one millisecond too, and one that failed has no wallet', async (t) => {
  const blind: TruthChecked = {
    ...check,
    status: 'unverified',
    ledger: null,
    chain: null,
    deltaDrops: null,
    deltaRlusd: null,
    note: 'the wallet could not be read',
  };
  const query = await tablesOf(t, told([first, [60, { type: 'tick', index: 15 }, check, blind]]));
  const row = {
    checked_at: '2026-04-20T18:59:05.692Z',
    session_id: 1,
    internal_xrp: '66.82',
    internal_rlusd: '97.61',
  };
  t.deepEqual(await query('SELECT * FROM inventory_truth_snapshots'), [
    {
      ...row,
      on_chain_xrp: '60',
      on_chain_rlusd: '97.61',
      delta_xrp: '6.82',
      delta_rlusd: '0',
      status: 'trip',
      note: '',
    },
    {
      ...row,
      on_chain_xrp: null,
      on_chain_rlusd: null,
      delta_xrp: null,
      delta_rlusd: null,
      status: 'unverified',
      note: 'the wallet could not be read',
    },
  ]);
});

test('each tick is a market snapshot with its own distances, and the newest of them roll in engine_state', async (t) => {
  const touch = (index: number, bps: number) =>
    ({
      type: 'touch.measured',
      tick: index,
      bid: { price: '1.4961', distanceBps: bps, within2bps: bps <= 2 },
      ask: null,
    }) as const;
  const ticks = Array.from({ length: 25 }, (_, index): Happening => [
    index * 4,
    { type: 'tick', index },
    observed(index, index === 1 ? { mid: null, missing: 'no_bid' } : {}),
    ...(index === 0 ? [] : [touch(index, index / 2)]),
  ]);
  const query = await tablesOf(t, told([first, ...ticks]));
  t.deepEqual(await query('SELECT * FROM market_snapshots ORDER BY ts LIMIT 2'), [
    {
      ts: '2026-04-20T18:58:05.692Z',
      session_id: 1,
      best_bid: '1.4974',
      best_ask: '1.4978',
      mid_price: '1.4976',
      amm_price: '1.4966',
      anchor_error_bps: -6.846,
      distance_to_bid_touch_bps: null,
      distance_to_ask_touch_bps: null,
    },
    {
      ts: '2026-04-20T18:58:09.692Z',
      session_id: 1,
      best_bid: '1.4974',
      best_ask: '1.4978',
      mid_price: null,
      amm_price: '1.4966',
      anchor_error_bps: -6.846,
      distance_to_bid_touch_bps: 0.5,
      distance_to_ask_touch_bps: null,
    },
  ]);
  t.deepEqual(
    await query(
      `SELECT json_array_length(value) AS ticks, json_extract(value, '$[#-1].bid_bps') AS bps,
         json_extract(value, '$[0].within_2bps_bid') AS near
       FROM engine_state WHERE key = 'tick_distance_to_touch'`,
    ),
    [{ ticks: 20, bps: 12, near: 0 }],
  );
});
