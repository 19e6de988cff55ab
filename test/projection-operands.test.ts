/** A guard's operands say how far off its lines are, and every number that is a setting is that of the session. */
import test from 'ava';
import { loadConfig } from '../config.ts';
import type { GuardFact, GuardId } from '../events/guard.ts';
import { operandsOf, type Operand } from '../projections/operands.ts';
import type { Thresholds } from '../projections/thresholds.ts';
import { fact } from './recorded.ts';

const under = (...set: string[]): Thresholds =>
  loadConfig({ env: {}, set }).effective as unknown as Thresholds;

const one = (
  id: GuardId,
  name: string,
  said: Partial<GuardFact>,
  thresholds: Thresholds,
): Operand | undefined =>
  operandsOf(id, fact(said), true, thresholds).find((operand) => operand.name === name);

test('an order of unknown fate is so many ticks from its trip as the grace leaves', (t) => {
  for (const grace of [0, 1, 3]) {
    const thresholds = under(`guards.order_integrity.grace_ticks=${grace}`);
    const none = { operands: { unknown: 0, first: null }, toTrip: null };
    const calm = one('order_integrity', 'ticks so', none, thresholds);
    t.is(calm?.distance, `${grace + 1} to trip`);
    t.is(calm?.value, '0');
    t.deepEqual(calm?.bar?.trips, [grace + 1]);
    for (let age = 1; age <= grace + 2; age += 1) {
      const aged = { operands: { unknown: 2, first: 'bid-7' }, toTrip: grace + 1 - age };
      const told = one('order_integrity', 'ticks so', aged, thresholds);
      t.is(told?.value, String(age));
      t.is(told?.beyond, age > grace);
      t.is(told?.distance, age > grace ? 'reached' : `${grace + 1 - age} to trip`);
      t.is(one('order_integrity', 'unknown', aged, thresholds)?.value, '2');
    }
  }
});

test('checks that cannot be made, ticks outside the corridor and runs of fills count to their settings', (t) => {
  const thresholds = under(
    'guards.wallet_truth.unverified_count=5',
    'guards.inventory_corridor.lookback_ticks=7',
    'guards.directional_drift.burst_fill_count=4',
  );
  const unverified = one('wallet_truth', 'unverified', { operands: { unverified: 2 } }, thresholds);
  t.is(unverified?.distance, '3 to trip');
  const outside = { operands: { ticksOutside: 6, xrpPct: 80, rlusd: 60 } };
  t.is(one('inventory_corridor', 'ticks outside', outside, thresholds)?.distance, '1 to trip');
  const run = { operands: { sameSideFills: 1, netRlusd: 5, ticksWithoutOpposing: 3 } };
  t.is(one('directional_drift', 'A run', run, thresholds)?.distance, '3 fills to trip');
});

test('a condition that is switched off has no distance', (t) => {
  const long = { operands: { sameSideFills: 1, netRlusd: 5, ticksWithoutOpposing: 90 } };
  const off = under('guards.directional_drift.condition_c_enabled=false');
  const silence = one('directional_drift', 'C silence', long, off);
  t.deepEqual([silence?.distance, silence?.beyond], ['switched off', false]);
  t.true(one('directional_drift', 'C silence', long, under())?.beyond);
});
