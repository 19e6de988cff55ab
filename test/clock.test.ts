/** Real time: what the wall clock may do to it. */
import test from 'ava';
import { realClock } from '../actors/clock.ts';

/** Lets the wall clock differ by so many ms while `look` looks. */
const shifted = <T>(byMs: number, look: () => T): T => {
  const wall = Date.now;
  Date.now = () => wall() + byMs;
  try {
    return look();
  } finally {
    Date.now = wall;
  }
};

test.serial('a machine that has slept is late, and time never goes back', (t) => {
  const clock = realClock();
  const before = clock.now();
  t.true(shifted(-3_600_000, clock.now) - before < 1_000, 'set back');
  t.true(shifted(1_000, clock.now) - before < 1_000, 'a small step is none');
  t.true(shifted(900_000, clock.now) - before >= 900_000, 'slept');
  t.true(clock.now() - before >= 900_000);
});

test.serial('time that runs at another speed follows no wall', (t) => {
  const clock = realClock(0, 10);
  t.true(shifted(900_000, clock.now) - clock.now() < 1_000);
});

test('a timer far away is not due at once, and can be called off', async (t) => {
  const clock = realClock();
  let fired = 0;
  const callOff = clock.at(clock.now() + 40 * 86_400_000, () => (fired += 1));
  await new Promise<void>((resolve) => clock.at(clock.now() + 20, resolve));
  callOff();
  t.is(fired, 0);
});
