/** The process log: JSON lines, words on a terminal, and nowhere a secret. */
import test from 'ava';
import { openProcessLog } from '../commands/process-log.ts';

const url = 'https://hooks.example/T0/"quoted"/x';
const seed = 'sEdTM1uX8pu2do5XvTnutH6HsouMaM2';

const screen = (isTTY: boolean) => {
  const lines: string[] = [];
  const write = (line: string): boolean => lines.push(line) > 0;
  return { lines, screen: { isTTY, write } as unknown as NodeJS.WriteStream };
};

test('elsewhere than on a terminal a line is JSON', async (t) => {
  const { lines, screen: to } = screen(false);
  const said = await openProcessLog([], to);
  said.info({ seq: 4 }, 'mode OK');
  const { level, time, seq, msg } = JSON.parse(lines[0] ?? '');
  t.deepEqual([level, typeof time, seq, msg], [30, 'number', 4, 'mode OK']);
});

test('on a terminal only what is wrong is said, in words, on a line of its own', async (t) => {
  const { lines, screen: to } = screen(true);
  const said = await openProcessLog([], to);
  said.info('nothing to see');
  said.warn({ why: 'the disk is slow' }, 'backup failed');
  t.is(lines.length, 1);
  t.regex(lines[0] ?? '', /WARN.*backup failed.*the disk is slow/);
  t.true(lines[0]?.startsWith('\r\u001B[2K'));
  t.throws(() => JSON.parse(lines[0] ?? ''));
});

for (const isTerminal of [false, true]) {
  test(`no line shows a secret, wherever it comes from${isTerminal ? ', on a terminal too' : ''}`, async (t) => {
    const { lines, screen: to } = screen(isTerminal);
    const said = await openProcessLog([url], to);
    said.error({ url, deep: { in: [`at ${url}!`] } }, `posting to ${url} failed`);
    said.error(new Error(`${url} and ${seed}`));
    const all = lines.join('');
    t.true(lines.length > 0 && all.includes('(hidden'));
    t.false(all.includes('hooks.example') || all.includes('quoted') || all.includes(seed));
  });
}
