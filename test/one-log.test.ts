/** A log has one place, whichever name it is called by: a link, or the environment that a session was configured by. */
import { lstat, mkdir, readdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { inboxFolder } from '../actors/inbox.ts';
import { LogError } from '../actors/log/failure.ts';
import { truePath } from '../actors/log/place.ts';
import { serve } from '../commands/inspect/serve.ts';
import { ask, documentOf, folderFor, here, recorded } from './door.ts';
import { quick, refused, withLog } from './door-refused.ts';

const lines: readonly (readonly [string, ...string[]])[] = [
  ['kill', '--note', 'x'],
  ['kill', '--clear', '--by', 'ops', '--note', 'x'],
  ['capital', 'deposit', '--xrp', '1', '--confirm'],
  ['realign', '--confirm'],
];

for (const [name, ...line] of lines) {
  test(`neo ${name} ${line[0]} through a link reaches the session of the log itself`, async (t) => {
    const folder = await withLog(t);
    const link = join(folder, 'link.db');
    await symlink('neo.db', link);
    const { code, err } = await ask(folder, name, ...line, '--db', link);
    t.is(code, 0, err);
    t.is((await readdir(join(folder, 'neo.db.inbox'))).length, 1);
    t.false((await readdir(folder)).includes('link.db.inbox'));
  });
}

test('a name that ends as a folder’s is refused: behind a link it would be another log', async (t) => {
  const folder = await withLog(t);
  const link = join(folder, 'link.db');
  await symlink('neo.db', link);
  for (const name of [`${link}/`, `${link}/.`, `${join(folder, 'new')}/`]) {
    for (const line of [['kill', '--note', 'x'], ['run', ...quick], ['sessions']]) {
      const [command = '', ...words] = line;
      const { code, err } = await ask(folder, command, ...words, '--db', name);
      t.is(code, 2, command);
      t.regex(err, /names a folder and no file/);
    }
  }
  t.false((await readdir(folder)).some((name) => /^(link\.db|new)./.test(name)));
});

test('the page over a link puts what it is asked into the inbox of the log itself', async (t) => {
  const folder = await withLog(t);
  await symlink('neo.db', join(folder, 'link.db'));
  const served = await serve(join(folder, 'link.db'), {
    host: '127.0.0.1',
    port: 47_310,
    exactPort: false,
  });
  const { origin, hash } = new URL(served.url);
  const { status } = await fetch(`${origin}/api/act`, {
    method: 'POST',
    headers: {
      origin,
      authorization: `Bearer ${hash.replace('#token=', '')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ kind: 'kill', note: 'x' }),
  });
  await served.close();
  t.is(status, 200);
  t.is((await readdir(join(folder, 'neo.db.inbox'))).length, 1);
});

test('a session on a link keeps everything beside the log itself', async (t) => {
  const folder = await withLog(t);
  await mkdir(join(folder, 'data'));
  for (const name of ['neo.db', 'neo.db.ledger', 'neo.db.lock']) {
    await rename(join(folder, name), join(folder, 'data', name));
  }
  const link = join(folder, 'link.db');
  await symlink('data/neo.db', link);
  t.is((await ask(folder, 'run', ...quick, '--db', link)).code, 0);
  t.is((await ask(folder, 'report', '2', '--db', link)).code, 0);
  t.deepEqual((await readdir(folder)).toSorted(), ['data', 'link.db']);
  t.deepEqual((await readdir(join(folder, 'data'))).toSorted(), [
    'neo.db',
    'neo.db.backups',
    'neo.db.inbox',
    'neo.db.ledger',
    'neo.db.lock',
    'neo.db.reports',
  ]);
});

test('a link to nothing yet gets the log where it leads, and stays a link', async (t) => {
  const folder = await folderFor(t);
  const link = join(folder, 'link.db');
  await symlink('later.db', link);
  t.is((await ask(folder, 'run', ...quick, '--db', link)).code, 0);
  t.true((await lstat(link)).isSymbolicLink());
  t.is((await recorded(join(folder, 'later.db'), 1))[0]?.event.type, 'session.opened');
});

test('links lead on from link to link, from where each of them lies', async (t) => {
  const folder = await folderFor(t);
  await mkdir(join(folder, 'a', 'b'), { recursive: true });
  await symlink('a/b', join(folder, 'short'));
  await symlink('../real.db', join(folder, 'a', 'b', 'second.db'));
  await symlink(join(folder, 'short', 'second.db'), join(folder, 'first.db'));
  t.is(truePath(join(folder, 'first.db')), join(folder, 'a', 'real.db'));
  t.is(inboxFolder(join(folder, 'first.db')), join(folder, 'a', 'real.db.inbox'));
  t.is(truePath('neo.db'), 'neo.db', 'a name that is no link stays as it was given');
});

test('links that lead in a circle are refused in words', async (t) => {
  const folder = await folderFor(t);
  await symlink('b.db', join(folder, 'a.db'));
  await symlink('a.db', join(folder, 'b.db'));
  const says = /a\.db is a link that leads to no file: name the database itself with --db/;
  t.throws(() => truePath(join(folder, 'a.db')), { instanceOf: LogError, message: says });
  const line = ['run', ...quick, '--db', join(folder, 'a.db')] as const;
  refused(t, { code: 2, says }, await ask(folder, ...line));
});

test('without --db a command speaks to the database that the environment names, and says which', async (t) => {
  const folder = await withLog(t);
  const file = join(folder, 'neo.db');
  const under = { NEO_ENGINE_DATABASE: file };
  const killed = documentOf<{ database: string; waits: boolean }>(
    await here(under, 'kill', ['--note', 'x', '--json']),
  );
  t.deepEqual([killed.database, killed.waits], [file, true]);
  t.is((await readdir(join(folder, 'neo.db.inbox'))).length, 1);
  for (const line of ['sessions', 'verify', 'capital', 'realign', 'show 1', 'replay 1']) {
    const [name = '', ...rest] = line.split(' ');
    t.is((await here(under, name, rest)).code, 0, line);
  }
  refused(
    t,
    { code: 2, says: new RegExp(`No session runs on ${file}`) },
    await here(under, 'stop', []),
  );
  const other = await here(under, 'sessions', ['--db', join(folder, 'other.db')]).catch(String);
  t.is(typeof other === 'string' ? other : other.code, 2, '--db is the later word');
});
