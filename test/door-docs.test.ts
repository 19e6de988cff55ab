/** Every code block of the documentation does what it says: commands run, outputs come, configurations are accepted, units verify. */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { loadConfig } from '../config.ts';
import { commands } from '../commands/commands.ts';
import { blocks, masked, type Block } from './docs/blocks.ts';
import { shellIn } from './docs/shell.ts';
import { folderFor } from './door.ts';
import { root } from './tidy/source.ts';

const placeOf = ({ document, line }: Block): string => `${document}:${line}`;

test('there are blocks to run, and none of a kind that nobody looks at', (t) => {
  t.true(blocks.filter(({ language, needs }) => language === 'sh' && needs === null).length > 12);
  /** What stands without a language is a drawing; the Python of docs/log.md has a test of its own. */
  const known = ['', 'sh', 'text', 'yaml', 'json5', 'python'];
  t.deepEqual(blocks.filter(({ language }) => !known.includes(language)).map(placeOf), []);
  t.deepEqual(
    blocks
      .filter(({ language, document }) => language === 'python' && document !== 'docs/log.md')
      .map(placeOf),
    [],
  );
});

/** A file that a block makes is named in its first line. */
const fileOf = ({ text }: Block): string | undefined => /^(?:#|\/\/) file: (\S+)/.exec(text)?.[1];

for (const document of new Set(blocks.map(({ document: one }) => one))) {
  const own = blocks.filter((block) => block.document === document && block.needs === null);
  if (!own.some(({ language }) => language === 'sh')) continue;
  test.serial(
    `the commands of ${document} run one after the other, and say what it says`,
    async (t) => {
      t.timeout(600_000);
      const folder = await folderFor(t);
      const shell = shellIn(folder);
      let said = '';
      for (const block of own) {
        const file = fileOf(block);
        if (file !== undefined) writeFileSync(join(folder, file), block.text);
        if (block.language === 'sh') said += `${await shell.run(block.text)}\n`;
        if (block.language !== 'text') continue;
        for (const line of block.text.split('\n')) {
          t.true(masked(said).includes(masked(line)), `${placeOf(block)}: ${line}`);
        }
      }
      t.pass();
    },
  );
}

test('a command that fails and an output that does not come are found', async (t) => {
  const shell = shellIn(await folderFor(t));
  await t.throwsAsync(shell.run('echo before\nneo show 7\necho after'), {
    message: /^neo show 7\nexit code 2; .*\nbefore\n/,
  });
  await t.throwsAsync(shell.run('npm run nothing'), { message: /^npm run nothing\nexit code 1/ });
  await t.throwsAsync(shellIn(await folderFor(t), 300).run('true\nsleep 60'), {
    message: /^sleep 60\nno end within 0\.3 s/,
  });
  t.false(masked(await shell.run('echo 3 trips')).includes(masked('3 recoveries')));
});

test('a configuration that is shown is accepted', (t) => {
  const shown = blocks.filter(({ language }) => language === 'yaml' || language === 'json5');
  t.true(shown.length > 1);
  for (const block of shown) {
    const file = join(root, 'dist', `shown-${block.line}.${block.language}`);
    writeFileSync(file, block.text);
    t.notThrows(() => loadConfig({ file, env: {}, set: [] }), placeOf(block));
  }
});

test('what needs root, a network or a container parses, and names files and commands that exist', async (t) => {
  const others = blocks.filter(({ needs }) => needs !== null);
  t.true(others.length > 4);
  const shell = shellIn(await folderFor(t));
  const names = commands.map(({ name }) => name);
  for (const block of others) {
    await t.notThrowsAsync(shell.run(block.text, ['-n']), placeOf(block));
    for (const [path] of block.text.matchAll(/\bdocs\/[\w./-]+/g)) {
      t.true(existsSync(join(root, path)), `${placeOf(block)}: ${path}`);
    }
    for (const [, name = ''] of block.text.matchAll(
      /(?:^|main\.js )(?:neo )?(stop|kill|run)\b/gm,
    )) {
      t.true(names.includes(name), `${placeOf(block)}: ${name}`);
    }
  }
});

test('the pages that the documentation names exist', (t) => {
  const named = blocks.flatMap(({ document }) => [
    ...readFileSync(join(root, document), 'utf8').matchAll(/`(docs\/[\w./-]+)`/g),
  ]);
  t.true(named.length > 5);
  for (const [, path = ''] of named) t.true(existsSync(join(root, path)), path);
});

const unit = readFileSync(join(root, 'docs/operate/neo.service'), 'utf8');

/** The last value of a setting. */
const setting = (name: string): string =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].at(-1)?.[1] ?? '';

test('the unit waits longer than a session takes to close, and leaves ends for a person alone', (t) => {
  const { orders } = loadConfig({ env: {}, set: [] }).effective;
  t.true(Number(setting('TimeoutStopSec')) > orders.shutdown_wait_seconds + 60);
  t.is(setting('RestartPreventExitStatus'), '2 3 4');
  t.is(setting('Type'), 'notify');
  t.is(setting('NotifyAccess'), 'all');
  t.true(setting('LoadCredential').startsWith('wallet_seed:'));
  t.true(Number(setting('WatchdogSec')) > 0);
});

test('systemd accepts the unit', async (t) => {
  const file = join(await folderFor(t), 'neo.service');
  writeFileSync(file, unit.replaceAll('/usr/bin/node', process.execPath));
  const { error, status, stderr } = spawnSync('systemd-analyze', ['verify', file], {
    encoding: 'utf8',
  });
  if (error) return t.log('systemd-analyze is not here: the unit is not verified');
  t.is(status, 0, stderr);
});

const container = readFileSync(join(root, 'docs/operate/Containerfile'), 'utf8');

test('the image holds what the engine needs, and its user is not root', (t) => {
  const copied = [...container.matchAll(/^COPY --from=build \S+ ((?:\/app\/\S+ )+)/gm)].flatMap(
    ([, paths = '']) => paths.trim().split(' '),
  );
  t.deepEqual(copied.toSorted(), [
    '/app/LICENSE',
    '/app/dist',
    '/app/migrations',
    '/app/node_modules',
    '/app/package.json',
  ]);
  for (const path of copied) t.true(existsSync(join(root, path.slice('/app/'.length))), path);
  t.regex(container, /\nUSER node\nWORKDIR \/data\nVOLUME \/data\n/);
});

const nobody = 65_534;

test('somebody who may write nothing but the database’s folder can run a session', async (t) => {
  if (process.getuid?.() !== 0) return t.log('only root can become somebody else');
  const folder = await folderFor(t);
  chownSync(folder, nobody, nobody);
  const main = join(root, 'dist', 'main.js');
  const somebody = { cwd: folder, uid: nobody, gid: nobody, env: {}, encoding: 'utf8' } as const;
  const reads = spawnSync(process.execPath, ['--check', main], somebody);
  if (reads.status !== 0) return t.log(`skipped: nobody else can read ${root}`);
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [main, '--speed', 'max', '--duration-seconds', '10', '--json'],
    { ...somebody, timeout: 60_000 },
  );
  t.is(status, 0, stderr);
  t.is(JSON.parse(stdout).halt.reason, 'duration_elapsed');
});
