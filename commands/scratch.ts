/** A folder among the system's temporary ones, there for as long as somebody works in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../actors/log/failure.ts';
import { StartError } from './command.ts';

/** Rejects with a StartError where there can be none. */
export const inScratch = async <T>(
  name: string,
  work: (folder: string) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), `neo-${name}-`)).catch((cause: unknown) => {
    throw new StartError(
      `No folder can be made in ${tmpdir()} (${codeOf(cause)}): name one that this user can write with TMPDIR.`,
      { cause },
    );
  });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
