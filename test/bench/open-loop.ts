/** Events that come whether or not the last ones are durable: how soon they are, and how long the event loop is held meanwhile. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { inFolder, machine, quantile, rowAt, say } from './measured.ts';
import { installRivals, rivals, type Rival, type Store } from './rival.ts';

const seconds = 6;
/** Events a turn. */
const batch = 5;
const rates = [200, 5_000];

type Figures = Readonly<{ durableMs: readonly number[]; lagMs: number }>;

/** The 99th percentile of what a timer of one millisecond comes late. */
const lagOf = async (work: () => Promise<unknown>): Promise<number> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return delay.percentile(99) / 1e6;
};

const driven = async (store: Store, rate: number): Promise<Figures> => {
  const durableMs: number[] = [];
  const pending: Promise<unknown>[] = [];
  const turns = (rate * seconds) / batch;
  const lagMs = await lagOf(async () => {
    const startedMs = performance.now();
    for (let turn = 0; turn < turns;) {
      const due = Math.min(turns, ((performance.now() - startedMs) / 1000) * (rate / batch));
      for (; turn < due; turn += 1) {
        const rows = Array.from({ length: batch }, (_, index) =>
          rowAt(turn * batch + index + 1, batch),
        );
        const saidMs = performance.now();
        pending.push(store.append(rows).then(() => durableMs.push(performance.now() - saidMs)));
      }
      await wait(1);
    }
    await Promise.all(pending);
  });
  return { durableMs, lagMs };
};

const shown = async (rival: Rival, rate: number, idleMs: number): Promise<void> => {
  const { durableMs, lagMs } = await inFolder(async (folder) => {
    const store = await rival.open(folder);
    const figures = await driven(store, rate);
    await store.close();
    return figures;
  });
  const figures = [quantile(durableMs, 0.5), quantile(durableMs, 0.99), lagMs - idleMs];
  say(`${rival.name}, ${rate} events/s`, ...figures.map((figure) => figure.toFixed(1)));
};

installRivals();
const all = (await rivals()).filter(({ oneByOne }) => !oneByOne);
const idleMs = await lagOf(() => wait(seconds * 1000));
console.log(machine());
say('ms, turns of 5 events', 'median', 'p99', 'lag p99');
say('nothing at all', '', '', `(${idleMs.toFixed(1)})`);
for (const rate of rates) for (const rival of all) await shown(rival, rate, idleMs);
