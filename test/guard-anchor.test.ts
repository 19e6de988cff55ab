/** Anchor saturation at its thresholds. */
import test from 'ava';
import fc from 'fast-check';
import { anchorGuard } from '../machines/guards/anchor.ts';
import type { GuardFact } from '../events/guard.ts';
import { blind, configured, fact, observed, settings, thing } from './given.ts';

const rules = settings.guards.anchor_saturation;

const driven = (given = rules) => {
  const guard = thing(anchorGuard(given));
  let tick = 0;
  return (sample: number | null): GuardFact => {
    tick += 1;
    return fact(
      guard.turn(0, observed(tick, sample === null ? blind : { anchorErrorBps: sample })),
    );
  };
};

const fed = (samples: readonly (number | null)[], given = rules): GuardFact => {
  const guard = driven(given);
  const found = samples.map(guard);
  return found.at(-1) as GuardFact;
};

const times = <T>(n: number, x: T): readonly T[] => Array.from({ length: n }, () => x);

test('a window that is not full trips nothing', (t) => {
  t.false(fed(times(24, 50)).trip);
  t.true(fed(times(25, 50)).trip);
});

test('mean of exactly 6.0 and share of exactly 40 % trip', (t) => {
  const exact = fed([...times(10, 9), ...times(15, 4)]);
  t.is(exact.operands['meanBps'], 6);
  t.is(exact.operands['sharePct'], 40);
  t.true(exact.trip);
});

test('just below either threshold nothing trips', (t) => {
  t.false(fed([...times(10, 9), ...times(14, 4), 3.999]).trip, 'mean');
  t.false(fed([...times(9, 10.1), ...times(16, 4.9)]).trip, 'share 36 %');
});

test('only |x| > 5.0 counts to the share: 5.0 itself does not', (t) => {
  t.is(fed(times(25, 5)).operands['sharePct'], 0);
  t.is(fed(times(25, 5.0001)).operands['sharePct'], 100);
});

test('it trips on either side of the book', (t) => {
  t.true(fed(times(25, -6.85)).trip);
  t.is(fed(times(25, -6.85)).operands['meanBps'], -6.85);
});

test('samples that cancel out trip nothing', (t) => {
  t.false(fed(Array.from({ length: 25 }, (_, i) => (i % 2 ? 9 : -9))).trip);
});

test('beyond ±10 it counts in full', (t) => {
  t.is(fed(times(25, 25)).operands['meanBps'], 25);
});

test('statistics are compared after rounding to 1e-9', (t) => {
  const tenths = fed([...times(10, 6.1), ...times(10, 5.9), ...times(5, 6)]);
  t.is(tenths.operands['meanBps'], 6);
  t.true(tenths.trip);
  t.false(fed(times(25, 5.999_999_99)).trip);
  t.is(fed(times(25, 5 + 1e-12)).operands['sharePct'], 0);
});

test('a tick without a sample adds nothing, trips nothing and does not count', (t) => {
  const guard = driven();
  for (const x of times(24, 8)) guard(x);
  const unseen = guard(null);
  t.false(unseen.trip);
  t.is(unseen.release, 'neither');
  t.true(guard(8).trip);
  t.false(guard(null).trip, 'full and beyond, but nothing was seen');
});

test('release: |mean| below 4.0 and share below 30 %, both strict', (t) => {
  t.is(fed(times(25, 3.999)).release, 'holds');
  t.is(fed(times(25, 4)).release, 'broken');
  t.is(fed([...times(7, 5.1), ...times(18, 2)]).release, 'holds', '28 %');
  t.is(fed([...times(8, 5.1), ...times(17, 2)]).release, 'broken', '32 %');
  const twenty = configured('guards.anchor_saturation.lookback_ticks=20').guards.anchor_saturation;
  t.is(fed([...times(6, 5.1), ...times(14, 2)], twenty).release, 'broken', '30 %');
});

test('the window slides by one sample', (t) => {
  const guard = driven();
  for (const x of times(25, 10)) guard(x);
  for (let n = 0; n < 14; n += 1) t.true(guard(0).operands['sharePct'] !== 0);
  t.is(guard(0).operands['sharePct'], 40);
});

test('residual: raw before 50 samples, then less a moving average', (t) => {
  const given = configured('guards.anchor_saturation.signal=residual').guards.anchor_saturation;
  const guard = driven(given);
  for (const x of times(49, 8)) guard(x);
  const raw = guard(8);
  t.is(raw.operands['meanBps'], 7.68, '24 raw samples of 8 and one residual of 0');
  for (const x of times(24, 8)) guard(x);
  t.is(guard(8).operands['meanBps'], 0);
  const jumped = guard(20);
  const ema = 8 + (2 / 151) * 12;
  t.is(jumped.operands['meanBps'], Math.round(((20 - ema) / 25) * 1e9) / 1e9);
});

test('distances: 0 or less is reached', (t) => {
  const found = fed(times(25, 6));
  t.is(found.toTrip, 0);
  t.is(found.toRelease, 2);
});

test('trip and release never hold together, whatever is seen', (t) => {
  const sample = fc.option(fc.double({ min: -30, max: 30, noNaN: true }), { nil: null });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 80 }), (samples) => {
      const guard = driven();
      return samples.every((x) => {
        const { trip, release } = guard(x);
        return !(trip && release === 'holds') && (x !== null || release === 'neither');
      });
    }),
  );
  t.pass();
});
