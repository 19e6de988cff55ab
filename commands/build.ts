/** Which build this is: by its version, the commit that it was made from, and a digest of the compiled code that decides. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../', import.meta.url));

/** What a replay goes through. */
export const deciding = ['ledger', 'events', 'machines', 'projections', 'actors'] as const;

/** Of the compiled code in these folders: 16 hex digits. */
export const digestOf = (folders: readonly string[]): string => {
  const digest = createHash('sha256');
  for (const folder of folders) {
    const names = readdirSync(join(dist, folder), { recursive: true }).map(String);
    for (const name of names.filter((one) => one.endsWith('.js')).toSorted()) {
      digest.update(`${folder}/${name}\n`).update(readFileSync(join(dist, folder, name)));
    }
  }
  return digest.digest('hex').slice(0, 16);
};

type PackageJson = Readonly<{ version: string; dependencies: Readonly<Record<string, string>> }>;

export const packageJson = (): PackageJson =>
  JSON.parse(readFileSync(join(dist, '..', 'package.json'), 'utf8')) as PackageJson;

/** Written by `npm run build` in a checkout of git, with `-dirty` where that had changes of its own; nothing elsewhere. With a dot behind it. */
const commit = (): string => {
  try {
    const [found] =
      /^[0-9a-f]{12,}(?:-dirty)?/.exec(readFileSync(join(dist, 'commit'), 'utf8')) ?? [];
    return found === undefined ? '' : `${found}.`;
  } catch {
    return '';
  }
};

let known: string | undefined;

/** As `0.1.0+b0f55e8c21d4.5bbff742603ba261`, the commit left out where it is not known (semver.org, build metadata). */
export const build = (): string =>
  (known ??= `${packageJson().version}+${commit()}${digestOf(deciding)}`);

/** The commit from which that build can be made again. */
export const commitOf = (name: string): string | undefined => /\+([0-9a-f]{12,})\./.exec(name)?.[1];
