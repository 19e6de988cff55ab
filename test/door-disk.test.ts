/** A log that can no longer be written ends the session: nothing more leaves, exit code 3, the cause on stderr; the next start settles what was left. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { SessionDocument } from '../projections/document.ts';
import { ask, documentOf, folderFor, recorded } from './door.ts';

const main = fileURLToPath(new URL('../main.js', import.meta.url));

/** No file may grow beyond so many of the shell's blocks: the log's is the first that wants to. */
const blocks = 1400;
const quick = ['--speed', 'max', '--json', '--seed', '7'];

const unlessWindows = process.platform === 'win32' ? test.skip : test;

unlessWindows('a disk that takes no more ends the session with 3 and the cause', async (t) => {
  const folder = await folderFor(t);
  const line = `ulimit -f ${blocks}; exec "$0" "$@"`;
  const long = [main, 'run', ...quick, '--duration-seconds', '3000'];
  const child = spawn('sh', ['-c', line, process.execPath, ...long], { cwd: folder, env: {} });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  t.is(code, 3, err);
  t.is(out, '', 'there is no document of a session that could not be written');
  t.regex(err, /The session has stopped, for nothing may be sent that the log does not hold: /);
  t.regex(err, /neo\.db.* (?:fails|is full)/);
  t.notRegex(err, /\n {4}at /);

  const file = join(folder, 'neo.db');
  t.true((await stat(file)).size > 0);
  t.is((await ask(folder, 'verify')).code, 0, 'what was written stands');
  const before = await recorded(file, 1);
  const signed = before.filter(({ event }) => event.type === 'transaction.signed');
  t.true(signed.length > 0);

  const next = await ask(folder, 'run', ...quick, '--duration-seconds', '20');
  t.is(next.code, 0, next.err);
  t.is(documentOf(next).orders.unknown, 0);
  t.is(documentOf(next).orders.left_on_ledger, 0);
  const [died] = documentOf<readonly SessionDocument[]>(await ask(folder, 'sessions', '--json'));
  t.is(died?.halt?.reason, 'unexpected_halt');
});

unlessWindows('a backup that fails is an alert, and the next start makes it first', async (t) => {
  const folder = await folderFor(t);
  const backups = join(folder, 'neo.db.backups');
  const [tell, told] = [join(folder, 'tell'), join(folder, 'told')];
  await writeFile(tell, `#!/bin/sh\necho "$@" >> '${told}'\n`);
  await chmod(tell, 0o700);
  await writeFile(backups, 'in the way');
  const line = [...quick, '--duration-seconds', '20'];
  t.is((await ask(folder, 'run', ...line, '--set', `alerts.command=${tell}`)).code, 0);
  const alerts = await readFile(told, 'utf8');
  t.regex(alerts, /^backup The backup failed: .*neo\.db\.backups.*The next start makes it first/m);
  t.notRegex(alerts, /neo verify/);
  await rm(backups);
  t.is((await ask(folder, 'run', ...line)).code, 0);
  const held = await Promise.all(
    (await readdir(backups))
      .filter((name) => name.endsWith('.hash'))
      .toSorted()
      .map((name) => readFile(join(backups, name), 'utf8')),
  );
  t.deepEqual(
    held.map((text) => text.trimEnd().split('\n').length),
    [1, 2],
  );
});
