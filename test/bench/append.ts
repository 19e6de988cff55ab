/** How many events a second become durable, by batch size, beside what a user would write them with instead. Prints; judges nothing. */
import { batchesOf, inFolder, machine, median, say, timed } from './measured.ts';
import { installRivals, rivals, thisLog, type Rival } from './rival.ts';

const batchSizes = [1, 10, 100, 1_000];
const rounds = 5;

/** Appends under way at a time: each waited for, or as the engine does it, which computes ahead of the disk. */
const depths = [1, 32];

const appended = (rival: Rival, size: number, depth: number): Promise<number> =>
  inFolder(async (folder) => {
    const batches = batchesOf(size, Math.max(20, Math.min(300, Math.floor(50_000 / size))));
    const store = await rival.open(folder);
    const elapsedMs = await timed(async () => {
      const pending: Promise<unknown>[] = [];
      for (const batch of batches) {
        pending.push(store.append(batch));
        if (pending.length >= depth) await pending.shift();
      }
      await Promise.all(pending);
    });
    await store.close();
    return (batches.length * size) / (elapsedMs / 1000);
  });

installRivals();
const all = await rivals();
/** Round by round, so that whatever else the machine does meanwhile meets them all. */
const rates = new Map<string, number[]>();
const keyOf = (rival: Rival, size: number, depth: number): string =>
  [rival.name, size, depth].join();
const isPossible = ({ oneByOne }: Rival, depth: number): boolean => depth === 1 || !oneByOne;
for (let round = 0; round < rounds; round += 1) {
  for (const depth of depths) {
    for (const rival of all.filter((one) => isPossible(one, depth))) {
      for (const size of batchSizes) {
        const key = keyOf(rival, size, depth);
        const rate = await appended(rival, size, depth).catch((error: unknown) => {
          console.log(`${rival.name} failed at batch ${size}: ${String(error)}`);
          return Number.NaN;
        });
        rates.set(key, [...(rates.get(key) ?? []), rate]);
      }
    }
  }
}

console.log(machine());
for (const depth of depths) {
  const rateOf = (rival: Rival, size: number): number =>
    median(rates.get(keyOf(rival, size, depth)) ?? []);
  const ratioTo = (rival: Rival, size: number): number =>
    rateOf(thisLog, size) / rateOf(rival, size);
  const compared = all.filter((one) => isPossible(one, depth));
  say(`durable events/s, ${depth} at a time, by batch`, ...batchSizes.map(String));
  for (const rival of compared)
    say(rival.name, ...batchSizes.map((size) => rateOf(rival, size).toFixed(0)));
  console.log('  this log to each of them');
  for (const rival of compared.filter((one) => one !== thisLog)) {
    say(`  ${rival.name}`, ...batchSizes.map((size) => ratioTo(rival, size).toFixed(2)));
  }
}
