/** Where values come from: a file, the environment, flags. Finds the pairs of key and raw value; judges none of them. */
import { isGroup, readGroup } from './file.ts';
import { environmentName, table } from './keys.ts';
import { distance } from './nearest.ts';

/** A value as it was found. `words` marks text that stands for a number, a flag or a list. */
export type Found = Readonly<{ key: string; raw: unknown; words: boolean; from: string }>;

/** Either what was found, or the sentence that says why nothing could be. */
export type Source = Readonly<{ found: readonly Found[]; problems: readonly string[] }>;

/** A JSON5 or YAML file of dotted or nested names. */
export const fromFile = (path: string | undefined): Source => {
  if (path === undefined) return nothing();
  const group = readGroup(path);
  if (typeof group === 'string') return nothing(group);
  const found = [...flatten(group, '', path)];
  const twice = found.find(({ key }, i) => found.findIndex((other) => other.key === key) < i);
  return twice
    ? nothing(`${twice.key} stands twice in ${path}, dotted and nested: leave one of the two.`)
    : { found, problems: [] };
};

/** The effective values of a recorded session, as its first event keeps them; secrets are no part of it. */
export const fromRecord = (effective: unknown): Source =>
  isGroup(effective)
    ? {
        found: [...flatten(effective, '', 'the recorded session')].filter(
          ({ key }) => table.get(key)?.secret !== true,
        ),
        problems: [],
      }
    : nothing('The recorded session holds no configuration: verify its log.');

/**
 * Variables such as NEO_ENGINE_TICK_INTERVAL_SECONDS; an empty one counts as not set. NEO_WALLET_SEED is not looked at.
 * Other NEO_ variables pass unless they are close to a key's name: then a typing error would be money.
 */
export const fromEnvironment = (env: Readonly<Record<string, string | undefined>>): Source => {
  const found: Found[] = [];
  const problems: string[] = [];
  for (const [name, raw] of Object.entries(env)) {
    if (!name.startsWith('NEO_') || name === 'NEO_WALLET_SEED' || !raw) continue;
    const key = variables.get(name);
    if (key !== undefined) {
      found.push({ key, raw, words: true, from: name });
      continue;
    }
    const near = closest(name);
    if (groups.test(name) || distance(name, near) <= typosMax) {
      problems.push(
        `${name} sets no configuration key: did you mean ${near}? Correct or unset it.`,
      );
    }
  }
  return { found, problems };
};

/** --profile P and --set key=value; a later --set of the same key wins. */
export const fromFlags = (profile: string | undefined, set: readonly string[]): Source => {
  const found: Found[] = [];
  const problems: string[] = [];
  for (const pair of set) {
    const split = pair.indexOf('=');
    const key = pair.slice(0, Math.max(split, 0)).trim();
    if (key === '')
      problems.push(
        'A --set is not of the form key=value: write --set risk.max_rpc_failures=5, say.',
      );
    else if (key === 'profile' && profile !== undefined && pair.slice(split + 1) !== profile) {
      problems.push('--profile and --set profile name two profiles: leave one of them out.');
    } else found.push({ key, raw: pair.slice(split + 1), words: true, from: '--set' });
  }
  if (profile !== undefined) {
    found.push({ key: 'profile', raw: profile, words: true, from: '--profile' });
  }
  return { found, problems };
};

const typosMax = 2;

const variables = new Map([...table.keys()].map((key) => [environmentName(key), key]));

const groups = new RegExp(
  `^NEO_(${[...new Set([...table.keys()].filter((key) => key.includes('.')).map((key) => key.split('.')[0]))].join('|')})_`,
  'i',
);

const closest = (name: string): string =>
  [...variables.keys()].reduce((best, other) =>
    distance(name, other) < distance(name, best) ? other : best,
  );

const nothing = (...problems: string[]): Source => ({ found: [], problems });

function* flatten(group: Record<string, unknown>, prefix: string, from: string): Generator<Found> {
  for (const [name, raw] of Object.entries(group)) {
    const key = prefix + name;
    if (isGroup(raw) && !table.has(key)) yield* flatten(raw, `${key}.`, from);
    else yield { key, raw, words: false, from };
  }
}
