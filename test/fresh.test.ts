/** The look at the market before a tick: what a pause of the process has met is read anew. */
import test from 'ava';
import { readFresh } from '../actors/fresh.ts';

const lateMs = 4_000;

/** How many reads a tick due at 0 waits for, where so many ms pass before the first and within each. */
const readsOf = async (beforeMs: number, ...withinMs: readonly number[]): Promise<number> => {
  let now = beforeMs;
  let reads = 0;
  const read = async (): Promise<void> => {
    now += withinMs[reads] ?? 100;
    reads += 1;
  };
  await readFresh(() => now, read, 0, lateMs);
  return reads;
};

test('where nothing has paused one read is enough, however slow', async (t) => {
  t.is(await readsOf(0), 1);
  t.is(await readsOf(3_999, 2_000), 1);
});

test('after a pause the first read hears the news, and the second is of now', async (t) => {
  t.is(await readsOf(5_000), 2);
});

test('a pause within a read is one, too: the next one may have begun before the news were heard', async (t) => {
  t.is(await readsOf(0, 5_000), 3);
  t.is(await readsOf(5_000, 5_000), 3);
});

test('a machine that pauses again and again still ticks', async (t) => {
  t.is(await readsOf(5_000, ...Array.from({ length: 10 }, () => 5_000)), 4);
});
