/** How soon a session runs on an existing database, beside Node itself doing nothing, and how long a scrape of its metrics takes. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openReader } from '../../actors/log/reader.ts';
import { createMeter } from '../../commands/run/watch/metrics.ts';
import { apply, empty } from '../../projections/session.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';

const tries = 5;
const main = fileURLToPath(new URL('../../main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'neo-ready-'));
const db = join(folder, 'neo.db');

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** From the start of the process to its first status line, which comes with the first tick, in milliseconds. */
const ready = async (): Promise<number> => {
  const begun = performance.now();
  const asked = ['--duration-seconds', '2', '--speed', '2', '--db', db];
  const child = spawn(process.execPath, [main, ...asked], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  const took = performance.now() - begun;
  child.stdout.resume();
  await ended;
  return took;
};

const idle = (): number => {
  const begun = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - begun;
};

const [first = 0, ...later] = await (async () => {
  const all: number[] = [];
  for (let count = 0; count <= tries; count += 1) all.push(await ready());
  return all;
})();
const nothing = median(Array.from({ length: tries }, idle));
const usual = median(later);
console.log(
  `ready on a new database ${first.toFixed(0)} ms, on an existing one ${usual.toFixed(0)} ms; Node alone ${nothing.toFixed(0)} ms (× ${(usual / nothing).toFixed(1)})`,
);

const reader = await openReader(db);
let state = empty;
for await (const page of reader.readSession(1)) {
  for (const row of page as readonly Recorded<Event>[]) state = apply(state, row);
}
await reader.close();
const meter = createMeter(
  () => state,
  () => ({ session: '1', network: 'sandbox' }),
);
const scrapes: number[] = [];
for (let count = 0; count < 200; count += 1) {
  const begun = performance.now();
  await meter.text();
  scrapes.push(performance.now() - begun);
}
meter.stop();
const [typical, worst] = [median(scrapes), Math.max(...scrapes)];
console.log(`a scrape takes ${typical.toFixed(2)} ms, at worst ${worst.toFixed(2)} ms`);
rmSync(folder, { recursive: true, force: true });
