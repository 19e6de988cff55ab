/** The page in a real browser, where one is installed: what happens live appears, a dead session is looked through, hostile text stays text. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test, { type ExecutionContext } from 'ava';
import type { Page, Route } from 'playwright-core';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Actions } from '../inspector/actions.ts';
import { startInspector, type Inspector } from '../inspector/server.ts';
import { inBrowser, closeBrowser, openAt } from './browser.ts';
import { played, playedStart, sourceFrom, type Grown } from './inspected.ts';

test.after.always(closeBrowser);

const rows = played();

type Door = Partial<Actions & { port: number }>;

/** Goes with the test, whatever becomes of that. */
const serve = async (
  t: ExecutionContext<unknown>,
  grown: Grown,
  { port = 0, token = 'secret', post = async () => ({ said: 'done' }) }: Door = {},
): Promise<Inspector> => {
  const inspector = await startInspector({
    host: '127.0.0.1',
    port,
    exactPort: true,
    source: grown.source,
    actions: { token, post },
  });
  t.teardown(inspector.close);
  return inspector;
};

const word = (page: Page) => page.locator('.mode strong');
const lit = (page: Page, guard: string) => page.locator(`.region.${guard} .state.on text`);
const sentence = (page: Page) => page.locator('.sentence');

/** Puts the cursor there. */
const clickAt = async (page: Page, seconds: number, whole: number): Promise<void> => {
  const box = await page.locator('.pointer').boundingBox();
  if (!box) throw new Error('there are no lanes');
  await page.mouse.click(box.x + (box.width * seconds) / whole, box.y + 60);
};

const seqAt = (seconds: number): number =>
  rows.findLast(({ at }) => at <= playedStart + seconds * 1000)?.seq ?? 0;

inBrowser(
  'a transition appears while it happens, and a page left open follows the next session',
  async (t, browser) => {
    const grown = sourceFrom([rows.slice(0, seqAt(90))]);
    const inspector = await serve(t, grown);
    const { page, complaints, strangers } = await openAt(browser, inspector.url);
    await word(page).getByText('OK', { exact: true }).waitFor();
    t.is(await lit(page, 'anchor_saturation').textContent(), 'armed');
    grown.grow(1, rows.slice(seqAt(90), seqAt(97)));
    await word(page).getByText('DEGRADED', { exact: true }).waitFor();
    await lit(page, 'anchor_saturation').getByText('tripped').waitFor();
    t.is(await page.locator('.region.anchor_saturation .arrow.hot').count(), 1);
    t.is(await lit(page, 'directional_drift').textContent(), 'armed');
    grown.grow(2, rows.slice(0, 30));
    await page.locator('.which b').getByText('S2').waitFor();
    t.deepEqual(complaints, []);
    t.deepEqual(strangers, []);
    await page.close();
  },
);

inBrowser(
  'a dead session is scrubbed: both causes at their times, by the mouse and by the keyboard',
  async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows]));
    const { page, complaints } = await openAt(browser, inspector.url);
    await word(page).getByText('ENDED').waitFor();
    await page.locator('.session .bar .DEGRADED').first().waitFor();
    const whole = ((rows.at(-1)?.at ?? 0) - (rows[0]?.at ?? 0)) / 1000;
    await clickAt(page, 104 + 1, whole);
    await word(page).getByText('DEGRADED').waitFor();
    t.regex((await sentence(page).textContent()) ?? '', /anchor_saturation/);
    t.notRegex((await sentence(page).textContent()) ?? '', /directional_drift/);
    await clickAt(page, 150, whole);
    await sentence(page).getByText('directional_drift C').waitFor();
    t.is(await lit(page, 'anchor_saturation').textContent(), 'tripped');
    t.is(await lit(page, 'directional_drift').textContent(), 'recovering');
    await page.keyboard.press('Home');
    await word(page).getByText('OPENING').waitFor();
    await page.keyboard.press('Shift+ArrowRight');
    await word(page).getByText('DEGRADED').waitFor();
    t.notRegex((await sentence(page).textContent()) ?? '', /directional_drift/);
    await page.keyboard.press('Shift+ArrowRight');
    await sentence(page).getByText('directional_drift C').waitFor();
    const flag = (await page.locator('.flag').textContent()) ?? '';
    t.regex(flag, /^1m49s/);
    await page.keyboard.press('.');
    await word(page).getByText('ENDED').waitFor();
    t.deepEqual(complaints, []);
    await page.close();
  },
);

inBrowser(
  'the log is filtered, an event moves the whole page to its time, its causes stand above it',
  async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows]));
    const { page } = await openAt(browser, inspector.url);
    await word(page).getByText('ENDED').waitFor();
    await page.getByLabel('Type', { exact: true }).selectOption('guard.tripped');
    const found = page.locator('.lines .line .type');
    await page.getByText('2 found').waitFor();
    await found.first().getByText('guard.tripped').waitFor();
    t.is(await found.count(), 2);
    await found.nth(1).click();
    await lit(page, 'directional_drift').getByText('tripped').waitFor();
    const tree = page.locator('.cause .tree').first();
    await tree.locator('.now b').getByText('guard.tripped').waitFor();
    t.deepEqual(await tree.locator('b').allTextContents(), [
      'tick',
      'market.observed',
      'guards.evaluated',
      'guard.tripped',
    ]);
    await page.keyboard.press('[');
    await tree.locator('.now b').getByText('guards.evaluated').waitFor();
    await page.getByRole('button', { name: 'clear' }).click();
    await page.getByText(/\d events/).waitFor();
    await page.close();
  },
);

inBrowser('hostile text in the log stays text', async (t, browser) => {
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  const told = rows.map((row): Recorded<Event> => {
    if (row.event.type === 'gateway.changed')
      return { ...row, event: { ...row.event, why: hostile } };
    if (row.event.type === 'session.ending')
      return { ...row, event: { ...row.event, detail: hostile } };
    return row.event.type === 'halt'
      ? { ...row, event: { ...row.event, detail: hostile, reason: 'kill_switch' } }
      : row;
  });
  const inspector = await serve(t, sourceFrom([told]));
  const { page, complaints } = await openAt(browser, inspector.url);
  await sentence(page).getByText(hostile, { exact: false }).waitFor();
  await page.getByLabel('Type', { exact: true }).selectOption('gateway.*');
  t.is(await page.locator('img, #page script').count(), 0);
  t.regex(await page.title(), /NEO$/);
  t.deepEqual(complaints, []);
  await page.close();
});

inBrowser('an engine that is gone is said, and found again', async (t, browser) => {
  const first = await serve(t, sourceFrom([rows.slice(0, seqAt(100))]));
  const { page } = await openAt(browser, first.url);
  await word(page).getByText('DEGRADED').waitFor();
  await first.close();
  await page.locator('.banner.lost').waitFor();
  t.regex((await page.locator('.banner.lost').textContent()) ?? '', /nothing is extrapolated/);
  t.is(await word(page).textContent(), 'DEGRADED');
  await serve(t, sourceFrom([rows.slice(0, seqAt(100)), rows.slice(0, 40)]), {
    port: Number(new URL(first.url).port),
  });
  await page.locator('.which b').getByText('S2').waitFor();
  t.is(await page.locator('.banner.lost').count(), 0);
  await page.close();
});

inBrowser('who has the token may ask, who has not sees no button', async (t, browser) => {
  const inspector = await serve(t, sourceFrom([rows.slice(0, seqAt(100))]));
  const without = await openAt(browser, inspector.url);
  await without.page.getByText('read-only: no token').waitFor();
  t.is(await without.page.locator('.kill').count(), 0);
  await without.page.close();
  const { page } = await openAt(browser, `${inspector.url}#token=secret`);
  await page.locator('.kill').waitFor();
  t.notRegex(page.url(), /secret/);
  await page.keyboard.press('Shift+K');
  await page.getByRole('dialog').getByText('Hold to kill').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Stop…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.close();
});

inBrowser(
  'the kill switch fires when it is held, and whatever lets go of it ends that',
  async (t, browser) => {
    const asked: unknown[] = [];
    const post: Actions['post'] = async ({ type }) => {
      asked.push(type);
      return { said: 'The kill switch is latched.' };
    };
    const inspector = await serve(t, sourceFrom([rows.slice(0, seqAt(100))]), { post });
    const { page } = await openAt(browser, `${inspector.url}#token=secret`);
    const hold = page.getByRole('button', { name: 'Hold to kill' });
    const { keyboard, mouse } = page;
    const ask = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Kill switch…' }).click();
      await hold.hover();
      await hold.focus();
    };
    const letGo: Readonly<Record<string, () => Promise<void>>> = {
      'the key over another button': async () => {
        await keyboard.down(' ');
        await keyboard.press('Shift+Tab');
        await keyboard.up(' ');
      },
      'the dialog, cancelled': async () => {
        await keyboard.down('Enter');
        await page.getByRole('button', { name: 'Cancel' }).click();
        await keyboard.up('Enter');
      },
      'the dialog, closed by its key': async () => {
        await mouse.down();
        await keyboard.press('Escape');
      },
      'the window, lost while a key is down': async () => {
        await keyboard.down(' ');
        await page.evaluate("dispatchEvent(new FocusEvent('blur'))");
      },
      'the pointer, taken away by the system': async () => {
        await mouse.down();
        await page.evaluate("dispatchEvent(new PointerEvent('pointercancel'))");
      },
      'the pointer, beside the button': async () => {
        await mouse.down();
        await mouse.move(5, 5);
      },
      'another button of the mouse': () => mouse.down({ button: 'right' }),
    };
    for (const [name, how] of Object.entries(letGo)) {
      await ask();
      await how();
      await page.waitForTimeout(1_100);
      t.deepEqual(asked, [], name);
      await mouse.up();
      await mouse.up({ button: 'right' });
      await keyboard.up(' ');
      await keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
    await ask();
    await mouse.down();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await mouse.up();
    t.deepEqual(asked, ['operator.kill']);
    await ask();
    await keyboard.down(' ');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    t.deepEqual(asked, ['operator.kill', 'operator.kill']);
    await page.close();
  },
);

inBrowser(
  'an address that is given to an open page is taken and leaves the address bar',
  async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows, rows.slice(0, seqAt(100))]));
    const { page, complaints } = await openAt(browser, inspector.url);
    const none = page.getByText('read-only: no token');
    await none.waitFor();
    await page.goto(`${inspector.url}#token=secret`);
    await page.locator('.kill').waitFor();
    t.is(await none.count(), 0);
    await page.waitForURL(`${inspector.url}#s=2`);
    await page.goto(`${inspector.url}#s=1`);
    await page.locator('.which b').getByText('S1').waitFor();
    await page.goto(`${inspector.url}#s=2&token=secret`);
    await page.locator('.which b').getByText('S2').waitFor();
    t.is(page.url(), `${inspector.url}#s=2`);
    t.deepEqual(complaints, []);
    await page.close();
  },
);

inBrowser(
  'of two addresses the one given last is shown, and a place left at once does not come back',
  async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows, rows.slice(0, seqAt(100))]));
    const { page } = await openAt(browser, `${inspector.url}#s=1`);
    const session = page.locator('.which b');
    await session.getByText('S1').waitFor();
    const length = () => page.evaluate('history.length');
    const before = Number(await length());
    const held: Route[] = [];
    await page.route('**/api/session?session=2', (route) => void held.push(route));
    const asked = page.waitForRequest('**/api/session?session=2');
    await page.goto(`${inspector.url}#s=2`);
    await asked;
    await page.waitForTimeout(600);
    t.is(page.url(), `${inspector.url}#s=2`);
    await Promise.all(held.map((route) => route.continue()));
    await session.getByText('S2').waitFor();
    t.is(await length(), before + 1, 'one place more to go back to');
    await page.unroute('**/api/session?session=2');
    await page.route('**/api/session?session=1', (route) => void held.push(route));
    const overtaken = page.waitForRequest('**/api/session?session=1');
    await page.goto(`${inspector.url}#s=1`);
    await overtaken;
    await page.goto(`${inspector.url}#s=2`);
    const answered = page.waitForResponse('**/api/session?session=1');
    await held.at(-1)?.continue();
    await (await answered).finished();
    await page.waitForTimeout(600);
    t.is(await session.textContent(), 'S2');
    t.is(page.url(), `${inspector.url}#s=2`);
    await page.close();
  },
);

inBrowser(
  'a stream that ends for good takes no place from what was asked for meanwhile',
  async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows, rows.slice(0, seqAt(100))]));
    const [stream, question] = ['**/api/live?session=1', '**/api/session?session=2'];
    const { page } = await openAt(browser, 'about:blank');
    const [streams, questions]: [Route[], Route[]] = [[], []];
    await page.route(stream, (route) => void streams.push(route));
    await page.route(question, (route) => void questions.push(route));
    const listening = page.waitForRequest(stream);
    await page.goto(`${inspector.url}#s=1`);
    await listening;
    const asked = page.waitForRequest(question);
    await page.goto(`${inspector.url}#s=2`);
    await asked;
    await Promise.all(streams.map((route) => route.fulfill({ status: 503 })));
    await page.locator('.banner.lost').waitFor();
    await page.waitForTimeout(1_500);
    await Promise.all(questions.map((route) => route.continue()));
    await page.locator('.which b').getByText('S2').waitFor();
    t.is(page.url(), `${inspector.url}#s=2`);
    await page.close();
  },
);

inBrowser(
  'what is looked for again gives way to what is asked for, and is not forgotten for a place in it',
  async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows, rows, rows.slice(0, seqAt(100))]));
    const [stream, question] = ['**/api/live?session=1', '**/api/session?session=1'];
    const refuse = (page: Page) => page.route(stream, (route) => route.fulfill({ status: 503 }));
    const { page } = await openAt(browser, 'about:blank');
    await refuse(page);
    await page.goto(`${inspector.url}#s=1`);
    const session = page.locator('.which b');
    await page.locator('.banner.lost').waitFor();
    await page.goto(`${inspector.url}#s=2`);
    await session.getByText('S2').waitFor();
    await page.waitForTimeout(1_500);
    t.is(await session.textContent(), 'S2');
    t.is(page.url(), `${inspector.url}#s=2`);
    await page.goto(`${inspector.url}#s=1`);
    await page.locator('.banner.lost').waitFor();
    const held: Route[] = [];
    const asked = page.waitForRequest(question);
    await page.route(question, (route) => void held.push(route));
    await asked;
    await page.unroute(stream);
    await page.goto(`${inspector.url}#s=1&at=5&event=5`);
    await page.waitForTimeout(300);
    await Promise.all(held.map((route) => route.continue()));
    await page.unroute(question);
    await page.locator('.cause h2').getByText('Cause of 5').waitFor();
    t.is(await page.locator('.banner.lost').count(), 0);
    await page.goto(`${inspector.url}#s=99&at=5`);
    await session.getByText('S3').waitFor();
    await page.waitForURL(`${inspector.url}#s=3`);
    await page.close();
  },
);

inBrowser(
  'the next session is asked for once, however long it takes, and again where nobody answered',
  async (t, browser) => {
    const grown = sourceFrom([]);
    const inspector = await serve(t, grown);
    const { page } = await openAt(browser, `${inspector.url}#token=secret`);
    const newest = '**/api/session?session=0';
    const session = page.locator('.which b');
    const failed = page.waitForEvent('requestfailed');
    await page.route(newest, (route) => route.abort());
    await failed;
    await page.unroute(newest);
    grown.grow(1, rows.slice(0, seqAt(90)));
    await session.getByText('S1').waitFor();
    await word(page).getByText('OK', { exact: true }).waitFor();
    const held: Route[] = [];
    const asked = page.waitForRequest(newest);
    await page.route(newest, (route) => void held.push(route));
    grown.grow(2, rows.slice(0, 30));
    await asked;
    const waits = { session: 1, seq: 9, type: 'inventory.drift_at_shutdown', what: 'books 1' };
    grown.leave({ awaiting: [waits] });
    await page.getByRole('button', { name: 'Acknowledge event 9…' }).waitFor();
    t.is(held.length, 1);
    await held[0]?.continue();
    await session.getByText('S2').waitFor();
    await page.close();
  },
);

inBrowser(
  'a reload and a link show the same moment and event, and the browser goes back and forth',
  async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows, rows.slice(0, seqAt(100))]));
    const { page, complaints } = await openAt(browser, `${inspector.url}#s=1`);
    await word(page).getByText('ENDED').waitFor();
    await page.getByLabel('Type', { exact: true }).selectOption('guard.tripped');
    const trips = rows.filter(({ event }) => event.type === 'guard.tripped').map(({ seq }) => seq);
    const shows = async (seq: number | undefined): Promise<void> => {
      await page.locator('.cause h2').getByText(`Cause of ${seq}`).waitFor();
      await page.locator('.line.now.picked').waitFor();
      await page.waitForURL(`${inspector.url}#s=1&at=${seq}&event=${seq}`);
    };
    const found = page.locator('.lines .line .type');
    for (const [index, seq] of trips.entries()) {
      await found.nth(index).click();
      await shows(seq);
    }
    await page.reload();
    await shows(trips[1]);
    await page.goBack();
    await shows(trips[0]);
    await page.goBack();
    await word(page).getByText('ENDED').waitFor();
    await page.goForward();
    await shows(trips[0]);
    const shared = await openAt(browser, page.url());
    await shared.page.locator('.cause h2').getByText(`Cause of ${trips[0]}`).waitFor();
    t.is(await lit(shared.page, 'directional_drift').textContent(), 'armed');
    await shared.page.close();
    t.deepEqual(complaints, []);
    await page.close();
  },
);

inBrowser(
  'what waits for an acknowledgement has a button, and the key does the same',
  async (t, browser) => {
    const asked: unknown[] = [];
    const post: Actions['post'] = async (message) => {
      asked.push(message);
      return { said: 'The acknowledgement waits for the next start.' };
    };
    const grown = sourceFrom([rows]);
    const inspector = await serve(t, grown, { post });
    const { page } = await openAt(browser, `${inspector.url}#token=secret`);
    const { keyboard } = page;
    const notice = page.locator('.banner.notice');
    await page.getByRole('link', { name: 'Report' }).waitFor();
    await page.locator('.actions').waitFor({ state: 'attached' });
    await keyboard.press('a');
    await notice.getByText('No event waits for an acknowledgement.').waitFor();
    const waits = { session: 1, seq: 9, type: 'inventory.drift_at_shutdown', what: 'books 1' };
    grown.leave({ awaiting: [waits] });
    const button = page.getByRole('button', { name: 'Acknowledge event 9…' });
    const dialog = page.getByRole('dialog');
    for (const ask of [() => button.click(), () => keyboard.press('a')]) {
      await button.waitFor();
      await ask();
      await dialog.getByText('inventory.drift_at_shutdown: books 1').waitFor();
      t.true(await dialog.getByRole('button', { name: 'Acknowledge' }).isDisabled());
      await dialog.getByLabel('Note').fill('seen');
      await dialog.getByRole('button', { name: 'Acknowledge' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await notice.getByText('waits for the next start').waitFor();
    }
    const message = { type: 'operator.acknowledge', session: 1, seq: 9, note: 'seen' };
    t.deepEqual(asked, [message, message]);
    grown.leave({ awaiting: [] });
    await button.waitFor({ state: 'hidden' });
    await page.close();
  },
);

inBrowser(
  'a token that is not the server’s makes the page read-only, also one of before',
  async (t, browser) => {
    const grown = sourceFrom([rows.slice(0, seqAt(100))]);
    const first = await serve(t, grown);
    for (const wrong of ['WRONG', '']) {
      const { page } = await openAt(browser, `${first.url}#token=${wrong}`);
      await page.getByText(/read-only: (token not valid|no token)/).waitFor();
      t.is(await page.locator('.kill').count(), 0);
      await page.keyboard.press('Shift+K');
      t.is(await page.getByRole('dialog').count(), 0);
      await page.close();
    }
    const { page } = await openAt(browser, `${first.url}#token=secret`);
    await page.locator('.kill').waitFor();
    await first.close();
    await serve(t, grown, { port: Number(new URL(first.url).port), token: 'another' });
    await page.getByText('read-only: token not valid').waitFor();
    t.is(await page.locator('.kill').count(), 0);
    await page.close();
  },
);

inBrowser(
  'an older session that was opened stays shown while the newest goes on',
  async (t, browser) => {
    const grown = sourceFrom([rows, rows.slice(0, seqAt(90))]);
    const inspector = await serve(t, grown);
    const { page } = await openAt(browser, inspector.url);
    const which = page.locator('.which b');
    await which.getByText('S2').waitFor();
    await page.locator('.session').nth(1).waitFor();
    await page.keyboard.press('s');
    await which.getByText('S1').waitFor();
    await word(page).getByText('ENDED').waitFor();
    for (let seconds = 90; seconds < 100; seconds += 2) {
      grown.grow(2, rows.slice(seqAt(seconds), seqAt(seconds + 2)));
      await page.waitForTimeout(150);
    }
    t.is(await which.textContent(), 'S1');
    grown.grow(3, rows.slice(0, 30));
    await page.locator('.session .id').getByText('S3').waitFor();
    t.is(await which.textContent(), 'S1');
    await page.close();
  },
);

inBrowser(
  'pages out of sight leave a browser’s connections to the one in sight',
  async (t, browser) => {
    const grown = sourceFrom([rows.slice(0, seqAt(90))]);
    const inspector = await serve(t, grown);
    const context = await browser.newContext();
    const show = (page: Page, hidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} }); document.dispatchEvent(new Event('visibilitychange'))`,
      );
    const pages: Page[] = [];
    for (let count = 0; count < 7; count += 1) {
      const page = await context.newPage();
      await page.goto(`${inspector.url}#token=secret`);
      await page.locator('.kill').waitFor();
      pages.push(page);
      if (count < 6) await show(page, true);
    }
    const [first, seventh] = [pages[0], pages[6]];
    if (!first || !seventh) return t.fail();
    await seventh.getByRole('button', { name: 'Stop…' }).click();
    await seventh.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await seventh.locator('.banner.notice').getByText('done').waitFor();
    t.is(await first.title(), 'S1 : NEO');
    grown.grow(1, rows.slice(seqAt(90), seqAt(97)));
    await show(first, false);
    await word(first).getByText('DEGRADED').waitFor();
    t.is(await first.title(), 'S1 DEGRADED: NEO');
    await context.close();
  },
);

inBrowser(
  'eight windows in sight share one stream, and when the one that has it goes the next one takes it',
  async (t, browser) => {
    const grown = sourceFrom([rows.slice(0, seqAt(90))]);
    const inspector = await serve(t, grown);
    const context = await browser.newContext();
    const pages: Page[] = [];
    let streams = 0;
    context.on('request', (request) => (streams += request.url().includes('/api/live') ? 1 : 0));
    for (let count = 0; count < 8; count += 1) {
      const page = await context.newPage();
      await page.goto(`${inspector.url}#token=secret`);
      await page.locator('.kill').waitFor();
      pages.push(page);
    }
    t.is(streams, 1);
    await pages[0]?.close();
    grown.grow(1, rows.slice(seqAt(90), seqAt(97)));
    for (const page of pages.slice(1)) await word(page).getByText('DEGRADED').waitFor();
    const last = pages.at(-1);
    if (!last) return t.fail();
    await last.getByRole('button', { name: 'Stop…' }).click();
    await last.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await last.locator('.banner.notice').getByText('done').waitFor();
    t.is(streams, 2);
    await context.close();
  },
);

inBrowser('a request says what it came to, also that nobody answered', async (t, browser) => {
  let hang = false;
  const post: Actions['post'] = () =>
    hang ? new Promise(() => undefined) : Promise.resolve({ said: 'It waits for the next start.' });
  const grown = sourceFrom([rows]);
  grown.leave({ killLatched: true });
  const inspector = await serve(t, grown, { post });
  const { page } = await openAt(browser, `${inspector.url}#token=secret`);
  const clear = page.getByRole('button', { name: 'Clear kill switch…' });
  const ask = async (): Promise<void> => {
    await clear.click();
    await page.getByLabel('Name').fill('me');
    await page.getByLabel('Note').fill('mistake');
    await page.getByRole('dialog').getByRole('button', { name: 'Clear' }).click();
  };
  hang = true;
  await ask();
  await page
    .getByRole('alert')
    .getByText(/^Nobody answers.*neo kill/)
    .waitFor();
  await page.keyboard.press('Escape');
  hang = false;
  await ask();
  const notice = page.locator('.banner.notice');
  await notice.getByText('It waits for the next start.').waitFor();
  grown.leave({ killLatched: false });
  await clear.waitFor({ state: 'hidden' });
  await notice.getByRole('button').click();
  t.is(await notice.count(), 0);
  await page.close();
});

inBrowser(
  'a session that was imported without an end is not shown as one that runs',
  async (t, browser) => {
    const grown = sourceFrom([rows.slice(0, seqAt(90))], new Set([1]));
    const inspector = await serve(t, grown);
    const { page } = await openAt(browser, `${inspector.url}#token=secret`);
    await page.getByText('imported session').waitFor();
    await page.locator('.session .why').getByText('no end in what was imported').waitFor();
    await page.locator('.facts').getByText('no end was imported').waitFor();
    t.is(await page.locator('.kill, .pill.live').count(), 0);
    t.is(await page.getByRole('button', { name: /Stop…|Clear/ }).count(), 0);
    await page.close();
  },
);

inBrowser('the rail tells how long a session runs while it runs', async (t, browser) => {
  const grown = sourceFrom([rows.slice(0, seqAt(60))]);
  const inspector = await serve(t, grown);
  const { page } = await openAt(browser, inspector.url);
  const why = page.locator('.session .why');
  await why.getByText(/^runs, (1m0|59)/).waitFor();
  grown.grow(1, rows.slice(seqAt(60), seqAt(90)));
  await why.getByText(/^runs, 1m[23]/).waitFor({ timeout: 1_000 });
  await page.close();
  t.pass();
});

inBrowser('the cursor’s flag is in sight wherever the cursor stands', async (t, browser) => {
  const long = played({ seconds: 4_000 });
  const inspector = await serve(t, sourceFrom([long]));
  const { page } = await openAt(browser, inspector.url);
  const flag = page.locator('.flag');
  for (const [key, begins] of [
    ['End', /^1h0/],
    ['Home', /^\d s/],
  ] as const) {
    await page.keyboard.press(key);
    await flag.getByText(begins).waitFor();
    const [inner, outer] = [await flag.boundingBox(), await page.locator('.pointer').boundingBox()];
    if (!inner || !outer) return t.fail();
    t.true(inner.x >= outer.x - 1, key);
    t.true(inner.x + inner.width <= outer.x + outer.width + 1, key);
  }
  await page.close();
});

type Rect = Readonly<{ x: number; y: number; width: number; height: number }>;

inBrowser(
  'the words of the lanes stand clear of each other, and every value has its place',
  async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows]));
    for (const [width, height] of [
      [1280, 800],
      [1600, 1000],
      [390, 844],
    ] as const) {
      const { page } = await openAt(browser, inspector.url, { width, height });
      await page.locator('.names .axis').first().waitFor();
      const whole = ((rows.at(-1)?.at ?? 0) - (rows[0]?.at ?? 0)) / 1000;
      /** All at one instant: the flag moves, and marks give way to it, in one step. */
      const seen = ['.mark', '.flag', '.names .axis', '.lane-name b', '.lane-name small'];
      const boxes = (): Promise<readonly Rect[]> =>
        page.evaluate(`[...document.querySelectorAll('${seen.join(', ')}')].map((one) => {
          const range = document.createRange();
          range.selectNodeContents(one);
          return range.getBoundingClientRect().toJSON();
        })`);
      const lanesWidth = (await page.locator('.pointer').boundingBox())?.width ?? 0;
      for (let seconds = 20; seconds < whole; seconds += 97) {
        await clickAt(page, seconds, whole);
        await page.mouse.move(0, 0);
        const place = (lanesWidth * seconds) / whole;
        const left = (): Promise<number> =>
          page.evaluate(`parseFloat(document.querySelector('.flag')?.style.left)`);
        while (!(Math.abs((await left()) - place) < 6)) await page.waitForTimeout(20);
        const words = (await boxes()).filter((box) => box.width > 0);
        const over = words.flatMap((a, i) =>
          words
            .slice(i + 1)
            .filter(
              (b) =>
                a.x < b.x + b.width &&
                b.x < a.x + a.width &&
                Math.abs(a.y + a.height / 2 - b.y - b.height / 2) < 9,
            ),
        );
        t.deepEqual(over, [], `${width} at ${seconds}`);
      }
      if (width < 700) continue;
      const lanes = await page.locator('.lane-value').count();
      for (let index = 0; index < lanes; index += 1) {
        const lane = page.locator('.lane-value').nth(index);
        const outer = await lane.boundingBox();
        for (const row of await lane.locator('dl > div').all()) {
          const inner = await row.boundingBox();
          if (!inner || !outer) return t.fail();
          t.true(inner.x < outer.x + outer.width, `${width}: ${await row.textContent()}`);
        }
      }
      await page.close();
    }
  },
);

inBrowser('who scrolls up in the log may read on while it grows', async (t, browser) => {
  const grown = sourceFrom([rows.slice(0, seqAt(90))]);
  const inspector = await serve(t, grown);
  const { page } = await openAt(browser, inspector.url);
  const lines = page.locator('.lines');
  const first = page.locator('.lines .seq').first();
  await page.locator('.line.now').waitFor();
  await lines.hover();
  await page.mouse.wheel(0, -600);
  await page.waitForTimeout(300);
  const before = await first.textContent();
  grown.grow(1, rows.slice(seqAt(90), seqAt(95)));
  await page.waitForTimeout(700);
  t.is(await first.textContent(), before);
  await page.mouse.wheel(0, 100_000);
  await page.waitForTimeout(300);
  grown.grow(1, rows.slice(seqAt(95), seqAt(100)));
  await page.locator('.line.now').waitFor();
  await page.close();
});

inBrowser(
  'keys that are pressed quickly are all heard, and a cleared filter is empty',
  async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows]));
    const { page } = await openAt(browser, inspector.url);
    await word(page).getByText('ENDED').waitFor();
    await page.keyboard.press('Home');
    await word(page).getByText('OPENING').waitFor();
    for (let count = 0; count < 2; count += 1) await page.keyboard.press('Shift+ArrowRight');
    await page
      .locator('.flag')
      .getByText(/^1m49s/)
      .waitFor();
    await page.keyboard.press('/');
    const search = page.locator('#search');
    await search.fill('99999999');
    await search.press('Enter');
    t.is(
      await search.evaluate(
        (element) => (element as unknown as { validationMessage: string }).validationMessage,
      ),
      `There is no event 99999999; the last is ${rows.length}.`,
    );
    t.regex((await page.locator('.flag').textContent()) ?? '', /^1m49s/);
    await search.fill('drift');
    await search.press('Enter');
    await page.getByRole('button', { name: 'clear' }).click();
    t.is(await search.inputValue(), '');
    await page.close();
  },
);

inBrowser('of many sessions the one that is shown is in sight in the list', async (t, browser) => {
  const short = rows.slice(0, 20);
  const inspector = await serve(t, sourceFrom(Array.from({ length: 60 }, () => short)));
  const { page } = await openAt(browser, `${inspector.url}#s=3`);
  const row = page.locator('.session.on');
  await row.waitFor();
  const [inner, outer] = [await row.boundingBox(), await page.locator('.sessions').boundingBox()];
  if (!inner || !outer) return t.fail();
  t.true(inner.y >= outer.y - 1 && inner.y + inner.height <= outer.y + outer.height + 1);
  t.is(await page.evaluate('scrollY'), 0);
  await page.close();
});

inBrowser(
  'a session that was over when its server went away is not said to come back',
  async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows]));
    const { page } = await openAt(browser, inspector.url);
    await word(page).getByText('ENDED').waitFor();
    await inspector.close();
    await page.locator('.banner.lost').getByText('neo inspect').waitFor();
    t.is(await page.getByRole('link', { name: 'Report' }).count(), 0);
    await page.close();
  },
);

inBrowser('a swipe over the lanes pans a phone’s page and moves no cursor', async (t, browser) => {
  const inspector = await serve(t, sourceFrom([rows.slice(0, seqAt(100))]));
  const { page } = await openAt(browser, inspector.url, { width: 390, height: 844 });
  await page.locator('.pill.live').waitFor();
  const touch = (type: string, x: number): Promise<void> =>
    page
      .locator('.pointer')
      .dispatchEvent(type, { pointerType: 'touch', pointerId: 1, clientX: x, clientY: 400 });
  await page.evaluate('Element.prototype.setPointerCapture = () => undefined');
  await touch('pointerdown', 200);
  await touch('pointermove', 202);
  await touch('pointercancel', 202);
  await page.waitForTimeout(300);
  t.is(await page.locator('.pill.scrubbing').count(), 0);
  await touch('pointerdown', 200);
  await touch('pointerup', 200);
  await page.locator('.pill.scrubbing').waitFor();
  await page.close();
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Violation = Readonly<{ id: string; impact: string; nodes: readonly { html: string }[] }>;

for (const theme of ['dark', 'light'] as const) {
  inBrowser(`axe finds nothing serious, nor anything moderate, ${theme}`, async (t, browser) => {
    const inspector = await serve(t, sourceFrom([rows.slice(0, seqAt(150))]));
    const { page } = await openAt(
      browser,
      `${inspector.url}#token=secret`,
      { width: 1600, height: 1000 },
      theme,
    );
    await page.locator('.cause .tree').first().waitFor();
    await page.locator('.region').first().waitFor();
    await page.evaluate(axe);
    const found = (await page.evaluate('axe.run()')) as { violations: readonly Violation[] };
    const serious = found.violations.filter(({ impact }) => impact !== 'minor');
    t.deepEqual(
      serious.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 120))
            .join(' | ')}`,
      ),
      [],
    );
    await page.close();
  });
}

inBrowser('on a phone the sentence names every cause, each in sight', async (t, browser) => {
  const inspector = await serve(t, sourceFrom([rows.slice(0, seqAt(150))]));
  for (const [width, height] of [
    [390, 844],
    [320, 640],
  ] as const) {
    const { page, complaints } = await openAt(browser, inspector.url, { width, height });
    await word(page).getByText('DEGRADED').waitFor();
    for (const guard of ['anchor_saturation', 'directional_drift']) {
      const box = await page.locator(`.sentence .named.${guard}`).boundingBox();
      t.true(box !== null && box.x >= 0 && box.x + box.width <= width, `${guard} at ${width}`);
      t.true(box !== null && box.y + box.height <= height, `${guard} at ${width}`);
    }
    t.deepEqual(complaints, []);
    await page.close();
  }
});

inBrowser('from a phone to a wall nothing runs out of the page', async (t, browser) => {
  const inspector = await serve(t, sourceFrom([rows.slice(0, seqAt(150))]));
  for (const [width, height] of [
    [390, 844],
    [768, 1024],
    [1280, 800],
    [1600, 1000],
    [3840, 2160],
  ] as const) {
    const { page, complaints } = await openAt(browser, `${inspector.url}#token=secret`, {
      width,
      height,
    });
    await word(page).getByText('DEGRADED').waitFor();
    await page.locator('.kill').waitFor();
    t.true(await page.locator('.kill').isVisible(), `${width}`);
    t.true(
      (await page.evaluate('document.documentElement.scrollWidth <= innerWidth')) as boolean,
      `${width}`,
    );
    t.deepEqual(complaints, []);
    await page.close();
  }
});
