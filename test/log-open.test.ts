/** What is refused at the door: each bad database has its one sentence and its exit code, and stays as it was. */
import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import {
  chmod,
  cp,
  mkdir,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { LogError } from '../actors/log/failure.ts';
import { pageBytes, type LogOptions } from '../actors/log/open.ts';
import { lookInto, networkFileSystem } from '../actors/log/place.ts';
import { openReader } from '../actors/log/reader.ts';
import { connect } from '../actors/log/sqlite.ts';
import { verifyLog } from '../actors/log/verify.ts';
import {
  folderFor,
  openSample,
  readAll,
  turnAt,
  turnsOf,
  withSqlite,
  writeSample,
} from './log-sample.ts';
import { append, opened, told } from './story.ts';

type Case = Readonly<{
  /** Makes of a whole, closed log at this path what is to be refused. */
  spoil: (file: string) => Promise<void>;
  options?: Partial<LogOptions>;
  says: RegExp;
  exitCode?: 2;
  /** A reader may have it all the same. */
  readable?: true;
  /** What holds of a start, `neo verify` says as well. */
  verified?: true;
}>;

/** Writes over this many bytes in the middle of the file. */
const overwrite = async (file: string, text: string): Promise<void> => {
  const bytes = await readFile(file);
  bytes.write(text, Math.floor(bytes.length / 2));
  await writeFile(file, bytes);
};

const alter = (file: string, sql: string): Promise<void> =>
  withSqlite(file, 'write', (connection) => connection.exec(sql));

/** A session of a process of its own, which dies when it has said that. */
const killedAt = async (file: string, work: string, word: RegExp): Promise<void> => {
  const script = fileURLToPath(new URL('./log-child.js', import.meta.url));
  const child = spawn(process.execPath, [script, file, work], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let said = '';
  for await (const text of child.stdout) {
    said += String(text);
    if (word.test(said)) child.kill('SIGKILL');
  }
  await closed;
};

const killedWhileAppending = (file: string): Promise<void> =>
  killedAt(file, 'append', /durable \d\d/);

/** With all that it wrote in its write-ahead log alone. */
const killedWhileKeeping = (file: string): Promise<void> => killedAt(file, 'keep', /durable \d\d/);

const killedOnceOpen = (file: string): Promise<void> => killedAt(file, 'open', /open/);

const cases: Readonly<Record<string, Case>> = {
  'a text file': {
    spoil: (file) => writeFile(file, 'session,seq\n1,1\n'.repeat(100)),
    says: /is no SQLite database: choose another file with --db/,
  },
  'a short text file': {
    spoil: (file) => writeFile(file, 'hello'),
    says: /is no SQLite database/,
  },
  'an empty file': {
    spoil: (file) => truncate(file, 0),
    says: /is empty, which no log ever is: restore it from .*backups/,
  },
  'a file cut in the middle': {
    spoil: async (file) => truncate(file, (await stat(file)).size - pageBytes),
    says: /is damaged .*: restore it from .*backups/,
  },
  'a file cut within its header': {
    spoil: (file) => truncate(file, 50),
    says: /is no SQLite database|is damaged/,
  },
  'damaged pages after a dead owner': {
    spoil: async (file) => {
      await overwrite(file, 'x'.repeat(pageBytes));
      await writeFile(`${file}.owner`, 'process 1 on elsewhere\n');
    },
    says: /is damaged .*: restore it from .*backups/,
    readable: true,
  },
  'a database of something else': {
    spoil: async (file) => {
      await rm(file);
      await withSqlite(file, 'create', (connection) => connection.exec('CREATE TABLE a (b)'));
    },
    says: /is an SQLite database but no log of neo/,
  },
  'a database of a newer build': {
    spoil: (file) => alter(file, `INSERT INTO migration VALUES (999, '${'a'.repeat(64)}', 0)`),
    says: /written by a newer neo \(schema 999, this one knows \d+\): install that version/,
  },
  'a changed old migration': {
    spoil: (file) =>
      alter(file, `UPDATE migration SET sha256 = '${'a'.repeat(64)}' WHERE number = 1`),
    says: /migrations\/001\.sql is not the file that .* was made with: restore it/,
  },
  'the log of another account': {
    spoil: async () => undefined,
    options: { account: 'rOther' },
    says: /is the log of rG1QQv2\w+ on sandbox, not of rOther on sandbox: choose another file/,
    readable: true,
  },
  'the log of another network': {
    spoil: async () => undefined,
    options: { network: 'live' },
    says: /is the log of rG1QQv2\w+ on sandbox, not of rG1QQv2\w+ on live/,
    readable: true,
  },
  'a write-ahead log without its database': {
    spoil: async (file) => {
      await rm(file);
      await writeFile(`${file}-wal`, 'x');
    },
    says: /is gone but its write-ahead log .*-wal is there: put the two back together/,
  },
  'a database whose write-ahead log has gone': {
    spoil: async (file) => {
      await killedWhileAppending(file);
      for (const name of [`${file}-wal`, `${file}-shm`]) await rm(name, { force: true });
    },
    says: /-wal is not there, which process \d+ on .* left when it died: another program .*merged it \(nothing is lost\), or it was removed, .*neo verify.*delete .*owner/,
    readable: true,
  },
  'the write-ahead log of another database': {
    spoil: async (file) => {
      const other = join(dirname(file), 'other.db');
      const log = await openSample(other);
      for (const rows of turnsOf(Array.from({ length: 30 }, () => 5))) await log.append(1, rows);
      const wal = await readFile(`${other}-wal`);
      await log.close({ clean: true });
      await writeFile(`${file}-wal`, wal);
    },
    says: /-wal is another database's write-ahead log .*: put the right one there, or move/,
    readable: true,
    verified: true,
  },
  'the write-ahead log of another account where all of the log was in its own': {
    spoil: async (file) => {
      for (const name of await readdir(dirname(file))) await rm(join(dirname(file), name));
      await killedWhileKeeping(file);
      const other = join(dirname(file), 'other.db');
      const log = await openSample(other, { account: 'rOther' });
      await append(log, 1, told([[0, opened('a1', { account: 'rOther' })]]));
      await cp(`${other}-wal`, `${file}-wal`);
      await log.close({ clean: true });
    },
    says: /-wal is another database's write-ahead log \(session 1 in it is of rOther on sandbox\): put the right one/,
    readable: true,
    verified: true,
  },
  'what is no write-ahead log any more after a dead owner': {
    spoil: async (file) => {
      await killedWhileKeeping(file);
      await writeFile(`${file}-wal`, Buffer.alloc(100_000));
    },
    says: /-wal, which process \d+ on .* left when it died, is no write-ahead log any more \(what was written last is missing\): put it back, .*neo verify.*delete .*owner/,
    readable: true,
  },
  'a write-ahead log whose header has a changed byte after a dead owner': {
    spoil: async (file) => {
      await killedWhileKeeping(file);
      const wal = await readFile(`${file}-wal`);
      wal.writeUInt8(wal.readUInt8(20) ^ 1, 20);
      await writeFile(`${file}-wal`, wal);
    },
    says: /-wal, which .* left when it died, is no write-ahead log any more/,
    readable: true,
  },
  'a folder in its place': {
    spoil: async (file) => {
      await rm(file);
      await mkdir(file);
    },
    says: /is not a file: choose another with --db/,
    exitCode: 2,
  },
};

/** Without SQLite's index of a write-ahead log, which every reader of one makes anew. */
const contents = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const found: Record<string, string> = {};
  for (const name of (await readdir(folder)).toSorted()) {
    if (name.endsWith('-shm') && existsSync(join(folder, name.replace('-shm', '-wal')))) continue;
    const path = join(folder, name);
    const about = await stat(path);
    found[name] = about.isFile() ? hash('sha256', await readFile(path)) : 'folder';
  }
  return found;
};

for (const [what, { spoil, options, says, exitCode, readable, verified }] of Object.entries(
  cases,
)) {
  for (const lock of ['with', 'without'] as const) {
    test(`${what} is refused, ${lock} a lock file beside it, and stays as it was`, async (t) => {
      const folder = await folderFor(t);
      const file = join(folder, 'neo.db');
      await writeSample(file, turnsOf(Array.from({ length: 60 }, () => 9)));
      await spoil(file);
      if (lock === 'without') await rm(`${file}.lock`);
      const before = await contents(folder);
      const error = await t.throwsAsync(() => openSample(file, options), { instanceOf: LogError });
      t.regex(error?.message ?? '', says);
      t.notRegex(error?.message ?? '', /\n/);
      t.is(error?.exitCode, exitCode ?? 4);
      if (!readable) {
        const unread = await t.throwsAsync(() => openReader(file), { instanceOf: LogError });
        t.regex(unread?.message ?? '', says);
      }
      if (verified) {
        const verdict = await verifyLog(file);
        t.regex(verdict.intact ? '' : verdict.sentence, says);
      }
      t.deepEqual(await contents(folder), before);
    });
  }
}

test('a lock file that is none is told as that, and not as damage to the log', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([3]));
  await writeFile(`${file}.lock`, 'x'.repeat(5_000));
  const says =
    /neo\.db\.lock cannot be used \(.*\): it holds nothing of the log; .*remove it while nothing runs on .*neo\.db$/;
  const error = await t.throwsAsync(() => openSample(file), { instanceOf: LogError });
  t.is(error?.exitCode, 4);
  t.regex(error?.message ?? '', says);
  const verdict = await verifyLog(file);
  t.regex(verdict.intact ? '' : verdict.sentence, says);
  await rm(`${file}.lock`);
  t.true((await verifyLog(file)).intact);
  await (await openSample(file)).close({ clean: true });
});

test('another program that merges the write-ahead log of a dead session loses nothing, and verify says up to when it goes', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await killedWhileAppending(file);
  const before = await verifyLog(file);
  await alter(file, 'SELECT count(*) FROM event');
  t.false(existsSync(`${file}-wal`), 'that program was the last to close it');
  await t.throwsAsync(() => openSample(file), { message: /-wal is not there.*nothing is lost/ });
  const found = await verifyLog(file);
  t.true(before.intact && !found.intact);
  if (!before.intact || found.intact) return;
  const whole = `what is there is whole, up to event ${before.events} of session 1 \\(\\S+Z\\); `;
  t.regex(found.sentence, new RegExp(`^${whole}whether that is all .*-wal is not there`));
  t.is(found.session, undefined);
  await rm(`${file}.owner`);
  t.like(await verifyLog(file), { intact: true, events: before.events });
  const log = await openSample(file);
  t.is((await readAll(log, 1)).length, before.events);
  await log.close({ clean: true });
});

test('a reader that was there before a session died merges nothing of what that one left', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await (await openSample(file)).close({ clean: true });
  const reader = await openReader(file);
  await killedWhileAppending(file);
  await reader.close();
  t.true(existsSync(`${file}-wal`));
  t.true((await verifyLog(file)).intact);
  await (await openSample(file)).close({ clean: true });
  t.false(existsSync(`${file}-wal`));
});

test('nor what one left that died before it wrote anything', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await (await openSample(file)).close({ clean: true });
  const reader = await openReader(file);
  await killedOnceOpen(file);
  await reader.close();
  t.is((await stat(`${file}-wal`)).size, 0);
  t.true((await verifyLog(file)).intact);
  await (await openSample(file)).close({ clean: true });
});

test('it takes away with its own files what is left of a session that has ended', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await (await openSample(file)).close({ clean: true });
  const reader = await connect(file, 'look');
  await reader.get('SELECT 1 FROM event');
  const log = await openSample(file);
  await log.append(1, turnAt(1, 1, 3));
  await reader.exec('BEGIN; SELECT count(*) FROM event');
  await log.append(1, turnAt(5, 2, 3));
  await log.close({ clean: true });
  t.not((await stat(`${file}-wal`)).size, 0, 'which could not be cut off beside that read');
  await reader.exec('COMMIT');
  await reader.close();
  t.false(existsSync(`${file}-wal`));
  const next = await openSample(file);
  t.false(next.uncleanEnd);
  t.is((await readAll(next, 1)).length, 8);
  await next.close({ clean: true });
});

test('who looks at a log whose write-ahead log is missing leaves none', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await killedWhileAppending(file);
  for (const name of [`${file}-wal`, `${file}-shm`]) await rm(name, { force: true });
  await (await openReader(file)).close();
  t.false(existsSync(`${file}-wal`));
  await t.throwsAsync(() => openSample(file), { message: /-wal is not there/ });
});

test('who looks at a log while its writer ends, and takes the write-ahead log away, is told of no fault', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await writeSample(file, turnsOf([3]));
  const header = Buffer.alloc(32);
  for (const [at, word] of [0x377f0682, 3007000, 4096].entries()) {
    header.writeUInt32BE(word, at * 4);
  }
  const found = new Set<string>();
  for (let turn = 0; turn < 400; turn += 1) {
    await writeFile(`${file}-wal`, header);
    const [{ wal }] = await Promise.all([lookInto(file), rm(`${file}-wal`)]);
    found.add(wal);
  }
  t.true(found.has('missing'), [...found].join());
});

test('verify says up to when a log goes whose write-ahead log is none any more, and who has seen it goes on', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await killedWhileKeeping(file);
  await writeFile(`${file}-wal`, 'x'.repeat(9_000));
  const found = await verifyLog(file);
  t.regex(
    found.intact ? '' : found.sentence,
    /^what is there is whole, .*whether that is all .*-wal, which .* is no write-ahead log any more/,
  );
  await rm(`${file}.owner`);
  t.true((await verifyLog(file)).intact);
  await (await openSample(file)).close({ clean: true });
});

test('damage behind a missing write-ahead log is told as damage', async (t) => {
  const file = join(await folderFor(t), 'neo.db');
  await killedWhileAppending(file);
  await alter(
    file,
    `DROP TRIGGER event_is_never_updated; UPDATE event SET actor = 'x' WHERE seq = 3`,
  );
  t.like(await verifyLog(file), { intact: false, session: 1, seq: 3 });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a clean end forgets the owner before the write-ahead log goes', async (t) => {
  const folder = await folderFor(t);
  const log = await openSample(join(folder, 'neo.db'));
  await log.append(1, turnAt(1, 1, 1));
  const touched: (string | null)[] = [];
  const watcher = watch(folder, (_, name) => touched.push(name));
  await log.close({ clean: true });
  await wait(50);
  watcher.close();
  const at = (name: string): number => touched.lastIndexOf(name);
  t.true(at('neo.db.owner') >= 0);
  t.true(at('neo.db.owner') < at('neo.db-wal'), touched.join(' '));
});

test('a missing folder is named, and not made', async (t) => {
  const folder = await folderFor(t);
  const error = await t.throwsAsync(() => openSample(join(folder, 'none', 'neo.db')), {
    instanceOf: LogError,
    message: /there is no folder .*none: create it/,
  });
  t.is(error?.exitCode, 2);
  t.deepEqual(await readdir(folder), []);
});

test('a reader of a log that is not there is told so, and makes none', async (t) => {
  const folder = await folderFor(t);
  const error = await t.throwsAsync(() => openReader(join(folder, 'neo.db')), {
    instanceOf: LogError,
    message: /there is no log .*neo\.db: start a session first/,
  });
  t.is(error?.exitCode, 2);
  t.deepEqual(await readdir(folder), []);
});

test('a file without permission is refused with what to do', async (t) => {
  if (process.getuid?.() === 0) return t.pass('the superuser may do everything');
  const folder = await folderFor(t);
  const file = join(folder, 'neo.db');
  await writeSample(file, turnsOf([1]));
  await chmod(file, 0o400);
  await t.throwsAsync(() => openSample(file), {
    message: /cannot be .*: give this user the right/,
  });
  await chmod(file, 0o600);
  await chmod(folder, 0o500);
  await t.throwsAsync(() => openSample(file), {
    message: /cannot be .*: give this user the right/,
  });
  const reader = await openReader(file);
  t.is((await reader.sessions()).length, 1);
  await reader.close();
  await chmod(folder, 0o700);
});

test('file systems that machines share are known by their numbers, local ones are not', (t) => {
  for (const shared of [0x6969, 0xff534d42, -11317950, 0x01021997, 0x65735546]) {
    t.truthy(networkFileSystem(shared), shared.toString(16));
  }
  for (const local of [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630]) {
    t.is(networkFileSystem(local), undefined, local.toString(16));
  }
});

test('spaces, Unicode and the signs of an address in the path are part of the name', async (t) => {
  const folder = join(await folderFor(t), 'Üben & 100% #1?mode=memory');
  await mkdir(folder);
  const file = join(folder, 'né o.db');
  await writeSample(file, turnsOf([1, 2]));
  t.deepEqual((await readdir(folder)).toSorted(), ['né o.db', 'né o.db.lock']);
  const reader = await openReader(file);
  t.is((await readAll(reader, 1)).length, 5);
  await reader.close();
});

test('two names of one file are one log', async (t) => {
  const folder = await folderFor(t);
  await mkdir(join(folder, 'real'));
  await symlink(join(folder, 'real'), join(folder, 'alias'));
  const log = await openSample(join(folder, 'real', 'neo.db'));
  await symlink(join(folder, 'real', 'neo.db'), join(folder, 'other.db'));
  for (const name of ['alias/neo.db', 'other.db']) {
    await t.throwsAsync(() => openSample(join(folder, name)), { message: /is being written by/ });
  }
  await log.close({ clean: true });
});

test('a reader sees what a running writer has made durable, and leaves no file behind', async (t) => {
  const folder = await folderFor(t);
  const file = join(folder, 'neo.db');
  const log = await openSample(file);
  await log.append(1, turnAt(1, 1, 1));
  const reader = await openReader(file);
  t.is((await readAll(reader, 1)).length, 2);
  await log.append(1, turnAt(3, 2, 1));
  t.is((await readAll(reader, 1)).length, 4);
  await reader.close();
  await log.close({ clean: true });
  const before = await contents(folder);
  const later = await openReader(file);
  t.deepEqual(later.binding, { network: 'sandbox', account: 'rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn' });
  t.is((await readAll(later, 1)).length, 4);
  await later.close();
  t.deepEqual(await contents(folder), before);
  t.deepEqual(Object.keys(before), ['neo.db', 'neo.db.lock']);
});
