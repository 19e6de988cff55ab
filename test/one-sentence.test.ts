/** The sentence is the same wherever it is told: status line, show, explain, page and log. */
import { join } from 'node:path';
import test from 'ava';
import { clearLine } from '../commands/printable.ts';
import { createStatus } from '../commands/run/status.ts';
import { sentence } from '../projections/sentence.ts';
import { apply, empty, type SessionState } from '../projections/session.ts';
import { ask, folderFor, neo } from './door.ts';
import { openSample } from './log-sample.ts';
import { play } from './narrative.ts';

/** Anchor and drift C, until the second has gone. */
const rows = play({
  seconds: 602,
  amm: () => 1.418949,
  fills: [
    { t: 24, side: 'buy' },
    { t: 48, side: 'sell' },
  ],
});
const changes = rows.filter(({ event }) => event.type === 'mode.changed');

const stateAt = (seq: number): SessionState =>
  rows.filter((row) => row.seq <= seq).reduce(apply, empty);

test('there are sentences to compare', (t) => {
  t.true(changes.length >= 3);
});

test('away from a terminal the status line has the whole sentence', (t) => {
  let written = '';
  const write = (text: string): void => void (written += text);
  const status = createStatus({ write, isTerminal: false, columns: () => 80 });
  for (const { seq, at } of changes) {
    const state = stateAt(seq);
    status.show(1, state, at);
    t.true(written.includes(` · ${sentence(1, state, at)} · `), written);
    written = '';
  }
});

test('before it has started the status line says nothing of an end, for its time runs from there', (t) => {
  let written = '';
  const write = (text: string): void => void (written += text);
  const status = createStatus({ write, isTerminal: false, columns: () => 80 });
  const started = rows.find(({ event }) => event.type === 'session.started');
  const [before, after] = [(started?.seq ?? 0) - 1, started?.seq ?? 0];
  status.show(1, stateAt(before), rows[0]?.at ?? 0);
  t.true(written.startsWith(sentence(1, stateAt(before), rows[0]?.at ?? 0)), written);
  written = '';
  createStatus({ write, isTerminal: false, columns: () => 80 }).show(
    1,
    stateAt(after),
    started?.at ?? 0,
  );
  t.regex(written, /^10m\d\ds left · /);
});

test('on a terminal each new mode is said whole above a line that may have to cut it', (t) => {
  let written = '';
  const write = (text: string): void => void (written += text);
  const status = createStatus({ write, isTerminal: true, columns: () => 80 });
  status.show(1, stateAt(changes[0]?.seq ?? 0), 0);
  written = '';
  for (const { seq, at } of changes.slice(1)) {
    const state = stateAt(seq);
    status.show(1, state, at);
    t.true(written.includes(`${sentence(1, state, at)}\n`), written);
    written = '';
    status.show(1, state, at + 4000);
    t.false(written.includes('\n'), 'once');
    written = '';
  }
});

test('a terminal that has become narrower has no line that it would break', (t) => {
  let written = '';
  let columns = 120;
  const write = (text: string): void => void (written += text);
  const status = createStatus({ write, isTerminal: true, columns: () => columns });
  const state = stateAt(changes[0]?.seq ?? 0);
  status.show(1, state, 0);
  t.true(written.length > 60);
  columns = 60;
  written = '';
  status.show(1, state, 1000);
  t.true(written.replace(clearLine, '').length < columns, written);
});

test('show and explain say it as of the log’s last event', async (t) => {
  for (const { seq } of changes) {
    const folder = await folderFor(t);
    const log = await openSample(join(folder, 'neo.db'));
    const state = stateAt(seq);
    await log.append(
      1,
      rows.filter((row) => row.seq <= seq),
    );
    const asked = async () => {
      const { out } = await ask(folder, 'explain', '1', '--json');
      const { sentence: explained } = JSON.parse(out) as { sentence: string };
      return { shown: (await ask(folder, 'show', '1')).out, explained };
    };
    const running = await asked();
    t.true(running.shown.includes(`: ${sentence(1, state, state.lastAt)}\n`));
    t.is(running.explained, sentence(1, state, state.lastAt));
    await log.close({ clean: true });
    const dead = await asked();
    t.true(dead.shown.startsWith(`${sentence(1, state, state.lastAt, false)}\n`));
    t.is(dead.explained, sentence(1, state, state.lastAt, false));
  }
});

test('a run writes each new mode to its process log, in the words of its status line', async (t) => {
  const folder = await folderFor(t);
  const line = ['--speed', 'max', '--duration-seconds', '60', '--seed', '7'];
  const { out, err } = await neo(folder, ...line, '--set', 'sandbox.regime=hostile');
  const logged = err
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .map((text) => (JSON.parse(text) as { msg: string }).msg)
    .filter((msg) => /^(OK|DEGRADED|HALT) /.test(msg));
  t.true(
    logged.some((msg) => msg.startsWith('DEGRADED for 0 s: ')),
    err,
  );
  for (const msg of logged.filter((one) => one.startsWith('DEGRADED')))
    t.true(out.includes(msg), msg);
});
