/** The page in a real browser, where one is installed: a transition lights up, hostile text stays text, a lost engine is said. */
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { createActor } from 'xstate';
import { loadConfig } from '../config.ts';
import type { Event } from '../events/event.ts';
import { guardIds, type GuardFact, type GuardId } from '../events/guard.ts';
import { drawingOf } from '../inspector/chart.ts';
import { startInspector, type Inspector } from '../inspector/server.ts';
import { createTap } from '../inspector/tap.ts';
import { modeMachine } from '../machines/mode.ts';
import { findChromium, startChromium, type Browser } from './browser/chromium.ts';

const settings = loadConfig({ env: {}, set: [] }).effective;
const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

/** A mode actor under a tap and a page that shows it. */
const stage = async (port = 0) => {
  const tap = createTap();
  const actor = createActor(modeMachine(settings.guards), { id: 'mode', inspect: tap.inspect });
  let seq = 0;
  let tick = 0;
  const note = (event: Event) => {
    seq += 1;
    const at = Date.UTC(2026, 3, 20, 18, 58, tick * 4);
    const row = {
      seq,
      turn: seq,
      at,
      kind: 'input',
      actor: 'world',
      v: 1,
      cause: 0,
      event,
    } as const;
    tap.durable(row);
    return row;
  };
  actor.on('*', (said) => void note(said));
  actor.start();
  const inspector = await startInspector({
    host: '127.0.0.1',
    port,
    exactPort: true,
    drawing: drawingOf(settings),
    session: { number: 42, network: 'sandbox', profile: 'default' },
    sentence: () => `DEGRADED for ever: issuer (${hostile})`,
    frame: tap.frame,
    updates: tap.updates,
  });
  const evaluate = (tripped: readonly GuardId[]): void => {
    const facts = Object.fromEntries(
      guardIds.map((id): [GuardId, GuardFact] => [
        id,
        {
          trip: tripped.includes(id),
          release: tripped.includes(id) ? 'broken' : 'holds',
          condition: null,
          operands: { found: hostile },
          toTrip: null,
          toRelease: null,
        },
      ]),
    );
    tick += 1;
    const event = { type: 'guards.evaluated', tick, facts } as const;
    actor.send({ type: event.type, heard: { ...note(event), event } });
    note({ type: 'tick', index: tick });
  };
  return { inspector, evaluate };
};

const until = async (browser: Browser, expression: string): Promise<boolean> => {
  for (let i = 0; i < 100; i += 1) {
    if ((await browser.evaluate(expression)) === true) return true;
    await sleep(50);
  }
  return false;
};

const lit = `[...document.querySelectorAll('.issuer .state.on')].map((one) => one.textContent).join()`;

test('a transition lights up in the page, hostile text stays text, and a lost engine is said and found again', async (t) => {
  const program = findChromium();
  if (!program) {
    t.log('skipped: no Chromium on the PATH');
    t.pass();
    return;
  }
  const browser = await startChromium(program);
  const { inspector, evaluate } = await stage();
  let again: Inspector | undefined;
  try {
    await browser.open(inspector.url);
    t.true(await until(browser, `${lit} === 'armed'`));
    evaluate(['issuer']);
    t.true(await until(browser, `${lit} === 'tripped'`));
    t.true(await until(browser, `document.querySelector('#mode').textContent === 'DEGRADED'`));
    t.true(await until(browser, `document.querySelectorAll('.issuer .arrow.hot').length === 1`));
    const text = `document.querySelector('#sentence').textContent`;
    t.is(await browser.evaluate(text), `DEGRADED for ever: issuer (${hostile})`);
    t.is(await browser.evaluate('document.images.length + document.scripts.length'), 1);
    t.is(await browser.evaluate('document.title'), 'S42 DEGRADED: NEO');
    for (const width of [390, 1600]) {
      await browser.open(inspector.url, { width, height: 900 });
      t.true(await until(browser, `${lit} === 'tripped'`));
      t.true(
        (await browser.evaluate('document.documentElement.scrollWidth <= innerWidth')) as boolean,
      );
    }
    t.deepEqual(browser.complaints(), []);
    await inspector.close();
    t.true(await until(browser, `!document.querySelector('#lost').hidden`));
    t.regex(
      String(await browser.evaluate(`document.querySelector('#lost').textContent`)),
      /nothing is extrapolated/,
    );
    again = (await stage(Number(new URL(inspector.url).port))).inspector;
    t.true(await until(browser, `document.querySelector('#lost').hidden && ${lit} === 'armed'`));
  } finally {
    await again?.close();
    await inspector.close();
    await browser.close();
  }
});
