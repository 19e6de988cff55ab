/** Which build decides: its version and a digest of the compiled code that a run anew goes through. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../', import.meta.url));
const deciding = [
  'ledger',
  'events',
  'machines',
  'projections',
  'actors',
  'sandbox',
  'config',
  'commands/simulated',
  'commands/sweep',
];

export const buildOf = async (): Promise<string> => {
  const digest = createHash('sha256');
  for (const folder of deciding) {
    const names = await readdir(join(dist, folder), { recursive: true });
    for (const name of names.filter((one) => one.endsWith('.js')).toSorted()) {
      digest.update(`${folder}/${name}\n`).update(await readFile(join(dist, folder, name)));
    }
  }
  return digest.digest('hex').slice(0, 16);
};
