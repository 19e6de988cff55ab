/** The mode chart's sentences: policies, joins, deadlines, the one halt. */
import test from 'ava';
import type { Event, Said } from '../events/event.ts';
import { guardIds, type GuardFact, type GuardId } from '../events/guard.ts';
import { modeHears, modeMachine } from '../machines/mode.ts';
import type { Policies, Policy } from '../machines/settings.ts';
import { chart, evaluated, only, settings, types } from './given.ts';

type Facts = Readonly<Partial<Record<GuardId, Partial<GuardFact>>>>;

const plain: Policy = {
  enabled: true,
  timeout_seconds: 0,
  max_episodes: 0,
  cooldown_ticks: 0,
  recovery_ticks: 1,
  recovery_enabled: true,
};

const policies = (changed: Readonly<Partial<Record<GuardId, Partial<Policy>>>>): Policies =>
  Object.fromEntries(guardIds.map((id) => [id, { ...plain, ...changed[id] }])) as Policies;

/** A tick every 4 s. */
const driven = (changed: Parameters<typeof policies>[0] = {}) => {
  const mode = chart(modeMachine(policies(changed)), modeHears);
  const at = (tick: number): number => tick * 4000;
  return {
    tick: (tick: number, facts: Facts = {}): readonly Said[] =>
      mode.turn(at(tick), evaluated(tick, facts)),
    say: (tick: number, event: Event): readonly Said[] => mode.turn(at(tick), event),
    phase: (guard: GuardId): unknown => {
      const value = mode.state() as { live?: Record<string, string> };
      return value.live?.[guard];
    },
    join: (): unknown => {
      const value = mode.state() as string | { live: Record<string, string> };
      return typeof value === 'string' ? value : value.live['join'];
    },
  };
};

const trip = { trip: true, release: 'broken' } as const;
const holds = { release: 'holds' } as const;
const broken = { release: 'broken' } as const;
const now = { release: 'now' } as const;

test('quiet facts say nothing and leave OK', (t) => {
  const mode = driven();
  t.deepEqual(mode.tick(0, { issuer: {}, wallet_truth: holds }), []);
  t.is(mode.join(), 'OK');
});

test('a trip is said with its fact, its episode and its deadline, then the mode', (t) => {
  const mode = driven({ wallet_truth: { timeout_seconds: 300 } });
  const said = mode.tick(2, { wallet_truth: { ...trip, operands: { deltaXrp: '7.3' } } });
  t.deepEqual(types(said), ['guard.tripped', 'mode.changed']);
  const tripped = only(said, 'guard.tripped');
  t.is(tripped?.episode, 1);
  t.is(tripped?.deadlineAt, 8000 + 300_000);
  t.is(tripped?.fact.operands['deltaXrp'], '7.3');
  t.deepEqual(only(said, 'mode.changed'), {
    type: 'mode.changed',
    mode: 'DEGRADED',
    causes: ['wallet_truth'],
  });
});

test('no timeout is no deadline', (t) => {
  const mode = driven();
  t.is(only(mode.tick(0, { issuer: trip }), 'guard.tripped')?.deadlineAt, null);
  for (let tick = 1; tick < 5000; tick += 1) t.deepEqual(mode.tick(tick, { issuer: trip }), []);
});

test('trips of a guard that is not armed are not new episodes', (t) => {
  const mode = driven({ issuer: { max_episodes: 2 } });
  mode.tick(0, { issuer: trip });
  t.deepEqual(mode.tick(1, { issuer: trip }), []);
  t.is(mode.phase('issuer'), 'tripped');
});

test('a second cause never replaces the first, and both stay visible in order of their trips', (t) => {
  const mode = driven();
  mode.tick(0, { issuer: trip });
  const said = mode.tick(1, { issuer: trip, wallet_truth: trip });
  t.deepEqual(only(said, 'mode.changed')?.causes, ['issuer', 'wallet_truth']);
});

test("one guard's recovery never ends another's", (t) => {
  const mode = driven();
  mode.tick(0, { directional_drift: trip });
  mode.tick(1, { wallet_truth: trip, directional_drift: broken });
  const said = mode.tick(2, { wallet_truth: holds, directional_drift: broken });
  t.deepEqual(types(said), ['guard.recovering', 'guard.recovered', 'mode.changed']);
  t.deepEqual(only(said, 'mode.changed')?.causes, ['directional_drift']);
  t.is(mode.join(), 'DEGRADED');
  const last = mode.tick(3, { directional_drift: now });
  t.deepEqual(only(last, 'mode.changed'), { type: 'mode.changed', mode: 'OK', causes: [] });
  t.is(mode.join(), 'OK');
});

test("an ok of the wallet's ends nothing of a drift", (t) => {
  const mode = driven({ directional_drift: { recovery_ticks: 30 } });
  mode.tick(0, { directional_drift: trip });
  t.deepEqual(mode.tick(1, { wallet_truth: holds, directional_drift: broken }), []);
  t.is(mode.phase('directional_drift'), 'tripped');
});

test('recovering counts consecutive ticks; a broken count starts again at 0 in the same state', (t) => {
  const mode = driven({ anchor_saturation: { recovery_ticks: 3 } });
  const tick = (n: number, given: Partial<GuardFact>) => mode.tick(n, { anchor_saturation: given });
  tick(0, trip);
  t.deepEqual(tick(1, broken), []);
  t.deepEqual(tick(2, holds), [
    { type: 'guard.recovering', guard: 'anchor_saturation', count: 1, needed: 3 },
  ]);
  t.deepEqual(tick(3, holds), []);
  t.deepEqual(tick(4, broken), [
    { type: 'guard.recovering', guard: 'anchor_saturation', count: 0, needed: 3 },
  ]);
  t.is(mode.phase('anchor_saturation'), 'recovering');
  t.deepEqual(tick(5, broken), []);
  t.deepEqual(tick(6, holds), []);
  t.deepEqual(tick(7, holds), []);
  t.deepEqual(types(tick(8, holds)), ['guard.recovered', 'mode.changed']);
});

test('a tick that neither holds nor breaks does not count and does not reset', (t) => {
  const mode = driven({ anchor_saturation: { recovery_ticks: 2 } });
  mode.tick(0, { anchor_saturation: trip });
  mode.tick(1, { anchor_saturation: holds });
  t.deepEqual(mode.tick(2, { anchor_saturation: {} }), []);
  t.true(types(mode.tick(4, { anchor_saturation: holds })).includes('guard.recovered'));
});

test('released at once, whatever the count', (t) => {
  const mode = driven({ directional_drift: { recovery_ticks: 30 } });
  mode.tick(0, { directional_drift: trip });
  const said = mode.tick(1, { directional_drift: now });
  t.is(only(said, 'guard.recovered')?.afterMs, 4000);
  t.is(mode.join(), 'OK');
});

test('a deadline is reached at trip + timeout, not a tick before, and is looked at before recovery', (t) => {
  const mode = driven({ anchor_saturation: { timeout_seconds: 300 } });
  mode.tick(1, { anchor_saturation: trip });
  t.deepEqual(mode.tick(75, { anchor_saturation: broken }), []);
  const said = mode.tick(76, { anchor_saturation: now });
  t.deepEqual(types(said), ['halt', 'mode.changed']);
  const halt = only(said, 'halt');
  t.is(halt?.reason, 'degraded_timeout');
  t.is(halt?.source, 'anchor_saturation');
  t.is(halt?.detail, 'degraded_timeout_exceeded_300s');
  t.is(only(said, 'mode.changed')?.mode, 'HALT');
});

test('the tick before the deadline may still recover', (t) => {
  const mode = driven({ anchor_saturation: { timeout_seconds: 300 } });
  mode.tick(1, { anchor_saturation: trip });
  t.true(types(mode.tick(75, { anchor_saturation: holds })).includes('guard.recovered'));
  t.deepEqual(mode.tick(76, { anchor_saturation: holds }), []);
});

for (const [guard, reason] of [
  ['wallet_truth', 'inventory_truth_halt'],
  ['order_integrity', 'reconciler_halt'],
  ['anchor_saturation', 'degraded_timeout'],
  ['directional_drift', 'degraded_timeout'],
  ['inventory_corridor', 'degraded_timeout'],
  ['ledger_connection', 'degraded_timeout'],
  ['issuer', 'degraded_timeout'],
] as const) {
  test(`${guard} times out as ${reason}, and is its source`, (t) => {
    const mode = driven({ [guard]: { timeout_seconds: 300 } });
    mode.tick(0, { [guard]: trip });
    const said = mode.tick(75, { [guard]: broken });
    const halt = only(said, 'halt');
    t.is(only(said, 'mode.changed')?.mode, 'HALT');
    t.is(halt?.reason, reason);
    t.is(halt?.source, guard);
    t.is(halt?.detail, 'degraded_timeout_exceeded_300s');
    t.deepEqual(halt?.standing, []);
  });
}

test('a timeout names the guards that stood beside it', (t) => {
  const mode = driven({ anchor_saturation: { timeout_seconds: 300 } });
  mode.tick(0, { anchor_saturation: trip });
  mode.tick(10, { directional_drift: trip });
  const halt = only(mode.tick(75), 'halt');
  t.is(halt?.source, 'anchor_saturation');
  t.deepEqual(halt?.standing, ['directional_drift']);
});

test('of two deadlines reached at one tick the earlier one is the cause', (t) => {
  const mode = driven({
    wallet_truth: { timeout_seconds: 300 },
    issuer: { timeout_seconds: 290 },
  });
  mode.tick(0, { wallet_truth: trip, issuer: trip });
  t.is(only(mode.tick(100), 'halt')?.source, 'issuer');
});

for (const given of [holds, now] as const) {
  test(`a guard that recovers (${given.release}) at the tick of another's deadline does not put it off`, (t) => {
    const mode = driven({ issuer: { timeout_seconds: 300 }, wallet_truth: {} });
    mode.tick(0, { issuer: trip, wallet_truth: trip });
    const said = mode.tick(75, { wallet_truth: given, issuer: broken });
    t.is(only(said, 'halt')?.source, 'issuer');
  });
}

test("a guard that trips at the tick of another's deadline does not put it off", (t) => {
  const mode = driven({ issuer: { timeout_seconds: 300 } });
  mode.tick(0, { issuer: trip });
  t.is(only(mode.tick(75, { wallet_truth: trip, issuer: broken }), 'halt')?.source, 'issuer');
});

test("a guard that trips or recovers at the tick of another's last episode does not put it off", (t) => {
  for (const beside of [trip, holds]) {
    const mode = driven({ issuer: { max_episodes: 1 } });
    if (beside === holds) mode.tick(0, { anchor_saturation: trip });
    const said = mode.tick(1, { anchor_saturation: beside, issuer: trip });
    t.is(only(said, 'halt')?.source, 'issuer');
    t.is(only(said, 'halt')?.reason, 'degraded_episode_limit_halt');
  }
});

test('what trips at the tick of another’s last episode trips too, and stands beside it', (t) => {
  const mode = driven({ issuer: { max_episodes: 1 } });
  const said = mode.tick(0, { wallet_truth: trip, issuer: trip });
  t.deepEqual(types(said), ['guard.tripped', 'guard.tripped', 'halt', 'mode.changed']);
  t.deepEqual(only(said, 'halt')?.standing, ['wallet_truth']);
  t.deepEqual(only(said, 'mode.changed')?.causes, ['wallet_truth', 'issuer']);
});

test('of two last episodes at one tick the first region’s is the cause, the other is recorded as ignored', (t) => {
  const mode = driven({
    wallet_truth: { max_episodes: 1, cooldown_ticks: 5 },
    issuer: { max_episodes: 1 },
  });
  const said = mode.tick(0, { wallet_truth: trip, issuer: trip });
  t.is(only(said, 'halt')?.source, 'wallet_truth');
  t.is(only(said, 'halt.ignored')?.source, 'issuer');
  t.is(only(said, 'halt.ignored')?.reason, 'degraded_episode_limit_halt');
});

test('another guard that cools from this tick on does not put a last episode off', (t) => {
  const mode = driven({ wallet_truth: { cooldown_ticks: 9 }, issuer: { max_episodes: 1 } });
  mode.tick(0, { wallet_truth: trip });
  mode.tick(1, { wallet_truth: now });
  const said = mode.tick(2, { wallet_truth: trip, issuer: trip });
  t.deepEqual(types(said), ['guard.tripped', 'guard.tripped', 'halt', 'mode.changed']);
});

test('one that trips at the tick at which the last cause goes is one change of causes, and never OK between', (t) => {
  const mode = driven();
  mode.tick(0, { issuer: trip });
  const said = mode.tick(1, { issuer: holds, wallet_truth: trip });
  t.deepEqual(only(said, 'mode.changed')?.causes, ['wallet_truth']);
});

test('a deadline that comes in the turn of another end is recorded as ignored, once', (t) => {
  const mode = driven({ wallet_truth: { timeout_seconds: 8 }, issuer: { timeout_seconds: 8 } });
  mode.tick(0, { wallet_truth: trip, issuer: trip });
  mode.say(2, { type: 'limit.breached', reason: 'risk_rlusd_exposure', detail: 'x' });
  const said = mode.tick(2, { wallet_truth: trip, issuer: trip });
  t.deepEqual(
    said.map((event) => (event.type === 'halt.ignored' ? event.source : event.type)),
    ['wallet_truth', 'issuer'],
  );
  t.deepEqual(mode.tick(3, { wallet_truth: trip, issuer: trip }), []);
});

test('the later of two deadlines reached at one tick is recorded as ignored', (t) => {
  const mode = driven({ wallet_truth: { timeout_seconds: 9 }, issuer: { timeout_seconds: 8 } });
  mode.tick(0, { wallet_truth: trip, issuer: trip });
  const said = mode.tick(3, { wallet_truth: trip, issuer: trip });
  t.deepEqual(types(said), ['halt', 'mode.changed', 'halt.ignored']);
  t.is(only(said, 'halt.ignored')?.source, 'wallet_truth');
  t.is(only(said, 'halt.ignored')?.reason, 'inventory_truth_halt');
  t.deepEqual(only(said, 'halt')?.standing, ['wallet_truth']);
  t.deepEqual(mode.tick(4, { wallet_truth: trip, issuer: trip }), []);
});

test('a release that needs one tick passes through recovering all the same', (t) => {
  const mode = driven();
  mode.tick(0, { issuer: trip });
  t.deepEqual(types(mode.tick(1, { issuer: holds })), [
    'guard.recovering',
    'guard.recovered',
    'mode.changed',
  ]);
});

test('a deadline comes before a last episode of the same tick', (t) => {
  const mode = driven({
    wallet_truth: { max_episodes: 1 },
    issuer: { timeout_seconds: 300 },
  });
  mode.tick(0, { issuer: trip });
  t.is(only(mode.tick(75, { wallet_truth: trip }), 'halt')?.source, 'issuer');
});

test('the Nth trip halts, counts as a trip, and names the guard', (t) => {
  const mode = driven({ directional_drift: { max_episodes: 3 } });
  for (const tick of [0, 2]) {
    mode.tick(tick, { directional_drift: trip });
    mode.tick(tick + 1, { directional_drift: now });
  }
  const said = mode.tick(4, { directional_drift: trip });
  t.deepEqual(types(said), ['guard.tripped', 'halt', 'mode.changed']);
  t.is(only(said, 'guard.tripped')?.episode, 3);
  t.is(only(said, 'halt')?.reason, 'degraded_episode_limit_halt');
  t.is(only(said, 'halt')?.source, 'directional_drift');
});

test('0 episodes is no limit', (t) => {
  const mode = driven();
  for (let tick = 0; tick < 200; tick += 2) {
    t.is(only(mode.tick(tick, { issuer: trip }), 'guard.tripped')?.episode, tick / 2 + 1);
    mode.tick(tick + 1, { issuer: holds });
  }
  t.is(mode.join(), 'OK');
});

test('the first episode does not cool; the second does, in the tick of its trip', (t) => {
  const mode = driven({ directional_drift: { cooldown_ticks: 120 } });
  t.false(types(mode.tick(0, { directional_drift: trip })).includes('guard.cooled'));
  mode.tick(1, { directional_drift: now });
  const said = mode.tick(10, { directional_drift: trip });
  t.is(types(said)[0], 'guard.tripped');
  t.is(only(said, 'guard.cooled')?.untilTick, 130);
  t.is(mode.phase('directional_drift'), 'cooling');
});

test('cooling starts at the trip; release ticks count only after it is over', (t) => {
  const mode = driven({ directional_drift: { cooldown_ticks: 5, recovery_ticks: 3 } });
  const tick = (n: number, given: Partial<GuardFact>) => mode.tick(n, { directional_drift: given });
  tick(0, trip);
  tick(1, now);
  tick(10, trip);
  for (const n of [11, 12, 13, 14]) t.deepEqual(tick(n, now), [], `tick ${n} cools`);
  t.deepEqual(types(tick(15, holds)), ['guard.recovering']);
  t.deepEqual(tick(16, holds), []);
  t.true(types(tick(17, holds)).includes('guard.recovered'));
});

test('an episode that cools passes to recovering even where the release is still broken', (t) => {
  const mode = driven({ issuer: { cooldown_ticks: 2 } });
  mode.tick(0, { issuer: trip });
  mode.tick(1, { issuer: holds });
  mode.tick(2, { issuer: trip });
  mode.tick(3, { issuer: broken });
  t.deepEqual(mode.tick(4, { issuer: broken }), [
    { type: 'guard.recovering', guard: 'issuer', count: 0, needed: 1 },
  ]);
});

test('a deadline is looked at while cooling too', (t) => {
  const mode = driven({ issuer: { cooldown_ticks: 120, timeout_seconds: 40 } });
  mode.tick(0, { issuer: trip });
  mode.tick(1, { issuer: holds });
  mode.tick(2, { issuer: trip });
  t.is(only(mode.tick(12, { issuer: holds }), 'halt')?.source, 'issuer');
});

test('a recovery that is switched off never comes', (t) => {
  const mode = driven({
    anchor_saturation: { recovery_enabled: false, timeout_seconds: 300, cooldown_ticks: 120 },
  });
  mode.tick(0, { anchor_saturation: trip });
  for (let tick = 1; tick < 75; tick += 1) {
    t.deepEqual(mode.tick(tick, { anchor_saturation: tick % 2 ? now : holds }), []);
  }
  t.is(only(mode.tick(75, { anchor_saturation: now }), 'halt')?.reason, 'degraded_timeout');
});

test('a hard limit halts at once, by limits', (t) => {
  const mode = driven();
  mode.tick(0, { issuer: trip });
  const said = mode.say(1, {
    type: 'limit.breached',
    reason: 'risk_xrp_exposure',
    detail: 'xrp exposure limit (115.20 > 100.0)',
  });
  t.deepEqual(said, [
    {
      type: 'halt',
      reason: 'risk_xrp_exposure',
      source: 'limits',
      detail: 'xrp exposure limit (115.20 > 100.0)',
      event: 2,
      standing: ['issuer'],
    },
    { type: 'mode.changed', mode: 'HALT', causes: ['issuer'] },
  ]);
  for (const reason of [
    'risk_rlusd_exposure',
    'risk_rpc_failure',
    'risk_stale_ledger',
    'risk_gateway_unhealthy',
    'account_in_use',
  ] as const) {
    const words = driven().say(1, { type: 'limit.breached', reason, detail: 'x' });
    t.is(only(words, 'mode.changed')?.mode, 'HALT', reason);
  }
});

test('the kill switch halts, by the operator', (t) => {
  const mode = driven();
  const halt = only(mode.say(0, { type: 'operator.kill', note: 'enough' }), 'halt');
  t.is(halt?.reason, 'kill_switch');
  t.is(halt?.source, 'operator');
  t.is(halt?.detail, 'enough');
  t.is(mode.join(), 'HALT');
});

const ends = [
  ['duration_elapsed', 'session'],
  ['interrupted_sigint', 'session'],
  ['engine_requested_halt', 'operator'],
  ['startup_failure', 'startup'],
  ['unexpected_halt', 'recovery'],
] as const;

for (const [reason, source] of ends) {
  test(`${reason} ends the session without mode HALT`, (t) => {
    const mode = driven();
    mode.tick(0, { issuer: trip });
    const said = mode.say(1, { type: 'session.ending', reason, source, detail: 'x' });
    t.deepEqual(types(said), ['halt']);
    t.is(only(said, 'halt')?.source, source);
    t.deepEqual(only(said, 'halt')?.standing, ['issuer']);
  });
}

const later: readonly Event[] = [
  { type: 'operator.kill', note: 'second' },
  { type: 'limit.breached', reason: 'risk_rlusd_exposure', detail: 'x' },
  { type: 'session.ending', reason: 'duration_elapsed', source: 'session', detail: 'x' },
];

test('the first cause wins: after any end each later cause is recorded as ignored', (t) => {
  for (const first of later) {
    const mode = driven({ issuer: { timeout_seconds: 4, max_episodes: 1 } });
    t.is(types(mode.say(0, first))[0], 'halt');
    for (const second of later) t.deepEqual(types(mode.say(1, second)), ['halt.ignored']);
    t.deepEqual(mode.tick(2, { issuer: trip }), []);
    t.deepEqual(types(mode.say(3, later[0] as Event)), ['halt.ignored']);
  }
});

test('what was ignored is told with its own reason and source', (t) => {
  const mode = driven();
  mode.say(0, later[0] as Event);
  t.deepEqual(mode.say(1, later[2] as Event), [
    { type: 'halt.ignored', reason: 'duration_elapsed', source: 'session', detail: 'x' },
  ]);
});

test('a guard that is switched off has no fact and neither trips nor recovers', (t) => {
  const mode = driven();
  t.deepEqual(mode.tick(0, {}), []);
});

test("the specification's table of policies is the default", (t) => {
  const table = Object.fromEntries(
    guardIds.map((id) => {
      const p = settings.guards[id];
      return [id, [p.timeout_seconds, p.max_episodes, p.cooldown_ticks, p.recovery_ticks]];
    }),
  );
  t.deepEqual(table, {
    wallet_truth: [300, 0, 0, 1],
    anchor_saturation: [0, 0, 120, 30],
    directional_drift: [0, 3, 120, 30],
    inventory_corridor: [1800, 3, 120, 3],
    order_integrity: [300, 0, 0, 1],
    ledger_connection: [1800, 0, 0, 1],
    issuer: [0, 0, 0, 1],
  });
});

test('a kill that was cleared before any session heard it ends nothing and asks for nothing', (t) => {
  const mode = driven();
  const kill = { type: 'operator.kill', note: 'a' } as const;
  t.deepEqual(mode.say(0, { ...kill, cleared: true }), []);
  t.is(mode.join(), 'OK');
  t.deepEqual(types(mode.say(1, kill)), ['halt', 'mode.changed']);
  t.deepEqual(mode.say(2, { ...kill, cleared: true }), []);
  t.deepEqual(types(mode.say(3, kill)), ['halt.ignored']);
});
