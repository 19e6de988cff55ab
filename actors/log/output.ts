/** A file for somebody to keep: named only when it is complete and on the disk, and never in the place of another. */
import { access, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LogError, codeOf, messageOf } from './failure.ts';

/** `write` fills the draft that it is given. Rejects with a LogError (exit code 2) where there is a file already, or no folder. */
export const writeNew = async <T>(
  output: string,
  write: (draft: string) => Promise<T>,
): Promise<T> => {
  await refuseExisting(output);
  const draft = join(dirname(output), `.${basename(output)}.part`);
  await rm(draft, { force: true });
  try {
    const written = await write(draft);
    await onDisk(draft);
    await rename(draft, output);
    await onDisk(dirname(output));
    return written;
  } catch (error) {
    await rm(draft, { force: true });
    throw unwritable(output, error);
  }
};

/** What the system refuses a file that we make. */
const ownFault: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC']);

/** What was thrown, as a LogError (exit code 4) with its cure where the system does not let us write. */
export const unwritable = (output: string, error: unknown): unknown =>
  ownFault.has(codeOf(error))
    ? new LogError(
        4,
        `${output} cannot be written (${messageOf(error)}): free some space or give this user the right to it, or choose another place with -o`,
        error,
      )
    : error;

/** Asks without opening: closing a file drops every lock that this process holds on it. */
const refuseExisting = async (output: string): Promise<void> => {
  const found = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  if (await found(output)) {
    throw new LogError(2, `${output} exists already: choose another name`);
  }
  const folder = dirname(output);
  if (await found(folder)) return;
  throw new LogError(2, `there is no folder ${folder}: create it, or choose another`);
};

/** What was written there, or the names that a folder holds, outlast a power cut from here on. */
export const onDisk = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
