/**
 * Where the wallet's family seed comes from: NEO_WALLET_SEED, the file that network.wallet_seed_file names, or systemd's
 * credential `wallet_seed`. It is read once, handed to the signer and kept nowhere else; no sentence ever shows it.
 */
import { readFileSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../command.ts';

/** `from` names the place, for a sentence. */
export type Seed = Readonly<{ seed: string; from: string }>;

const variable = 'NEO_WALLET_SEED';
/** In the folder that systemd names in CREDENTIALS_DIRECTORY. */
const credential = 'wallet_seed';
const bytesMax = 4096;
/** Whoever else may read the file could trade with it. */
const othersMayRead = 0o077;

/** Throws a UsageError with the cure. */
export const readSeed = (
  file: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Seed => {
  const words = env[variable];
  if (words) return { seed: words.trim(), from: variable };
  if (file !== null) return { seed: contentOf(file), from: file };
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (folder) {
    const path = join(folder, credential);
    return { seed: contentOf(path), from: path };
  }
  throw new UsageError(
    `Live needs the wallet's family seed: put it into a file of mode 0600 and name that in network.wallet_seed_file, or set ${variable}, or load it as systemd's credential ${credential}.`,
  );
};

const contentOf = (path: string): string => {
  refuseOpen(path, statOf(path));
  const content = readFileSync(path, 'utf8').trim();
  if (content === '')
    throw new UsageError(`${path} is empty: put the wallet's family seed into it.`);
  return content;
};

const statOf = (path: string): Stats => {
  try {
    return statSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new UsageError(
      `The seed file ${path} cannot be read (${code}): name a file of mode 0600 in network.wallet_seed_file.`,
    );
  }
};

const refuseOpen = (path: string, found: Stats): void => {
  if (!found.isFile())
    throw new UsageError(`The seed file ${path} is no file: name one of mode 0600.`);
  if (found.size > bytesMax) {
    throw new UsageError(
      `The seed file ${path} is longer than a seed: name the one that holds the family seed and nothing else.`,
    );
  }
  if (process.platform === 'win32' || (found.mode & othersMayRead) === 0) return;
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  throw new UsageError(
    `The seed file ${path} has mode ${mode}, so others may read it: chmod 600 ${path}, and consider the seed known to them.`,
  );
};
