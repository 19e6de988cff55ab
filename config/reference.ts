/** The reference of the configuration as Markdown, written from the schema and from nothing else. */
import type { Key } from './format.ts';
import { environmentName, table } from './keys.ts';
import { profiles } from './profiles.ts';

/** The whole document, ending with a newline. */
export const reference = (): string =>
  [
    '# Configuration',
    '',
    'Written by `neo config docs`. Values come from the profile, the file (`--config F`, JSON5 or YAML with dotted or nested',
    'names), the environment and flags (`--set key=value`); of two the later one in this list wins. `neo config show`',
    'says where each value comes from. The wallet’s seed is no configuration: it is read from `NEO_WALLET_SEED` or from',
    'the file that `network.wallet_seed_file` names or systemd’s credential `wallet_seed`, and is kept out of every record.',
    ...[...groups()].flatMap(([group, names]) => ['', ...section(group, names)]),
    '',
    ...profileSection(),
    '',
  ].join('\n');

const header = ['| key | default | accepts | meaning | in a replay |', '|---|---|---|---|---|'];

const groups = (): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  for (const name of table.keys()) {
    const group = name.split('.').slice(0, -1).join('.');
    found.set(group, [...(found.get(group) ?? []), name]);
  }
  return found;
};

const section = (group: string, names: readonly string[]): readonly string[] => [
  group === '' ? '## Profile' : `## \`${group}.\``,
  '',
  `In the environment: \`${environmentName(names[0] as string)}\` and so on.`,
  '',
  ...header,
  ...names.map((name) => row(name, table.get(name) as Key<unknown>)),
];

const row = (name: string, key: Key<unknown>): string =>
  `| ${[
    `\`${name}\``,
    `\`${JSON.stringify(key.default)}\``,
    key.range,
    key.doc,
    key.replay === true ? 'may be changed' : `no: ${key.replay}`,
  ]
    .map((cell) => cell.replaceAll('|', '\\|'))
    .join(' | ')} |`;

const profileSection = (): readonly string[] => [
  '## What the profiles change',
  '',
  '| profile | key | value |',
  '|---|---|---|',
  ...Object.entries(profiles).flatMap(([profile, values]) =>
    Object.entries(values).map(
      ([name, value]) => `| \`${profile}\` | \`${name}\` | \`${JSON.stringify(value)}\` |`,
    ),
  ),
];
