/** The inbox: whole messages, in order, each heard once and removed only once the log has it. */
import {
  type FileHandle,
  chmod,
  chown,
  open,
  readdir,
  rename,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type Message, inboxFolder, takeInbox, watchInbox, writeInbox } from '../actors/inbox.ts';
import { operatorInput } from '../actors/operator.ts';
import { LogError } from '../actors/log/failure.ts';
import { attendInbox, earlierStops } from '../commands/run/inbox.ts';
import { folderFor } from './log-sample.ts';

const kill = (note: string): Message => ({ type: 'operator.kill', note });

const collect = () => {
  const messages: Message[] = [];
  const ids: string[] = [];
  const refused: string[] = [];
  const heard = new Set<string>();
  return {
    heard,
    messages,
    ids,
    refused,
    handlers: {
      record: async (message: Message, id: string): Promise<boolean> => {
        messages.push(message);
        ids.push(id);
        return true;
      },
      onTrouble: (sentence: string) => refused.push(sentence),
    },
  };
};

test('messages are taken in the order in which they were written, once', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const ids: string[] = [];
  for (const note of ['a', 'b', 'c']) ids.push(await writeInbox(file, kill(note), 1_000));
  /** By a clock that was set back. */
  ids.push(await writeInbox(file, kill('later'), 999));
  const taken = collect();
  await takeInbox(file, taken.heard, taken.handlers);
  await takeInbox(file, taken.heard, taken.handlers);
  t.deepEqual(taken.messages, ['a', 'b', 'c', 'later'].map(kill));
  t.deepEqual(taken.ids, ids);
  t.deepEqual(await readdir(inboxFolder(file)), []);
});

test('a request that the engine would set aside is refused to who asks: one that is too long, one that holds a seed', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await t.throwsAsync(writeInbox(file, kill('x'.repeat(100_000)), 1), {
    message: /longer than any/,
  });
  await t.throwsAsync(writeInbox(file, kill('snoPBrXtMeMyMHUVTgbuqAfg1SUTb'), 1), {
    message: /holds a wallet seed/,
  });
  t.is(
    operatorInput({ type: 'operator.kill', note: 'two\n\u001B[2Jlines' })?.type,
    'operator.kill',
  );
  t.like(operatorInput({ type: 'operator.kill', note: 'two\n\u001B[2Jlines' }), {
    note: 'two [2Jlines',
  });
});

test('a message that could not be recorded stays, with all after it, and comes again under the same id', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  for (const note of ['a', 'b', 'c']) await writeInbox(file, kill(note), 1);
  const first = collect();
  const failing = {
    ...first.handlers,
    record: async (message: Message, id: string): Promise<boolean> => {
      const isTaken = await first.handlers.record(message, id);
      if (message['note'] === 'b') throw new Error('not durable');
      return isTaken;
    },
  };
  await t.throwsAsync(() => takeInbox(file, first.heard, failing), { message: 'not durable' });
  const second = collect();
  await takeInbox(file, second.heard, second.handlers);
  t.deepEqual(second.messages, ['b', 'c'].map(kill));
  t.is(second.ids[0], first.ids[1]);
});

test('a stop that waited when a process began is not heard by its session; one that came since is, and a kill is', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  t.deepEqual(await earlierStops(file), []);
  const stop = (note: string): Message => ({ type: 'operator.stop', note });
  for (const message of [stop('early'), kill('a'), stop('early')])
    await writeInbox(file, message, 1);
  const past = await earlierStops(file);
  t.is((await readdir(inboxFolder(file))).length, 3, 'looking takes nothing away');
  await writeInbox(file, stop('since'), 2);
  const taken: unknown[] = [];
  const record = async (input: unknown): Promise<boolean> => taken.push(input) > 0;
  const leave = await attendInbox(file, { record }, past, (sentence) => t.fail(sentence));
  await leave();
  t.like(taken, [kill('a'), stop('since')]);
  t.is(taken.length, 2);
  t.deepEqual(await readdir(inboxFolder(file)), []);
});

test('a file that nobody here has named orders nothing, and is heard after all that was asked for', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const clear: Message = { type: 'operator.clear', by: 'me', note: 'ok' };
  await writeInbox(file, clear, 1);
  const strange = ['notes.json', '9999999999999999-x.json', '000.json'];
  for (const name of strange) await writeFile(join(inboxFolder(file), name), 'x');
  await writeFile(join(inboxFolder(file), '0.json'), JSON.stringify(kill('by hand')));
  await writeInbox(file, kill('later'), 2);
  const taken = collect();
  await takeInbox(file, taken.heard, taken.handlers);
  t.deepEqual(taken.messages, [clear, kill('later'), kill('by hand')]);
  t.is(taken.refused.length, strange.length);
  await writeFile(join(inboxFolder(file), '0.json'), JSON.stringify(kill('again')));
  await takeInbox(file, taken.heard, taken.handlers);
  t.deepEqual(taken.messages.at(-1), kill('again'));
});

/** From which nobody but root could remove anything; then as who is not. */
const closedInbox = async (t: ExecutionContext, file: string, mode: number): Promise<void> => {
  const inbox = inboxFolder(file);
  await chmod(inbox, mode);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(somebody);
  t.teardown(async () => {
    if (isRoot) process.seteuid?.(0);
    await chmod(inbox, 0o700);
  });
};

const somebody = 65_534;
const serialUnlessWindows = process.platform === 'win32' ? test.skip : test.serial;

serialUnlessWindows(
  'a request that cannot be removed is heard once, is told, and keeps none from being heard',
  async (t) => {
    const file = join(await folderFor(t), 'neo.db');
    for (const note of ['a', 'b']) await writeInbox(file, kill(note), 1);
    const inbox = inboxFolder(file);
    await writeFile(join(inbox, '0.json'), 'x');
    for (const name of await readdir(inbox)) await chmod(join(inbox, name), 0o644);
    await chmod(join(inbox, '..'), 0o755);
    await closedInbox(t, file, 0o555);
    const taken: unknown[] = [];
    const record = async (input: unknown): Promise<boolean> => taken.push(input) > 0;
    const told: string[] = [];
    const leave = await attendInbox(file, { record }, [], (sentence) => told.push(sentence));
    await leave();
    t.like(taken, [kill('a'), kill('b')]);
    t.is(taken.length, 2, 'in two looks');
    t.is(told.length, 3);
    t.regex(told[0] ?? '', /was heard, is not heard again, and cannot be removed \(EACCES\)/);
    t.regex(told[2] ?? '', /0\.json is no JSON: nothing was done, and it cannot be moved away/);
  },
);

serialUnlessWindows(
  'a request that cannot be read stays, is told, keeps none from being heard, and is heard once it can be',
  async (t) => {
    const file = join(await folderFor(t), 'neo.db');
    const first = await writeInbox(file, kill('a'), 1);
    await writeInbox(file, kill('b'), 2);
    const path = join(inboxFolder(file), `${first}.json`);
    /** As where the process may open no more files, for a while. */
    await rename(path, `${path}.aside`);
    await symlink(path, path);
    const taken = collect();
    await takeInbox(file, taken.heard, taken.handlers);
    t.deepEqual(taken.messages, [kill('b')]);
    t.regex(taken.refused[0] ?? '', /cannot be read \(ELOOP\): it is tried again; .*remove it/);
    await rename(`${path}.aside`, path);
    await takeInbox(file, taken.heard, taken.handlers);
    t.deepEqual(taken.messages.at(-1), kill('a'));
  },
);

serialUnlessWindows(
  'a request is told as kept when its file, its name and the folder’s are on the disk',
  async (t) => {
    const folder = await folderFor(t);
    const own = await open(folder);
    const handles = Object.getPrototypeOf(own) as FileHandle;
    await own.close();
    const before = Object.getOwnPropertyDescriptor(handles, 'sync') ?? {};
    const synced: string[] = [];
    handles.sync = async function (this: FileHandle) {
      const { ino } = await this.stat();
      for (const path of [
        folder,
        inbox,
        ...(await readdir(inbox)).map((name) => join(inbox, name)),
      ])
        if ((await stat(path)).ino === ino) synced.push(names.get(path) ?? 'file');
      return Reflect.apply(before.value as FileHandle['sync'], this, []);
    };
    t.teardown(() => Object.defineProperty(handles, 'sync', before));
    const file = join(folder, 'neo.db');
    const inbox = inboxFolder(file);
    const names = new Map([
      [folder, 'folder'],
      [inbox, 'inbox'],
    ]);
    await writeInbox(file, kill('a'), 1);
    await writeInbox(file, kill('b'), 2);
    t.deepEqual(synced, ['folder', 'file', 'inbox', 'file', 'inbox']);
  },
);

test('what nobody takes any more stays, with all after it, for the next start', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  for (const note of ['a', 'b', 'c']) await writeInbox(file, kill(note), 1);
  const first = collect();
  await takeInbox(file, first.heard, {
    ...first.handlers,
    record: async (message, id) => message['note'] === 'a' && first.handlers.record(message, id),
  });
  t.deepEqual(first.messages, [kill('a')]);
  const next = collect();
  await takeInbox(file, next.heard, next.handlers);
  t.deepEqual(next.messages, ['b', 'c'].map(kill));
});

for (const [what, text] of [
  ['text', 'kill'],
  ['half a message', '{"type":"operator.kill","no'],
  ['another event', '{"type":"tick"}'],
  ['a list', '["operator.kill"]'],
  ['nothing', ''],
  ['too much', JSON.stringify(kill('x'.repeat(100_000)))],
] as const) {
  test(`a file with ${what} is set aside with a sentence, and holds nothing up`, async (t) => {
    const file = join(await folderFor(t), 'neo.db');
    await writeInbox(file, kill('a'), 1);
    await writeFile(join(inboxFolder(file), '000000000000000-bad.json'), text);
    const taken = collect();
    await takeInbox(file, taken.heard, taken.handlers);
    t.deepEqual(taken.messages, [kill('a')]);
    t.is(taken.refused.length, 1);
    t.regex(
      taken.refused[0] ?? '',
      /-bad\.json is .*: it was moved to .*refused\/ and nothing was done$/,
    );
    t.deepEqual(await readdir(inboxFolder(file)), ['refused']);
    t.deepEqual(await readdir(join(inboxFolder(file), 'refused')), ['000000000000000-bad.json']);
  });
}

test('a file that is still being written is not looked at', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeInbox(file, kill('a'), 1);
  await writeFile(join(inboxFolder(file), '.000000000000000-half'), '{');
  const taken = collect();
  await takeInbox(file, taken.heard, taken.handlers);
  t.deepEqual([taken.messages.length, taken.refused.length], [1, 0]);
});

test('a watcher takes what waits and notices what comes, one at a time', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeInbox(file, kill('before'), 1);
  const taken = collect();
  let atOnce = 0;
  const handlers = {
    ...taken.handlers,
    record: async (message: Message, id: string): Promise<boolean> => {
      atOnce += 1;
      t.is(atOnce, 1);
      await wait(2);
      await taken.handlers.record(message, id);
      atOnce -= 1;
      return true;
    },
  };
  const end = await watchInbox(file, taken.heard, handlers, (failure) => t.is(failure, undefined));
  while (taken.messages.length < 1) await wait(5);
  const started = performance.now();
  for (let note = 0; note < 20; note += 1) await writeInbox(file, kill(String(note)), 2);
  while (taken.messages.length < 21) await wait(5);
  t.true(performance.now() - started < 15_000, 'not one a look');
  t.deepEqual(
    taken.messages.slice(1),
    Array.from({ length: 20 }, (_, note) => kill(String(note))),
  );
  await end();
  await writeInbox(file, kill('after'), 3);
  await wait(50);
  t.is(taken.messages.length, 21);
});

test('a watcher tells what could not be recorded, and tries it again', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  const taken = collect();
  const errors: unknown[] = [];
  const handlers = {
    ...taken.handlers,
    record: async (message: Message, id: string): Promise<boolean> => {
      if (errors.length === 0) throw new Error('busy');
      return taken.handlers.record(message, id);
    },
  };
  const end = await watchInbox(file, taken.heard, handlers, (failure) => {
    if (failure !== undefined) errors.push(failure);
  });
  await writeInbox(file, kill('a'), 1);
  while (taken.messages.length < 1) await wait(10);
  t.deepEqual(errors.map(String), ['Error: busy']);
  await end();
});

test('what no operator can mean is no request: it reaches no actor', (t) => {
  const capital = (drops: string, rlusd: string) =>
    operatorInput({ type: 'operator.capital', drops, rlusd, note: 'x' });
  t.truthy(capital('-5000000', '999999999999999'));
  t.is(capital('999999999999999999', '0'), undefined, 'more drops than there are');
  t.is(capital('0', '1e80'), undefined);
  t.is(capital('1.5', '0'), undefined);
  const basis = (price: string) => operatorInput({ type: 'operator.basis', price, note: 'x' });
  t.truthy(basis('1.42'));
  for (const price of ['0', '-1', '1e90', '1e-90', 'much']) t.is(basis(price), undefined, price);
});

test('a request that nobody can read is told once for as long as that lasts', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeInbox(file, kill('a'), 1);
  const told: string[] = [];
  const heard: string[] = [];
  const leave = await attendInbox(
    file,
    {
      record: async ({ type }) => {
        heard.push(type);
        if (heard.length > 1 && heard.length < 4) throw new Error('EACCES');
        return true;
      },
    },
    [],
    (sentence) => told.push(sentence),
  );
  await writeFile(join(inboxFolder(file), '000000000000002-bad.json'), '"');
  while (told.length < 1) await wait(10);
  await writeInbox(file, kill('b'), 2);
  while (heard.length < 4) await wait(10);
  await leave();
  t.regex(told[0] ?? '', /-bad\.json is no JSON: it was moved to .*refused/);
  t.deepEqual(told.slice(1), ['The inbox could not be read: EACCES']);
});

test('root hands a request over to whose engine reads it, and makes no inbox that they cannot read', async (t) => {
  if (process.getuid?.() !== 0) return t.log('skipped: only root can hand a file over');
  const file = join(await folderFor(t), 'neo.db');
  await writeFile(file, '');
  await chown(file, somebody, somebody);
  const owners = async (): Promise<readonly number[]> => {
    const inbox = inboxFolder(file);
    const paths = [inbox, ...(await readdir(inbox)).map((name) => join(inbox, name))];
    return Promise.all(paths.map(async (path) => (await stat(path)).uid));
  };
  await writeInbox(file, kill('a'), 1);
  t.deepEqual(await owners(), [somebody, somebody]);
  await chown(inboxFolder(file), 4711, 4711);
  await writeInbox(file, kill('b'), 2);
  t.deepEqual(
    await owners(),
    [4711, somebody, 4711],
    'an engine of another user than the database’s',
  );
});

test('nothing waits where no inbox is, and none is made by looking', async (t) => {
  const folder = await folderFor(t);
  const taken = collect();
  await takeInbox(join(folder, 'neo.db'), taken.heard, taken.handlers);
  t.deepEqual([taken.messages.length, await readdir(folder)], [0, []]);
});

test('a message for a database in a missing folder is refused', async (t) => {
  const folder = await folderFor(t);
  const error = await t.throwsAsync(() => writeInbox(join(folder, 'no', 'neo.db'), kill('a'), 1), {
    instanceOf: LogError,
    message: /neo\.db\.inbox cannot be made/,
  });
  t.is(error?.exitCode, 2);
});
