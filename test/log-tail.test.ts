/** The tail: every row from any event on, once and in order, as it becomes durable; a slow reader holds nobody up. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import { NEVER, firstValueFrom, lastValueFrom, takeWhile, tap, toArray } from 'rxjs';
import { LogError } from '../actors/log/failure.ts';
import type { Page, Position } from '../actors/log/read.ts';
import { openReader } from '../actors/log/reader.ts';
import { verifyLog } from '../actors/log/verify.ts';
import { folderFor, openSample, turnAt, turnsOf, withSqlite } from './log-sample.ts';

const placesIn = ({ session, rows }: Page): readonly string[] =>
  rows.map(({ seq }) => `${session}/${seq}`);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('from any event on, whoever reads how slowly while who appends how fast, every row comes once and in order', async (t) => {
  const folder = await folderFor(t);
  let run = 0;
  const turns = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 30 });
  const property = fc.asyncProperty(
    fc.array(turns, { minLength: 1, maxLength: 3 }),
    fc.nat(),
    fc.integer({ min: 1, max: 40 }),
    fc.array(fc.constantFrom(0, 0, 1, 3), { minLength: 1, maxLength: 10 }),
    fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }),
    async (sessions, start, rowsMax, delaysMs, waits) => {
      const file = join(folder, `tail-${(run += 1)}.db`);
      const log = await openSample(file);
      const batches = sessions.flatMap((decisions, index) =>
        turnsOf(decisions).map((rows): Page => ({ session: index + 1, rows })),
      );
      const places = batches.flatMap(placesIn);
      const from = start % places.length;
      const [session = 0, seq = 0] =
        from === 0 ? [] : (places[from - 1]?.split('/').map(Number) ?? []);
      const after: Position = { session, seq };
      const reader = await openReader(file);
      let taken = 0;
      const take = async (page: Page): Promise<Page> => {
        await pause(delaysMs[(taken += 1) % delaysMs.length] ?? 0);
        return page;
      };
      const last = places.at(-1) ?? '';
      const seen = [
        log.tail(after),
        log.tail(after, { take, rowsMax }),
        reader.tail(after, { take, rowsMax }),
      ].map((pages) =>
        lastValueFrom(
          pages.pipe(
            takeWhile((page) => placesIn(page).at(-1) !== last, true),
            toArray(),
          ),
        ),
      );
      for (const [index, { session: number, rows }] of batches.entries()) {
        const durable = log.append(number, rows);
        if (waits[index % waits.length]) await durable;
      }
      for (const pages of await Promise.all(seen)) {
        t.deepEqual(pages.flatMap(placesIn), places.slice(from));
        const rows = new Map(
          batches.flatMap((page) => page.rows.map((row, index) => [placesIn(page)[index], row])),
        );
        for (const page of pages) {
          for (const [index, row] of page.rows.entries())
            t.deepEqual(row, rows.get(placesIn(page)[index]));
        }
      }
      await reader.close();
      await log.close({ clean: true });
    },
  );
  await fc.assert(property, { numRuns: 25 });
});

test('a reader that never deals with its page holds that one page, and neither the writer nor another reader waits', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const turns = turnsOf(Array.from({ length: 200 }, () => 4));
  const stuck: Page[] = [];
  const take = (page: Page): typeof NEVER => {
    stuck.push(page);
    return NEVER;
  };
  const slow = log.tail({ session: 1, seq: 0 }, { take }).subscribe();
  let rows = 0;
  const quick = log.tail({ session: 1, seq: 0 }).subscribe((page) => (rows += page.rows.length));
  for (const turn of turns) await log.append(1, turn);
  t.is(stuck.length, 1);
  t.true((stuck[0]?.rows.length ?? 0) <= 250);
  while (rows < turns.flat().length) await pause(1);
  slow.unsubscribe();
  quick.unsubscribe();
  await log.close({ clean: true });
});

test('the log of another process is followed while that writes it, over its death and its successor', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const script = fileURLToPath(new URL('./log-child.js', import.meta.url));
  const begin = async () => {
    const child = spawn(process.execPath, [script, file, 'append'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.teardown(() => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.stdout.resume();
    return child;
  };
  const first = await begin();
  const reader = await openReader(file);
  const seen: string[] = [];
  const pages = reader
    .tail({ session: 0, seq: 0 })
    .pipe(tap((page) => seen.push(...placesIn(page))));
  const following = pages.subscribe({ error: (cause) => t.fail(String(cause)) });
  while (seen.length < 500) await pause(5);
  first.kill('SIGKILL');
  await once(first, 'close');
  const second = await begin();
  while (!seen.at(-1)?.startsWith('2/')) await pause(5);
  second.kill('SIGKILL');
  await once(second, 'close');
  const verdict = await verifyLog(file);
  t.true(verdict.intact);
  while (verdict.intact && seen.length < verdict.events) await pause(5);
  const [one, two] = (await reader.sessions()).map(({ last }) => last.seq);
  const expected = [...Array(one).keys()].map((index) => `1/${index + 1}`);
  t.deepEqual(seen, [...expected, ...[...Array(two).keys()].map((index) => `2/${index + 1}`)]);
  following.unsubscribe();
  await reader.close();
});

test('it completes when the log is closed, with everything that its reader had time for', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const pages = lastValueFrom(log.tail({ session: 0, seq: 0 }).pipe(toArray()));
  for (const rows of turnsOf([1, 0, 2])) await log.append(1, rows);
  await log.close({ clean: true });
  t.is((await pages).flatMap(({ rows }) => rows).length, 6);
});

test('after unsubscribing nothing is read any more', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  const seen: Page[] = [];
  const subscription = log.tail({ session: 0, seq: 0 }).subscribe((page) => {
    seen.push(page);
    subscription.unsubscribe();
  });
  for (const rows of turnsOf([1, 0, 2])) await log.append(1, rows);
  await pause(10);
  t.is(seen.length, 1);
  await log.close({ clean: true });
});

test('what its reader throws ends it, and not the log', async (t) => {
  const log = await openSample(join(await folderFor(t), 'neo.db'));
  await log.append(1, turnAt(1, 1, 0));
  const take = (): never => {
    throw new Error('planted');
  };
  await t.throwsAsync(lastValueFrom(log.tail({ session: 0, seq: 0 }, { take })), {
    message: 'planted',
  });
  await log.append(1, turnAt(2, 2, 0));
  await log.close({ clean: true });
});

for (const [what, sql, says] of [
  [
    'a missing event',
    'DELETE FROM event WHERE session = 1 AND seq = 2',
    /session 1 is damaged \(event 2 is missing\)/,
  ],
  [
    'a missing session',
    'DELETE FROM event WHERE session = 1',
    /session 1 is damaged \(it is missing\)/,
  ],
] as const) {
  test(`${what} ends the tail with the cure`, async (t) => {
    const file = join(await folderFor(t), 'neo.db');
    const log = await openSample(file);
    for (const session of [1, 2])
      for (const rows of turnsOf([1, 1])) await log.append(session, rows);
    await withSqlite(file, 'write', (connection) =>
      connection.exec(`DROP TRIGGER event_is_never_deleted; ${sql}`),
    );
    const error = await t.throwsAsync(firstValueFrom(log.tail({ session: 0, seq: 0 })), {
      instanceOf: LogError,
    });
    t.regex(error?.message ?? '', says);
    await log.close({ clean: true });
  });
}
