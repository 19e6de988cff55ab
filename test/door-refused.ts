/** What must be refused, as tables: one sentence with the cure, the documented exit code, nothing changed on disk. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ask, folderFor, snapshot, type Ended } from './door.ts';

export type Case = Readonly<{
  what: string;
  line: readonly string[];
  code: 2 | 4;
  says: RegExp;
  /** What is in the folder before; default nothing. */
  given?: (t: ExecutionContext) => Promise<string>;
}>;

/** A session that is over in a moment. */
export const quick = ['--speed', 'max', '--duration-seconds', '3', '--json'];

/** A test for each case; words that begin with neo.db are files of the folder. */
export const testRefusals = (cases: readonly Case[]): void => {
  for (const one of cases) {
    test(`refused: ${one.what}`, async (t) => {
      const folder = await (one.given ?? folderFor)(t);
      const [name = '', ...line] = one.line;
      const inside = line.map((word) => (word.startsWith('neo.db') ? join(folder, word) : word));
      const before = await snapshot(folder);
      refused(t, one, await ask(folder, name, ...inside));
      t.deepEqual(await snapshot(folder), before);
    });
  }
};

export const refused = (
  t: ExecutionContext,
  { code, says }: Pick<Case, 'code' | 'says'>,
  { code: got, out, err }: Ended,
): void => {
  t.is(got, code, err);
  t.is(out, '');
  t.regex(err, says);
  t.notRegex(err, /something broke|\n\s+at /);
  t.is(err.trimEnd().split('\n').length, 1, err);
};

/** A folder with the database and the ledger of one short session, recorded once for each test file. */
export const withLog = async (t: ExecutionContext): Promise<string> => {
  const from = await (recordedFolder ??= recordSession());
  const folder = await folderFor(t);
  for (const name of ['neo.db', 'neo.db.ledger', 'neo.db.lock']) {
    await copyFile(join(from, name), join(folder, name));
  }
  return folder;
};

let recordedFolder: Promise<string> | undefined;

const recordSession = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'neo-door-'));
  const { code, err } = await ask(folder, 'run', ...quick);
  if (code !== 0) throw new Error(err);
  return folder;
};

test.after.always(async () => {
  if (recordedFolder) await rm(await recordedFolder, { recursive: true, force: true });
});
