/** The table of modes and actions, as plain text for the help and as Markdown for the documentation. */
import type { Mode } from '../events/mode.ts';
import { actions, permissions } from '../machines/permission.ts';

const modes: readonly Mode[] = ['OK', 'DEGRADED', 'HALT'];

const cell = (mode: Mode, action: (typeof actions)[number]): string => {
  const { may, how } = permissions[mode][action];
  return `${may ? 'yes' : 'no'}: ${how}`;
};

const rows = (): readonly (readonly string[])[] => [
  ['', ...modes],
  ...actions.map((action) => [action, ...modes.map((mode) => cell(mode, action))]),
];

/** Lines of equal columns, each ending with a newline. */
export const modesText = (): string => {
  const table = rows();
  const width = (column: number): number =>
    Math.max(...table.map((row) => (row[column] ?? '').length));
  return table
    .map((row) => `    ${row.map((text, column) => text.padEnd(width(column))).join('  ')}`)
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
};

export const modesMarkdown = (): string => {
  const [head = [], ...body] = rows();
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |\n`).join('');
};
