/** The tables sessions, engine_state and circuit_breaker_events: what the memos ask of a session that ended, and of one that died. */
import test from 'ava';
import type { GuardId } from '../events/guard.ts';
import { ended, fact, halt, mode, s42, tick, tripped, truth, type Decided } from './s42.ts';
import { opened, tablesOf, told, type Happening, type Query } from './story.ts';

const uuids = ['a1111111-0000-4000-8000-000000000001', 'b2222222-0000-4000-8000-000000000002'];
const first = opened(uuids[0] ?? '');

const stateOf = async (query: Query): Promise<Record<string, string>> => {
  const rows = await query<{ key: string; value: string }>('SELECT key, value FROM engine_state');
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
};

test('S42’s engine_state names the true cause, and both causes of being DEGRADED', async (t) => {
  const state = await stateOf(await tablesOf(t, told(s42)));
  t.like(state, {
    'halt.reason': 'degraded_timeout',
    'halt.detail': 'degraded_timeout_exceeded_300s',
    'halt.source': 'anchor_saturation',
    engine_status: 'HALTED',
    'inventory_truth.mode': 'halt',
    'inventory_truth.degraded_since': '2026-04-20T19:01:03.692Z',
    'inventory_truth.degraded_reason': 'anchor_saturation_guard, directional_drift_guard_C',
    'inventory_truth.source': 'shutdown',
    'inventory_truth.status': 'warn',
    'inventory_truth.delta_xrp': '1.2',
    'inventory_truth.delta_rlusd': '0',
  });
});

test('S42’s row in sessions has its end, its cause and its balances', async (t) => {
  const query = await tablesOf(t, told(s42));
  t.deepEqual(await query('SELECT * FROM sessions WHERE session_id = 1'), [
    {
      session_id: 1,
      parent_session_id: null,
      started_at: '2026-04-20T18:58:05.692Z',
      ended_at: '2026-04-20T19:06:05.692Z',
      starting_xrp: '66.82',
      starting_rlusd: '97.61',
      starting_value: '197.679632',
      ending_xrp: '66.82',
      ending_rlusd: '97.61',
      ending_value: '197.679632',
      halt_reason: 'degraded_timeout',
      network: 'sandbox',
    },
  ]);
});

test('circuit_breaker_events where session_id = 42’s answers each trip with its condition and operands', async (t) => {
  const query = await tablesOf(t, told(s42));
  const rows = await query(
    `SELECT created_at, breaker, json_extract(context, '$.condition') AS condition,
       json_extract(context, '$.operands.meanBps') AS mean,
       json_extract(context, '$.operands.lastSide') AS side
     FROM circuit_breaker_events WHERE session_id = 1 ORDER BY id`,
  );
  t.deepEqual(rows, [
    {
      created_at: '2026-04-20T19:01:03.692Z',
      breaker: 'anchor_saturation_guard',
      condition: null,
      mean: -7.903,
      side: null,
    },
    {
      created_at: '2026-04-20T19:02:31.692Z',
      breaker: 'directional_drift_guard',
      condition: 'C',
      mean: null,
      side: 'sell',
    },
  ]);
});

test('every guard’s breaker is its id and _guard', async (t) => {
  const guards: readonly GuardId[] = ['wallet_truth', 'inventory_corridor', 'order_integrity'];
  const query = await tablesOf(
    t,
    told([[0, first], tick(1, ...guards.map((guard) => tripped(guard, fact({}))))]),
  );
  t.deepEqual(
    (await query('SELECT breaker FROM circuit_breaker_events ORDER BY id')).map(
      ({ breaker }) => breaker,
    ),
    ['wallet_truth_guard', 'inventory_corridor_guard', 'order_integrity_guard'],
  );
});

const next = (session: string): Happening => [
  1000,
  opened(session, { parent: { uuid: uuids[0] ?? '', lastHash: '0'.repeat(64) } }),
];

test('a new session starts engine_state empty, and knows its parent', async (t) => {
  const query = await tablesOf(t, told(s42), told([next(uuids[1] ?? '')]));
  t.deepEqual(await stateOf(query), { engine_status: 'STARTING' });
  t.deepEqual(await query('SELECT session_id, parent_session_id FROM sessions'), [
    { session_id: 1, parent_session_id: null },
    { session_id: 2, parent_session_id: 1 },
  ]);
});

test('recovery takes the cause away, and the next one has its own since', async (t) => {
  const recovered: Decided = { type: 'guard.recovered', guard: 'anchor_saturation', afterMs: 1 };
  const back = [...s42.slice(0, 4), tick(200, recovered, mode('OK'))];
  const calm = await stateOf(await tablesOf(t, told(back)));
  t.is(calm['engine_status'], 'RUNNING');
  t.is(calm['inventory_truth.mode'], 'ok');
  t.false('inventory_truth.degraded_since' in calm);
  t.false('inventory_truth.degraded_reason' in calm);
  const again = [
    ...back,
    tick(
      220,
      tripped('inventory_corridor', fact({ condition: 'floor' })),
      mode('DEGRADED', 'inventory_corridor'),
    ),
  ];
  t.like(await stateOf(await tablesOf(t, told(again))), {
    engine_status: 'DEGRADED',
    'inventory_truth.degraded_since': '2026-04-20T19:01:45.692Z',
    'inventory_truth.degraded_reason': 'inventory_corridor_guard_floor',
  });
});

const died: Happening = [
  900,
  { type: 'session.closed_by_next', uuid: uuids[0] ?? '', silentMs: 634_000 },
];
const dead: readonly Happening[] = [...s42.slice(0, 5), died];

test('a session that died ends with its last event before the silence, as unexpected_halt', async (t) => {
  const query = await tablesOf(t, told(dead));
  t.deepEqual(await query('SELECT ended_at, halt_reason, ending_xrp FROM sessions'), [
    { ended_at: '2026-04-20T19:02:31.692Z', halt_reason: 'unexpected_halt', ending_xrp: '66.82' },
  ]);
  t.like(await stateOf(query), {
    'halt.reason': 'unexpected_halt',
    'halt.source': 'recovery',
    'halt.detail': 'the log was silent for 634 s',
    engine_status: 'STOPPED',
  });
});

test('the decision that follows the closing of a dead session is the same end', async (t) => {
  const [seconds, input] = died;
  const decided = told([
    ...dead.slice(0, -1),
    [seconds, input, halt('unexpected_halt', 'recovery', 'the log was silent for 634 s')],
  ]);
  const [plain, said] = [await tablesOf(t, told(dead)), await tablesOf(t, decided)];
  const asked = 'SELECT * FROM sessions';
  t.deepEqual(await said(asked), await plain(asked));
  t.deepEqual(await stateOf(said), await stateOf(plain));
});

test('a session that halted and died while closing keeps its own cause', async (t) => {
  const query = await tablesOf(t, told([...s42.slice(0, 6), died]));
  t.deepEqual(await query('SELECT ended_at IS NOT NULL AS ended, halt_reason FROM sessions'), [
    { ended: 1, halt_reason: 'degraded_timeout' },
  ]);
  t.is((await stateOf(query))['halt.reason'], 'degraded_timeout');
});

test('the first cause is the cause, whatever is said after it', async (t) => {
  const second = tick(479, halt('kill_switch', 'operator', 'late'));
  const query = await tablesOf(t, told([...s42.slice(0, 6), second]));
  t.is((await stateOf(query))['halt.reason'], 'degraded_timeout');
  t.deepEqual(await query('SELECT halt_reason FROM sessions'), [
    { halt_reason: 'degraded_timeout' },
  ]);
});

test('a planned end is STOPPED, and its books and the wallet are compared in RLUSD', async (t) => {
  const drift: Decided = {
    type: 'inventory.drift_at_shutdown',
    engineTotal: '197.679632',
    chainTotal: '195.882512',
    tolerance: '0.0979',
  };
  const end: readonly Happening[] = [
    [120, { type: 'time.due', subject: 'end' }, halt('duration_elapsed', 'session', '120 s')],
    [124, { type: 'time.due', subject: 'closing' }, ended, truth],
  ];
  const state = await stateOf(await tablesOf(t, told([...s42.slice(0, 3), ...end])));
  t.like(state, {
    engine_status: 'STOPPED',
    'inventory_invariant.status': 'ok',
    'inventory_invariant.fills_only': '197.679632',
    'inventory_invariant.capital_overlay': '0',
    'inventory_invariant.engine_total': '197.679632',
    'inventory_invariant.chain_total': '195.882512',
  });
  t.false('inventory_drift_at_shutdown' in state);
  const apart = end.map((one, index): Happening => (index === 1 ? [...one, drift] : one));
  t.like(await stateOf(await tablesOf(t, told([...s42.slice(0, 3), ...apart]))), {
    'inventory_invariant.status': 'violated',
    'inventory_invariant.tolerance': '0.0979',
    inventory_drift_at_shutdown: '1.79712',
  });
});
