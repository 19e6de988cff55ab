/** Wallet truth: what a check's outcome means for the guard. */
import test from 'ava';
import { truthGuard } from '../machines/guards/truth.ts';
import type { TruthChecked, TruthStatus } from '../events/inventory.ts';
import { fact, observed, settings, thing } from './given.ts';

const checked = (status: TruthStatus): TruthChecked => ({
  type: 'truth.checked',
  source: 'periodic',
  status,
  ledger: 100,
  internal: { drops: '60000000', rlusd: '100' },
  chain: { drops: '52700000', rlusd: '100' },
  deltaDrops: delta[status],
  deltaRlusd: delta[status] && '0',
  note: '',
});
const delta = { ok: '0', warn: '1500000', trip: '7300000', unverified: null } as const;

test('a check is judged by the guard’s own thresholds: a what-if changes them', (t) => {
  const { wallet_truth: rules } = settings.guards;
  const guard = thing(truthGuard({ ...rules, trip_delta_xrp: 8 }));
  const found = fact(guard.turn(0, checked('trip'), observed(0)));
  t.false(found.trip);
  t.is(found.condition, 'warn');
});

const driven = () => {
  const guard = thing(truthGuard(settings.guards.wallet_truth));
  return (...statuses: readonly TruthStatus[]) =>
    fact(guard.turn(0, ...statuses.map(checked), observed(0)));
};

test('a check that trips is a trip on its own tick alone, with its delta', (t) => {
  const tick = driven();
  const found = tick('trip');
  t.true(found.trip);
  t.is(found.operands['deltaXrp'], '7.3');
  t.false(tick().trip);
});

test('ok and warn trip nothing and release', (t) => {
  for (const status of ['ok', 'warn'] as const) {
    const found = driven()(status);
    t.false(found.trip);
    t.is(found.release, 'holds');
  }
});

test('a tick without a check neither counts nor breaks', (t) => {
  const tick = driven();
  tick('trip');
  t.is(tick().release, 'neither');
});

test('a check that trips or cannot read breaks a release', (t) => {
  t.is(driven()('trip').release, 'broken');
  t.is(driven()('unverified').release, 'broken');
});

test('three unverified in a row trip, two do not', (t) => {
  const tick = driven();
  t.false(tick('unverified').trip);
  tick();
  t.false(tick('unverified').trip);
  t.true(tick('unverified').trip);
});

test('a check that could read ends the row', (t) => {
  const tick = driven();
  tick('unverified');
  tick('unverified');
  tick('warn');
  t.false(tick('unverified').trip);
  t.is(tick().operands['unverified'], 1);
});
