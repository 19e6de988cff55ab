/** The parts of the documentation that are written from the sources the code runs on. No test itself. */
import { modesMarkdown } from '../../commands/modes.ts';
import { guardKeys } from '../../config/guards.ts';
import { guardIds } from '../../events/guard.ts';

const guards = (): string => {
  const shown = (value: number, unit: string, none: string): string =>
    value === 0 ? none : `${value}${unit}`;
  const rows = guardIds.map((id) => {
    const { timeout_seconds, max_episodes, cooldown_ticks, recovery_ticks } = guardKeys[id];
    return [
      `\`${id}\``,
      shown(timeout_seconds.default, ' s', 'none'),
      shown(max_episodes.default, '', 'unlimited'),
      shown(cooldown_ticks.default, ' ticks', 'none'),
      shown(recovery_ticks.default, recovery_ticks.default === 1 ? ' tick' : ' ticks', 'none'),
    ];
  });
  const head = ['guard', 'deadline', 'episodes', 'cooldown', 'recovers after'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
};

const sections: Readonly<Record<string, () => string>> = { modes: modesMarkdown, guards };

/** The same document with every section that it names written anew. Throws where it names none. */
export const written = (text: string): string => {
  let count = 0;
  const result = text.replaceAll(
    /(<!-- written by npm run docs: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      count += 1;
      const section = sections[name];
      if (!section) throw new Error(`there is no section ${name}`);
      return `${begin}\n${section()}\n${end}`;
    },
  );
  if (count !== Object.keys(sections).length) throw new Error('a section has no place');
  return result;
};

/** From the root of the project. */
export const document = 'docs/GUARDS.md';
