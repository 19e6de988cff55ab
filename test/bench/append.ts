/** How many events a second become durable, by batch size, beside what a user would write them with instead. Prints; judges nothing. */
import { batchesOf, inFolder, machine, median, say, timed } from './measured.ts';
import { installRivals, rivals, thisLog, type Rival } from './rival.ts';

const batchSizes = [1, 10, 100, 1_000];
const rounds = 5;

const appended = (rival: Rival, size: number): Promise<number> =>
  inFolder(async (folder) => {
    const batches = batchesOf(size, Math.max(20, Math.min(300, Math.floor(50_000 / size))));
    const store = await rival.open(folder);
    const elapsedMs = await timed(async () => {
      for (const batch of batches) await store.append(batch);
    });
    await store.close();
    return (batches.length * size) / (elapsedMs / 1000);
  });

installRivals();
const all = await rivals();
/** Round by round, so that whatever else the machine does meanwhile meets them all. */
const rates = new Map<string, number[]>();
for (let round = 0; round < rounds; round += 1) {
  for (const rival of all) {
    for (const size of batchSizes) {
      const key = `${rival.name} ${size}`;
      rates.set(key, [...(rates.get(key) ?? []), await appended(rival, size)]);
    }
  }
}
const rateOf = (rival: Rival, size: number): number =>
  median(rates.get(`${rival.name} ${size}`) ?? []);

console.log(machine());
say(`durable events/s, median of ${rounds}, by batch`, ...batchSizes.map(String));
for (const rival of all) {
  say(rival.name, ...batchSizes.map((size) => rateOf(rival, size).toFixed(0)));
}
console.log('this log to each of them');
for (const rival of all.filter((one) => one !== thisLog)) {
  say(
    rival.name,
    ...batchSizes.map((size) => (rateOf(thisLog, size) / rateOf(rival, size)).toFixed(2)),
  );
}
