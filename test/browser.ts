/** The Chromium that is installed, if any, driven by Playwright: a page that notes what it complains about; no test itself. */
import { existsSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { chromium, type Browser, type Page } from 'playwright-core';

const places = [
  process.env['NEO_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let started: Promise<Browser> | undefined;

/** Undefined where there is no Chromium, and the test says so. One browser for all tests of a file. */
const browserFor = async (t: ExecutionContext<unknown>): Promise<Browser | undefined> => {
  const executablePath = places.find((path) => path !== '' && existsSync(path));
  if (executablePath === undefined) {
    t.log('skipped: no Chromium is installed');
    t.pass();
    return undefined;
  }
  started ??= chromium.launch({ executablePath, args: [...args], timeout: 60_000 });
  return started;
};

/** A test that needs a browser, one at a time; where none is installed it says that it was skipped. */
export const inBrowser = (
  title: string,
  body: (t: ExecutionContext<unknown>, browser: Browser) => Promise<void>,
): void =>
  test.serial(title, async (t) => {
    const browser = await browserFor(t);
    if (browser) await body(t, browser);
  });

export const closeBrowser = async (): Promise<void> => (await started)?.close();

export type Opened = Readonly<{
  page: Page;
  /** Errors, warnings and violations of the policy since the start. */
  complaints: readonly string[];
  /** Requests to anywhere but this machine. */
  strangers: readonly string[];
}>;

export const openAt = async (
  browser: Browser,
  url: string,
  size: Readonly<{ width: number; height: number }> = { width: 1600, height: 1000 },
  colorScheme: 'dark' | 'light' = 'dark',
): Promise<Opened> => {
  const page = await browser.newPage({ viewport: size, colorScheme, reducedMotion: 'reduce' });
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  const strangers: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== 'data:' && hostname !== '127.0.0.1') strangers.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, strangers };
};
