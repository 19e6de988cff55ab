/** The report in a real browser, where one is installed: it renders without a network, prints, and is accessible; hostile text stays text. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { plotColumns } from '../inspector/report/canvas.ts';
import { gather } from '../inspector/report/gather.ts';
import { report } from '../inspector/report/report.ts';
import { inBrowser, closeBrowser } from './browser.ts';
import { played } from './inspected.ts';
import { folderFor } from './log-sample.ts';

test.after.always(closeBrowser);

const a4 = { width: 794, height: 1123 };
const hostile = `</style><script>document.title='owned'</script><img src=x onerror="document.title='owned'">`;

const rows = played().map((row): Recorded<Event> =>
  row.event.type === 'halt' || row.event.type === 'session.ending'
    ? { ...row, event: { ...row.event, detail: hostile } as Event }
    : row,
);

async function* streamed(): AsyncGenerator<Recorded<Event>> {
  yield* rows;
}

const written = async (t: ExecutionContext<unknown>): Promise<string> => {
  const frame = { from: rows[0]?.at ?? 0, to: rows.at(-1)?.at ?? 0, columns: plotColumns };
  const text = report(await gather(streamed(), frame), {
    session: 1,
    lastHash: 'f'.repeat(64),
    isWritten: true,
    database: 'neo.db',
    chain: rows.filter(({ event }) => event.type === 'session.ending' || event.type === 'halt'),
    causes: rows.flatMap((row) =>
      row.event.type === 'guard.tripped' ? [{ row, from: [{ row, input: row }] }] : [],
    ),
    alternatives: null,
    fromDefaults: [{ key: 'engine.duration_seconds', here: '600', there: '7200' }],
    fromBefore: null,
  });
  const file = join(await folderFor(t), 'report.html');
  await writeFile(file, text);
  return pathToFileURL(file).href;
};

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Violation = Readonly<{
  id: string;
  impact: string;
  nodes: readonly Readonly<{ html: string }>[];
}>;

for (const colorScheme of ['dark', 'light'] as const) {
  inBrowser(
    `it renders without a network, prints, and axe finds nothing serious, ${colorScheme}`,
    async (t, browser) => {
      const url = await written(t);
      const context = await browser.newContext({
        viewport: a4,
        colorScheme,
        offline: true,
        bypassCSP: true,
      });
      const page = await context.newPage();
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(url);
      t.is(await page.title(), 'NEO session 1');
      t.regex(
        (await page.locator('h1').textContent()) ?? '',
        /^\s*Ended after 10m00s: duration_elapsed/,
      );
      t.is(await page.locator('script, img').count(), 0);
      t.regex((await page.locator('.why').textContent()) ?? '', /<script>document\.title/);
      t.is(await page.locator('.picture text.name').count(), 7);
      t.true(
        await page.evaluate(`document.fonts.ready.then(() => document.fonts.check('12px Inter'))`),
      );
      t.is(await page.evaluate('document.documentElement.scrollWidth'), a4.width);
      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run()')) as {
        violations: readonly Violation[];
      };
      t.deepEqual(
        violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`),
        [],
      );
      await page.emulateMedia({ media: 'print' });
      t.is(
        await page.evaluate(`getComputedStyle(document.documentElement).backgroundColor`),
        'rgb(255, 255, 255)',
      );
      t.is(await page.evaluate(`getComputedStyle(document.body).color`), 'rgb(22, 25, 28)');
      const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      t.is(paper.subarray(0, 5).toString(), '%PDF-');
      t.deepEqual(
        asked.filter((one) => !one.startsWith('data:') && one !== url),
        [],
      );
      t.deepEqual(complaints, []);
      await context.close();
    },
  );
}

inBrowser('on a phone nothing runs out of it', async (t, browser) => {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await page.goto(await written(t));
  t.true(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 390);
  const tallest = await page.evaluate(
    `Math.max(...[...document.querySelectorAll('td')].map((cell) => cell.offsetHeight))`,
  );
  t.true((tallest as number) < 130, `a cell is ${String(tallest)} pixels tall`);
  const scale = `(() => {
    const picture = document.querySelector('.picture');
    return picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
  })()`;
  t.true(
    ((await page.evaluate(scale)) as number) >= 1,
    'the words of the picture are made smaller',
  );
  await page.close();
});

/** Tables that reach into what is beside them, and times and amounts that are broken over lines. */
const unfit = `[
  ...[...document.querySelectorAll('table')].filter(
    (table) => table.getBoundingClientRect().right > table.parentElement.getBoundingClientRect().right + 1,
  ),
  ...[...document.querySelectorAll('td .figure, .command')].filter(
    (one) => !one.matches('.key, .free') && one.getClientRects().length + one.offsetHeight / 100 > 1.3,
  ),
].map((one) => one.textContent.trim().replace(/\\s+/g, ' '))`;

for (const [medium, width] of [
  ['screen', 1000],
  ['screen', 700],
  ['print', 696],
] as const) {
  inBrowser(
    `no table runs out of its column and no time breaks over a line, ${medium} of ${width} pixels`,
    async (t, browser) => {
      const page = await browser.newPage({ viewport: { width, height: 1000 } });
      await page.emulateMedia({ media: medium });
      await page.goto(await written(t));
      t.deepEqual(await page.evaluate(unfit), []);
      await page.close();
    },
  );
}
