/** The inventory corridor at its edges, and the way back that it names. */
import test from 'ava';
import fc from 'fast-check';
import { corridorGuard } from '../machines/guards/corridor.ts';
import type { GuardFact } from '../events/guard.ts';
import { blind, fact, holding, observed, settings, thing } from './given.ts';

const rules = settings.guards.inventory_corridor;

/** At a mid of 1 an XRP is worth an RLUSD. */
const driven = () => {
  const guard = thing(corridorGuard(rules));
  let tick = 0;
  const see = (mid: string | null): GuardFact => {
    tick += 1;
    return fact(guard.turn(0, observed(tick, mid === null ? blind : { mid })));
  };
  return {
    hold: (xrp: number, rlusd: string) => void guard.turn(0, holding(String(xrp * 1e6), rlusd)),
    see,
    times: (n: number, mid: string | null): GuardFact =>
      Array.from({ length: n }, () => see(mid)).at(-1) as GuardFact,
  };
};

const holdingAt = (xrp: number, rlusd: string) => {
  const guard = driven();
  guard.hold(xrp, rlusd);
  return guard;
};

test('exactly 25 % and exactly 75 % are inside', (t) => {
  for (const [xrp, rlusd] of [
    [25, '75'],
    [75, '25.0'],
  ] as const) {
    const found = holdingAt(xrp * 2, String(Number(rlusd) * 2)).times(5, '1');
    t.false(found.trip);
    t.is(found.release, 'holds');
    t.is(found.toTrip, 0);
  }
  for (const [xrp, rlusd, mid] of [
    [91, '30.303', '0.999'],
    [11, '31.449', '0.953'],
  ] as const) {
    t.is(holdingAt(xrp, rlusd).see(mid).release, 'holds', 'whatever a double’s last digit says');
  }
});

test('outside for three consecutive ticks trips, for two it does not', (t) => {
  const guard = holdingAt(151, '49.9');
  t.false(guard.times(2, '1').trip);
  const found = guard.see('1');
  t.true(found.trip);
  t.is(found.condition, 'xrp_high');
  const low = holdingAt(49.9, '151');
  t.is(low.times(3, '1').condition, 'xrp_low');
});

test('a tick inside ends the run of ticks outside', (t) => {
  const guard = holdingAt(100, '50');
  guard.times(2, '1.6');
  t.false(guard.see('1').trip);
  t.false(guard.times(2, '1.6').trip);
  t.true(guard.see('1.6').trip);
});

test('a tick at which it is inactive ends the run of ticks outside', (t) => {
  const guard = holdingAt(10, '40');
  guard.times(2, '1.01');
  t.false(guard.see('0.99').trip);
  t.false(guard.times(2, '1.01').trip);
  t.true(guard.see('1.01').trip);
});

test('RLUSD below the floor trips at once; at the floor it does not', (t) => {
  t.false(holdingAt(60, '30').see('1').trip);
  const found = holdingAt(60, '29.99').see('1');
  t.true(found.trip);
  t.is(found.condition, 'floor');
});

test('below a total of 50 it is inactive, at 50 it is not', (t) => {
  const small = holdingAt(20, '29.99').times(5, '1');
  t.false(small.trip);
  t.is(small.release, 'holds');
  t.true(holdingAt(20.01, '29.99').see('1').trip);
});

test('a tick without mid changes nothing: neither the floor nor the count nor the release', (t) => {
  const guard = holdingAt(151, '49.9');
  guard.times(2, '1');
  const unseen = guard.times(5, null);
  t.false(unseen.trip);
  t.is(unseen.release, 'neither');
  t.true(guard.see('1').trip, 'the count stood at 2');
  const poor = holdingAt(60, '10');
  t.false(poor.see(null).trip);
  t.true(poor.see('1').trip);
  t.false(poor.see(null).trip, 'of a floor that cannot be looked at nothing is said');
});

test('before any inventory is known it says nothing', (t) => {
  t.false(driven().see('1').trip);
});

test('releases inside and at the floor, else breaks', (t) => {
  const guard = holdingAt(151, '49.9');
  t.is(guard.see('1').release, 'broken');
  guard.hold(100, '29.9');
  t.is(guard.see('0.5').release, 'broken', 'inside, below the floor');
  guard.hold(100, '40');
  t.is(guard.see('1').release, 'holds');
});

test('the mid it names brings it back, and no mid on the wrong side of it does', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 30, max: 500 }),
      fc.integer({ min: 20, max: 400 }),
      (xrp, rlusd, cents) => {
        const found = holdingAt(xrp, String(rlusd)).see(String(cents / 100));
        if (found.condition !== 'xrp_high' && found.condition !== 'xrp_low') return true;
        const back = Number(found.operands['midBack']);
        const at = (factor: number) =>
          holdingAt(xrp, String(rlusd)).see((back * factor).toFixed(9));
        const inward = found.condition === 'xrp_high' ? 0.9999 : 1.0001;
        const outward = found.condition === 'xrp_high' ? 1.0001 : 0.9999;
        const total = (factor: number) => xrp * back * factor + rlusd;
        return (
          (total(inward) < 50 || at(inward).condition === null) &&
          (total(outward) < 50 || at(outward).condition !== null)
        );
      },
    ),
  );
  t.pass();
});

test('the deposit it names brings it back, a cent less does not', (t) => {
  const found = holdingAt(200, '40').see('1');
  t.is(found.operands['depositRlusd'], 26.666666667);
  t.is(holdingAt(200, '66.67').see('1').release, 'holds');
  t.is(holdingAt(200, '66.66').see('1').release, 'broken');
});

test('too few XRP name a deposit of XRP', (t) => {
  const found = holdingAt(20, '120').see('1');
  t.is(found.operands['depositXrpValueRlusd'], 20);
  t.is(found.operands['midBack'], 2);
  t.is(found.operands['depositRlusd'], null);
});

test('below the floor it names the deposit and no mid, for no price brings it back', (t) => {
  const inside = holdingAt(40, '20').see('1');
  t.is(inside.operands['depositRlusd'], 10);
  t.is(inside.operands['midBack'], null);
  const both = holdingAt(300, '20').see('1');
  t.is(both.operands['depositRlusd'], 80, 'the floor would need 10, the share 80');
  t.is(both.operands['midBack'], null);
  const barely = holdingAt(61, '20').see('1');
  t.is(barely.operands['depositRlusd'], 10, 'the share would need a third of one, the floor 10');
});
