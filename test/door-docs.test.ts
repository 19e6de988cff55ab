/** Every code block of the documentation does what it says: commands run, outputs come, configurations are accepted, units verify. */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { loadConfig } from '../config.ts';
import { blocks, masked, type Block } from './docs/blocks.ts';
import { keepSeed, openNetwork, readerIn, short, shortDemo, type Network } from './docs/reader.ts';
import { shellIn } from './docs/shell.ts';
import { folderFor, freePort } from './door.ts';
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

let opened: Promise<Network> | undefined;
const network = (): Promise<Network> => (opened ??= openNetwork());
test.after.always(async () => (await opened)?.close());

/** What no test runs, and why. */
const reasons: Readonly<Record<string, string>> = {
  'npm ci': 'it asks the registry, and was run before these tests',
  'npm install': 'it asks the registry',
  'npm test': 'it is what runs this',
  'podman build':
    'it asks two registries; the image is put together as its file says, of what is built here',
  useradd: 'it would make a user of this machine; the name is held against the unit’s',
};
const leftOut = new Set<string>();

/** Served to the browser by the reader's own bridge; has a test of its own. */
const isBridge = ({ text }: Block): boolean => text.includes('createInspectorServer');
/** A session that goes on until a later block stops it. */
const isStoppedIn = (later: readonly Block[], { text }: Block): boolean =>
  text.startsWith('neo run ') && later.some((block) => block.text.startsWith('neo stop'));
/** Of live.yaml, which docs/how-to/live.md makes, what other pages say to leave out. */
const seedLine = /^ *wallet_seed_file: .*\n/m;
const liveYaml = blocks.find((block) => fileOf(block) === 'live.yaml')?.text ?? '';

/** What a new user types first; `npm run pages` types every page. */
const first = ['README.md', 'docs/tutorial.md'];
const isEveryPage = process.env['NEO_PAGES'] === 'all';
const inEveryPage = isEveryPage ? test.serial : test.serial.skip;

for (const document of isEveryPage ? new Set(blocks.map((block) => block.document)) : first) {
  const own = blocks.filter((block) => block.document === document && !isBridge(block));
  if (!own.some(({ language }) => language === 'sh')) continue;
  const says = (words: string): boolean => own.some(({ text }) => text.includes(words));
  test.serial(
    `the commands of ${document} run one after the other, and say what it says`,
    async (t) => {
      t.timeout(600_000);
      const folder = await folderFor(t);
      const shell = shellIn(t, folder);
      const met = own.some(({ needs }) => needs !== null) ? await network() : undefined;
      const reader = await readerIn(folder, met);
      if (met && says('/etc/neo/wallet_seed') && !says('editor ')) keepSeed(folder, met);
      if (says('live.yaml') && document !== 'docs/how-to/live.md') {
        writeFileSync(join(folder, 'live.yaml'), reader.own(liveYaml.replace(seedLine, '')));
      }
      /** The tutorial's is the whole demo, for what it says holds of that. */
      const usual = document === 'docs/tutorial.md' ? {} : shortDemo;
      let [said, beside] = ['', Promise.resolve('')];
      for (const [index, block] of own.entries()) {
        const text = reader.own(block.text);
        const file = fileOf(block);
        if (file !== undefined) writeFileSync(join(folder, file), text);
        const env = block.needs === null ? usual : reader.env;
        if (block.language === 'sh' && isStoppedIn(own.slice(index + 1), block)) {
          beside = shell.run(text, env);
          await Promise.race([reader.ready(beside), beside]);
        } else if (block.language === 'sh') {
          said += `${await shell.run(short(text, block), env)}\n`;
        }
        if (block.language !== 'text') continue;
        for (const line of block.text.split('\n')) {
          t.true(masked(said).includes(masked(line)), `${placeOf(block)}: ${line}`);
        }
      }
      await beside;
      for (const name of shell.leftOut()) leftOut.add(name);
      t.pass();
    },
  );
}

test('a command that fails, does not end, or does not say what it should is found', async (t) => {
  const shell = shellIn(t, await folderFor(t));
  await t.throwsAsync(shell.run('echo before\nneo show 7\necho after'), {
    message: /^neo show 7\nexit code 2; .*\nbefore\n/,
  });
  await t.throwsAsync(shell.run('npm run nothing'), { message: /^npm run nothing\nexit code 1/ });
  await t.throwsAsync(shellIn(t, await folderFor(t), 300).run('true\nsleep 60'), {
    message: /^sleep 60\nno end within 0\.3 s/,
  });
  t.false(masked(await shell.run('echo 3 trips')).includes(masked('3 recoveries')));
  t.true(masked('mode  2026-11-28 00:00:05Z  OK').includes(masked('mode 23:59:59Z OK')));
});

test.serial('the statecharts reach the bridge that docs/INSPECTOR.md starts', async (t) => {
  const [install = '', bridge = '', engine = ''] = blocks.find(isBridge)?.text.split('\n') ?? [];
  const shell = shellIn(t, await folderFor(t));
  await shell.run(install);
  for (const name of shell.leftOut()) leftOut.add(name);
  if (!existsSync(join(root, 'node_modules', '@statelyai', 'inspect'))) {
    return t.log('skipped: the optional package @statelyai/inspect is not installed');
  }
  const port = await freePort();
  const url = `ws://127.0.0.1:${port}`;
  const started = bridge.replace(
    'createInspectorServer()',
    `createInspectorServer({ port: ${port} })`,
  );
  const ended = shell.run(started).then(() => []);
  /** It never ends by itself; the test's end kills it. */
  ended.catch(() => undefined);
  const heard: readonly string[] = await Promise.race([listening(t, url), ended]);
  await shell.run(`${engine} ${url} --duration-seconds 10`);
  for (const machine of ['mode', 'gateway', 'session']) {
    t.true(
      heard.some((words) => words.includes(`"${machine}"`)),
      machine,
    );
  }
});

inEveryPage('what of the documentation no test runs is listed, with the reason', (t) => {
  if (leftOut.delete('systemd-analyze')) t.log('left out: systemd-analyze: it is not here');
  t.deepEqual([...leftOut].toSorted(), Object.keys(reasons).toSorted());
  for (const [name, reason] of Object.entries(reasons)) t.log(`left out: ${name}: ${reason}`);
});

/** What whoever listens at an address hears, once somebody serves it. */
const listening = async (t: ExecutionContext<unknown>, url: string): Promise<readonly string[]> => {
  const heard: string[] = [];
  for (;;) {
    const socket = new WebSocket(url);
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
    const isOpen = await new Promise((resolve) => {
      socket.on('open', () => resolve(true)).on('error', () => resolve(false));
    });
    t.teardown(() => socket.terminate());
    if (isOpen) return heard;
    await wait(100);
  }
};

test('a configuration that is shown is accepted', (t) => {
  const shown = blocks.filter(({ language }) => language === 'yaml' || language === 'json5');
  t.true(shown.length > 1);
  for (const block of shown) {
    const file = join(root, 'dist', `shown-${block.line}.${block.language}`);
    writeFileSync(file, block.text);
    t.notThrows(() => loadConfig({ file, env: {}, set: [] }), placeOf(block));
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
  t.is(setting('RestartPreventExitStatus'), '2 3 4 SIGUSR2');
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
